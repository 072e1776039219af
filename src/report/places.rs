//! Spans become lines and columns, quickly in minified files too. Knows texts and spans only.

use std::sync::OnceLock;

use super::model::{Location, Position};
use crate::base::{Files, SourceFile, Span};

/// Bytes between two entries of a table of column counts.
const BLOCK: usize = 1024;

/// Makes the locations of one report.
///
/// A minified file is one long line. To count its columns from the start for each step would take quadratic time, so the
/// count is kept at every block.
pub struct Places<'a> {
    files: &'a Files,
    tables: Vec<OnceLock<Vec<u32>>>,
}

impl<'a> Places<'a> {
    /// Nothing is counted yet.
    pub fn new(files: &'a Files) -> Self {
        Self { files, tables: vec![OnceLock::new(); files.n_texts()] }
    }

    /// The text of a span, as people see it.
    pub fn code(&self, span: Span) -> &'a str {
        self.files.slice(self.files.place(span))
    }

    /// Where a span lies for people; what sticks out of its file is cut off.
    pub fn location(&self, span: Span) -> Location {
        let span = self.files.place(span);
        let file = self.files.get(span.file);
        let table = self.tables[span.file.index()].get_or_init(|| units_at_blocks(file.text.as_bytes()));
        Location {
            file: file.path.clone(),
            start: position(file, table, span.start),
            end: position(file, table, span.end.max(span.start)),
        }
    }
}

fn position(file: &SourceFile, table: &[u32], offset: u32) -> Position {
    let offset = file.text.floor_char_boundary(offset as usize);
    let line = file.line_index(offset as u32);
    let line_start = file.line_starts()[line] as usize;
    let units_before = |at: usize| table[at / BLOCK] + units(&file.text.as_bytes()[at / BLOCK * BLOCK..at]);
    Position {
        line: line as u32 + 1,
        column: units_before(offset) - units_before(line_start) + 1,
        offset: offset as u32,
    }
}

fn units_at_blocks(bytes: &[u8]) -> Vec<u32> {
    let mut sum = 0;
    let ends = bytes.chunks_exact(BLOCK).map(|block| {
        sum += units(block);
        sum
    });
    std::iter::once(0).chain(ends).collect()
}

/// UTF-16 units of the characters that begin in these bytes: one for each, two where the first byte tells of four.
fn units(bytes: &[u8]) -> u32 {
    bytes.iter().map(|&byte| u32::from(byte & 0xC0 != 0x80) + u32::from(0xF0 <= byte)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, FileKind};

    #[test]
    fn columns_agree_with_plain_counting_in_a_long_line() {
        let text = format!("first\n{}\nlast", "手😀a".repeat(2000));
        let files = Files::new(vec![SourceFile::new("a.js", FileKind::JavaScript, text.as_str())]);
        let places = Places::new(&files);
        for (offset, _) in text.char_indices().step_by(53) {
            let offset = offset as u32;
            let start = places.location(Span::new(FileId(0), offset, offset)).start;
            let expected = files.get(FileId(0)).line_column(offset);
            assert_eq!((start.line, start.column, start.offset), (expected.line, expected.column, offset));
        }
    }

    #[test]
    fn a_span_behind_the_end_is_cut_off() {
        let files = Files::new(vec![SourceFile::new("a.js", FileKind::JavaScript, "ab\n")]);
        let location = Places::new(&files).location(Span::new(FileId(0), 70, 90));
        assert_eq!(location.start, Position { line: 2, column: 1, offset: 3 });
        assert_eq!(location.end, location.start);
    }
}
