//! `wxray.toml`: where it is found, and what is in force when options are given beside it.
//! Knows the disk and the options, and not what the settings do.

pub mod file;
pub mod init;
pub mod show;

use std::path::{Path, PathBuf};

pub use file::ConfigFile;

use super::args::{Args, Common, ConfigArgs, ConfigCommand, FailOn, LangChoice, ModelFiles};
use super::cannot_print;
use super::os_fs;
use super::output;
use super::settings::{self, Stream};
use super::status::Outcome;
use crate::base::{Date, FileKind, Files, Level, Problem, SourceFile, Span, Text};
use crate::report::model::{Location, Position};
use crate::report::suppress::{Entries, Entry, entries};
use crate::report::text;
use crate::rules::Operator;

/// The name under which settings are looked for.
pub const NAME: &str = "wxray.toml";

/// A settings file that was read.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says.
    pub file: ConfigFile,
}

/// What is in force: options beat the file, the file beats what is built in.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The file, if there is one.
    pub found: Option<Found>,
    /// Language.
    pub lang: LangChoice,
    /// The level that fails a run.
    pub fail_on: FailOn,
    /// Models.
    pub models: ModelFiles,
    /// Clauses; all if empty.
    pub only: Vec<String>,
    /// What was there before.
    pub baseline: Option<PathBuf>,
    /// The day of the release, where one is given.
    pub release: Option<Date>,
    /// Packs of further rules.
    pub packs: Vec<String>,
}

/// Options that have a setting of the same name.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// `--config`
    pub config: Option<&'a Path>,
    /// `--fail-on`
    pub fail_on: Option<FailOn>,
    /// `--models` and `--no-default-models`
    pub models: &'a ModelFiles,
    /// `--only`
    pub only: &'a [String],
    /// `--baseline`
    pub baseline: Option<&'a Path>,
    /// `--release-date`
    pub release: Option<Date>,
    /// `--pack`
    pub packs: &'a [String],
}

impl<'a> Given<'a> {
    /// The options of commands that judge nothing.
    pub fn common(common: &'a Common) -> Self {
        Self {
            config: common.config.as_deref(),
            fail_on: None,
            models: &common.models,
            only: &[],
            baseline: None,
            release: None,
            packs: &[],
        }
    }
}

impl InForce {
    /// The settings for what lies at `start`; mistakes are printed already.
    pub fn new(args: &Args, given: Given, start: &Path) -> Result<Self, Outcome> {
        let found = match given.config {
            Some(path) => Some(read(args, path)?),
            None => discover(start).map(|path| read(args, &path)).transpose()?,
        };
        // A program that is scanned may bring its settings along: they open nothing that lies outside.
        if let Some(found) = found.as_ref().filter(|_| given.config.is_none()) {
            stays_inside(found)?;
        }
        let file = found.as_ref().map(|found| found.file.clone()).unwrap_or_default();
        let folder = found.as_ref().and_then(|found| found.path.parent()).unwrap_or(Path::new("")).to_owned();
        let own_models = file.models.iter().map(|path| folder.join(path));
        let models = ModelFiles {
            paths: own_models.chain(given.models.paths.iter().cloned()).collect(),
            no_default_models: given.models.no_default_models || file.default_models == Some(false),
        };
        let lang = if args.lang == LangChoice::Auto { file.lang.unwrap_or(LangChoice::Auto) } else { args.lang };
        Ok(Self {
            lang,
            fail_on: given.fail_on.or(file.fail_on).unwrap_or(FailOn::Violation),
            models,
            only: if given.only.is_empty() { file.only.clone() } else { given.only.to_vec() },
            baseline: given.baseline.map(Path::to_owned).or_else(|| file.baseline.map(|path| folder.join(path))),
            release: given.release.or(file.release_date.map(|day| day.0)),
            packs: if given.packs.is_empty() { file.packs.clone() } else { given.packs.to_vec() },
            found,
        })
    }

    /// What is in force where there are no settings.
    pub fn built_in(args: &Args, models: ModelFiles) -> Self {
        Self {
            found: None,
            lang: args.lang,
            fail_on: FailOn::Violation,
            models,
            only: Vec::new(),
            baseline: None,
            release: None,
            packs: Vec::new(),
        }
    }

    /// Who operates the program, as far as it is said.
    pub fn operator(&self) -> Operator {
        self.found.as_ref().map(|found| found.file.operator.clone()).unwrap_or_default()
    }

