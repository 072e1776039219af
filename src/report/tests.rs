//! What reports say of flows made by hand: every look of the text, and the promises of the JSON.

use super::text::Detail;
use super::{Input, Look, Report, View, build, concise, json, text};
use crate::base::fs::MemoryFs;
use crate::base::text::Lang;
use crate::base::{Level, Problem, Span, Text};
use crate::models::{Confidence, Models};
use crate::project::{self, Project};
use crate::taint::{Flow, Form, SinkEnd, SourceEnd, Step, StepKind};
use crate::{Stats, rules};

/// A program held in memory.
fn program(files: &[(&str, &str)]) -> Project {
    project::load(&MemoryFs::new(files.iter().map(|&(path, text)| (path, text))), "").expect("a program").0
}

/// The first place of `needle` in a file.
fn span(project: &Project, path: &str, needle: &str) -> Span {
    let file = project.files.find(path).expect("a file of the program");
    let start = project.files.get(file).text.find(needle).expect("a needle in the file");
    Span::new(file, start as u32, (start + needle.len()) as u32)
}

/// Steps as (path, needle, kind, note); calls, events, bindings, source and sink are key steps.
fn flow(project: &Project, kind: &str, steps: &[(&str, &str, StepKind, &str)]) -> Flow {
    let is_plain = |kind: StepKind| matches!(kind, StepKind::Assign | StepKind::Field);
    let steps: Vec<Step> = steps
        .iter()
        .map(|&(path, needle, kind, note)| Step {
            span: span(project, path, needle),
            kind,
            key: !is_plain(kind),
            note: note.to_owned(),
        })
        .collect();
    let ends = (steps.first().expect("a first step").span, steps.last().expect("a last step").span);
    let destination = (kind == "network").then(|| "https://api.example/track".to_owned());
    let sink = SinkEnd {
        model: "wx.request".to_owned(),
        kind: kind.to_owned(),
        destination,
        destinations: Vec::new(),
        span: ends.1,
        path: None,
        in_destination: false,
        in_header: false,
        contexts: Vec::new(),
    };
    Flow {
        data: "location".to_owned(),
        form: Form::Raw,
        source: SourceEnd { model: "wx.getLocation".to_owned(), span: ends.0, confidence: Confidence::High },
        sink,
        steps,
        features: vec!["via-json"],
    }
}

fn report(project: &Project, flows: &[Flow], problems: &[Problem]) -> Report {
    let models = Models::default();
    let consent = crate::consent::Judged::default();
    let operator = rules::Operator::default();
    let judgement = rules::judge(&rules::Input {
        project,
        models: &models,
        flows,
        consent: &consent,
        operator: &operator,
        release: None,
        today: None,
        packs: &[],
        n_unseen: 0,
    });
    build(&Input {
        root: ".",
        project,
        models: &models,
        flows,
        consents: &consent.flows,
        calls: &consent.calls,
        findings: &judgement.findings,
        parties: &judgement.parties,
        rows: &judgement.rows,
        code: &[],
        operator: &operator,
        problems,
        stats: &Stats::default(),
        with_times: false,
    })
}

fn view<'a>(report: &'a Report, project: &'a Project, lang: Lang) -> View<'a> {
    let look = Look { lang, with_suppressed: true, prefix: "", fail_on: Some(rules::Level::Violation) };
    View::new(report, &project.files, look)
}

fn shown(project: &Project, flows: &[Flow], problems: &[Problem], detail: Detail, lang: Lang) -> String {
    let report = report(project, flows, problems);
    let bytes = text::render(&view(&report, project, lang), text::Screen::default(), detail).expect("a text");
    String::from_utf8(bytes).expect("UTF-8")
}

fn normal(project: &Project, flows: &[Flow]) -> String {
    shown(project, flows, &[], Detail::Normal, Lang::En)
}

const PAGE: &str = "const { request } = require('../../http')\nPage({\n  onLoad() {\n    wx.getLocation({\n      \
                    success: res => {\n        const { latitude } = res\n        this.setData({ latitude })\n        \
                    request('/track', { latitude })\n      }\n    })\n  }\n})\n";
const HTTP: &str =
    "function request(url, data) {\n  wx.request({ url: BASE + url, data })\n}\nmodule.exports = { request }\n";

