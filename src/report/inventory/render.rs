//! The inventory as text, table, Markdown or JSON, and as a draft of the guideline that the platform asks for.
//! Knows the report, and nothing of how it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;

use crate::base::Text;
use crate::base::text::{Lang, spaced};
use crate::report::csv::harmless;
use crate::report::markdown::escape;
use crate::report::model::{InventoryItem, Location, Party, PartyInfo, PlatformKind, Sent};
use crate::report::text::clean;
use crate::report::{View, words};
use crate::rules::{SERVER_DATA, goes_to_host, has_recipient, sink_act, sink_title};
use crate::taint::Form;

/// A line of the inventory: what becomes of a category at one recipient or in one place.
struct Row {
    cells: [String; 9],
}

/// Paths that stand behind a recipient of which no host is known.
const MAX_ADDRESSES: usize = 3;

/// The names of the columns for programs.
const COLUMNS: [&str; 9] =
    ["data", "collected", "kind", "recipient", "party", "form", "consent", "clauses", "destinations"];

fn titles(lang: Lang) -> [&'static str; 9] {
    match lang {
        Lang::Zh => ["信息", "收集位置", "去向", "接收方", "归属", "形态", "同意", "条款", "地址或键名"],
        Lang::En => COLUMNS,
    }
}

/// The inventory as JSON with a line break at its end.
pub fn json(view: &View) -> serde_json::Result<Vec<u8>> {
    super::super::json::indented(&view.report.inventory)
}

/// The inventory as a table for spreadsheets.
pub fn csv(view: &View) -> io::Result<Vec<u8>> {
    let mut table = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for row in rows(view) {
        table.write_record(row.cells.iter().map(|cell| harmless(cell)))?;
    }
    table.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// The inventory for people: a block for each category, and the kinds that the platform looks for.
pub fn text(view: &View) -> String {
    let lang = view.lang();
    let mut out = String::new();
    for item in &view.report.inventory.data {
        let _ = writeln!(out, "{} ({})", clean(item.title.get(lang)), clean(&item.data));
        for own in &item.collected {
            let place = place_of(view, &own.location);
            let gap = if lang == Lang::Zh { "" } else { " " };
            let _ = writeln!(out, "  {}{gap}{} {place}", words::collected().get(lang), clean(&own.model));
        }
        for row in item_rows(view, item) {
            let addresses = addresses(&row.cells[8], &row.cells[3], lang);
            let [_, _, kind, recipient, party, form, consent, clauses, _] = row.cells.map(|cell| clean(&cell));
            let told = [recipient + &addresses, party, form, consent, clauses];
            let told: Vec<&str> = told.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
            let colon = if lang == Lang::Zh { "：" } else { ": " };
            match (kind.is_empty(), told.is_empty()) {
                (true, true) => {}
                (_, true) => {
                    let _ = writeln!(out, "  → {kind}");
                }
                (..) => {
                    let _ = writeln!(out, "  → {kind}{colon}{}", told.join(" · "));
                }
            }
        }
        out.push('\n');
    }
    text_of_parties(view, &mut out);
    text_of_platform(view, &mut out);
    out
}

/// Paths of which it is not known whose they are, as far as a reader wants to see them; a host says enough.
fn addresses(all: &str, recipient: &str, lang: Lang) -> String {
    let paths: Vec<&str> = all.split(' ').filter(|path| !path.is_empty() && *path != recipient).collect();
    if paths.is_empty() || paths.iter().any(|path| path.contains(recipient)) {
        return String::new();
    }
    let named = paths.iter().take(MAX_ADDRESSES).copied().map(clean).collect::<Vec<_>>();
    words::addresses(&named, paths.len()).get(lang).to_owned()
}

fn text_of_parties(view: &View, out: &mut String) {
    let lang = view.lang();
    let parties = &view.report.inventory.parties;
    if parties.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", words::party_list().get(lang));
    for party in parties {
        let kind = words::recipient_kind(party.kind);
        let told = format!("  {} ({}) {}", clean(party.title.get(lang)), kind.get(lang), party.data.join(" "));
        let _ = writeln!(out, "{}", told.trim_end());
        for place in &party.places {
            let _ = writeln!(out, "    {} {}", place_of(view, &place.location), words::sign(place.by).get(lang));
        }
    }
    out.push('\n');
}

fn text_of_platform(view: &View, out: &mut String) {
    let lang = view.lang();
    let _ = writeln!(out, "{}", words::platform_list().get(lang));
    let (found, absent): (Vec<&PlatformKind>, Vec<_>) =
        view.report.inventory.platform.iter().partition(|kind| !kind.places.is_empty());
    for kind in &found {
        let _ = writeln!(out, "  {} ({})", clean(kind.title.get(lang)), kind.key);
        for place in &kind.places {
            let remark = remark(place.package.as_deref(), place.reachable, lang);
            let _ = writeln!(out, "    {} {}{}", place_of(view, &place.location), clean(&place.api), clean(&remark));
        }
    }
    let _ = writeln!(out, "  {}", words::absent_kinds(&keys(&absent), found.is_empty()).get(lang));
}

fn keys(kinds: &[&PlatformKind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.key.clone()).collect()
}

fn place_of(view: &View, location: &Location) -> String {
    clean(&format!("{}:{}:{}", view.path(location), location.start.line, location.start.column))
}

/// The package that brings an API in, and that the program does not get there.
fn remark(package: Option<&str>, reachable: bool, lang: Lang) -> String {
    let package = package.map(|name| Text::new(format!("代码包 {name}"), format!("package {name}")));
    let dead = (!reachable).then(words::not_reachable);
    let parts: Vec<String> = package.into_iter().chain(dead).map(|text| text.get(lang).to_owned()).collect();
    if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) }
}

