//! Every construct nested and repeated far beyond what people write: each file is analysed or named, soon, and in a
//! bounded space. `WXRAY_EXTREMES` scales the sizes (10 is for the whole sizes; the suite takes 1).
//! Knows the contract of the command line, and nothing of the insides.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use program::{MODELS, json, reason, run, tree};
use serde_json::Value;

/// How deep constructs nest.
const DEPTH: usize = 10_000;

/// A flow that stands for itself.
const FLOW: &str = "sink(source())";

fn scale() -> usize {
    std::env::var("WXRAY_EXTREMES").map_or(1, |scale| scale.parse().expect("a number"))
}

fn nest(open: &str, inside: &str, close: &str) -> String {
    [&open.repeat(DEPTH), inside, &close.repeat(DEPTH)].concat()
}

fn numbered(many: usize, piece: impl Fn(usize) -> String) -> String {
    (0..many).map(piece).collect()
}

/// Scans the files, which must end soon, and gives the report.
fn scan(files: &[(String, String)], limit: Duration) -> Value {
    let (report, reason) = scan_any(files, limit);
    assert!(reason.starts_with("exit 0: analysed; --fail-on never"), "{reason}");
    report
}

/// The same, however it ends.
fn scan_any(files: &[(String, String)], limit: Duration) -> (Value, String) {
    let mut all: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    all.push(("models.json", MODELS));
    let folder = tree(&all);
    let start = Instant::now();
    let output = run(folder.path(), &["scan", "src", "--models", "models.json", "-f", "json", "--fail-on", "never"]);
    assert!(start.elapsed() < limit, "{:?}", start.elapsed());
    (json(&output), reason(&output))
}

/// For each file how many flows end in it, and the codes of the diagnostics about it.
fn told(report: &Value) -> BTreeMap<String, (usize, Vec<String>)> {
    let mut told: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for flow in report["flows"].as_array().expect("flows") {
        told.entry(text(&flow["sink"]["location"]["file"])).or_default().0 += 1;
    }
    for one in report["diagnostics"].as_array().expect("diagnostics") {
        told.entry(text(&one["location"]["file"])).or_default().1.push(text(&one["code"]));
    }
    told
}

/// What stands before, in and behind a nest.
type Nest = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Name, begin, opening, inside, closing; the end of each is [`FLOW`].
const NESTS: [Nest; 48] = [
    ("parentheses", "x = ", "(", "y", ")"),
    ("arrays", "x = ", "[", "y", "]"),
    ("objects", "x = ", "{ a: ", "y", "}"),
    ("blocks", "", "{", "y", "}"),
    ("members", "x = y", ".a", "", ""),
    ("indices", "x = y", "[0]", "", ""),
    ("calls", "x = y", "()", "", ""),
    ("calls-in-calls", "x = ", "f(", "y", ")"),
    ("promises", "x = y", ".then(z => z)", "", ""),
    ("sums", "x = ", "a + ", "y", ""),
    ("conjunctions", "x = ", "a && ", "y", ""),
    ("powers", "x = ", "a ** ", "y", ""),
    ("assignments", "", "a = ", "y", ""),
    ("else-ifs", "", "if (a) b(); else ", "y", ""),
    ("ifs", "", "if (a) ", "y", ""),
    ("loops", "", "for (;;) ", "y", ""),
    ("do-whiles", "", "do ", "y", "; while (a)"),
    ("tries", "", "try {", "y", "} catch (e) {}"),
    ("catches", "", "try {} catch (e) {", "y", "}"),
    ("switches", "", "switch (a) { case 1: ", "y", "}"),
    ("arrows", "x = ", "a => ", "y", ""),
    ("functions", "", "function f() {", "y", "}"),
    ("classes", "", "class A { m() {", "y", "} }"),
    ("heritage", "class A extends ", "B(", "y", ") {}"),
    ("templates", "x = ", "`${", "y", "}`"),
    ("negations", "x = ", "!", "y", ""),
    ("signs", "x = ", "- ", "y", ""),
    ("awaits", "async function f() { x = ", "await ", "y", ""),
    ("news", "x = ", "new ", "A", ""),
    ("ternaries", "x = ", "a ? b : ", "y", ""),
    ("ternaries-within", "x = ", "a ? ", "y", " : b"),
    ("optional-chains", "x = y", "?.a", "", ""),
    ("object-patterns", "var ", "{ a: ", "b", "}"),
    ("array-patterns", "var ", "[", "b", "]"),
    ("defaults", "x = (a = ", "(b = ", "y", ") => 1"),
    ("spreads", "x = ", "[...", "y", "]"),
    ("markup", "x = ", "<a>", "", "</a>"),
    ("regular-expressions", "x = /", "(", "a", ")"),
    ("getters", "x = ", "{ get a() { return ", "y", "} }"),
    ("computed-keys", "x = ", "{ [", "y", "]: 1 }"),
    ("static-blocks", "", "class A { static {", "y", "} }"),
    ("labels", "", "l: ", "y", ""),
    ("callbacks", "", "a(() => {", "y", "});"),
    ("imports", "x = ", "import(", "y", ")"),
    ("comments", "", "/*", "*/ y", ""),
    ("open-parentheses", "", "(", "", ""),
    ("open-templates", "", "`${", "", ""),
    ("open-strings", "", "'", "", ""),
];