fn two_files() -> (Project, Flow) {
    let page = "pages/index/index.js";
    let project = program(&[
        ("app.json", r#"{ "pages": ["pages/index/index"] }"#),
        (page, PAGE),
        ("pages/index/index.wxml", "<view>\n  <text>{{latitude}}</text>\n</view>\n"),
        ("http.js", HTTP),
    ]);
    let flow = flow(
        &project,
        "network",
        &[
            (page, "wx.getLocation", StepKind::Source, ""),
            (page, "res =>", StepKind::Callback, "success"),
            (page, "latitude }", StepKind::Field, "latitude"),
            (page, "request('/track', { latitude })", StepKind::Call, "request"),
            ("http.js", "data)", StepKind::Assign, "data"),
            ("http.js", "wx.request", StepKind::Sink, ""),
        ],
    );
    (project, flow)
}

#[test]
fn a_flow_through_two_files_is_numbered_along_its_path() {
    let (project, flow) = two_files();
    insta::assert_snapshot!(normal(&project, &[flow]));
}

#[test]
fn chinese_words_and_wide_characters_stay_in_line() {
    let text = "\tconst 手机号 = wx.getLocation(), 备注 = '收货地址'\n\twx.request({ url, data: 手机号 })\n";
    let project = program(&[("a.js", text)]);
    let steps = [
        ("a.js", "wx.getLocation()", StepKind::Source, ""),
        ("a.js", "手机号", StepKind::Assign, "手机号"),
        ("a.js", "data: 手机号", StepKind::Sink, ""),
    ];
    let flows = [flow(&project, "network", &steps)];
    insta::assert_snapshot!(shown(&project, &flows, &[], Detail::Normal, Lang::Zh));
}

#[test]
fn a_flow_into_wxml_is_shown_when_asked_for() {
    let (project, _) = two_files();
    let steps = [
        ("pages/index/index.js", "wx.getLocation", StepKind::Source, ""),
        ("pages/index/index.js", "this.setData({ latitude })", StepKind::Step, "setData"),
        ("pages/index/index.wxml", "{{latitude}}", StepKind::Binding, "latitude"),
    ];
    let flows = [flow(&project, "display", &steps)];
    assert_eq!(normal(&project, &flows), "4 files, 1 flow, 0 violations, 0 warnings, 0 notes\n");
    insta::assert_snapshot!(shown(&project, &flows, &[], Detail::Verbose, Lang::En));
}

#[test]
fn of_a_long_way_only_the_returns_of_helpers_are_told() {
    let text = "const c = clean(wx.getLocation)\nfunction clean(v) {\n  return trim(v)\n}\nfunction trim(w) {\n  return w.trim()\n}\n\
                if (c) keep(c)\nfunction keep(k) {\n  const kept = k; wx.request(kept)\n}\n";
    let project = program(&[("a.js", text)]);
    let steps = [
        ("a.js", "wx.getLocation", StepKind::Source, ""),
        ("a.js", "v) {", StepKind::Call, "clean"),
        ("a.js", "w) {", StepKind::Call, "trim"),
        ("a.js", "w.trim()", StepKind::Step, ""),
        ("a.js", "trim(v)", StepKind::Return, "trim"),
        ("a.js", "clean(wx.getLocation)", StepKind::Return, "clean"),
        ("a.js", "clean(wx.getLocation)", StepKind::Return, "clean"),
        ("a.js", "c) keep", StepKind::Await, ""),
        ("a.js", "k) {", StepKind::Call, "keep"),
        ("a.js", "kept = k", StepKind::Assign, ""),
        ("a.js", "wx.request(kept)", StepKind::Sink, ""),
    ];
    let flows = [flow(&project, "network", &steps)];
    let told = |detail| {
        let text = shown(&project, &flows, &[], detail, Lang::En);
        ["into clean()", "from clean()", "from trim()", "assigned", "not shown"].map(|part| text.matches(part).count())
    };
    assert_eq!(told(Detail::Normal), [0, 1, 0, 0, 1]);
    assert_eq!(told(Detail::Verbose), [1, 2, 1, 1, 0]);
}

#[test]
fn a_minified_line_is_cut_around_its_labels_and_keeps_its_columns() {
    let filler = "var a=function(e){return e+1};".repeat(40);
    let text = format!("{filler}wx.getLocation({{success:s}});{filler}function s(r){{wx.request({{data:r}})}}{filler}");
    let project = program(&[("min.js", &text)]);
    let steps = [
        ("min.js", "wx.getLocation", StepKind::Source, ""),
        ("min.js", "s(r)", StepKind::Callback, "success"),
        ("min.js", "wx.request({data:r})", StepKind::Sink, ""),
    ];
    insta::assert_snapshot!(normal(&project, &[flow(&project, "network", &steps)]));
}

#[test]
fn lines_of_code_fit_on_a_narrow_screen() {
    let text = format!(
        "wx.getLocation({{ success: r => {{ send(r) }} }}) // {}\nfunction send(r) {{ wx.request({{ data: r }}) }}\n",
        "x ".repeat(50)
    );
    let project = program(&[("a.js", &text)]);
    let steps = [("a.js", "wx.getLocation", StepKind::Source, ""), ("a.js", "wx.request", StepKind::Sink, "")];
    let report = report(&project, &[flow(&project, "network", &steps)], &[]);
    let width = |columns: Option<usize>| {
        let screen = text::Screen { color: false, columns };
        let bytes = text::render(&view(&report, &project, Lang::En), screen, Detail::Normal).expect("a text");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let code = text.lines().filter(|line| line.contains(" │ ") && !line.contains("--") && !line.contains("^^"));
        code.map(|line| line.chars().count()).max().unwrap_or_default()
    };
    assert!(120 < width(None), "{}", width(None));
    assert!((40..=80).contains(&width(Some(80))), "{}", width(Some(80)));
}

#[test]
fn beyond_eight_labels_only_key_steps_are_left() {
    let text: String = (0..12).map(|n| format!("v{n:02} = v\n")).collect();
    let project = program(&[("a.js", &text)]);
    let names: Vec<String> = (0..12).map(|n| format!("v{n:02}")).collect();
    let kind = |n: usize| match n {
        0 => StepKind::Source,
        11 => StepKind::Sink,
        5 => StepKind::Call,
        _ => StepKind::Assign,
    };
    let steps: Vec<_> =
        names.iter().enumerate().map(|(n, name)| ("a.js", name.as_str(), kind(n), name.as_str())).collect();
    let flows = [flow(&project, "network", &steps)];
    insta::assert_snapshot!(normal(&project, &flows));
    assert!(shown(&project, &flows, &[], Detail::Verbose, Lang::En).contains("12: sink: a network request"));
}

#[test]
fn escape_sequences_in_a_program_reach_no_terminal() {
    let text = "wx.getLocation(\"\u{1b}[2J\u{202e}\") // \u{7}\nwx.request()\n";
    let project = program(&[("a.js", text)]);
    let steps =
        [("a.js", "wx.getLocation", StepKind::Source, "\u{1b}[31m"), ("a.js", "wx.request()", StepKind::Sink, "")];
    let shown = normal(&project, &[flow(&project, "network", &steps)]);
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown}");
    assert!(shown.contains("␛[2J"), "{shown}");
}

