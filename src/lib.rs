//! `wxray`: a privacy and data-flow taint analyzer for WeChat mini-programs.

#![warn(clippy::disallowed_methods)]

pub mod base;
pub mod cli;
pub mod models;
pub mod project;
pub mod report;
pub mod rules;
pub mod syntax;
pub mod taint;

use std::time::Duration;

/// Settings of an analysis.
#[derive(Clone, Debug, Default)]
pub struct Config {}

/// What an analysis gives.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Every flow from a source to a sink.
    pub flows: Vec<taint::Flow>,
    /// What could not be analysed, and where.
    pub problems: Vec<base::Problem>,
    /// How much there was.
    pub stats: Stats,
}

/// How much an analysis had to do.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Nodes of the flow graph.
    pub nodes: usize,
    /// Edges of the flow graph.
    pub edges: usize,
    /// Places where data comes in.
    pub sources: usize,
    /// Places where data goes out.
    pub sinks: usize,
    /// How long each phase took, in order.
    pub phases: Vec<(&'static str, Duration)>,
}

/// Finds the flows of a program.
pub fn analyze(project: &project::Project, models: &models::Models, config: &Config) -> Analysis {
    let _ = (project, models, config);
    Analysis::default()
}
