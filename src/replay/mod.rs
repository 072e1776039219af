//! Flows are put to the test: the program is run, on every way that it can take, and a flow whose data never gets to its
//! sink on any of them is dropped. Knows the language; no models, and of mini-programs only that there are some.
//!
//! The graph has no order among what several functions see. Programs of loose modules can be followed in order instead:
//! values that the text gives are computed, values from outside stay open, and where control depends on one of these,
//! every way is run by itself (King 1976, "Symbolic Execution and Program Testing"; as a second step that refutes what a
//! coarser analysis found it is that of Blackshear et al. 2013, "Thresher"). It only ever takes flows away, and only if
//! all ways were run to their end: where a way is too long, or does what cannot be followed, everything stays.
//!
//! In a mini-program the framework hands data on as well, and nothing is known of it here. There a flow is dropped only if
//! all that goes out at its sink is what the text gives, and its data went nowhere into what others hold.
//!
//! What the standard library does is written in the language itself (`library/core.js`), and so are parts of it that few
//! programs need, and what programs use most of some packages.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "the language computes with such numbers"
)]

mod calls;
mod classes;
mod conditions;
mod coroutines;
mod expressions;
mod functions;
mod heap;
mod host;
mod inert;
mod iteration;
mod machine;
mod members;
mod modules;
mod operators;
mod outside;
mod patterns;
mod prepared;
mod regex_syntax;
mod regexes;
mod rounds;
mod scope;
mod segments;
mod shared;
mod statements;
mod texts;
mod value;

use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::Program;

use crate::base::{FileId, FileKind, Span};
use crate::models::Models;
use crate::project::{Project, ProjectKind};
use crate::syntax::script;
use crate::taint::Flow;
use machine::Machine;
use prepared::Prepared;
use shared::Shared;
use value::Labels;

/// Text beyond which a program is not run.
const MAX_BYTES: usize = 1 << 20;
/// Code of a mini-program beyond which it is not run: larger ones seldom come to an end.
const MAX_HOSTED_BYTES: usize = 8 << 10;
/// Steps that all runs may take together.
const MAX_STEPS: u64 = 3_000_000;
/// Steps that those of a mini-program may take.
const MAX_HOSTED_STEPS: u64 = 200_000;
/// Bytes of stack for the deepest calls that are followed.
const STACK: usize = 256 << 20;
/// Ways that are run.
const MAX_WAYS: usize = 2_000;
/// Parts of the library that are run with programs in whose text one of these stands.
const PARTS: [(&[&str], &str); 6] = [
    (&["'lodash", "\"lodash", "'underscore", "\"underscore"], include_str!("library/lodash.js")),
    (&["'async", "\"async"], include_str!("library/async.js")),
    (&["'bluebird", "\"bluebird"], include_str!("library/bluebird.js")),
    (&["EventTarget", "CustomEvent", "AbortController", "AbortSignal"], include_str!("library/targets.js")),
    (
        &[
            "'stream",
            "\"stream",
            "'node:stream",
            "\"node:stream",
            "'eventemitter3",
            "\"eventemitter3",
            "'mitt",
            "\"mitt",
        ],
        include_str!("library/streams.js"),
    ),
    (
        &["ArrayBuffer", "DataView", "8Array", "16Array", "32Array", "64Array", "ClampedArray"],
        include_str!("library/bytes.js"),
    ),
];
/// Sources that are told apart.
const MAX_SOURCES: usize = 63;

/// A decision on the way: which of how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    taken: usize,
    of: usize,
}

