//! The steps from a loaded project to its flows, put together.

use std::time::Duration;

use rayon::prelude::*;

use crate::base::{Date, FileId, FileKind, Level, Problem, Span, Text};
use crate::consent;
use crate::graph::natives::TagKind;
use crate::graph::{self, Budget};
use crate::ir::{self, Module};
use crate::models::Models;
use crate::project::Project;
use crate::replay;
use crate::syntax::{script, wxml};
use crate::taint::{self, Flow};

/// How an analysis is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Config {
    /// Limits in units of work.
    pub budget: Budget,
    /// Tells the time since some start: the core itself has no clock. Without one no times are given.
    pub clock: Option<fn() -> Duration>,
    /// The day on which the program was released: which dialogs of the platform were in force. None is the present.
    pub release: Option<Date>,
}

/// What an analysis found.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Flows, sorted by the place of their sink.
    pub flows: Vec<Flow>,
    /// The functions of the program in the order of files and places; the code at the top of a file is one.
    pub code: Vec<Code>,
    /// What is known of the user's consent: to each flow, and where the platform is called.
    pub consent: consent::Judged,
    /// What could not be done.
    pub problems: Vec<Problem>,
    /// Sizes and times.
    pub stats: Stats,
}

/// A function of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// All of it.
    pub span: Span,
    /// Whether the program can get there when it runs.
    pub is_reachable: bool,
}

/// Sizes and times of an analysis.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Nodes of the flow graph.
    pub nodes: usize,
    /// Its edges.
    pub edges: usize,
    /// Places where data comes in.
    pub sources: usize,
    /// Places where data goes out.
    pub sinks: usize,
    /// How long each step took.
    pub phases: Vec<(&'static str, Duration)>,
}

/// Analyses a project with these models.
pub fn analyze(project: &Project, models: &Models, config: &Config) -> Analysis {
    let mut watch = Watch { clock: config.clock, last: config.clock.map(|clock| clock()), phases: Vec::new() };
    let (modules, mut problems, parsing) = lower_all(project, config.clock);
    watch.lap("lower");
    watch.phases.extend(parsing.map(|time| ("parse", time)));
    let (graph, more) = graph::build(project, modules, models, config.budget);
    problems.extend(more);
    watch.lap("graph");
    let (flows, control) = rayon::join(
        || {
            let mut flows = taint::solve(&graph, models);
            flows.retain(|flow| !crosses(project, flow));
            watch.lap("taint");
            let flows = replay::confirm(project, models, flows);
            watch.lap("replay");
            flows
        },
        || consent::solve(&graph, models),
    );
    let app_config = project.app_config.and_then(|file| project.config(file));
    let under = consent::Circumstances::new(config.release, app_config);
    let consent = consent::judge(&control, &project.files, &flows, under);
    drop(control);
    watch.lap("consent");
    let of_kind = |marks: &[graph::Mark], is_kind: fn(TagKind) -> bool| {
        let mut places: Vec<_> = marks
            .iter()
            .filter(|mark| graph.tags.kind(mark.tag).is_some_and(is_kind))
            .filter_map(|mark| graph.place(mark.node))
            .collect();
        places.sort_unstable();
        places.dedup();
        places.len()
    };
    let stats = Stats {
        nodes: graph.graph.node_count(),
        edges: graph.graph.edge_count(),
        sources: of_kind(&graph.origins, |kind| matches!(kind, TagKind::Source { .. })),
        sinks: of_kind(&graph.outlets, |kind| matches!(kind, TagKind::Sink { .. })),
        phases: watch.phases,
    };
    problems.sort();
    problems.dedup();
    Analysis { flows, code: code(&graph), consent, problems, stats }
}

/// Whether a flow leads from one of several programs in a folder into another, which share no storage on any phone.
fn crosses(project: &Project, flow: &Flow) -> bool {
    let program = |file: FileId| {
        let path = &project.files.get(file).path;
        let is_inside = |root: &&String| path.strip_prefix(root.as_str()).is_some_and(|rest| rest.starts_with('/'));
        project.programs.iter().filter(is_inside).max_by_key(|root| root.len())
    };
    let mut met = flow.steps.iter().filter_map(|step| program(step.span.file));
    let first = met.next();
    met.any(|other| Some(other) != first)
}