/// The same of types.
const TYPES: [Nest; 12] = [
    ("arguments", "type T = ", "A<", "b", ">"),
    ("lists", "type T = b", "[]", "", ""),
    ("groups", "type T = ", "(", "b", ")"),
    ("unions", "type T = ", "a | ", "b", ""),
    ("conditions", "type T = ", "A extends B ? C : ", "D", ""),
    ("function-types", "type T = ", "() => ", "void", ""),
    ("operators", "type T = ", "keyof ", "A", ""),
    ("shapes", "type T = ", "{ a: ", "b", "}"),
    ("names", "type T = A", ".B", "", ""),
    ("casts", "x = y", " as any", "", ""),
    ("assertions", "x = y", "!", "", ""),
    ("namespaces", "", "namespace A {", "y", "}"),
];

fn nested(nests: &[Nest], extension: &str) -> Vec<(String, String)> {
    let file = |&(name, begin, open, inside, close): &Nest| {
        (format!("src/{name}.{extension}"), format!("{begin}{}\n;{FLOW}\n", nest(open, inside, close)))
    };
    nests.iter().map(file).collect()
}

#[test]
fn scripts_nest_without_end() {
    let files = [nested(&NESTS, "js"), nested(&TYPES, "ts")].concat();
    let told = told(&scan(&files, Duration::from_mins(1)));
    for (path, _) in &files {
        let name = path.strip_prefix("src/").expect("a path");
        assert!(told.contains_key(name), "{name} is neither analysed nor named");
    }
}

/// A page whose template is this.
fn page(name: &str, template: String) -> [(String, String); 3] {
    let script = "Page({ data: { x: '' }, onLoad() { this.setData({ x: source() }) }, go(e) { sink(e) } })\n";
    [
        (format!("src/{name}/{name}.js"), script.to_owned()),
        (format!("src/{name}/{name}.json"), "{}\n".to_owned()),
        (format!("src/{name}/{name}.wxml"), template),
    ]
}