/// What the runs have shown so far.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The label of each source.
    pub sources: FxHashMap<Span, Labels>,
    /// The sinks, with all that arrived there.
    pub sinks: FxHashMap<Span, Labels>,
    /// Sinks that control got to.
    pub reached: FxHashSet<Span>,
    /// Functions and handlers that control got to, by their place.
    pub entered: FxHashSet<Span>,
    /// Names that are called somewhere.
    pub called: FxHashSet<String>,
    /// Names that the program itself gives to properties of the global object.
    pub globals: FxHashSet<String>,
    /// Where the machine notices what goes in and out.
    pub places: FxHashSet<Span>,
    /// Code that runs when something is thrown.
    pub handlers: Vec<Span>,
    /// All functions, by their place.
    pub functions: Vec<Span>,
    /// What callbacks gave back to code from outside, by the call.
    pub given: FxHashMap<Span, Labels>,
    /// Functions whose code is not strict.
    pub sloppy: FxHashSet<Span>,
    /// Functions whose `arguments` change with their parameters.
    pub aliasing: FxHashSet<Span>,
    /// Functions that are written as arguments of calls.
    pub arguments: FxHashSet<Span>,
    /// Those of them that code which is known was given, and does not call.
    pub idle: FxHashSet<Span>,
    /// Functions that bring about nothing if others call them.
    pub inert: FxHashSet<Span>,
    /// Functions that no way gets to, to be called from outside once that is known.
    pub uncalled: FxHashSet<Span>,
    /// Whether that is known.
    pub is_last_round: bool,
    /// The way to take.
    pub decisions: Vec<Decision>,
    /// Pieces of it whose ways are being run, the innermost last.
    segments: Vec<segments::Segment>,
    /// Pieces whose ways were all run.
    closed: FxHashMap<segments::Place, segments::Closed>,
    /// The names under which code that runs from outside has changed what others see.
    pub shared: Shared,
    /// Sinks that control got to after code from outside may have run, with the names that were read before.
    pub late: FxHashMap<Span, Shared>,
    /// Functions that code from outside got to.
    pub opened: FxHashSet<Span>,
    /// Sinks that something went out at which the text does not give.
    pub unclear: FxHashSet<Span>,
    /// Data that came in.
    pub seen: Labels,
    /// Data that went into what others hold.
    pub escaped: Labels,
    /// Whether a framework hands on data that nothing is known of here.
    pub is_hosted: bool,
    /// Regular expressions, with their flags in front; none where they are not understood.
    pub regexes: FxHashMap<String, Option<regex::Regex>>,
    /// Steps that are left.
    pub steps: u64,
}

/// The flows that stand the test.
pub fn confirm(project: &Project, models: &Models, flows: Vec<Flow>) -> Vec<Flow> {
    let is_code = |kind: FileKind| matches!(kind, FileKind::JavaScript | FileKind::TypeScript);
    let code = project.files.iter().filter(|(_, file)| is_code(file.kind));
    let size: usize = code.map(|(_, file)| file.text.len()).sum();
    let most = match project.kind {
        ProjectKind::Modules => MAX_BYTES,
        ProjectKind::MiniProgram => MAX_HOSTED_BYTES,
        ProjectKind::Plugin => 0,
    };
    if flows.is_empty() || size > most {
        return flows;
    }
    let stands = || {
        let record = run_all(project, models, &flows)?;
        Some(flows.iter().map(|flow| record.may_hold(flow)).collect::<Vec<bool>>())
    };
    // Calls of the program are calls of the machine: they need more stack than callers may have.
    let stands = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("replay".to_owned()).stack_size(STACK);
        builder.spawn_scoped(scope, stands).ok().and_then(|run| run.join().ok().flatten())
    });
    let Some(stands) = stands else { return flows };
    flows.into_iter().zip(stands).filter_map(|(flow, stands)| stands.then_some(flow)).collect()
}

impl Record {
    fn may_hold(&self, flow: &Flow) -> bool {
        let (source, sink) = (flow.source.span, flow.sink.span);
        if !self.places.contains(&source) || !self.places.contains(&sink) {
            return true;
        }
        if self.is_idle(source) || self.is_idle(sink) {
            return false;
        }
        let label = self.sources.get(&source).copied().unwrap_or(0);
        if self.is_hosted
            && (label & self.escaped != 0
                || label & self.seen != label && !self.is_passed_by(source)
                || self.unclear.contains(&sink))
        {
            return true;
        }
        if self.reached.contains(&sink) {
            if self.late.get(&sink).is_some_and(|read| read.meets(self.shared)) {
                return true;
            }
            return self.sinks.get(&sink).copied().unwrap_or(0) & label != 0;
        }
        // Control never gets there, unless something is thrown that is not known to be.
        self.innermost(sink).is_some_and(|function| {
            let is_open = self.is_hosted || self.opened.contains(function);
            !self.entered.contains(function) || is_open && !self.shared.is_empty()
        }) || self.is_in_idle_handler(sink)
    }

