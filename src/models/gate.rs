//! Consent gates: where people are asked, and what counts as their agreement. Knows no gate by name.

use regex::Regex;

use super::{About, Anchor, Port};

/// A place where people are asked for consent.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name in reports.
    pub id: String,
    /// The family (the file's, if it gives none itself).
    pub family: String,
    /// A call, or an event of a component whose handler runs only after consent.
    pub anchor: Anchor,
    /// Functions that the call calls only after consent, and the promise that then resolves.
    pub granted: Vec<Port>,
    /// Values that say whether there is consent.
    pub results: Vec<GateResult>,
    /// What the consent is to.
    pub covers: Covers,
    /// The gate is one only if the text at one of these ports matches.
    pub when: Vec<(Port, Regex)>,
    /// Of a component: what its own text must match.
    pub says: Option<Regex>,
    /// Of a component: what the text beside it must match, where its own need not.
    pub beside: Option<Regex>,
    /// Of a component: what its text, and that beside it, must not match.
    pub unless: Option<Regex>,
    /// Of a component: what the template around it must match somewhere.
    pub page: Option<Regex>,
    /// Facts for people.
    pub about: About,
}

/// A value that says whether there is consent.
#[derive(Clone, Debug)]
pub struct GateResult {
    /// Where it is.
    pub port: Port,
    /// The truth value that means consent.
    pub is: bool,
}

/// What a consent is to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// Whatever the program collects.
    All,
    /// What the platform's own privacy authorisation is for.
    Platform,
    /// These categories of data.
    Data(Vec<String>),
}

impl Covers {
    /// From the words of a file.
    pub(super) fn of(words: Vec<String>) -> Self {
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["all"] | [] => Self::All,
            ["platform"] => Self::Platform,
            _ => Self::Data(words),
        }
    }
}
