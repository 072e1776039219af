//! The fixture harness: programs with markers in them are read, run and compared with what the markers say.
//! Knows the markers and nothing of how a flow is found; only `engine` calls the library.

pub mod cases;
pub mod compare;
pub mod engine;
pub mod executed;
pub mod invariants;
pub mod limits;
pub mod markers;
pub mod random;

/// A flow as the harness sees it: places are paths and lines instead of spans.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Category slug.
    pub data: String,
    /// Kind of the sink.
    pub kind: String,
    /// Where it starts.
    pub source: Place,
    /// Where it ends.
    pub sink: Place,
    /// The witness.
    pub steps: Vec<Step>,
    /// Marks to filter and rank by.
    pub features: Vec<String>,
    /// `gated`, `platform`, `none` or `unknown`.
    pub consent: String,
}

/// A step of a witness.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// Its kind in kebab case.
    pub kind: String,
    /// The name that matters, or empty.
    pub note: String,
}

/// What the rules made of a program.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// All findings.
    pub findings: Vec<Finding>,
    /// Clause and status.
    pub rows: Vec<(String, String)>,
}

/// A finding of a clause.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The clause, such as `14.2.4`.
    pub clause: String,
    /// `violation`, `warning` or `note`.
    pub level: String,
    /// Its primary span.
    pub place: Place,
}

/// The line on which a span begins, and its columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path in the program.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// First and last column, from 1, both included, in UTF-16 units; `None` where the span goes over several lines.
    pub columns: Option<(usize, usize)>,
}
