//! Clauses 14.2.1 and 14.4.4, the other side: listed data and positions of other people that a list or a map shows. What
//! a server sends is known by the names of its fields.

use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, SERVER_DATA};
use super::{about, of_flow};
use crate::base::{FileId, Span, Text, pattern};
use crate::project::UnitId;
use crate::taint::{Flow, Form, Step, StepKind};

/// The sink of texts in templates.
pub(super) const TEXT: &str = "wxml.text";

/// The judgement of a flow into the view.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_position = matches!(flow.data.as_str(), "location" | "fuzzy-location");
    let is_listed = super::sharing::LISTED.contains(&flow.data.as_str()) && flow.data != "address";
    let is_shown = flow.sink.kind == "display" && flow.source.model == SERVER_DATA && flow.form == Form::Raw;
    // A name says little of a position; who it belongs to is looked for below.
    let is_known = is_position || flow.source.confidence != Confidence::Low;
    if !is_shown || !is_known || !(is_listed || is_position) {
        return None;
    }
    let binding = case.slice(flow.sink.span);
    let record = || (!is_position).then(|| record_of(case, flow)).flatten();
    let (place, list) = match list_of(case, flow).or_else(record) {
        Some((place, list)) => (place, list),
        // What a map marks is told by what the marks are made of.
        None if is_position && flow.sink.model != TEXT => {
            (flow.sink.span, format!("{binding} {}", case.lines(flow.source.span)))
        }
        None => return None,
    };
    let route = case.path(place.file);
    if !is_position && (is_masked_before(case, flow, binding) || is_typed_here(case, flow, binding)) {
        return None;
    }
    let list_name = words("looped_over").captures(&list).into_iter().next().map_or(list.as_str(), |range| &list[range]);
    let asked = asked_for(case, place.file, list_name);
    let told = [list.as_str(), route, asked.map_or("", |(endpoint, _)| endpoint)];
    let says = |what: &'static str| told.iter().any(|text| words(what).are_in(text));
    // Who works there is named as such, and who writes is called as he likes.
    let is_name = flow.data == "real-name" && (says("staff") || (says("writing") && name_of(binding) == "name"));
    if !says("others") || says("own") || is_name {
        return None;
    }
    if is_position {
        let message = Text::new(
            "其他用户的位置被公开展示在地图或列表中",
            "positions of other users are shown on a map or in a list",
        );
        return Some(Finding {
            confidence: Confidence::Medium,
            help: Text::new(
                "由服务端只下发模糊的距离或区域；确需互相可见的（如组队、拼车），须由用户主动开启并随时可关",
                "let the server send rough distances or areas only; where people must see each other (a team, a shared \
                 ride), each of them must switch it on and be able to switch it off",
            ),
            also: vec!["14.2.1", "14.3.4"],
            ..of_flow(case, index, flow, "14.4.4", Level::Warning, message)
        });
    }
    let (zh, en) = if list == list_name {
        ("按 ID 打开的页面完整显示其他用户的{}", "a page that is opened by an id shows {} of another user in full")
    } else {
        ("列表中完整显示其他用户的{}", "a list shows {} of other users in full")
    };
    let message = about(case, flow, zh, en);
    Some(Finding {
        confidence: Confidence::Medium,
        help: Text::new(
            "由服务端脱敏后再下发（如 138****0000），或只显示用户自选的昵称",
            "let the server mask it (138****0000) before it is sent, or show only a name that the user chose",
        ),
        also: vec!["14.3.4"],
        ..of_flow(case, index, flow, "14.2.1", Level::Warning, message)
    })
}

/// The last name that a binding reads; nothing where it is more than a name.
fn name_of(binding: &str) -> &str {
    let name = binding.trim_matches(['{', '}', ' ']).rsplit('.').next().unwrap_or_default();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { name } else { "" }
}

/// Whether the user types on the same page what a list shows under the same name: then it is of his own records.
fn is_typed_here(case: &Case<'_>, flow: &Flow, binding: &str) -> bool {
    let name = name_of(binding);
    let input = format!(r"<(?:input|textarea|[\w-]*(?:field|input))\b[^>]*\b{name}\b");
    let text = &case.project.files.get(flow.sink.span.file).text;
    4 < name.len() && pattern::compile(&input).is_ok_and(|input| input.is_match(text))
}

/// Whether the name that a binding reads says that the value is masked, or the script of the template writes such a one
/// under it.
fn is_masked_before(case: &Case<'_>, flow: &Flow, binding: &str) -> bool {
    if words("masked_name").are_in(binding) {
        return true;
    }
    let Some(text) = script_of(case, flow.sink.span.file) else { return false };
    let name = name_of(binding);
    let is_name = !name.is_empty();
    let write = format!(r"\b{name}['\x22]?\]?\s*[:=][^=;\n]{{0,120}}\*{{2,}}");
    is_name && pattern::compile(&write).is_ok_and(|write| write.is_match(text))
}

