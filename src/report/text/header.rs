//! The first line of a block, in the words of this program and in both languages: codespan's own are left out.
//! Knows colours, and nothing of what is reported.

use std::io::{self, Write};

use codespan_reporting::diagnostic::Severity;
use codespan_reporting::term::termcolor::{Color, ColorSpec, WriteColor};

/// What the first line says.
#[derive(Clone, Debug)]
pub struct Header<'a> {
    /// What the block is, in a word.
    pub word: &'a str,
    /// Under which clause or name.
    pub code: &'a str,
    /// A sentence.
    pub message: String,
}

impl Header<'_> {
    /// Writes `word[code]: message` and a line break; the severity gives the colour.
    pub fn write(&self, severity: Severity, out: &mut dyn WriteColor) -> io::Result<()> {
        let mut color = ColorSpec::new();
        out.set_color(color.set_fg(Some(color_of(severity))).set_bold(true).set_intense(true))?;
        write!(out, "{}[{}]", self.word, self.code)?;
        out.set_color(ColorSpec::new().set_bold(true).set_intense(true))?;
        write!(out, ": {}", self.message)?;
        out.reset()?;
        writeln!(out)
    }
}

fn color_of(severity: Severity) -> Color {
    match severity {
        Severity::Bug | Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Green,
        Severity::Help => Color::Cyan,
    }
}

/// Hands on everything but the first line.
pub struct WithoutHeader<'a> {
    out: &'a mut dyn WriteColor,
    is_past: bool,
}

impl<'a> WithoutHeader<'a> {
    /// What is written from now on begins with the line that is left out.
    pub fn new(out: &'a mut dyn WriteColor) -> Self {
        Self { out, is_past: false }
    }
}

impl Write for WithoutHeader<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_past {
            return self.out.write(bytes);
        }
        let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else { return Ok(bytes.len()) };
        self.is_past = true;
        Ok(end + 1)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl WriteColor for WithoutHeader<'_> {
    fn supports_color(&self) -> bool {
        self.out.supports_color()
    }

    fn set_color(&mut self, color: &ColorSpec) -> io::Result<()> {
        if self.is_past { self.out.set_color(color) } else { Ok(()) }
    }

    fn reset(&mut self) -> io::Result<()> {
        if self.is_past { self.out.reset() } else { Ok(()) }
    }
}
