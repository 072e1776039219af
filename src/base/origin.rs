//! Texts that were made from other texts, piece by piece, and where each piece comes from.
//! Knows texts and places only, and nothing of why one was made.

use super::{FileId, Span};

/// Where the pieces of a text come from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it begins in the text that was made.
    at: u32,
    from: Span,
    /// Whether it is the very text of `from`, so that each byte has a place of its own.
    is_copy: bool,
}

impl Piece {
    fn start_of(self, at: u32) -> u32 {
        if self.is_copy { (self.from.start + (at - self.at)).min(self.from.end) } else { self.from.start }
    }

    fn end_of(self, at: u32) -> u32 {
        if self.is_copy { (self.from.start + (at - self.at)).min(self.from.end) } else { self.from.end }
    }
}

impl Origin {
    /// Where a part of the text comes from. What has no origin counts to the piece before it.
    pub fn of(&self, start: u32, end: u32) -> Option<Span> {
        let first = self.piece_at(start)?;
        let from = first.from;
        let own_end = if first.is_copy { first.end_of(end) } else { from.end };
        let last = self.piece_at(end.saturating_sub(1).max(start))?;
        // A part that was put together of several places is shown by where it begins.
        let joined = (first.is_copy && last.is_copy && last.from.file == from.file).then(|| last.end_of(end));
        let begin = first.start_of(start);
        Some(Span::new(from.file, begin, joined.unwrap_or(own_end).max(begin)))
    }

    fn piece_at(&self, at: u32) -> Option<Piece> {
        let behind = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(behind.saturating_sub(1)).copied()
    }

    /// The same with every file moved on by `count`.
    pub(super) fn moved(mut self, count: u32) -> Self {
        for piece in &mut self.pieces {
            piece.from.file = FileId(piece.from.file.0 + count);
        }
        self
    }
}

/// A text that is being made.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What there is of it.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl Draft {
    /// Adds words that stand for what is written at `from`.
    pub fn push(&mut self, text: &str, from: Span) {
        self.add(text, from, false);
    }

    /// Adds the very text at `from`; `text` is all of that file.
    pub fn copy(&mut self, text: &str, from: Span) {
        self.add(text.get(from.range()).unwrap_or(""), from, true);
    }

    /// Adds what was made elsewhere.
    pub fn append(&mut self, other: &Self) {
        let behind = self.text.len() as u32;
        let pieces = other.origin.pieces.iter().map(|piece| Piece { at: piece.at + behind, ..*piece });
        self.origin.pieces.extend(pieces);
        self.text.push_str(&other.text);
    }

    fn add(&mut self, text: &str, from: Span, is_copy: bool) {
        if !text.is_empty() {
            self.origin.pieces.push(Piece { at: self.text.len() as u32, from, is_copy });
            self.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_keep_their_bytes_and_words_their_place() {
        let source = "nv_a + nv_b";
        let span = |start, end| Span::new(FileId(2), start, end);
        let mut draft = Draft::default();
        draft.push("<view ", span(40, 60));
        draft.copy(source, span(3, 7));
        draft.copy(source, span(10, 11));
        assert_eq!(draft.text, "<view a + b");
        let at = |start, end| draft.origin.of(start, end);
        assert_eq!(at(1, 5), Some(span(40, 60)));
        assert_eq!(at(6, 7), Some(span(3, 4)));
        assert_eq!(at(6, 11), Some(span(3, 11)));
        assert_eq!(at(0, 11), Some(span(40, 60)));
        assert_eq!(at(11, 11), Some(span(11, 11)));
        assert_eq!(Origin::default().of(0, 1), None);
    }
}
