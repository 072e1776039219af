//! What a step could not do, and where: the diagnostics of a report.

use super::{FileId, Span, Text};

/// How bad a problem is for the completeness of the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Something was not analysed at all.
    Error,
    /// Something was analysed in part.
    Warning,
    /// Worth knowing.
    Note,
}

/// One problem. Steps return lists of these beside their result; they never fail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// A stable name in kebab case, such as `unresolved-module`.
    pub code: &'static str,
    /// What happened and what to do.
    pub message: Text,
    /// Where, if it lies in a file that was read.
    pub span: Option<Span>,
    /// The path concerned, where there is no text to point into (absent or unreadable files).
    pub path: Option<String>,
}

impl Problem {
    /// A problem at a place in a file.
    pub fn at(level: Level, code: &'static str, span: Span, message: Text) -> Self {
        Self { level, code, message, span: Some(span), path: None }
    }

    /// A problem with a path that could not be read.
    pub fn of_path(level: Level, code: &'static str, path: impl Into<String>, message: Text) -> Self {
        Self { level, code, message, span: None, path: Some(path.into()) }
    }

    /// The file that the problem lies in, if it has a span.
    pub fn file(&self) -> Option<FileId> {
        self.span.map(|span| span.file)
    }
}