/// The inventory as Markdown tables.
pub fn markdown(view: &View) -> String {
    let lang = view.lang();
    let mut out = format!("## {}\n\n", words::inventory().get(lang));
    let _ = write!(out, "| {} |\n|{}\n", titles(lang).join(" | "), " --- |".repeat(COLUMNS.len()));
    for row in rows(view) {
        let _ = writeln!(out, "| {} |", row.cells.map(|cell| escape(&cell)).join(" | "));
    }
    if !view.report.inventory.parties.is_empty() {
        let _ = write!(out, "\n### {}\n\n", words::party_list().get(lang));
    }
    for party in &view.report.inventory.parties {
        let kind = words::recipient_kind(party.kind);
        let _ = writeln!(out, "- {} ({}) {}", escape(party.title.get(lang)), kind.get(lang), party.data.join(" "));
        for place in &party.places {
            let path = format!("{}:{}", view.path(&place.location), place.location.start.line);
            let _ = writeln!(out, "  - <code>{}</code> {}", escape(&path), words::sign(place.by).get(lang));
        }
    }
    let _ = write!(out, "\n### {}\n\n", words::platform_list().get(lang));
    for kind in view.report.inventory.platform.iter().filter(|kind| !kind.places.is_empty()) {
        let _ = writeln!(out, "- {} ({})", escape(kind.title.get(lang)), kind.key);
        for place in &kind.places {
            let path = format!("{}:{}", view.path(&place.location), place.location.start.line);
            let remark = remark(place.package.as_deref(), place.reachable, lang);
            let _ = writeln!(out, "  - <code>{}</code> {}{}", escape(&path), escape(&place.api), escape(&remark));
        }
    }
    let (found, absent): (Vec<&PlatformKind>, Vec<_>) =
        view.report.inventory.platform.iter().partition(|kind| !kind.places.is_empty());
    let gap = if found.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{gap}{}", escape(words::absent_kinds(&keys(&absent), found.is_empty()).get(lang)));
    out
}

fn rows(view: &View) -> Vec<Row> {
    view.report.inventory.data.iter().flat_map(|item| item_rows(view, item)).collect()
}

