//! What the environment says about the output: language and colours. Knows nothing of what is written.

use std::io::{IsTerminal, stderr, stdout};

use super::args::{Color, LangChoice};
use crate::base::text::Lang;

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Results.
    Stdout,
    /// Everything else.
    Stderr,
}

/// The language that was chosen, or that of the environment.
pub fn lang(choice: LangChoice) -> Lang {
    match choice {
        LangChoice::Zh => Lang::Zh,
        LangChoice::En => Lang::En,
        LangChoice::Auto => locale(),
    }
}

/// The language of the environment: Chinese where the first locale variable that is set begins with `zh`.
pub fn locale() -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable).unwrap_or_default();
    if locale.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
}

/// Whether to write colours to a stream.
pub fn use_color(choice: Color, stream: Stream) -> bool {
    let is_terminal = match stream {
        Stream::Stdout => stdout().is_terminal(),
        Stream::Stderr => stderr().is_terminal(),
    };
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_terminal && variable("NO_COLOR").is_none() && variable("TERM").as_deref() != Some("dumb"),
    }
}

/// A variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment for all others")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
