//! Compiled templates become WXML again: the functions that a generator wrote are run by symbol, and the trees that they
//! build are written down as text. Knows the small vocabulary of generators, and nothing of what tags mean.

mod build;
mod expression;
mod print;
mod scope;

use swc_ecma_ast::Program;

use super::scripts::Used;
use crate::base::{Draft, FileId, Problem, Span};

/// What was recovered from one file.
#[derive(Default)]
pub(super) struct Views {
    pub(super) templates: Vec<View>,
    /// WXS modules, by path.
    pub(super) scripts: Vec<(String, Draft)>,
    /// Which template uses which of them.
    pub(super) used: Vec<(Used, Span)>,
    pub(super) problems: Vec<Problem>,
}

/// A template.
pub(super) struct View {
    /// The path of its file.
    pub(super) path: String,
    /// Its text without the lines for WXS modules.
    pub(super) draft: Draft,
    /// How much was found: of two recoveries of one template the fuller counts.
    pub(super) n_nodes: usize,
}

/// Recovers the templates that the code of a file generates.
pub(super) fn find(file: FileId, source: &str, program: &Program) -> Views {
    scope::find(file, source, program)
}
