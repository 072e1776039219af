//! `wxray why` and `wxray graph`: questions to the flow graph itself. Knows places on the command line, and nothing of how
//! the graph was built.

use std::fmt::Write;
use std::io;
use std::path::Path;

use super::args::{Args, Common, Graph, GraphFormat, Line, Why};
use super::cannot_print;
use super::config::{Given, InForce};
use super::input::{self, Loaded};
use super::inventory::analyse_one;
use super::models;
use super::output;
use super::settings;
use super::status::Outcome;
use crate::analysis::flow_graph;
use crate::base::text::{Lang, nearest};
use crate::base::{Span, Text};
use crate::graph::{Budget, FlowGraph, NodeId};
use crate::models::Models;
use crate::project::Project;
use crate::report::drawing::draw;
use crate::report::places::Places;
use crate::report::text::clean;
use crate::report::words;
use crate::rules::secrets::Secrets;
use crate::taint::Step;
use crate::taint::trace::{self, Trace};

/// A name of a file that differs in more letters than this is no misspelling.
const MAX_DIFFERENCE: usize = 3;

/// A program with its graph.
struct Drawn {
    secrets: Secrets,
    project: Project,
    prefix: String,
    models: Models,
    graph: FlowGraph,
    lang: Lang,
}

fn graph_of(args: &Args, common: &Common, path: &Path) -> Result<Drawn, Outcome> {
    let in_force = InForce::new(args, Given::common(common), path)?;
    let models = models::load_for(args, &in_force)?;
    let Loaded { mut project, prefix, .. } = input::load(path).map_err(Outcome::not_analysed)?;
    let (graph, _) = flow_graph(&project, &models, Budget::default());
    let secrets = Secrets::of(&project);
    secrets.mask_files(&mut project.files);
    Ok(Drawn { secrets, project, prefix, models, graph, lang: settings::lang(in_force.lang) })
}

impl Drawn {
    /// The bytes of a line; the file may be named as reports do, or from where the program was started.
    fn line(&self, line: &Line) -> Result<Span, Outcome> {
        let files = &self.project.files;
        let inner = line.file.strip_prefix(self.prefix.as_str()).filter(|_| !self.prefix.is_empty());
        let found = files.find(&line.file).or_else(|| files.find(inner?));
        let id = found.ok_or_else(|| {
            let name = &line.file;
            let near = nearest(name, files.shown().iter().map(|file| file.path.as_str()), |_| MAX_DIFFERENCE);
            let zh = near.map_or_else(String::new, |near| format!("，是否为 {near}？"));
            let en = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let en = format!("there is no file {name} in the program{en}");
            Outcome::usage(Text::new(format!("程序中没有文件 {name}{zh}"), en))
        })?;
        let file = files.get(id);
        if file.line_starts().len() < line.line as usize {
            let Line { file, line } = line;
            return Err(Outcome::usage(Text::new(
                format!("{file} 没有第 {line} 行"),
                format!("{file} has no line {line}"),
            )));
        }
        let range = file.line_range(line.line as usize - 1);
        Ok(Span::new(id, range.start as u32, range.end as u32))
    }

    fn sources(&self, span: Span) -> Vec<NodeId> {
        trace::nodes_at(&self.graph, span, &self.graph.origins)
    }

    fn sinks(&self, span: Span) -> Vec<NodeId> {
        trace::nodes_at(&self.graph, span, &self.graph.outlets)
    }

    fn place(&self, span: Span) -> String {
        let location = Places::new(&self.project.files).location(span);
        let at = location.start;
        clean(&format!("{}{}:{}:{}", self.prefix, location.file, at.line, at.column))
    }

    fn code(&self, span: Span) -> String {
        clean(self.project.files.slice(span).lines().next().unwrap_or_default().trim())
    }
}

/// Runs `wxray why …`.
pub fn why(args: &Args, why: &Why) -> Outcome {
    try_why(args, why).unwrap_or_else(|outcome| outcome)
}

fn try_why(args: &Args, why: &Why) -> Result<Outcome, Outcome> {
    let drawn = graph_of(args, &why.common, &why.project)?;
    let (source, sink) = (drawn.line(&why.source)?, drawn.line(&why.sink)?);
    let (sources, sinks) = (drawn.sources(source), drawn.sinks(sink));
    for (nodes, line) in [(&sources, &why.source), (&sinks, &why.sink)] {
        if nodes.is_empty() {
            let Line { file, line } = line;
            return Err(Outcome::usage(Text::new(
                format!("{file}:{line} 处没有已知的值：该处不会执行，或未作分析"),
                format!("no value is known on {file}:{line}: nothing there runs, or it was not analysed"),
            )));
        }
    }
    let trace = trace::trace(&drawn.graph, &drawn.models, &sources, &sinks);
    let told = told(&drawn, &trace);
    output::print(drawn.secrets.mask(&told).unwrap_or(told).as_bytes()).map_err(|error| cannot_print(&error))?;
    Ok(Outcome::success(if trace.arrives { "the data arrives" } else { "the data does not arrive" }))
}

