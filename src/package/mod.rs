//! Compiled packages become the files that they were made from: what is in a `.wxapkg`, and the modules, configurations,
//! templates and scripts that were put together in it, each with the places that its text comes from.
//! Knows how the platform packs programs, and not what a program is made of.

mod config;
pub mod container;
mod modules;
mod recover;
mod scripts;
mod tree;
mod views;
mod walk;

/// Whether a path has this extension.
fn is(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == extension)
}

pub use recover::{APP_CONFIG, Packed, Recovered, is_code, is_unpacked, recover};
