//! Which steps of a flow a reader is told, and what the calls among them call. Knows the report and the texts of the
//! files, and no format.

use super::model::{Finding, Flow, Location, Related, Step};
use crate::base::Files;
use crate::taint::StepKind;

/// With more steps than this, those that a reader can do without are left out.
pub const MANY: usize = 8;
/// The text of a call is looked at up to this many bytes.
const MAX_CALL: usize = 2000;

/// What a reader is told of the way of a flow.
#[derive(Debug)]
pub struct Told<'a> {
    /// In the order of the way, with the first and the last step.
    pub steps: Vec<&'a Step>,
    /// Steps that say something and are left out.
    pub hidden: usize,
}

/// All steps that say something; where there are more than `most` of them those that matter, and where there are
/// still too many, no way into a function from which the data comes back: the return tells of it.
pub fn told<'a>(flow: &'a Flow, files: &Files, most: usize) -> Told<'a> {
    let steps = &flow.steps;
    let last = steps.len().saturating_sub(1);
    let telling: Vec<usize> =
        (0..steps.len()).filter(|&at| at == 0 || at == last || !is_mute(steps, at, files)).collect();
    let is_key = |at: &usize| telling.len() <= most || steps[*at].key || *at == 0 || *at == last;
    let mut shown: Vec<usize> = telling.iter().copied().filter(is_key).collect();
    if MANY < shown.len() {
        shown = without_detours(steps, &shown);
    }
    // What happens once more at the same place reads as if it were told twice.
    shown.dedup_by_key(|at| (&steps[*at].location, steps[*at].kind, &steps[*at].note));
    Told { hidden: telling.len() - shown.len(), steps: shown.into_iter().map(|at| &steps[at]).collect() }
}

/// What bears on a finding and lies on none of the lines that the way of its flow goes through.
pub fn beside<'a>(finding: &'a Finding, flow: &Flow) -> Vec<&'a Related> {
    let is_on_way = |related: &&Related| flow.steps.iter().any(|step| same_line(&step.location, &related.location));
    finding.related.iter().filter(|related| !is_on_way(related)).collect()
}

fn same_line(a: &Location, b: &Location) -> bool {
    a.start.line == b.start.line && a.file == b.file
}

/// Whether a step says nothing: a value that is but named again, or put somewhere on a line of which another step tells.
fn is_mute(steps: &[Step], at: usize, files: &Files) -> bool {
    let own = &steps[at];
    let mut beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| steps.get(at));
    own.kind == StepKind::Assign
        && (beside.any(|step| same_line(&step.location, &own.location)) || is_name(text_of(&own.location, files)))
}

fn text_of<'f>(location: &Location, files: &'f Files) -> &'f str {
    let text = files.find_shown(&location.file).map(|id| files.get(id).text.as_ref());
    text.and_then(|text: &str| text.get(location.start.offset as usize..location.end.offset as usize)).unwrap_or("")
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_of_name)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// Leaves out what lies between a call and its return, and the call, where nothing there leads elsewhere.
fn without_detours(steps: &[Step], shown: &[usize]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for &at in shown {
        let step = &steps[at];
        let is_call = |&&call: &&usize| steps[call].kind == StepKind::Call && steps[call].note == step.note;
        if step.kind == StepKind::Return
            && let Some(call) = kept.iter().rev().take_while(|&&at| stays(steps[at].kind)).find(is_call).copied()
        {
            kept.retain(|&at| at < call);
        }
        kept.push(at);
    }
    kept
}

/// Whether what happens at a step happens inside of a function and those that it calls.
fn stays(kind: StepKind) -> bool {
    use StepKind as K;
    matches!(kind, K::Assign | K::Call | K::Return | K::Field | K::Await | K::Capture | K::Step | K::Callback)
}

/// What a call calls, as it is written, up to a member of a name: `wx.request`, `trim` of `a.b.trim()`.
pub fn callee(code: &str) -> Option<&str> {
    let inner = code.trim_end().strip_suffix(')').filter(|inner| inner.len() < MAX_CALL)?;
    let head = inner[..opening(inner)?].trim_end();
    let start = head
        .rfind(|c| !is_of_name(c) && c != '.')
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let chain = head[start..].trim_start_matches('.');
    let is_short = start == head.len() - chain.len() && chain.matches('.').count() <= 1;
    let name = if is_short { chain } else { chain.rsplit('.').next()? };
    (!name.is_empty()).then_some(name)
}

/// Where the parenthesis opens that is closed behind the text; texts in quotes hold none.
fn opening(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(own), c) if own == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => open.push(at),
            (None, ')') => {
                open.pop()?;
            }
            _ => {}
        }
    }
    (open.len() == 1).then(|| open[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_named_as_they_are_written() {
        let of = [
            ("wx.setStorageSync(PREFIX + key, value)", Some("wx.setStorageSync")),
            ("value.trim()", Some("value.trim")),
            ("this.data.list.map(x => f(x))", Some("map")),
            ("Object.keys(payload).reduce((all, key) => { g(')') }, {})", Some("reduce")),
            ("new Buffer(text)", Some("Buffer")),
            ("`${a}b`", None),
            ("(a, b)", None),
            ("{ title: f(x) }", None),
        ];
        for (code, name) in of {
            assert_eq!(callee(code), name, "{code}");
        }
    }
}
