//! A report as JUnit XML: a suite for each clause, a case for each finding, and one for what could not be analysed.
//! Knows no other format.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::model::{ClauseInfo, Diagnostic, Finding};
use super::{View, words};
use crate::base::text;
use crate::rules::Status;

type Xml = Writer<Vec<u8>>;

/// A finding at or above the level that fails the run is a failure; others are told of in the output of their case.
pub fn render(view: &View) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites: Vec<Suite> = view.report.clauses.iter().map(|clause| Suite::new(view, clause)).collect();
    let errors: Vec<&Diagnostic> =
        view.report.diagnostics.iter().filter(|diagnostic| diagnostic.level == "error").collect();
    let tests = suites.iter().map(Suite::tests).sum::<usize>() + errors.len();
    let failures: usize = suites.iter().map(|suite| suite.failures).sum();
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "wxray"),
            ("tests", tests.to_string().as_str()),
            ("failures", failures.to_string().as_str()),
            ("errors", errors.len().to_string().as_str()),
        ])
        .write_inner_content(|xml| {
            suites.iter().try_for_each(|suite| suite.write(view, xml))?;
            if errors.is_empty() { Ok(()) } else { of_errors(view, &errors, xml) }
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

struct Suite<'a> {
    clause: &'a ClauseInfo,
    findings: Vec<&'a Finding>,
    failures: usize,
}

impl<'a> Suite<'a> {
    fn new(view: &View<'a>, clause: &'a ClauseInfo) -> Self {
        let findings: Vec<&Finding> = view.findings().filter(|finding| finding.clause == clause.id).collect();
        let failures = findings.iter().filter(|finding| view.is_failing(finding)).count();
        Self { clause, findings, failures }
    }

    /// A clause without a finding is one case that says what is known of it.
    fn tests(&self) -> usize {
        self.findings.len().max(1)
    }

    fn is_skipped(&self) -> bool {
        self.findings.is_empty() && matches!(self.clause.status, Status::NeedsAttestation | Status::NotApplicable)
    }

    fn write(&self, view: &View, xml: &mut Xml) -> io::Result<()> {
        let name = format!("{} {}", self.clause.id, self.clause.title.get(view.lang()));
        xml.create_element("testsuite")
            .with_attributes([
                ("name", xml_text(&name).as_str()),
                ("tests", self.tests().to_string().as_str()),
                ("failures", self.failures.to_string().as_str()),
                ("errors", "0"),
                ("skipped", usize::from(self.is_skipped()).to_string().as_str()),
            ])
            .write_inner_content(|xml| {
                if self.findings.is_empty() {
                    return self.write_clause(view, xml);
                }
                self.findings.iter().try_for_each(|finding| of_finding(view, finding, xml))
            })?;
        Ok(())
    }

    fn write_clause(&self, view: &View, xml: &mut Xml) -> io::Result<()> {
        let status = words::status(self.clause.status);
        let case = xml
            .create_element("testcase")
            .with_attributes([("classname", self.clause.id.as_str()), ("name", status.get(view.lang()))]);
        if self.is_skipped() {
            case.write_inner_content(|xml| {
                xml.create_element("skipped").with_attribute(("message", status.get(view.lang()))).write_empty()?;
                Ok(())
            })?;
        } else {
            case.write_empty()?;
        }
        Ok(())
    }
}

fn of_finding(view: &View, finding: &Finding, xml: &mut Xml) -> io::Result<()> {
    let lang = view.lang();
    let message = xml_text(finding.message.get(lang));
    let at = finding.location.start;
    let file = xml_text(&view.path(&finding.location));
    let place = format!("{file}:{}:{}", at.line, at.column);
    let body = xml_text(&format!("{place}: {}\n{}", finding.message.get(lang), finding.help.get(lang)));
    xml.create_element("testcase")
        .with_attributes([
            ("classname", finding.clause.as_str()),
            ("name", format!("{message} ({place})").as_str()),
            ("file", file.as_str()),
            ("line", at.line.to_string().as_str()),
        ])
        .write_inner_content(|xml| {
            if finding.suppressed.is_some() {
                let why = finding.suppressed.as_ref().map(words::suppression).unwrap_or_default();
                xml.create_element("skipped")
                    .with_attribute(("message", xml_text(why.get(lang)).as_str()))
                    .write_empty()?;
            } else if view.is_failing(finding) {
                xml.create_element("failure")
                    .with_attributes([("type", finding.level.name()), ("message", message.as_str())])
                    .write_text_content(BytesText::new(&body))?;
            } else {
                xml.create_element("system-out").write_text_content(BytesText::new(&body))?;
            }
            Ok(())
        })?;
    Ok(())
}

fn of_errors(view: &View, errors: &[&Diagnostic], xml: &mut Xml) -> io::Result<()> {
    let count = errors.len().to_string();
    xml.create_element("testsuite")
        .with_attributes([
            ("name", "analysis"),
            ("tests", &count),
            ("failures", "0"),
            ("errors", &count),
            ("skipped", "0"),
        ])
        .write_inner_content(|xml| {
            for diagnostic in errors {
                let message = xml_text(diagnostic.message.get(view.lang()));
                let file = diagnostic.location.as_ref().map(|location| view.path(location)).unwrap_or_default();
                xml.create_element("testcase")
                    .with_attributes([("classname", diagnostic.code), ("name", xml_text(&file).as_str())])
                    .write_inner_content(|xml| {
                        xml.create_element("error")
                            .with_attributes([("type", diagnostic.code), ("message", message.as_str())])
                            .write_empty()?;
                        Ok(())
                    })?;
            }
            Ok(())
        })?;
    Ok(())
}

/// A text without the characters that XML cannot hold, or that would move a terminal's cursor, hide or reorder text.
fn xml_text(text: &str) -> String {
    let is_bare = |c: &char| text::is_hidden(*c) || matches!(c, '\0'..'\u{20}' | '\u{FFFE}' | '\u{FFFF}');
    let is_kept = |c: &char| matches!(c, '\t' | '\n' | '\r') || !is_bare(c);
    text.chars().map(|c| if is_kept(&c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}