/// A row for each recipient and each place where the data is kept; one row where it goes nowhere.
fn item_rows(view: &View, item: &InventoryItem) -> Vec<Row> {
    let lang = view.lang();
    let places: Vec<String> =
        item.collected.iter().map(|own| format!("{}:{}", view.path(&own.location), own.location.start.line)).collect();
    let start = |kind: String| [format!("{} ({})", item.title.get(lang), item.data), places.join(" "), kind];
    let kept = item.kept.iter().map(|kept| {
        let [data, places, kind] = start(sink_title(&kept.kind).get(lang).to_owned());
        let form = words::form_name(kept.form).get(lang).to_owned();
        let key = kept.key.clone().unwrap_or_default();
        Row { cells: [data, places, kind, key.clone(), String::new(), form, String::new(), String::new(), key] }
    });
    let sent = item.sent.iter().map(|sent| {
        let [data, places, kind] = start(sink_title(&sent.kind).get(lang).to_owned());
        let unknown = || {
            let word = if goes_to_host(&sent.kind) { words::host_not_known() } else { words::not_known() };
            if has_recipient(&sent.kind) { word.get(lang).to_owned() } else { String::new() }
        };
        let recipient = sent.recipient.clone().unwrap_or_else(unknown);
        let form = words::form_name(sent.form).get(lang).to_owned();
        let consent = words::consent(sent.consent).get(lang).to_owned();
        let destinations = sent.destinations.join(" ");
        Row {
            cells: [
                data,
                places,
                kind,
                recipient,
                party(sent, lang),
                form,
                consent,
                sent.clauses.join(" "),
                destinations,
            ],
        }
    });
    let rows: Vec<Row> = kept.chain(sent).collect();
    if !rows.is_empty() {
        return rows;
    }
    let [data, places, kind] =
        start(item.sinks.iter().map(|kind| sink_title(kind).get(lang).to_owned()).collect::<Vec<_>>().join(" "));
    let empty = String::new;
    vec![Row { cells: [data, places, kind, empty(), empty(), empty(), empty(), empty(), empty()] }]
}

fn party(sent: &Sent, lang: Lang) -> String {
    let whose = || sent.party.map(|party| words::party(party).get(lang).to_owned());
    let named = sent.name.as_ref().map(|name| name.get(lang).to_owned());
    named.or_else(whose).unwrap_or_default()
}

/// A draft of the 用户隐私保护指引, in Chinese as the platform has it. What code cannot tell is left open in 【】.
pub fn guideline(view: &View) -> String {
    let mut out = String::from(GUIDELINE_HEAD);
    out.push_str("\n## 一、收集的信息及用途\n\n");
    let declared: Vec<&PlatformKind> =
        view.report.inventory.platform.iter().filter(|kind| !kind.places.is_empty()).collect();
    for kind in &declared {
        let in_use = kind.places.iter().any(|place| place.reachable);
        let note = if in_use {
            ""
        } else {
            "（代码中存在该接口但未发现会被执行，若不使用请删除相关代码）"
        };
        let (purpose, title) = (purpose_of(kind), plain(&kind.title.zh));
        let _ = writeln!(out, "- 为了{purpose}，开发者将在获取你的明示同意后，{title}。{note}");
    }
    if declared.is_empty() {
        out.push_str("代码中未出现平台按代码检测的接口。\n");
    }
    let _ = write!(out, "\n代码中另见下列信息（按数据流得出，请核对并补充用途）：\n\n");
    for item in &view.report.inventory.data {
        let _ =
            writeln!(out, "- {}：{}；{}", plain(&item.title.zh), plain(&collected_from(item)), plain(&use_of(item)));
    }
    out.push_str("\n## 二、第三方 SDK 与接收方\n\n");
    let parties = &view.report.inventory.parties;
    for party in parties {
        let _ = writeln!(out, "- {}：{}", plain(&party.title.zh), plain(&of_party(view, party)));
    }
    // A package that neither touches the platform nor data is a library of functions.
    let places = view.report.inventory.platform.iter().flat_map(|kind| &kind.places).map(|place| &place.location);
    let ends = view.report.flows.iter().flat_map(|flow| [&flow.source.location, &flow.sink.location]);
    let packages: BTreeSet<&str> = places.chain(ends).filter_map(|at| super::package_of(&at.file)).collect();
    let is_told = |package: &str| {
        let places = parties.iter().flat_map(|party| &party.places);
        places.into_iter().any(|place| super::package_of(&place.location.file) == Some(package))
    };
    for package in packages.into_iter().filter(|package| !is_told(package)) {
        let _ = writeln!(out, "- 代码包：{}，提供方【名称】，收集信息【种类或“不收集”】，用途【用途】", plain(package));
    }
    for (recipient, data) in recipients(view) {
        let _ = writeln!(out, "- 接收方：{}，信息：{}，用途【用途】", plain(&recipient), plain(&data));
    }
    out.push_str(GUIDELINE_TAIL);
    out
}

/// What the program itself states, as far as it names the purpose.
fn purpose_of(kind: &PlatformKind) -> String {
    let bare = |text: &String| {
        let text = text.trim().trim_end_matches(['。', '.', '；', '，']);
        let behind = text.split_once("用于").map(|(_, rest)| rest.trim()).filter(|rest| !rest.is_empty());
        plain(behind.unwrap_or_else(|| text.strip_prefix("为了").unwrap_or(text)))
    };
    let stated: Vec<String> = kind.purposes.iter().map(bare).collect();
    if stated.is_empty() { "【用途】".to_owned() } else { stated.join("、") }
}

