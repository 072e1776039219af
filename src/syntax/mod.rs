//! A file becomes a tree with spans, and a list of problems. Never fails, and knows nothing of what the code means.

pub mod comments;
mod depth;
pub mod script;
pub mod wxml;

use swc_common::{BytePos, Span as SwcSpan};

use crate::base::{FileId, Span};

/// swc keeps position 0 for "no place": the byte at offset `n` of a file is position `n + 1` in its trees.
pub const FIRST_POSITION: u32 = 1;

/// The span in our own terms of a node in the tree of `file`.
pub fn span_of(file: FileId, span: SwcSpan) -> Span {
    let offset = |position: BytePos| position.0.saturating_sub(FIRST_POSITION);
    Span::new(file, offset(span.lo), offset(span.hi))
}