/// The flow graph of a project alone.
pub fn flow_graph(project: &Project, models: &Models, budget: Budget) -> (graph::FlowGraph, Vec<Problem>) {
    let (modules, mut problems, _) = lower_all(project, None);
    let (graph, more) = graph::build(project, modules, models, budget);
    problems.extend(more);
    (graph, problems)
}

/// Functions that were instantiated at the end of some call path which the program can take are reachable.
fn code(graph: &graph::FlowGraph) -> Vec<Code> {
    let mut is_reachable = vec![false; graph.program.len()];
    for (at, instance) in graph.instances.iter().enumerate() {
        is_reachable[instance.func.0 as usize] |= !graph.is_dead(graph::InstId(at as u32));
    }
    let functions = is_reachable.iter().enumerate().filter_map(|(at, &is_reachable)| {
        let id = graph::program::FuncId(at as u32);
        let span = graph.program.span(id, graph.program.get(id).function.at)?;
        Some(Code { span, is_reachable })
    });
    let mut code: Vec<Code> = functions.collect();
    code.sort_unstable();
    code
}

/// Parses and lowers every script, in parallel; the result is in the order of the files, with the time that parsing took,
/// over all threads.
fn lower_all(project: &Project, clock: Option<fn() -> Duration>) -> (Vec<Module>, Vec<Problem>, Option<Duration>) {
    let files: Vec<_> = project.files.iter().filter(|(_, file)| file.kind != FileKind::Json).collect();
    let now = || clock.map_or(Duration::ZERO, |clock| clock());
    let lowered: Vec<(Vec<Module>, Vec<Problem>, Duration)> = files
        .into_par_iter()
        .map(|(id, file)| {
            let start = now();
            if file.kind == FileKind::Wxml {
                let (document, problems) = wxml::parse(id, &file.text);
                let parsing = now().saturating_sub(start);
                let (modules, more) = lower_template(id, &file.text, &document);
                let gone = absent_templates(project, id, &file.text, &document);
                return (modules, [problems, more, gone].concat(), parsing);
            }
            let (script, problems) = script::parse(id, file.kind, &file.text);
            let parsing = now().saturating_sub(start);
            (script.map(|script| ir::lower(id, &script)).into_iter().collect(), problems, parsing)
        })
        .collect();
    let mut modules = Vec::new();
    let mut problems = Vec::new();
    let mut parsing = Duration::ZERO;
    for (module, more, time) in lowered {
        modules.extend(module);
        problems.extend(more);
        parsing += time;
    }
    (modules, problems, clock.map(|_| parsing))
}

/// A template with the scripts that stand in it.
fn lower_template(id: FileId, text: &str, document: &wxml::Document) -> (Vec<Module>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut modules = vec![ir::template::lower(id, text, document)];
    for (request, text) in ir::template::inline_scripts(text, document) {
        let (script, more) = script::parse(id, FileKind::Wxs, &text);
        problems.extend(more);
        modules.extend(script.map(|script| Module { inline: Some(request), ..ir::lower(id, &script) }));
    }
    (modules, problems)
}

/// The files that a template asks for, and that are not there.
fn absent_templates(project: &Project, id: FileId, text: &str, document: &wxml::Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut work: Vec<&wxml::Node> = document.nodes.iter().collect();
    while let Some(node) = work.pop() {
        let wxml::Node::Element(element) = node else { continue };
        work.extend(&element.children);
        let source = element.attributes.iter().find(|attribute| attribute.name == "src");
        let is_asking = matches!(element.tag.as_str(), "import" | "include");
        let Some(value) = source.and_then(|source| source.value.as_ref()).filter(|_| is_asking) else { continue };
        let src = &text[value.span.range()];
        if project.resolve_template(id, src).is_none() {
            let message = Text::new(
                format!("找不到模板文件 {src}：请检查路径，或确认它在所分析的目录中"),
                format!(
                    "cannot find the template {src}: check the path, or whether it lies in the folder that is analysed"
                ),
            );
            problems.push(Problem::at(Level::Warning, "unresolved-template", value.span, message));
        }
    }
    problems
}

struct Watch {
    clock: Option<fn() -> Duration>,
    last: Option<Duration>,
    phases: Vec<(&'static str, Duration)>,
}

impl Watch {
    fn lap(&mut self, phase: &'static str) {
        if let (Some(clock), Some(last)) = (self.clock, self.last) {
            let now = clock();
            self.phases.push((phase, now.saturating_sub(last)));
            self.last = Some(now);
        }
    }
}
