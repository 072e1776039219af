//! That something is going on: a line on stderr while programs are analysed, on a terminal only. Knows nothing of what.

use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::settings;

/// Work that takes less is over before anybody asks.
const TICK: Duration = Duration::from_millis(120);

/// A line that tells which program is being analysed, and for how long.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// For so many programs. Nothing is shown in a pipe, nor to whoever wants it quiet.
    pub fn new(count: usize, quiet: bool) -> Self {
        if quiet || !stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr_with_hz(8));
        // One program needs no count.
        let template = if count == 1 { "{spinner} {msg} {elapsed}" } else { "{spinner} {pos}/{len} {msg} {elapsed}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// This program is next.
    pub fn start(&self, path: &Path) {
        // `.` tells nobody what takes so long.
        let here = (path == Path::new(".")).then(settings::current_folder).flatten();
        let name = here.as_deref().and_then(Path::file_name).unwrap_or(path.as_os_str());
        self.bar.set_message(crate::report::text::clean(&name.to_string_lossy()));
    }

    /// It is done, and its report is to be written now.
    pub fn hide<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.inc(1);
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