fn told(drawn: &Drawn, trace: &Trace) -> String {
    let lang = drawn.lang;
    let mut out = String::new();
    for (number, step) in trace.way.iter().enumerate() {
        let words = words::plain_step(step.kind, &step.note);
        let _ =
            writeln!(out, "{:3}. {} {}  {}", number + 1, drawn.place(step.span), words.get(lang), code(drawn, step));
    }
    if trace.arrives {
        return out;
    }
    for span in &trace.cleared {
        let words =
            Text::new("此处只读取与内容无关的属性，数据不再继续", "only what says nothing of the data is read here");
        let _ = writeln!(out, "     {} {}", drawn.place(*span), words.get(lang));
    }
    if let Some((end, begin)) = trace.gap {
        let words = Text::new(
            format!("数据最后见于 {}，而到达目标的值始于 {}：两者之间缺少一步。", drawn.place(end), drawn.place(begin)),
            format!(
                "the data was last seen at {}, and what arrives begins at {}: the step between the two is missing.",
                drawn.place(end),
                drawn.place(begin)
            ),
        );
        let advice = Text::new(
            "如果该处的调用会传递数据，可在模型文件中为它写一个 step（`wxray models schema`），并用 --models 加入。",
            "where a call hands the data on there, describe it as a step in a model file (`wxray models schema`) and add it with --models.",
        );
        let _ = write!(out, "\n{}\n{}\n", words.get(lang), advice.get(lang));
    }
    out
}

fn code(drawn: &Drawn, step: &Step) -> String {
    let code = drawn.code(step.span);
    code.chars().take(80).collect()
}

/// Runs `wxray graph …`.
pub fn run(args: &Args, graph: &Graph) -> Outcome {
    try_run(args, graph).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, graph: &Graph) -> Result<Outcome, Outcome> {
    let drawn = graph_of(args, &graph.common, &graph.path)?;
    let (from, to) = match &graph.finding {
        Some(id) => {
            let (from, to) = ends_of(args, graph, id)?;
            (Some(from), Some(to))
        }
        None => (graph.from.clone(), graph.to.clone()),
    };
    let from = from.map(|line| drawn.line(&line)).transpose()?.map(|span| drawn.sources(span));
    let to = to.map(|line| drawn.line(&line)).transpose()?.map(|span| drawn.sinks(span));
    let part = match &graph.function {
        Some(name) => trace::of_function(&drawn.graph, name),
        None => trace::between(&drawn.graph, from.as_deref(), to.as_deref()),
    };
    if let Some(name) = graph.function.as_ref().filter(|_| part.is_clear()) {
        return Err(Outcome::usage(Text::new(
            format!("程序中没有名为 {name} 的函数"),
            format!("there is no function {name} in the program"),
        )));
    }
    let drawing = draw(&drawn.graph, &drawn.project.files, &part);
    let text = match graph.format {
        GraphFormat::Dot => Ok(drawing.dot()),
        GraphFormat::Json => drawing.json().map_err(io::Error::other).and_then(text_of),
        GraphFormat::Graphml => drawing.graphml().and_then(text_of),
    };
    // Names of fields come from the graph, and not from the texts.
    let printed = text.and_then(|text| output::print(drawn.secrets.mask(&text).unwrap_or(text).as_bytes()));
    printed.map_err(|error| cannot_print(&error))?;
    Ok(Outcome::success(format!("{} nodes, {} edges", drawing.nodes.len(), drawing.edges.len())))
}

fn text_of(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// The lines of both ends of a finding's flow.
fn ends_of(args: &Args, graph: &Graph, id: &str) -> Result<(Line, Line), Outcome> {
    let (_, analysed) = analyse_one(args, &graph.common, &graph.path)?;
    let finding = analysed.report.findings.iter().find(|finding| finding.id == id);
    let finding = finding.ok_or_else(|| {
        Outcome::usage(Text::new(format!("没有编号为 {id} 的发现"), format!("there is no finding {id}")))
    })?;
    let flow = analysed.report.flows.iter().find(|flow| Some(&flow.id) == finding.flow.as_ref());
    let flow = flow.ok_or_else(|| {
        Outcome::usage(Text::new(format!("发现 {id} 与数据流无关"), format!("finding {id} is about no flow")))
    })?;
    let line = |at: &crate::report::model::Location| Line { file: at.file.clone(), line: at.start.line };
    Ok((line(&flow.source.location), line(&flow.sink.location)))
}
