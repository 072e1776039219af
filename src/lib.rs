//! `wxray`: a privacy and data-flow taint analyzer for WeChat mini-programs.

pub mod base;
pub mod graph;
pub mod ir;
pub mod models;
pub mod project;
pub mod syntax;
pub mod taint;
