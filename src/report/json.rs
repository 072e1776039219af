//! A report as JSON. The shape is that of [`Report`]; this knows only how to write it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::Report;

/// The report as indented JSON with a line break at its end.
pub fn render(report: &Report) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    report.serialize(&mut Serializer::with_formatter(&mut bytes, Indented::default()))?;
    bytes.push(b'\n');
    Ok(bytes)
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
        let mut bytes = Vec::new();
        deep.serialize(&mut Serializer::with_formatter(&mut bytes, Indented::default())).expect("JSON");
        assert_eq!(String::from_utf8(bytes).expect("text"), format!("{deep:#}"));
    }
}
