//! Which format a file or an option asks for, and the report in it. Knows the formats by name, and the insides of none.

use std::io;
use std::path::Path;

use super::args::{Format, Scan};
use crate::report::text::{Detail, Screen};
use crate::report::{self, View};

/// Endings of file names and what they stand for; the first that fits counts.
const ENDINGS: [(&str, Format); 11] = [
    (".gitlab.json", Format::Gitlab),
    (".sarif.json", Format::Sarif),
    (".json", Format::Json),
    (".sarif", Format::Sarif),
    (".html", Format::Html),
    (".htm", Format::Html),
    (".md", Format::Markdown),
    (".csv", Format::Csv),
    (".xml", Format::Junit),
    (".txt", Format::Text),
    (".markdown", Format::Markdown),
];

/// The format that the name of a file asks for.
pub fn of_path(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let is_own = |(ending, _): &&(&str, Format)| name.len() > ending.len() && name.ends_with(ending);
    ENDINGS.iter().find(is_own).map(|(_, format)| *format)
}

/// The endings that stand for a format, for people.
pub fn endings() -> String {
    ENDINGS.map(|(ending, _)| ending).join(" ")
}

/// The report in a format.
pub fn render(format: Format, view: &View, scan: &Scan, screen: Screen) -> io::Result<Vec<u8>> {
    let detail = match (scan.quiet, scan.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    match format {
        Format::Text if scan.concise => Ok(report::concise::render(view).into_bytes()),
        Format::Text => report::text::render(view, screen, detail),
        Format::Json => report::json::render(view.report).map_err(io::Error::other),
        Format::Sarif => report::sarif::render(view).map_err(io::Error::other),
        Format::Html => report::html::render(view).map(String::into_bytes).map_err(io::Error::other),
        Format::Markdown => Ok(report::markdown::render(view).into_bytes()),
        Format::Github => Ok(report::github::render(view).into_bytes()),
        Format::Gitlab => report::gitlab::render(view).map_err(io::Error::other),
        Format::Junit => report::junit::render(view),
        Format::Csv => report::csv::render(view),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_ending_tells_the_format() {
        let format = |name: &str| of_path(Path::new(name));
        assert_eq!(format("out/a.gitlab.json"), Some(Format::Gitlab));
        assert_eq!(format("a.json"), Some(Format::Json));
        assert_eq!(format("A.SARIF"), Some(Format::Sarif));
        assert_eq!(format("a.xml"), Some(Format::Junit));
        assert_eq!([format(".json"), format("a.pdf"), format("json")], [None, None, None]);
    }
}
