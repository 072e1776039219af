//! Markers in the text of a fixture: found, parsed, and overwritten with spaces so that offsets stay true.
//! Knows their grammar, and not what is compared with them.

use std::sync::LazyLock;

use regex::Regex;

/// What a marker claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `source [CATEGORY] [as NAME]`
    Source { data: Option<String>, name: Option<String> },
    /// `flow [NAME] [-> KIND]`
    Flow { from: Option<String>, kind: Option<String> },
    /// `step KIND`
    Step { kind: String },
    /// `feature NAME` or `feature no NAME`
    Feature { name: String, is_there: bool },
    /// `consent STATUS`
    Consent { status: String },
    /// `row CLAUSE STATUS`
    Row { clause: String, status: String },
    /// `clean`
    Clean,
    /// `14.2.4 violation`
    Finding { clause: String, level: String },
}

/// Whether what the marker claims is also what the tool says today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Right,
    /// It should be reported and is not.
    Missing,
    /// It is reported and should not be.
    Spurious,
}

/// One marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The line that it speaks of, from 1.
    pub line: usize,
    /// What it claims.
    pub fact: Fact,
    /// Known gaps and false alarms.
    pub status: Status,
    /// The text behind `--`.
    pub why: Option<String>,
    /// First and last column of the span, from 1, where carets on the next line give them.
    pub columns: Option<(usize, usize)>,
}

/// A text, its markers, and what is wrong with them.
#[derive(Debug)]
pub struct Marked {
    /// The text with spaces in place of the markers; as many bytes as before.
    pub text: String,
    /// In the order of the text.
    pub markers: Vec<Marker>,
    /// Line and message.
    pub errors: Vec<(usize, String)>,
}

static START: LazyLock<Regex> = LazyLock::new(|| regex(r"(?://|<!--)~(\^*)"));
/// What looks like a marker to a reader, written right or not.
static LOOKALIKE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?://|<!--|/\*|#)\s*~"));
static CARETS: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*//\s*(\^+)\s*$"));
static BODY: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:(MISSING|SPURIOUS)\s+)?(.*?)(?:\s+--\s+(.*))?$"));
static SOURCE: LazyLock<Regex> = LazyLock::new(|| regex(r"^source(?: ([a-z][a-z0-9-]*))??(?: as (\w+))?$"));
static FLOW: LazyLock<Regex> = LazyLock::new(|| regex(r"^flow(?: (\w+))?(?: -> ([a-z][a-z-]*))?$"));
static STEP: LazyLock<Regex> = LazyLock::new(|| regex(r"^step ([a-z][a-z-]*)$"));
static FEATURE: LazyLock<Regex> = LazyLock::new(|| regex(r"^feature (no )?([a-z][a-z-]*)$"));
static CONSENT: LazyLock<Regex> = LazyLock::new(|| regex(r"^consent (gated|platform|none|unknown)$"));
static ROW: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^row ([a-z0-9]+(?:\.[0-9]+)+) (violated|suspected|satisfied|needs-attestation|not-applicable)$")
});
static FINDING: LazyLock<Regex> = LazyLock::new(|| regex(r"^([0-9]+(?:\.[0-9]+)+) (violation|warning|note)$"));

/// Parses a text; every marker in it is either in `markers` or in `errors`.
pub fn parse(text: &str) -> Marked {
    let mut marked = Marked { text: String::with_capacity(text.len()), markers: Vec::new(), errors: Vec::new() };
    for (index, line) in text.split_inclusive('\n').enumerate() {
        parse_line(line, index + 1, &mut marked);
    }
    let claimed = LOOKALIKE.find_iter(text).count();
    let parsed = marked.markers.len() + marked.errors.len();
    if claimed != parsed {
        marked.errors.push((1, format!("{claimed} markers in the text, {parsed} parsed: one is written wrongly")));
    }
    marked
}

fn parse_line(line: &str, number: usize, into: &mut Marked) {
    if let Some(carets) = CARETS.captures(line).and_then(|found| found.get(1)) {
        return parse_carets(line, carets.range(), number, into);
    }
    let starts: Vec<_> = START.captures_iter(line).filter_map(|found| found.get(0).zip(found.get(1))).collect();
    let mut rest = 0;
    for (at, (whole, up)) in starts.iter().enumerate() {
        let next = starts.get(at + 1).map_or(line.trim_end().len(), |(next, _)| next.start());
        let end = line[whole.end()..next].find("-->").map_or(next, |found| whole.end() + found + 3);
        let body = line[whole.end()..end].trim_end_matches("-->").trim();
        match parse_body(body, number.saturating_sub(up.len())) {
            Ok(marker) => into.markers.push(marker),
            Err(error) => into.errors.push((number, error)),
        }
        into.text.push_str(&line[rest..whole.start()]);
        into.text.extend(std::iter::repeat_n(' ', end - whole.start()));
        rest = end;
    }
    into.text.push_str(&line[rest..]);
}

fn parse_carets(line: &str, carets: std::ops::Range<usize>, number: usize, into: &mut Marked) {
    let columns = (carets.start + 1, carets.end);
    match into.markers.last_mut() {
        Some(marker) if marker.line < number && marker.columns.is_none() => marker.columns = Some(columns),
        _ => into.errors.push((number, "carets without a marker before them".to_owned())),
    }
    let ending = &line[line.trim_end_matches(['\r', '\n']).len()..];
    into.text.extend(std::iter::repeat_n(' ', line.len() - ending.len()));
    into.text.push_str(ending);
}

