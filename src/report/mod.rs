//! All that was found becomes one [`Report`], and the report becomes text or JSON. Knows nothing of how it was found.

pub mod build;
pub mod concise;
pub mod json;
pub mod model;
pub mod text;

mod fingerprint;
mod places;
#[cfg(test)]
mod tests;

pub use build::{Input, build};
pub use model::Report;