#[test]
fn templates_nest_and_repeat_without_end() {
    let many = DEPTH * scale();
    let templates = [
        ("tags", nest("<view>", "{{x}}", "</view>")),
        ("forms", nest("<form name='a' bindsubmit='go'>", "<input name='b'/>", "</form>")),
        ("ifs", nest("<block wx:if='{{x}}'>", "{{x}}", "</block>")),
        ("templates", nest("<template name='t'>", "{{x}}", "</template>")),
        ("loops", nest("<view wx:for='{{x}}'>", "{{item}}", "</view>")),
        ("open-tags", "<view>".repeat(many)),
        ("end-tags", "</view>".repeat(DEPTH)),
        ("angles", "<".repeat(many)),
        ("braces", "{{".repeat(many)),
        ("quotes", "<view a='".repeat(DEPTH)),
        ("comments", "<!--".repeat(many)),
        ("siblings", "<view>{{x}}</view>".repeat(many)),
        ("texts", "{{x}}".repeat(DEPTH)),
        ("alternatives", format!("<a wx:if='{{{{x}}}}'/>{}", "<a wx:elif='{{x}}'/>".repeat(DEPTH / 10))),
        ("attribute", format!("<view class='{}'/>", "{{x}} ".repeat(DEPTH))),
        ("attributes", format!("<view {}/>", numbered(DEPTH, |at| format!("data-a{at}='{{{{x}}}}' ")))),
        ("handlers", "<view bindtap='go'>{{x}}</view>".repeat(DEPTH / 10)),
        (
            "scripts",
            numbered(1_000, |at| format!("<wxs module='m{at}'>module.exports.f = function (x) {{ return x }}</wxs>")),
        ),
        ("expression", format!("{{{{{}}}}}", nest("(", "x", ")"))),
        ("sum", format!("{{{{{}x}}}}", "x + ".repeat(DEPTH))),
        ("member", format!("{{{{x{}}}}}", ".a".repeat(DEPTH))),
        ("ternary", format!("{{{{{}x}}}}", "x ? y : ".repeat(DEPTH))),
        (
            "chain",
            numbered(1_000, |at| {
                format!("<template name='t{at}'><template is='t{}' data='{{{{...x}}}}'/></template>", at + 1)
            }),
        ),
        (
            "itself",
            "<template name='t'><template is='t' data='{{x}}'/></template><template is='t' data='{{x}}'/>".to_owned(),
        ),
        ("inclusion", "<include src='inclusion.wxml'/><import src='inclusion.wxml'/>{{x}}".to_owned()),
    ];
    let pages = templates.map(|(name, template)| page(name, template));
    let listed: Vec<String> = pages.iter().map(|page| page[1].0["src/".len()..].replace(".json", "")).collect();
    let mut files = vec![
        ("src/app.json".to_owned(), serde_json::json!({ "pages": listed }).to_string()),
        ("src/app.js".to_owned(), "App({})\n".to_owned()),
    ];
    files.extend(pages.into_iter().flatten());
    let told = told(&scan(&files, Duration::from_secs(60 * scale() as u64)));
    for name in ["tags", "siblings", "texts", "sum", "inclusion"] {
        let (flows, _) = &told[&format!("{name}/{name}.wxml")];
        assert!(*flows > 0, "{name} shows nothing");
    }
}

#[test]
fn literals_and_sequences_are_long() {
    let many = 100_000 * scale();
    let file = |name: &str, text: String| (format!("src/{name}.js"), text);
    let chain = numbered(DEPTH, |at| format!("function f{at}(x) {{ return f{}(x) }}\n", at + 1));
    let files = [
        file("array", format!("x = [{}source()]; sink(x)", "1,".repeat(many))),
        file("strings", format!("x = ['{}', source()]; sink(x)", "a','".repeat(many))),
        file("arrays", format!("x = [{}source()]; sink(x)", "[1],".repeat(many))),
        file("object", format!("x = {{ {} z: source() }}; sink(x)", numbered(many, |at| format!("a{at}: 1,")))),
        file("arguments", format!("f({}1); {FLOW}", "1,".repeat(many))),
        file("variables", format!("var {} a = source(); sink(a)", numbered(many, |at| format!("a{at} = {at},")))),
        file("statements", format!("{}{FLOW}", "a();".repeat(many))),
        file("text", format!("x = `{}`; sink(x)", "${source()}".repeat(DEPTH))),
        file(
            "copies",
            format!("var a0 = source();{}sink(a{DEPTH})", numbered(DEPTH, |at| format!("var a{} = a{at};", at + 1))),
        ),
        file("functions", format!("{chain}function f{DEPTH}(x) {{ return x }}\nsink(f0(source()))")),
        file("cases", format!("switch (a) {{ {} }}{FLOW}", numbered(DEPTH, |at| format!("case {at}: b = {at};")))),
        file("string", format!("x = '{}'; {FLOW}", "x".repeat(20 * many))),
        file("name", format!("var {0} = source(); sink({0})", "x".repeat(many))),
        file("marks", format!("var a{} = source(); sink(a)", "\u{301}".repeat(many))),
        file("blanks", format!("{}{FLOW}{}", " ".repeat(many), "\n".repeat(many))),
    ];
    for one in &files {
        let told = told(&scan(std::slice::from_ref(one), Duration::from_secs(60 * scale() as u64)));
        let name = one.0.strip_prefix("src/").expect("a path");
        // A name that does not exist is no flow.
        assert!(name == "marks.js" || told.get(name).is_some_and(|(flows, _)| *flows > 0), "{name}: {told:?}");
    }
}

