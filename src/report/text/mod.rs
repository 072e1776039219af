//! A report for people: a block with code for each finding, and a summary. The only one that knows codespan.
//! Knows the report and the texts of the files, and nothing of how a flow was found.

mod brief;
mod clauses;
mod clip;
mod frame;
mod header;
mod labels;

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Block, Label, LabelStyle, Severity};
use codespan_reporting::term::{
    self,
    termcolor::{Ansi, NoColor, WriteColor},
};

pub use clip::clean;

use self::frame::Frame;
use self::header::{Header, WithoutHeader};
use self::labels::Marked;
use super::model::{Diagnostic, Finding, Location};
use super::places::Places;
use super::steps::beside;
use super::{Titled, View, diagnostics, words};
use crate::base::text::Lang;
use crate::base::{FileId, Files, Problem};
use crate::rules::Level;

/// How much is told, and how.
#[derive(Clone, Copy, Debug)]
struct Options<'a> {
    lang: Lang,
    detail: Detail,
    /// What leads from where the reader stands to the root of the program.
    prefix: &'a str,
    /// How many columns there are.
    columns: Option<usize>,
}

/// What a report is shown on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screen {
    /// Whether it shows colours (ANSI escape sequences).
    pub color: bool,
    /// How many columns it has, where that is known.
    pub columns: Option<usize>,
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
pub fn render(view: &View, screen: Screen, detail: Detail) -> io::Result<Vec<u8>> {
    let (report, files) = (view.report, view.files);
    let options = Options { lang: view.lang(), detail, prefix: view.look.prefix, columns: screen.columns };
    colored(screen.color, |out| {
        let (findings, remarks) = brief::findings(view, options.detail);
        for (finding, alike) in findings {
            block_of_finding(finding, view.flow_of(finding), files, options, out)?;
            paragraph(&brief::places(view, &alike), out)?;
        }
        paragraph(&remarks, out)?;
        if options.detail == Detail::Verbose {
            let judged: BTreeSet<&str> = report.findings.iter().filter_map(|finding| finding.flow.as_deref()).collect();
            for flow in report.flows.iter().filter(|flow| !judged.contains(flow.id.as_str())) {
                block_of_flow(Titled::new(flow, report), files, options, out)?;
            }
        }
        let (problems, more) = brief::problems(&report.diagnostics, options.detail, options.lang);
        for diagnostic in problems {
            problem(diagnostic, files, options, out)?;
        }
        paragraph(&more, out)?;
        if options.detail != Detail::Quiet {
            paragraph(&clauses::clauses(view), out)?;
        }
        writeln!(out, "{}", words::summary(report).get(options.lang))
    })
}

/// One finding with every step of its way.
pub fn render_finding(view: &View, finding: &Finding, screen: Screen) -> io::Result<Vec<u8>> {
    let options = in_full(view, screen);
    colored(screen.color, |out| block_of_finding(finding, view.flow_of(finding), view.files, options, out))
}

/// One flow with every step of its way.
pub fn render_flow(flow: Titled, view: &View, screen: Screen) -> io::Result<Vec<u8>> {
    let options = in_full(view, screen);
    colored(screen.color, |out| block_of_flow(flow, view.files, options, out))
}

fn in_full<'a>(view: &View<'a>, screen: Screen) -> Options<'a> {
    Options { lang: view.lang(), detail: Detail::Verbose, prefix: view.look.prefix, columns: screen.columns }
}

/// Lines with an empty one behind them.
fn paragraph(lines: &[String], out: &mut dyn WriteColor) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{line}")?;
    }
    if lines.is_empty() { Ok(()) } else { writeln!(out) }
}

/// One problem with its code, for what is wrong outside of a report (models, settings).
pub fn render_problem(problem: &Problem, files: &Files, lang: Lang, screen: Screen) -> io::Result<Vec<u8>> {
    let diagnostic = diagnostics::diagnostic(problem, &Places::new(files));
    let options = Options { lang, detail: Detail::Normal, prefix: "", columns: screen.columns };
    colored(screen.color, |out| self::problem(&diagnostic, files, options, out))
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
    flow: Option<Titled>,
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
        Some(flow) => labels::of_flow(flow, files, options),
        None => (labels::of_finding(finding, options.lang), 0),
    };
    let help = format!("{}{}", words::help().get(options.lang), finding.help.get(options.lang));
    let id = format!("{}{}", words::finding_id().get(options.lang), finding.id);
    let ignored = finding.suppressed.as_ref().map(|why| words::suppression(why).get(options.lang).to_owned());
    let beside = flow.map(|titled| beside(finding, titled.flow)).unwrap_or_default();
    let beside = beside.into_iter().map(|related| {
        let Location { file, start, .. } = &related.location;
        let place = format!("{}{file}:{}:{}", options.prefix, start.line, start.column);
        words::at_place(&related.message, &place).get(options.lang).to_owned()
    });
    let notes = notes(flow, hidden, options).into_iter().chain(beside).chain(ignored).chain([help, id]);
    let level = words::level(finding.level);
    let header = Header {
        word: level.get(options.lang),
        code: &finding.clause,
        message: clean(finding.message.get(options.lang)),
    };
    let block = Block::new(severity).with_notes(notes.map(|note| clean(&note)).collect());
    emit(&header, block, &marks, (files, options), out)
}