fn parse_body(body: &str, line: usize) -> Result<Marker, String> {
    let parts = BODY.captures(body).ok_or_else(|| format!("not a marker: {body}"))?;
    let status = match parts.get(1).map(|word| word.as_str()) {
        Some("MISSING") => Status::Missing,
        Some(_) => Status::Spurious,
        None => Status::Right,
    };
    let fact = parse_fact(parts.get(2).map_or("", |fact| fact.as_str()))?;
    if status != Status::Right && matches!(fact, Fact::Clean | Fact::Source { .. }) {
        return Err(format!("MISSING and SPURIOUS go before flows, steps and findings: {body}"));
    }
    let why = parts.get(3).map(|why| why.as_str().to_owned());
    Ok(Marker { line, fact, status, why, columns: None })
}

fn parse_fact(fact: &str) -> Result<Fact, String> {
    let group = |found: &regex::Captures, at: usize| found.get(at).map(|text| text.as_str().to_owned());
    if fact == "clean" {
        return Ok(Fact::Clean);
    }
    if let Some(found) = SOURCE.captures(fact) {
        return Ok(Fact::Source { data: group(&found, 1), name: group(&found, 2) });
    }
    if let Some(found) = FLOW.captures(fact) {
        return Ok(Fact::Flow { from: group(&found, 1), kind: group(&found, 2) });
    }
    if let Some(found) = STEP.captures(fact) {
        return Ok(Fact::Step { kind: found[1].to_owned() });
    }
    if let Some(found) = FEATURE.captures(fact) {
        return Ok(Fact::Feature { name: found[2].to_owned(), is_there: found.get(1).is_none() });
    }
    if let Some(found) = ROW.captures(fact) {
        return Ok(Fact::Row { clause: found[1].to_owned(), status: found[2].to_owned() });
    }
    if let Some(found) = CONSENT.captures(fact) {
        return Ok(Fact::Consent { status: found[1].to_owned() });
    }
    if let Some(found) = FINDING.captures(fact) {
        return Ok(Fact::Finding { clause: found[1].to_owned(), level: found[2].to_owned() });
    }
    Err(format!("not a marker: `{fact}`"))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Vec<Fact> {
        let marked = parse(text);
        assert_eq!(marked.errors, []);
        assert_eq!(marked.text.len(), text.len());
        marked.markers.into_iter().map(|marker| marker.fact).collect()
    }

    fn source(data: Option<&str>, name: Option<&str>) -> Fact {
        Fact::Source { data: data.map(str::to_owned), name: name.map(str::to_owned) }
    }

    fn flow(from: Option<&str>, kind: Option<&str>) -> Fact {
        Fact::Flow { from: from.map(str::to_owned), kind: kind.map(str::to_owned) }
    }

    #[test]
    fn every_form_is_parsed() {
        assert_eq!(facts("a() //~ source phone-number as P"), [source(Some("phone-number"), Some("P"))]);
        assert_eq!(facts("a() //~ source as P"), [source(None, Some("P"))]);
        assert_eq!(facts("a() //~ source"), [source(None, None)]);
        assert_eq!(facts("a() //~ flow P -> network"), [flow(Some("P"), Some("network"))]);
        assert_eq!(facts("a() //~ flow"), [flow(None, None)]);
        assert_eq!(facts("a() //~ flow -> log"), [flow(None, Some("log"))]);
        assert_eq!(facts("a() //~ step binding //~ clean"), [Fact::Step { kind: "binding".into() }, Fact::Clean]);
        let feature = |is_there| Fact::Feature { name: "via-json".into(), is_there };
        assert_eq!(facts("a() //~ feature via-json //~ feature no via-json"), [feature(true), feature(false)]);
        let finding = Fact::Finding { clause: "14.2.4".into(), level: "note".into() };
        assert_eq!(facts("<a/> <!--~ 14.2.4 note --><b/><!--~ clean -->"), [finding, Fact::Clean]);
    }

    #[test]
    fn status_reason_line_above_and_columns() {
        let marked = parse("x\n y()\n//~^^ MISSING flow P -> log -- 别名\n  //^^^\nz() //~ clean\n");
        assert_eq!(marked.errors, []);
        let first = &marked.markers[0];
        assert_eq!((first.line, first.status, first.columns), (1, Status::Missing, Some((5, 7))));
        assert_eq!(first.why.as_deref(), Some("别名"));
        assert_eq!(marked.markers[1].line, 5);
    }

    #[test]
    fn text_keeps_its_length_and_loses_its_markers() {
        let marked = parse("<b>手</b><!--~ clean --><i/>\r\n{ \"a\": 1 } //~ clean -- 好\r\n");
        assert_eq!(marked.text, format!("<b>手</b>{}<i/>\r\n{{ \"a\": 1 }} {}\r\n", " ".repeat(15), " ".repeat(16)));
    }

    #[test]
    fn what_is_written_wrongly_is_an_error() {
        for text in ["a() // ~ clean", "a() //~ flows", "a() //~ SPURIOUS clean", "//^^^\n", "a() /*~ clean */", "//~"]
        {
            assert!(!parse(text).errors.is_empty(), "{text}");
        }
    }
}
