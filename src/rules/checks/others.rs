//! Clause 14.2.1, the other side: listed data of other people that a list shows. What a server sends is known by the
//! names of its fields.

use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, SERVER_DATA};
use super::{about, of_flow};
use crate::base::Text;
use crate::taint::{Flow, Form};

/// The judgement of a flow into the view.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_listed = super::sharing::LISTED.contains(&flow.data.as_str()) && flow.data != "address";
    if flow.sink.kind != "display" || flow.source.model != SERVER_DATA || !is_listed || flow.form != Form::Raw {
        return None;
    }
    let binding = case.slice(flow.sink.span);

    let list = list_of(case, flow, binding)?;
    let route = case.path(flow.sink.span.file);
    let is_of_others = words("others").are_in(&list) || words("others").are_in(route);
    let is_own = words("own").are_in(&list) || words("own").are_in(route);
    if !is_of_others || is_own || flow.source.confidence == Confidence::Low {
        return None;
    }
    let message = about(case, flow, "列表中完整显示其他用户的{}", "a list shows {} of other users in full");
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

/// What is looped over where a binding shows an item: the expression of the loop around it.
fn list_of(case: &Case<'_>, flow: &Flow, binding: &str) -> Option<String> {
    let text = &case.project.files.get(flow.sink.span.file).text;
    let before = text.get(..flow.sink.span.start as usize)?;
    let at = before.rfind("wx:for=")?;
    let head: String = before[at..].chars().take(120).collect();
    let item = before[at..].split("wx:for-item=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("item");
    binding.contains(&format!("{item}.")).then_some(head)
}