fn block_of_flow(flow: Titled, files: &Files, options: Options, out: &mut dyn WriteColor) -> io::Result<()> {
    let (marks, hidden) = labels::of_flow(flow, files, options);
    let word = words::flow();
    let message = clean(words::flow_sentence(flow).get(options.lang));
    let header = Header { word: word.get(options.lang), code: &flow.flow.id, message };
    let notes = notes(Some(flow), hidden, options);
    emit(
        &header,
        Block::help().with_notes(notes.iter().map(|note| clean(note)).collect()),
        &marks,
        (files, options),
        out,
    )
}

/// What is to be said of a flow below its code.
fn notes(flow: Option<Titled>, hidden: usize, options: Options) -> Vec<String> {
    let hidden = (0 < hidden).then(|| words::hidden_steps(hidden).get(options.lang).to_owned());
    let flow = flow.map(|titled| titled.flow);
    let form = flow.and_then(|flow| words::form(flow.form)).map(|form| form.get(options.lang).to_owned());
    let features = flow.into_iter().flat_map(|flow| flow.features.iter().map(|mark| words::feature_of(mark, flow)));
    let features = features.map(|words| words.get(options.lang).to_owned());
    hidden.into_iter().chain(form).chain(features).collect()
}

fn problem(diagnostic: &Diagnostic, files: &Files, options: Options, out: &mut dyn WriteColor) -> io::Result<()> {
    let Options { lang, prefix, .. } = options;
    let severity = match diagnostic.level {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    };
    // Of a place in a file that is not the program's (settings) the text is not at hand.
    let elsewhere = diagnostic.location.as_ref().filter(|location| files.find_shown(&location.file).is_none());
    let place = elsewhere.map(|location| {
        let at = location.start;
        format!("{}:{}:{}", location.file, at.line, at.column)
    });
    let own = diagnostic.path.as_ref().map(|path| format!("{prefix}{path}"));
    let path = own.or(place).filter(|path| !path.is_empty()).map(|path| format!("{path}: ")).unwrap_or_default();
    let word = words::problem(diagnostic.level);
    let message = clean(&format!("{path}{}", diagnostic.message.get(lang)));
    let header = Header { word: word.get(lang), code: diagnostic.code, message };
    // Of a file that is named for itself there is no text to show.
    let location = diagnostic.location.as_ref().filter(|_| diagnostic.path.is_none());
    let mark = location.map(|location| Marked::primary(location, String::new()));
    emit(&header, Block::new(severity), mark.as_slice(), (files, options), out)
}

/// Writes a block whose labels stand at the marks.
fn emit(
    header: &Header,
    block: Block<usize>,
    marks: &[Marked],
    (files, options): (&Files, Options),
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    header.write(block.severity, out)?;
    let found: Vec<(&Marked, FileId, Range<usize>)> = marks
        .iter()
        .filter_map(|mark| Some((mark, files.find_shown(&mark.location.file)?, bytes(mark.location))))
        .collect();
    let places: Vec<(FileId, Range<usize>)> = found.iter().map(|(_, file, range)| (*file, range.clone())).collect();
    let (frame, shown) = Frame::new(files, options.prefix, &places, options.columns);
    let labels = found.iter().zip(shown).map(|((mark, ..), (view, range))| {
        let style = if mark.is_primary { LabelStyle::Primary } else { LabelStyle::Secondary };
        Label::new(style, view, range).with_message(&mark.message)
    });
    let block = block.with_labels(labels.collect());
    let config = term::Config { tab_width: frame::TAB_WIDTH, ..term::Config::default() };
    term::emit_to_write_style(&mut WithoutHeader::new(out), &config, &frame, &block).map_err(io::Error::other)?;
    Ok(())
}

fn bytes(location: &Location) -> Range<usize> {
    location.start.offset as usize..location.end.offset as usize
}
