//! A report for people: a block with code for each finding, and a summary. The only one that knows codespan.
//! Knows the report and the texts of the files, and nothing of how a flow was found.

mod clip;
mod frame;
mod labels;
mod words;

use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Block, Label, LabelStyle, Severity};
use codespan_reporting::term::{
    self,
    termcolor::{Ansi, NoColor, WriteColor},
};

pub use clip::clean;

use self::frame::Frame;
use self::labels::Marked;
use super::Report;
use super::build;
use super::model::{Diagnostic, Finding, Flow, Location};
use super::places::Places;
use crate::base::text::Lang;
use crate::base::{FileId, Files, Problem};
use crate::rules::Level;

/// How much is told, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The language.
    pub lang: Lang,
    /// Whether to write colours as ANSI escape sequences.
    pub color: bool,
    /// How much.
    pub detail: Detail,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Findings, and what could not be analysed at all.
    Quiet,
    /// Warnings about the analysis too.
    Normal,
    /// Flows without a finding, every step, and notes about the analysis too.
    Verbose,
}

/// The report as text, with the summary in its last line.
pub fn render(report: &Report, files: &Files, options: Options) -> io::Result<Vec<u8>> {
    colored(options.color, |out| {
        for diagnostic in report.diagnostics.iter().filter(|diagnostic| is_told(diagnostic, options.detail)) {
            problem(diagnostic, files, options.lang, out)?;
        }
        for finding in &report.findings {
            let flow = report.flows.iter().find(|flow| Some(&flow.id) == finding.flow.as_ref());
            block_of_finding(finding, flow, files, options, out)?;
        }
        if options.detail == Detail::Verbose {
            let judged = |flow: &&Flow| report.findings.iter().any(|finding| finding.flow.as_ref() == Some(&flow.id));
            for flow in report.flows.iter().filter(|flow| !judged(flow)) {
                block_of_flow(flow, files, options, out)?;
            }
        }
        writeln!(out, "{}", words::summary(report).get(options.lang))
    })
}

/// One problem with its code, for what is wrong outside of a report (models, settings).
pub fn render_problem(problem: &Problem, files: &Files, lang: Lang, color: bool) -> io::Result<Vec<u8>> {
    let diagnostic = build::diagnostic(problem, &Places::new(files));
    colored(color, |out| self::problem(&diagnostic, files, lang, out))
}

fn colored(color: bool, write: impl FnOnce(&mut dyn WriteColor) -> io::Result<()>) -> io::Result<Vec<u8>> {
    if color {
        let mut out = Ansi::new(Vec::new());
        write(&mut out)?;
        Ok(out.into_inner())
    } else {
        let mut out = NoColor::new(Vec::new());
        write(&mut out)?;
        Ok(out.into_inner())
    }
}

fn is_told(diagnostic: &Diagnostic, detail: Detail) -> bool {
    let needed = match diagnostic.level {
        "error" => Detail::Quiet,
        "warning" => Detail::Normal,
        _ => Detail::Verbose,
    };
    needed <= detail
}

fn block_of_finding(
    finding: &Finding,
    flow: Option<&Flow>,
    files: &Files,
    options: Options,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let severity = match finding.level {
        Level::Violation => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    };
    let (marks, hidden) = match flow {
        Some(flow) => labels::of_flow(flow, options),
        None => (labels::of_finding(finding, options.lang), 0),
    };
    let mut notes = notes(flow, hidden, options);
    notes.push(clean(&format!("{}{}", words::help().get(options.lang), finding.help.get(options.lang))));
    let block = Block::new(severity)
        .with_code(finding.clause.clone())
        .with_message(clean(finding.message.get(options.lang)))
        .with_notes(notes);
    emit(block, &marks, files, out)
}

fn block_of_flow(flow: &Flow, files: &Files, options: Options, out: &mut dyn WriteColor) -> io::Result<()> {
    let (marks, hidden) = labels::of_flow(flow, options);
    let block = Block::help()
        .with_code("flow")
        .with_message(clean(words::flow(flow).get(options.lang)))
        .with_notes(notes(Some(flow), hidden, options));
    emit(block, &marks, files, out)
}

fn notes(flow: Option<&Flow>, hidden: usize, options: Options) -> Vec<String> {
    let hidden = (0 < hidden).then(|| words::hidden_steps(hidden).get(options.lang).to_owned());
    let features = flow.filter(|flow| !flow.features.is_empty()).map(|flow| flow.features.join(", "));
    hidden.into_iter().chain(features.map(|names| clean(&names))).collect()
}

fn problem(diagnostic: &Diagnostic, files: &Files, lang: Lang, out: &mut dyn WriteColor) -> io::Result<()> {
    let severity = match diagnostic.level {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    };
    let path = diagnostic.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    let block = Block::new(severity)
        .with_code(diagnostic.code)
        .with_message(clean(&format!("{path}{}", diagnostic.message.get(lang))));
    let mark = diagnostic.location.as_ref().map(|location| Marked::primary(location, String::new()));
    emit(block, mark.as_slice(), files, out)
}

/// Writes a block whose labels stand at the marks.
fn emit(block: Block<usize>, marks: &[Marked], files: &Files, out: &mut dyn WriteColor) -> io::Result<()> {
    let found: Vec<(&Marked, FileId, Range<usize>)> =
        marks.iter().filter_map(|mark| Some((mark, files.find(&mark.location.file)?, bytes(mark.location)))).collect();
    let places: Vec<(FileId, Range<usize>)> = found.iter().map(|(_, file, range)| (*file, range.clone())).collect();
    let (frame, shown) = Frame::new(files, &places);
    let labels = found.iter().zip(shown).map(|((mark, ..), (view, range))| {
        let style = if mark.is_primary { LabelStyle::Primary } else { LabelStyle::Secondary };
        Label::new(style, view, range).with_message(&mark.message)
    });
    let block = block.with_labels(labels.collect());
    let config = term::Config { tab_width: frame::TAB_WIDTH, ..term::Config::default() };
    term::emit_to_write_style(out, &config, &frame, &block).map_err(io::Error::other)?;
    Ok(())
}

fn bytes(location: &Location) -> Range<usize> {
    location.start.offset as usize..location.end.offset as usize
}