    /// The functions that a place stands in.
    fn around(&self, place: Span) -> impl Iterator<Item = &Span> {
        self.functions.iter().filter(move |function| function.contains(place))
    }

    /// The innermost of them.
    fn innermost(&self, place: Span) -> Option<&Span> {
        self.around(place).min_by_key(|function| function.end - function.start)
    }

    /// Whether a place stands in a handler of errors that control never gets to.
    fn is_in_idle_handler(&self, place: Span) -> bool {
        self.handlers.iter().any(|handler| handler.contains(place) && !self.entered.contains(handler))
    }

    /// Whether a place stands in a function that nobody ever calls.
    fn is_idle(&self, place: Span) -> bool {
        self.around(place).any(|function| self.idle.contains(function) && !self.entered.contains(function))
    }

    /// Whether control gets to the code around a place and never to the place itself.
    fn is_passed_by(&self, place: Span) -> bool {
        self.innermost(place).is_some_and(|function| self.entered.contains(function))
            && self.shared.is_empty()
            && !self.is_in_idle_handler(place)
    }
}

/// Runs every way; `None` if not all of them came to an end.
fn run_all(project: &Project, models: &Models, flows: &[Flow]) -> Option<Record> {
    let is_hosted = project.kind != ProjectKind::Modules;
    let mut programs: Vec<(FileId, Program)> = Vec::new();
    for (id, file) in project.files.iter() {
        match file.kind {
            FileKind::JavaScript | FileKind::TypeScript => {
                let (script, problems) = script::parse_to_run(id, file.kind, &file.text);
                let script = script.filter(|_| problems.is_empty())?;
                programs.push((id, script.program));
            }
            FileKind::Wxml | FileKind::Wxs if !is_hosted => return None,
            FileKind::Json | FileKind::Wxml | FileKind::Wxs => {}
        }
    }
    let is_asked =
        |names: &[&str]| project.files.iter().any(|(_, file)| names.iter().any(|name| file.text.contains(name)));
    let parts = PARTS.iter().filter(|(names, _)| is_asked(names)).map(|(_, text)| *text);
    let library: String = std::iter::once(include_str!("library/core.js")).chain(parts).collect();
    let (library, _) = script::parse(LIBRARY, FileKind::JavaScript, &library);
    programs.push((LIBRARY, library?.program));
    let steps = if is_hosted { MAX_HOSTED_STEPS } else { MAX_STEPS };
    let mut record = Record { is_hosted, steps, ..Record::default() };
    for flow in flows {
        let label = 1 << record.sources.len().min(MAX_SOURCES);
        record.sources.entry(flow.source.span).or_insert(label);
        record.sinks.insert(flow.sink.span, 0);
    }
    scope::note_places(&programs, &models.runtime.global_aliases, &mut record);
    let mut ways = 0;
    let prepared = Prepared::new(project, models, &programs, &mut record)?;
    record = run_ways(project, models, &programs, &prepared, record, &mut ways)?;
    let is_open = |function: &&Span| !record.entered.contains(*function) && !record.inert.contains(*function);
    record.uncalled = record.functions.iter().filter(is_open).copied().collect();
    if record.uncalled.is_empty() {
        return Some(record);
    }
    record.is_last_round = true;
    run_ways(project, models, &programs, &prepared, record, &mut ways)
}

/// Runs one way after the other, in the order of their decisions.
fn run_ways<'a>(
    project: &'a Project,
    models: &'a Models,
    programs: &'a [(FileId, Program)],
    prepared: &Prepared<'a>,
    mut record: Record,
    ways: &mut usize,
) -> Option<Record> {
    while *ways < MAX_WAYS {
        *ways += 1;
        record = Machine::run(project, models, programs, prepared, record)?;
        if !record.next_way() {
            return Some(record);
        }
    }
    None
}

/// The library's file.
pub(super) const LIBRARY: FileId = FileId(u32::MAX);
