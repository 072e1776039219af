//! Helpers of the architecture tests. Knows nothing of the library.

pub mod rust_text;