#[test]
fn a_problem_has_a_frame_and_counts_in_the_last_line() {
    let project = program(&[("a.js", "let = = 1\n"), ("b.js", "1\n")]);
    let at = span(&project, "a.js", "= = 1");
    let problems = [
        Problem::at(Level::Error, "syntax-error", at, Text::new("语法错误", "syntax error")),
        Problem::of_path(Level::Warning, "unreadable-file", "c.js", Text::new("无法读取", "cannot be read")),
        Problem::of_path(Level::Note, "left-out", "d", Text::new("未分析", "not analysed")),
    ];
    insta::assert_snapshot!(shown(&project, &[], &problems, Detail::Normal, Lang::En));
    let quiet = shown(&project, &[], &problems, Detail::Quiet, Lang::En);
    assert!(quiet.contains("syntax-error") && !quiet.contains("unreadable-file"), "{quiet}");
}

#[test]
fn concise_lines_name_the_sink() {
    let (project, flow) = two_files();
    let report = report(&project, &[flow], &[]);
    let text = concise::render(&view(&report, &project, Lang::En));
    assert_eq!(
        text,
        "http.js:2:3: note[14.2.4] location from wx.getLocation flows to a network request https://api.example/track\n"
    );
}

#[test]
fn the_order_of_the_input_changes_no_byte() {
    let (project, first) = two_files();
    let second = Flow { data: "phone-number".to_owned(), ..first.clone() };
    let there = json::render(&report(&project, &[first.clone(), second.clone()], &[])).expect("JSON");
    let back = json::render(&report(&project, &[second, first], &[])).expect("JSON");
    assert_eq!(String::from_utf8(there), String::from_utf8(back));
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_between_equals() {
    let steps = [("a.js", "getLocation", StepKind::Source, ""), ("a.js", "request", StepKind::Sink, "")];
    let ids = |text: &str| {
        let project = program(&[("a.js", text)]);
        let flow = flow(&project, "network", &steps);
        let report = report(&project, &[flow.clone(), flow], &[]);
        report.flows.iter().map(|flow| flow.id.clone()).collect::<Vec<_>>()
    };
    let before = ids("wx.getLocation(f)\nwx.request(x)\n");
    assert_eq!(before, ids("// moved\n\n  wx.getLocation(f)\nlet y\n    wx.request(x)\n"));
    assert_ne!(before, ids("wx.getLocation(f)\nwx.request(x, y)\n"));
    assert_ne!(before[0], before[1]);
    assert!(before.iter().all(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
}

#[test]
fn a_report_holds_to_its_schema_and_to_the_contract() {
    let (project, flow) = two_files();
    let report = report(&project, &[flow], &[]);
    let value = serde_json::to_value(&report).expect("JSON");
    let schema = serde_json::to_value(schemars::schema_for!(Report)).expect("JSON");
    jsonschema::validate(&schema, &value).expect("a valid report");
    let of_notes: Vec<(&str, rules::Status)> = report
        .clauses
        .iter()
        .filter(|clause| !clause.findings.is_empty())
        .map(|clause| (clause.id.as_str(), clause.status))
        .collect();
    // A note asks the operator, and suspects nobody.
    assert_eq!((report.clauses.len(), of_notes), (27, vec![("14.2.4", rules::Status::NeedsAttestation)]));
    assert_eq!(value["findings"][0]["flow"], value["flows"][0]["id"]);
    assert_eq!(value["findings"][0]["location"]["start"], serde_json::json!({"line": 2, "column": 3, "offset": 32}));
    assert_eq!(value["inventory"]["data"][0]["destinations"][0], "https://api.example/track");
    assert!(value["findings"][0]["suppressed"].is_null() && value["clauses"][0]["attestation"].is_null());
}
