//! `wxray`: a privacy and data-flow taint analyzer for WeChat mini-programs.
//!
//! One way through the house; nobody imports a later step:
//!
//! ```text
//! path ─► (package ─►) project ─► syntax ─► ir ─► graph ─► taint ─► consent ─► rules ─► report ─► cli
//! ```
//!
//! The words used throughout: a *source* is where personal data comes in, a *sink* where it goes out, a *step* what a
//! call does to a value, a *port* the access path at which it happens, a *flow* the way from a source to a sink, its
//! *form* what the data looks like at the end, its *witness* the steps that a person can follow. A *model* says all
//! this of code that is not the program's, as data; a *gate* is where people are asked for consent. A *finding* is a judgement under a *clause* of the platform's rules.

#![warn(clippy::disallowed_methods)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::format_collect))]

pub mod analysis;
pub mod base;
pub mod cli;
pub mod consent;
pub mod graph;
pub mod ir;
pub mod models;
pub mod package;
pub mod project;
pub mod replay;
pub mod report;
pub mod rules;
pub mod syntax;
pub mod taint;

pub use analysis::{Analysis, Config, Stats, analyze};
