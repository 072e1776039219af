//! All that was found becomes one [`Report`], and the report becomes text, JSON, SARIF and so on, a file a format.
//! Knows nothing of how it was found.

pub mod build;
pub mod concise;
pub mod csv;
pub mod diagnostics;
pub mod diff;
pub mod drawing;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod inventory;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod sarif;
pub mod suppress;
pub mod text;
pub mod words;

mod fingerprint;
pub mod places;
pub mod steps;
#[cfg(test)]
mod tests;
mod titled;
mod view;

pub use build::{Input, build};
pub use model::Report;
pub use titled::Titled;
pub use view::{Look, View};
