//! What the environment says: language, colours and the time. Knows nothing of what is written.

use std::io::{IsTerminal, stderr, stdout};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime};

use super::args::{Color, LangChoice};
use crate::base::Date;
use crate::base::text::Lang;
use crate::report::text::Screen;

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

/// Whether to write colours to a stream. An argument beats the environment, and there `NO_COLOR` beats `CLICOLOR_FORCE`,
/// which beats `CLICOLOR`.
pub fn use_color(choice: Color, stream: Stream) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if variable("NO_COLOR").is_some() => false,
        Color::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Color::Auto => {
            let is_refused =
                variable("CLICOLOR").as_deref() == Some("0") || variable("TERM").as_deref() == Some("dumb");
            !is_refused && is_terminal(stream)
        }
    }
}

/// What a stream is shown on.
pub fn screen(choice: Color, stream: Stream) -> Screen {
    let size = match stream {
        Stream::Stdout => terminal_size::terminal_size_of(stdout()),
        Stream::Stderr => terminal_size::terminal_size_of(stderr()),
    };
    Screen { color: use_color(choice, stream), columns: size.map(|(width, _)| usize::from(width.0)) }
}

fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::Stdout => stdout().is_terminal(),
        Stream::Stderr => stderr().is_terminal(),
    }
}

/// A variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment for all others")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The folder that the program was started in, if it can be told.
#[expect(clippy::disallowed_methods, reason = "the command line knows where it stands for all others")]
pub fn current_folder() -> Option<PathBuf> {
    std::env::current_dir().and_then(|folder| folder.canonicalize()).ok()
}

/// The time since this was first asked.
#[expect(clippy::disallowed_methods, reason = "the command line reads the clock for all others")]
pub fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// The day, at Greenwich.
#[expect(clippy::disallowed_methods, reason = "the command line reads the clock for all others")]
pub fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Date::from_days(u32::try_from(since.as_secs() / 86_400).unwrap_or(u32::MAX))
}
