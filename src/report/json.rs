//! A report as JSON, and how all JSON is written that quotes programs. Knows no shape.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::Report;
use crate::base::text;

/// The report as indented JSON with a line break at its end.
pub fn render(report: &Report) -> serde_json::Result<Vec<u8>> {
    indented(report)
}

/// Anything as indented JSON with a line break at its end.
pub fn indented(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Indented::default()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Anything as one line of JSON, with its break.
pub fn line(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Line))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes a part of a text. JSON need not escape all that would move a terminal's cursor, hide or reorder text.
fn write_fragment(writer: &mut (impl Write + ?Sized), fragment: &str) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = rest.find(text::is_hidden) {
        let (before, behind) = rest.split_at(at);
        writer.write_all(before.as_bytes())?;
        let mut characters = behind.chars();
        let hidden = characters.next().map_or(0, u32::from);
        write!(writer, "\\u{hidden:04x}")?;
        rest = characters.as_str();
    }
    writer.write_all(rest.as_bytes())
}

/// Nothing between the parts.
struct Line;

impl Formatter for Line {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(writer, fragment)
    }
}

/// Two spaces for each level, as serde's own, but written at once: reports are deep, and most of a large one is space.
#[derive(Default)]
struct Indented {
    depth: usize,
    has_value: bool,
}

/// A line break with the spaces of many levels.
const BREAK: &[u8; 65] = b"\n                                                                ";

impl Indented {
    fn begin(&mut self, writer: &mut (impl Write + ?Sized), bracket: u8) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(&[bracket])
    }

    fn end(&mut self, writer: &mut (impl Write + ?Sized), bracket: u8) -> io::Result<()> {
        self.depth -= 1;
        if self.has_value {
            self.indent(writer)?;
        }
        writer.write_all(&[bracket])
    }

    fn next(&self, writer: &mut (impl Write + ?Sized), is_first: bool) -> io::Result<()> {
        if !is_first {
            writer.write_all(b",")?;
        }
        self.indent(writer)
    }

    fn indent(&self, writer: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let n_spaces = 2 * self.depth;
        writer.write_all(&BREAK[..BREAK.len().min(1 + n_spaces)])?;
        (BREAK.len() - 1..n_spaces).try_for_each(|_| writer.write_all(b" "))
    }
}

impl Formatter for Indented {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(writer, fragment)
    }

    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b'[')
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b']')
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b'{')
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b'}')
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spaces_are_those_of_serde() {
        let mut deep = serde_json::json!({ "a": [], "b": {}, "c": ["x", { "d": null }], "e": 1 });
        for _ in 0..40 {
            deep = serde_json::json!({ "in": [deep, true] });
        }
        assert_eq!(String::from_utf8(indented(&deep).expect("JSON")).expect("text"), format!("{deep:#}\n"));
    }

    #[test]
    fn what_would_move_a_cursor_is_escaped_and_stays_the_same() {
        let value = serde_json::json!({ "\u{9b}2J": "\u{202e}手\u{7f}\u{1b}[31m" });
        let written = String::from_utf8(line(&value).expect("JSON")).expect("text");
        assert_eq!(written, "{\"\\u009b2J\":\"\\u202e手\\u007f\\u001b[31m\"}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("JSON"), value);
    }
}