    /// The entries that take findings out, for a program with this root.
    pub fn entries(&self, root: &Path) -> Result<Entries, Outcome> {
        let Some(found) = &self.found else { return Ok(Entries::default()) };
        let prefix = found.path.parent().and_then(|folder| below(folder, root));
        let up = prefix.as_ref().map(|prefix| "../".repeat(prefix.matches('/').count()));
        let name = found.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let shown = up.map_or_else(|| found.path.display().to_string(), |up| up + &name);
        let file = SourceFile::new(shown, FileKind::Json, found.text.as_str());
        let read = found.file.ignore.iter().map(|own| {
            let (ignore, location) = (own.get_ref(), location(&file, own.span()));
            let files = ignore.files.iter().map(|glob| entries::pattern(glob)).collect::<Result<_, _>>();
            Ok(Entry {
                clause: ignore.clause.clone(),
                finding: ignore.finding.clone(),
                files: files.map_err(|reason| (own.span(), reason))?,
                reason: ignore.reason.trim().to_owned(),
                until: ignore.until.map(|until| until.0),
                location,
            })
        });
        let read: Result<Vec<Entry>, (std::ops::Range<usize>, String)> = read.collect();
        let entries = read.map_err(|(_, reason)| {
            let name = found.path.display();
            Outcome::usage(Text::new(format!("{name} 中的文件模式有误（{reason}）"), format!("{name}: {reason}")))
        })?;
        Ok(Entries { entries, prefix: prefix.unwrap_or_default() })
    }
}

/// Runs `wxray config …`.
pub fn run(args: &Args, config: &ConfigArgs) -> Outcome {
    let printed = |text: String| output::print(text.as_bytes()).map_err(|error| cannot_print(&error));
    let done = match &config.command {
        ConfigCommand::Schema => printed(schema()).map(|()| Outcome::success("schema printed")),
        ConfigCommand::Show { path, .. } if !path.exists() => {
            let name = path.display();
            Err(Outcome::usage(Text::new(format!("路径不存在：{name}"), format!("there is no {name}"))))
        }
        ConfigCommand::Show { path, common } => InForce::new(args, Given::common(common), path).and_then(|in_force| {
            printed(show::text(&in_force, settings::lang(in_force.lang)))?;
            Ok(Outcome::success("settings shown"))
        }),
    };
    done.unwrap_or_else(|outcome| outcome)
}

/// The JSON Schema of the file.
pub fn schema() -> String {
    format!("{:#}\n", schemars::schema_for!(ConfigFile).as_value())
}

fn location(file: &SourceFile, range: std::ops::Range<usize>) -> Location {
    let at = |offset: usize| {
        let place = file.line_column(offset as u32);
        Position { line: place.line, column: place.column, offset: offset as u32 }
    };
    Location { file: file.path.clone(), start: at(range.start), end: at(range.end) }
}

/// What leads from a folder to one in it, with `/` at its end; `None` where it does not lie in it.
fn below(folder: &Path, inner: &Path) -> Option<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (folder, inner) = (folder.canonicalize().ok()?, inner.canonicalize().ok()?);
    let parts: Option<Vec<&str>> = inner.strip_prefix(folder).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.iter().flat_map(|part| [part, "/"]).collect())
}

/// The nearest settings file in the folder of `start` or in one around it.
fn discover(start: &Path) -> Option<PathBuf> {
    let real = start.canonicalize().ok()?;
    let mut folders = real.ancestors().map(|folder| folder.join(NAME));
    // A link may lead anywhere, and what it leads to would be shown where it is no settings file.
    folders.find(|path| path.symlink_metadata().is_ok_and(|file| file.is_file()))
}

/// Settings that nobody named on the command line, and what they name, lie in one folder.
fn stays_inside(found: &Found) -> Result<(), Outcome> {
    let folder = found.path.parent().unwrap_or(Path::new(""));
    let mut named = found.file.models.iter().chain(&found.file.baseline).map(|path| folder.join(path));
    let is_outside = |path: &PathBuf| {
        path.canonicalize().is_ok_and(|real| !folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)))
    };
    match named.find(is_outside) {
        Some(path) => {
            let (settings, path) = (found.path.display(), path.display());
            Err(Outcome::usage(Text::new(
                format!("配置 {settings} 指向其目录之外的 {path}：请在命令行中指定该文件或该配置"),
                format!(
                    "the settings in {settings} name {path}, which lies outside of their folder: name it, or them, on the command line"
                ),
            )))
        }
        None => Ok(()),
    }
}

fn read(args: &Args, path: &Path) -> Result<Found, Outcome> {
    let text = os_fs::read_text(path);
    let text = text.map_err(|error| output::cannot_read(("配置", "settings "), path, &error))?;
    match file::read(&text) {
        Ok(file) => Ok(Found { path: path.to_owned(), text, file }),
        Err(mistake) => {
            show_mistake(args, path, text, mistake);
            Err(Outcome::told(format!("the settings in {} are not valid", path.display())))
        }
    }
}

fn show_mistake(args: &Args, path: &Path, text: String, mistake: file::Mistake) {
    let name = path.display().to_string();
    let files = Files::new(vec![SourceFile::new(name.clone(), FileKind::Json, text)]);
    let span = files.find(&name).map(|id| Span::new(id, mistake.range.start as u32, mistake.range.end as u32));
    let problem = Problem { level: Level::Error, code: "invalid-settings", message: mistake.message, span, path: None };
    let screen = settings::screen(args.color, Stream::Stderr);
    if let Ok(text) = text::render_problem(&problem, &files, settings::lang(args.lang), screen) {
        output::tell(&text);
    }
}
