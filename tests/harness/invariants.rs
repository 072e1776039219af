//! What holds for every program, whatever it is: spans, the ends of a path, and the same result every time.
//! Knows no marker.

use std::collections::BTreeMap;

use rayon::ThreadPoolBuilder;
use wxray::base::{Files, Span};
use wxray::taint::Flow;

use super::engine::{self, Order};

/// Breaks of the invariants in one program, for people.
pub fn check(files: &BTreeMap<String, String>, models: Option<&String>) -> Vec<String> {
    let (project, analysis) = engine::analyze(files.clone(), models.cloned(), Order::Sorted);
    let mut broken: Vec<String> = analysis.flows.iter().flat_map(|flow| check_flow(&project.files, flow)).collect();
    let problem_spans = analysis.problems.iter().filter_map(|problem| problem.span);
    broken.extend(problem_spans.filter_map(|span| check_span(&project.files, span)));
    let expected = format!("{:?}", analysis.flows);
    for (threads, order) in [(1, Order::Sorted), (4, Order::Reversed)] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
        let (_, again) = pool.install(|| engine::analyze(files.clone(), models.cloned(), order));
        if format!("{:?}", again.flows) != expected {
            broken.push(format!("another result with {threads} threads and files in the order {order:?}"));
        }
    }
    broken
}

/// A path begins at its source, ends at its sink, and all its spans are sound.
fn check_flow(files: &Files, flow: &Flow) -> Vec<String> {
    let steps = flow.steps.iter().map(|step| step.span);
    let spans = steps.chain([flow.source.span, flow.sink.span]);
    let mut broken: Vec<String> = spans.filter_map(|span| check_span(files, span)).collect();
    if flow.steps.first().map(|step| step.span) != Some(flow.source.span) {
        broken.push(format!("the path does not begin at its source: {flow:?}"));
    }
    if flow.steps.last().map(|step| step.span) != Some(flow.sink.span) {
        broken.push(format!("the path does not end at its sink: {flow:?}"));
    }
    broken
}

fn check_span(files: &Files, span: Span) -> Option<String> {
    let is_sound = span.file.index() < files.len() && files.get(span.file).text.get(span.range()).is_some();
    (!is_sound).then(|| format!("a span outside its file or inside a character: {span:?}"))
}