#[test]
fn modules_in_a_circle_end() {
    let file = |at: usize| {
        let next = (at + 1) % 1_000;
        let text = format!(
            "const next = require('./m{next}')\nexports.f = x => next.f(x)\nexports.v = source()\nsink(next.v)\n"
        );
        (format!("src/m{at}.js"), text)
    };
    let files: Vec<_> = (0..1_000).map(file).collect();
    let told = told(&scan(&files, Duration::from_mins(1)));
    assert!((0..1_000).all(|at| told[&format!("m{at}.js")].0 > 0));
}

#[test]
fn questions_one_after_another_end() {
    let many = 800;
    let asked = numbered(many, |at| {
        format!(
            "try {{ const it = await wx.getLocation(); wx.request({{ url: 'https://example.com/{at}', data: it }}) }} catch (error) {{ sink(error) }}\n"
        )
    });
    let page = format!("Page({{ async onLoad() {{\n{asked}}} }})\n");
    let files = [
        ("src/app.json", r#"{ "pages": ["a/a"] }"#.to_owned()),
        ("src/app.js", "App({})\n".to_owned()),
        ("src/a/a.js", page),
        ("src/a/a.wxml", String::new()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text));
    let told = told(&scan(&files, Duration::from_mins(1)));
    assert!(many <= told["a/a.js"].0, "{told:?}");
}

#[test]
fn events_go_through_a_chain_of_components() {
    let many = 400;
    let mut files = vec![
        ("src/app.json".to_owned(), r#"{ "pages": ["a/a"] }"#.to_owned()),
        ("src/app.js".to_owned(), "App({})\n".to_owned()),
        ("src/a/a.js".to_owned(), "Page({ done(e) { sink(e.detail) } })\n".to_owned()),
        ("src/a/a.json".to_owned(), r#"{ "usingComponents": { "c": "/c/c0" } }"#.to_owned()),
        ("src/a/a.wxml".to_owned(), "<c bind:done='done'/>".to_owned()),
    ];
    for at in 0..many {
        let sent = if at + 1 < many { "e.detail" } else { "source()" };
        let tag = if at + 1 < many { "<c bind:done='go'/>" } else { "<view bindtap='go'/>" };
        let used = format!(r#"{{ "component": true, "usingComponents": {{ "c": "/c/c{}" }} }}"#, at + 1);
        let script = format!("Component({{ methods: {{ go(e) {{ this.triggerEvent('done', {sent}) }} }} }})\n");
        let of_component = [("js", script), ("wxml", tag.to_owned()), ("json", used)];
        files.extend(of_component.map(|(extension, text)| (format!("src/c/c{at}.{extension}"), text)));
    }
    let told = told(&scan(&files, Duration::from_mins(1)));
    assert_eq!(told["a/a.js"].0, 1);
}

#[test]
fn configurations_nest_without_end() {
    let deep = nest("[", "1", "]");
    let page = "Page({ onLoad() { sink(source()) } })\n";
    let base = |more: &[(&str, &str)]| {
        let files = [("src/app.json", r#"{ "pages": ["a/a"] }"#), ("src/a/a.js", page), ("src/a/a.wxml", "")];
        let mut files: BTreeMap<&str, &str> = files.into_iter().collect();
        files.extend(more.iter().copied());
        let files: Vec<_> = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let (report, reason) = scan_any(&files, Duration::from_secs(20));
        let is_read = more.iter().all(|(path, _)| *path != "src/app.json");
        assert!(reason.starts_with(if is_read { "exit 0" } else { "exit 3" }), "{reason}");
        told(&report)
    };
    let objects = nest("{\"a\":", "1", "}");
    for (path, text) in
        [("a/a.json", &deep), ("app.json", &objects), ("project.config.json", &deep), ("a/a.json", &objects)]
    {
        let told = base(&[(&format!("src/{path}"), text)]);
        assert!(told[path].1.contains(&"json-syntax".to_owned()), "{:?}", told[path]);
        assert_eq!(told["a/a.js"].0, 1);
    }
    // What is not part of the program is not read as if it were.
    assert_eq!(base(&[("src/package.json", &deep)])["a/a.js"].0, 1);
}