/// What is known of a third party, for the guideline.
fn of_party(view: &View, party: &PartyInfo) -> String {
    let title = |slug: &String| {
        let item = view.report.inventory.data.iter().find(|item| item.data == *slug);
        item.map_or_else(|| slug.clone(), |item| item.title.zh.clone())
    };
    let data: Vec<String> = party.data.iter().map(title).collect();
    let data = if data.is_empty() { "【种类；未发现信息流向它】".to_owned() } else { data.join("、") };
    let shown = party.places.first().map(|place| format!("{}:{}", place.location.file, place.location.start.line));
    let kind = words::recipient_kind(party.kind).zh;
    format!("{kind}，见 {}，收集信息：{data}，用途【用途】", shown.unwrap_or_default())
}

/// Where a category comes from, in words: what people type and what a server sends, else the interface.
fn collected_from(item: &InventoryItem) -> String {
    let models: BTreeSet<&str> = item.sources.iter().map(String::as_str).collect();
    let word = |model: &&str| match *model {
        SERVER_DATA => "服务端返回".to_owned(),
        model if model.starts_with("input.") || model.starts_with("textarea") || model.starts_with("form") => {
            "用户填写".to_owned()
        }
        model => model.to_owned(),
    };
    let words: BTreeSet<String> = models.iter().map(word).collect();
    spaced(&["收集自", &words.into_iter().collect::<Vec<_>>().join("、")])
}

/// A text in a draft for people, in which only what Markdown would take for its own is kept from it.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Where a category goes, in words: what becomes of it, and who gets it so.
fn use_of(item: &InventoryItem) -> String {
    let kept = item.kept.iter().map(|kept| (sink_act(&kept.kind), None, kept.form));
    let sent = item.sent.iter().map(|sent| {
        let unknown = || goes_to_host(&sent.kind).then(|| "代码未写明主机的服务器".to_owned());
        (sink_act(&sent.kind), sent.recipient.clone().or_else(unknown), sent.form)
    });
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (act, to, form) in kept.chain(sent) {
        let guarded = matches!(form, Form::Masked | Form::Hashed | Form::Encrypted);
        let form = if guarded { format!("（{}）", words::form_name(form).zh) } else { String::new() };
        uses.entry(format!("{act}{form}")).or_default().extend(to);
    }
    if uses.is_empty() {
        return "仅在页面内使用".to_owned();
    }
    let told = uses.into_iter().map(|(act, to)| {
        let to = to.into_iter().collect::<Vec<_>>().join("、");
        if to.is_empty() { act } else { format!("{act}（{to}）") }
    });
    told.collect::<Vec<_>>().join("，")
}

/// Recipients that are not the operator's own, with the data that each gets.
fn recipients(view: &View) -> Vec<(String, String)> {
    let mut all: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for item in &view.report.inventory.data {
        for sent in item.sent.iter().filter(|sent| matches!(sent.party, Some(Party::ThirdParty | Party::Unstated))) {
            if let Some(recipient) = &sent.recipient {
                // A third party that shows in the program stands among the kits.
                if sent.name.is_none()
                    || !view.report.inventory.parties.iter().any(|it| Some(&it.title) == sent.name.as_ref())
                {
                    let name = sent.name.as_ref();
                    let name = name.map_or_else(|| recipient.clone(), |name| format!("{}（{recipient}）", name.zh));
                    all.entry(name).or_default().insert(&item.title.zh);
                }
            }
        }
    }
    all.into_iter().map(|(name, data)| (name, data.into_iter().collect::<Vec<_>>().join("、"))).collect()
}

const GUIDELINE_HEAD: &str = "# 用户隐私保护指引（草稿）\n\n\
    本草稿由代码分析得出，【】中的内容须由运营方填写；未被代码体现的信息处理（如服务端）须另行补充。\n";

const GUIDELINE_TAIL: &str = "\n## 三、存储与保护\n\n\
    - 存储地点：【境内】；存储期限：【期限】\n\n\
    ## 四、用户权利与联系方式\n\n\
    - 查询、更正、删除、撤回同意的途径：【途径】\n- 联系方式：【电话、邮箱】\n";