/// The endpoint whose answer the script of the template puts into a field of its state, and the text between the two.
fn asked_for<'a>(case: &'a Case<'_>, template: FileId, field: &str) -> Option<(&'a str, &'a str)> {
    let text = script_of(case, template)?;
    let write = pattern::compile(&format!(r"\b{}['\x22]?\]?\s*[:=]", regex::escape(field))).ok()?;
    write.find_iter(text).find_map(|found| {
        let before = enclosing(text.get(..found.start())?);
        let place = words("endpoint").find_all(before).pop()?;
        let (endpoint, rest) = (&before[place.clone()], &before[place.end..]);
        // A shop's host says nothing of what is asked for.
        let path = |(_, rest): (&'a str, &'a str)| rest.split_once('/').map_or("", |(_, path)| path);
        Some((endpoint.split_once("://").map_or(endpoint, path), rest))
    })
}

/// The end of a text from where the method begins that it lies in.
fn enclosing(text: &str) -> &str {
    let methods = words("method").captures(text);
    let is_callback = |name: &str| words("not_a_method").are_in(name);
    let begin = methods.into_iter().rfind(|found| !is_callback(&text[found.clone()]));
    begin.map_or(text, |found| &text[found.start..])
}

/// The script that belongs to a template.
fn script_of<'a>(case: &'a Case<'_>, template: FileId) -> Option<&'a str> {
    let unit = case.project.units.iter().find(|unit| unit.template == Some(template));
    let script = unit.and_then(|unit| unit.script)?;
    case.texts.iter().find(|source| source.file == script).map(|source| source.text.as_str())
}

/// What is looped over where a binding shows an item, or hands one to the component that shows it: the place of that
/// binding, and the expression of the loop around it.
fn list_of(case: &Case<'_>, flow: &Flow) -> Option<(Span, String)> {
    let is_before = |step: &&Step| step.kind == StepKind::Binding && step.span.file != flow.sink.span.file;
    let mut before: Vec<Span> = flow.steps.iter().rev().filter(is_before).map(|step| step.span).collect();
    if before.is_empty() {
        before = handed_in(case, flow.sink.span);
    }
    let places = std::iter::once(flow.sink.span).chain(before);
    places.into_iter().find_map(|place| Some((place, loop_around(case, place)?)))
}

/// The binding that shows a record, and the field that holds it, where the page is opened for somebody by an id and asks
/// for that one among others.
fn record_of(case: &Case<'_>, flow: &Flow) -> Option<(Span, String)> {
    let template = flow.sink.span.file;
    let text = script_of(case, template)?;
    let header = words("opened_for").find(text)?;
    let param = words("opened_for").captures(text).into_iter().next().map(|range| &text[range]);
    let reads_id = |param: &str| {
        let read = format!(r"\b{}\.\w*([iI]d|ID)\b", regex::escape(param));
        pattern::compile(&read).is_ok_and(|read| read.is_match(&text[header.end..]))
    };
    let field = words("bound_name").captures(case.slice(flow.sink.span)).into_iter().next()?;
    let field = &case.slice(flow.sink.span)[field];
    let (endpoint, rest) = asked_for(case, template, field).filter(|_| param.is_none_or(reads_id))?;
    let names_other = words("named_id").are_in(rest) && !words("own_id").are_in(rest);
    let is_one_of_others = words("others").are_in(endpoint) && names_other;
    is_one_of_others.then(|| (flow.sink.span, field.to_owned()))
}

/// Where templates hand the property in that a binding in a component's template reads.
fn handed_in(case: &Case<'_>, binding: Span) -> Vec<Span> {
    let own = case.project.units.iter().position(|unit| unit.template == Some(binding.file));
    let Some(own) = own.map(|at| UnitId(at as u32)) else { return Vec::new() };
    let names = words("bound_name").captures(case.slice(binding)).into_iter();
    let names: Vec<&str> = names.map(|range| &case.slice(binding)[range]).collect();
    let mut places = Vec::new();
    for user in &case.project.units {
        let Some(template) = user.template else { continue };
        for (tag, _) in user.components.iter().filter(|(_, unit)| **unit == own) {
            for name in &names {
                let handed = format!(r#"<{}\b[^>]*?\s{name}=("[^"]*")"#, regex::escape(tag));
                let Ok(handed) = pattern::compile(&handed) else { continue };
                let text = &case.project.files.get(template).text;
                let found = handed.captures_iter(text).filter_map(|found| found.get(1));
                places.extend(found.map(|it| Span::new(template, it.start() as u32, it.end() as u32)));
            }
        }
    }
    places
}

fn loop_around(case: &Case<'_>, place: Span) -> Option<String> {
    let text = &case.project.files.get(place.file).text;
    let before = text.get(..place.start as usize)?;
    let at = before.rfind("wx:for=")?;
    let head: String = before[at..].chars().take(120).collect();
    let item = before[at..].split("wx:for-item=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("item");
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    case.slice(place)
        .split(|c: char| !is_name(c) && c != '.')
        .any(|word| word.split('.').next() == Some(item))
        .then_some(head)
}
