//! `wxray-ignore CLAUSE: reason (until DATE)` in the comments of a program. Knows no settings.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::{Date, Fault, Files, Order, Report, unseen};
use crate::base::{FileId, SourceFile};
use crate::report::model::{Diagnostic, Finding, Location, SuppressedBy};
use crate::report::places::Places;
use crate::syntax::comments::{Comment, comments};

/// What such a comment begins with.
const MARK: &str = "wxray-ignore";

/// A comment and the lines (from 1) whose findings it speaks of.
struct Directive {
    comment: Comment,
    path: String,
    lines: [u32; 2],
    order: Result<Order, Fault>,
}

/// Marks what comments take out; gives what is wrong with them.
pub fn apply(report: &mut Report, files: &Files, today: Date) -> Vec<Diagnostic> {
    let unseen = unseen(report);
    let marked = files.iter().filter(|(_, file)| file.text.contains(MARK));
    let directives = marked.flat_map(|(id, file)| directives(id, file));
    let places = Places::new(files);
    let mut here: FxHashMap<(String, u32), Vec<usize>> = FxHashMap::default();
    for (index, finding) in report.findings.iter().enumerate() {
        let line = (finding.location.file.clone(), finding.location.start.line);
        here.entry(line).or_default().push(index);
    }
    let mut faults = Vec::new();
    let mut unused = Vec::new();
    for directive in directives {
        match directive.order.clone().and_then(|order| order.fault(today).map_or(Ok(order), Err)) {
            Ok(order) => {
                let found = directive.lines.iter().filter_map(|line| here.get(&(directive.path.clone(), *line)));
                if !mark(report, found.flatten().copied(), &order) && !unseen.contains(&directive.path) {
                    unused.push((directive, order));
                }
            }
            Err(fault) => faults.push((directive.comment.span, fault)),
        }
    }
    // What another comment accepts is no reason to move this one.
    let unused = unused.iter().map(|(directive, order)| (directive.comment.span, why_unused(report, directive, order)));
    faults.extend(unused);
    faults.into_iter().map(|(span, fault)| fault.diagnostic(places.location(span))).collect()
}

/// Marks those findings that the order names; whether there was one.
fn mark(report: &mut Report, found: impl Iterator<Item = usize>, order: &Order) -> bool {
    let mut is_used = false;
    for index in found {
        let finding = &mut report.findings[index];
        if order.names(&finding.clause) {
            is_used = true;
            finding.suppressed.get_or_insert_with(|| order.suppression(SuppressedBy::Comment));
        }
    }
    is_used
}

/// Nothing is found on the lines of a comment; where a way only leads through there, its finding stands at another place.
fn why_unused(report: &Report, directive: &Directive, order: &Order) -> Fault {
    let is_here = |at: &Location| at.file == directive.path && directive.lines.contains(&at.start.line);
    let passes = |id: &String| {
        let flow = report.flows.iter().find(|flow| flow.id == *id);
        flow.is_some_and(|flow| flow.steps.iter().any(|step| is_here(&step.location)))
    };
    let counts = |finding: &&Finding| finding.suppressed.is_none() && order.names(&finding.clause);
    let mut named = report.findings.iter().filter(counts);
    let found = named.find(|finding| finding.flow.as_ref().is_some_and(passes));
    found.map_or(Fault::Unused, |finding| Fault::Elsewhere(finding.clause.clone(), finding.location.clone()))
}

fn directives(id: FileId, file: &SourceFile) -> Vec<Directive> {
    let all = comments(id, file.kind, &file.text);
    let code = code_lines(file, &all);
    let own = all.into_iter().filter_map(|comment| {
        let order = read(&comment.text)?;
        let lines = lines(file, &comment, &code);
        Some(Directive { comment, path: file.path.clone(), lines, order })
    });
    own.collect()
}

/// The line of the comment; where it stands alone, the next line too that is more than a comment.
fn lines(file: &SourceFile, comment: &Comment, code: &[usize]) -> [u32; 2] {
    let index = file.line_index(comment.span.start);
    let own = index as u32 + 1;
    if code[index] == index {
        return [own, own];
    }
    let next = code.get(file.line_index(comment.span.end) + 1).filter(|next| **next < code.len());
    [own, next.map_or(own, |index| *index as u32 + 1)]
}

/// For each line the first one from there on that holds more than comments and white space; beyond the last if there is
/// none.
fn code_lines(file: &SourceFile, all: &[Comment]) -> Vec<usize> {
    let mut comments = all.iter().peekable();
    let mut has_code = |index: usize| {
        let range = file.line_range(index);
        file.text[range.clone()].char_indices().any(|(at, sign)| {
            let at = (range.start + at) as u32;
            while comments.next_if(|comment| comment.span.end <= at).is_some() {}
            !sign.is_whitespace() && comments.peek().is_none_or(|comment| at < comment.span.start)
        })
    };
    let count = file.line_starts().len();
    let mut code: Vec<usize> = (0..count).map(|index| if has_code(index) { index } else { count }).collect();
    for index in (1..count).rev() {
        code[index - 1] = code[index - 1].min(code[index]);
    }
    code
}

/// What a comment asks for; `None` where it is about something else.
fn read(text: &str) -> Option<Result<Order, Fault>> {
    static UNTIL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[(（]\s*(?:until|至|到)\s*([^)）]*?)\s*[)）]\s*$").ok());
    let text = text.trim_start_matches(['*', '/']).trim();
    let rest = text.strip_prefix(MARK)?;
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-') {
        return None;
    }
    let (clauses, reason) = rest.split_once([':', '：']).unwrap_or((rest, ""));
    let clauses: Vec<String> =
        clauses.split([' ', ',', '，', '、', '\t']).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if clauses.is_empty() {
        return Some(Err(Fault::NoClause));
    }
    let found = UNTIL.as_ref().and_then(|until| until.captures(reason));
    let Some(found) = found else {
        return Some(Ok(Order { clauses, reason: reason.trim().to_owned(), until: None }));
    };
    let reason = reason[..found.get(0).map_or(0, |whole| whole.start())].trim().to_owned();
    Some(match found[1].parse() {
        Ok(until) => Ok(Order { clauses, reason, until: Some(until) }),
        Err(()) => Err(Fault::WrongDate(found[1].to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_clauses_a_reason_and_perhaps_a_day() {
        let order = |clauses: &[&str], reason: &str, until: Option<&str>| {
            Some(Ok(Order {
                clauses: clauses.iter().map(|&id| id.to_owned()).collect(),
                reason: reason.to_owned(),
                until: until.map(|day| day.parse().expect("a day")),
            }))
        };
        let day = Some("2027-01-01");
        assert_eq!(read(" wxray-ignore 14.2.4: own (server)"), order(&["14.2.4"], "own (server)", None));
        assert_eq!(read("wxray-ignore 14.2.4, 14.4.1 : a (until 2027-01-01) "), order(&["14.2.4", "14.4.1"], "a", day));
        assert_eq!(read("* wxray-ignore 14.2.4：理由（至 2027-01-01）"), order(&["14.2.4"], "理由", day));
        assert_eq!(read("wxray-ignore 14.2.4"), order(&["14.2.4"], "", None));
        assert_eq!(read("wxray-ignore 14.2.4: a (until soon)"), Some(Err(Fault::WrongDate("soon".into()))));
        assert_eq!(read("wxray-ignore: all"), Some(Err(Fault::NoClause)));
        assert_eq!(read("wxray-ignored 14.2.4: a"), None);
        assert_eq!(read("see wxray-ignore 14.2.4: a"), None);
    }
}
