//! Source texts by id, byte spans in them, and lines and columns made from spans.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Origin;

/// A file of the program under analysis; an index into [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// The position in [`Files`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`, in bytes.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The first byte of `file`, for what concerns the file as a whole.
    pub fn file_start(file: FileId) -> Self {
        Self::new(file, 0, 0)
    }

    /// The range in bytes, to slice the text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly within this span.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// What a file holds, decided by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `.js`, `.mjs`, `.cjs`, `.jsx`
    JavaScript,
    /// `.ts`, `.mts`, `.cts`, `.tsx`
    TypeScript,
    /// `.wxml`
    Wxml,
    /// `.wxs`
    Wxs,
    /// `.json`
    Json,
}

impl FileKind {
    /// The kind that the extension of `path` stands for; `None` for a file that is not analysed (`.d.ts` is types only).
    pub fn of(path: &str) -> Option<Self> {
        if path.ends_with(".d.ts") {
            return None;
        }
        match path.rsplit_once('.')?.1 {
            "js" | "mjs" | "cjs" | "jsx" => Some(Self::JavaScript),
            "ts" | "mts" | "cts" | "tsx" => Some(Self::TypeScript),
            "wxml" => Some(Self::Wxml),
            "wxs" => Some(Self::Wxs),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Whether the file is a script of the logic layer or of a cloud function.
    pub fn is_script(self) -> bool {
        matches!(self, Self::JavaScript | Self::TypeScript)
    }
}

/// One file: where it is, what it is, what it says.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the root that was scanned, with `/` on every system.
    pub path: String,
    /// What it holds.
    pub kind: FileKind,
    /// The text as UTF-8; a byte-order mark is kept so that offsets are those of the file.
    pub text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
}

/// A place as editors show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 code units.
    pub column: u32,
}

impl SourceFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, kind: FileKind, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), kind, text: text.into(), line_starts: OnceLock::new() }
    }

    /// Byte offsets at which the lines begin; `\n`, `\r\n` and a lone `\r` end a line.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let ends = bytes
                .iter()
                .enumerate()
                .filter(|&(at, &byte)| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
            std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect()
        })
    }

    /// Index of the line (from 0) that holds the byte at `offset`.
    pub fn line_index(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The bytes of line `index` (from 0) without its line break; empty behind the last line.
    pub fn line_range(&self, index: usize) -> std::ops::Range<usize> {
        let starts = self.line_starts();
        let Some(&start) = starts.get(index) else { return self.text.len()..self.text.len() };
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        let line = &self.text[start as usize..end];
        start as usize..start as usize + line.trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column of a byte offset; an offset inside a character counts as its start.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let index = self.line_index(offset);
        let start = self.line_starts()[index] as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column: usize = self.text[start..end.max(start)].chars().map(char::len_utf16).sum();
        LineColumn { line: index as u32 + 1, column: column as u32 + 1 }
    }
}

/// All files of one analysis, in the order of their paths.
#[derive(Debug, Default)]
pub struct Files {
    /// Those that are analysed, and behind them those that they were recovered from.
    texts: Vec<SourceFile>,
    n_analysed: usize,
    origins: Vec<Origin>,
}

impl Files {
    /// Takes the files and sorts them by path, so that ids do not depend on the order of reading.
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Self { n_analysed: files.len(), texts: files, origins: Vec::new() }
    }

    /// The same files, which were recovered from others: people see places in those. An origin names them by their
    /// number in `compiled`; a file without one is shown as it is.
    #[must_use]
    pub fn recovered_from(mut self, compiled: Vec<SourceFile>, mut origins: BTreeMap<String, Origin>) -> Self {
        let n_analysed = self.n_analysed as u32;
        let of_file = |file: &SourceFile| origins.remove(&file.path).unwrap_or_default().moved(n_analysed);
        self.origins = self.texts.iter().map(of_file).collect();
        self.texts.extend(compiled);
        self
    }

    /// Whether the files were recovered from others.
    pub fn are_recovered(&self) -> bool {
        self.n_analysed < self.texts.len()
    }

    /// The id of the file that others were recovered from, by its number among those.
    pub fn compiled(&self, number: u32) -> FileId {
        FileId(self.n_analysed as u32 + number)
    }

    /// The place that people see for a span.
    pub fn place(&self, span: Span) -> Span {
        let origin = self.origins.get(span.file.index());
        origin.and_then(|origin| origin.of(span.start, span.end)).unwrap_or(span)
    }

    /// The file that people see under `path`.
    pub fn find_shown(&self, path: &str) -> Option<FileId> {
        let compiled = self.texts[self.n_analysed..].iter().position(|file| file.path == path);
        compiled.map(|at| self.compiled(at as u32)).or_else(|| self.find(path))
    }

    /// The files that people see.
    pub fn shown(&self) -> &[SourceFile] {
        if self.are_recovered() { &self.texts[self.n_analysed..] } else { &self.texts }
    }

    /// Gives files other texts of the same length; `change` gives none for those that stay.
    pub fn rewrite(&mut self, change: impl Fn(&str) -> Option<String>) {
        for file in &mut self.texts {
            if let Some(text) = change(&file.text) {
                *file = SourceFile::new(std::mem::take(&mut file.path), file.kind, text);
            }
        }
    }

    /// The file behind an id.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.texts[id.index()]
    }

    /// The id of the file at `path` (relative to the root, with `/`).
    pub fn find(&self, path: &str) -> Option<FileId> {
        let analysed = &self.texts[..self.n_analysed];
        let at = analysed.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(FileId(at as u32))
    }

    /// Ids and files that are analysed, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.texts[..self.n_analysed].iter().enumerate().map(|(at, file)| (FileId(at as u32), file))
    }

    /// How many are analysed.
    pub fn len(&self) -> usize {
        self.n_analysed
    }

    /// How many texts there are, those included that others were recovered from.
    pub fn n_texts(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.n_analysed == 0
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.range()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units_and_lines_end_in_three_ways() {
        let file = SourceFile::new("a.js", FileKind::JavaScript, "a\r\n手😀x\rb\n");
        assert_eq!(file.line_starts(), [0, 3, 12, 14]);
        assert_eq!(file.line_column(10), LineColumn { line: 2, column: 4 });
        assert_eq!(file.line_column(12), LineColumn { line: 3, column: 1 });
        assert_eq!(file.line_range(1), 3..11);
    }
}
