//! `wxray models`, and the models of every other command: files are read, checked and listed.
//! Knows where models are on the disk, and not what they say of a program.
#![expect(clippy::disallowed_methods, reason = "the command line reads the disk for all others")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Args, ListFormat, ModelFiles, Models as ModelsArgs, ModelsCommand};
use super::cannot_print;
use super::os_fs::OsFs;
use super::output;
use super::settings::{self, Stream};
use super::status::Outcome;
use crate::base::{FileKind, FileSystem, Files, Level, Problem, SourceFile, Span};
use crate::models::{self, Anchor, Covers, ModelError, Models, SourceRole};
use crate::report::text;

/// Runs `wxray models …`.
pub fn run(args: &Args, models: &ModelsArgs) -> Outcome {
    let done = match &models.command {
        ModelsCommand::Schema => schema(),
        ModelsCommand::Check { paths } => check(args, paths),
        ModelsCommand::List { format, models } => load(args, models).and_then(|models| list(&models, *format)),
    };
    done.unwrap_or_else(|outcome| outcome)
}

/// The models in force; in case of an error, that is printed already.
pub fn load(args: &Args, files: &ModelFiles) -> Result<Models, Outcome> {
    load_texts(args, !files.no_default_models, &read_all(&files.paths)?)
}

fn load_texts(args: &Args, builtin: bool, user: &[(String, String)]) -> Result<Models, Outcome> {
    Models::load(builtin, user).map_err(|errors| {
        print_errors(args, &errors, user);
        let count = errors.len();
        let word = if count == 1 { "error" } else { "errors" };
        Outcome::usage(format!("{count} {word} in the models"))
    })
}

fn schema() -> Result<Outcome, Outcome> {
    print_json(&models::schema())?;
    Ok(Outcome::success("schema printed"))
}

fn check(args: &Args, paths: &[PathBuf]) -> Result<Outcome, Outcome> {
    let user = read_all(paths)?;
    load_texts(args, false, &user)?;
    let count = user.len();
    let word = if count == 1 { "file is" } else { "files are" };
    Ok(Outcome::success(format!("{count} model {word} valid")))
}

fn list(models: &Models, format: ListFormat) -> Result<Outcome, Outcome> {
    let rows = rows(models);
    match format {
        ListFormat::Json => print_json(&serde_json::Value::Array(rows.iter().map(Row::to_json).collect()))?,
        ListFormat::Text => output::print(table(&rows).as_bytes()).map_err(|error| cannot_print(&error))?,
    }
    Ok(Outcome::success(format!("{} models", rows.len())))
}

/// The rows under a head, in columns as wide as they need to be.
fn table(rows: &[Row]) -> String {
    let head = ["KIND".to_owned(), "ID".to_owned(), "FAMILY".to_owned(), "DATA".to_owned()];
    let cells = |row: &Row| [row.kind, row.id, row.family, &row.data.join(", ")].map(text::clean);
    let lines: Vec<[String; 4]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let [kinds, ids, families] = [0, 1, 2].map(width);
    let show = |[kind, id, family, data]: &[String; 4]| {
        let line = format!("{kind:kinds$}  {id:ids$}  {family:families$}  {data}");
        format!("{}\n", line.trim_end())
    };
    lines.iter().map(show).collect()
}

struct Row<'a> {
    id: &'a str,
    kind: &'static str,
    family: &'a str,
    data: Vec<&'a str>,
    role: Option<SourceRole>,
    anchor: &'static str,
}

impl Row<'_> {
    fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "kind": self.kind, "family": self.family, "data": self.data,
            "role": self.role, "anchor": self.anchor,
        })
    }
}

fn rows(models: &Models) -> Vec<Row<'_>> {
    let sources = models.sources.iter().map(|source| {
        let mut data: Vec<&str> = source.outputs.iter().map(|output| output.data.as_str()).collect();
        data.sort_unstable();
        data.dedup();
        let anchor = anchor_word(&source.anchor);
        Row { id: &source.id, kind: "source", family: &source.family, data, role: Some(source.role), anchor }
    });
    let sinks = models.sinks.iter().map(|sink| {
        let anchor = anchor_word(&sink.anchor);
        Row { id: &sink.id, kind: "sink", family: &sink.family, data: Vec::new(), role: None, anchor }
    });
    let steps = models.steps.iter().map(|step| Row {
        id: &step.id,
        kind: "step",
        family: "step",
        data: Vec::new(),
        role: None,
        anchor: "call",
    });
    let gates = models.gates.iter().map(|gate| Row {
        id: &gate.id,
        kind: "gate",
        family: &gate.family,
        data: match &gate.covers {
            Covers::Data(data) => data.iter().map(String::as_str).collect(),
            Covers::All => vec!["all"],
            Covers::Platform => vec!["platform"],
        },
        role: None,
        anchor: anchor_word(&gate.anchor),
    });
    let names = models.names.iter().map(|entry| Row {
        id: entry.names.first().or(entry.labels.first()).map_or("", String::as_str),
        kind: "name",
        family: "name",
        data: entry.data.iter().map(String::as_str).collect(),
        role: None,
        anchor: "name",
    });
    sources.chain(sinks).chain(gates).chain(steps).chain(names).collect()
}

fn anchor_word(anchor: &Anchor) -> &'static str {
    match anchor {
        Anchor::Call(_) => "call",
        Anchor::Read(_) => "read",
        Anchor::Component(_) => "component",
        Anchor::Parameter { .. } => "parameter",
        Anchor::Returned { .. } => "returned",
        Anchor::Text => "text",
    }
}

fn print_json(value: &serde_json::Value) -> Result<(), Outcome> {
    output::print(format!("{value:#}\n").as_bytes()).map_err(|error| cannot_print(&error))
}

/// Names and texts of all files that the paths stand for, in the order of the paths, those of a folder sorted.
fn read_all(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Outcome> {
    let mut user = Vec::new();
    for path in paths {
        let read = read_path(path, &mut user);
        read.map_err(|error| Outcome::usage(format!("cannot read models {}: {error}", path.display())))?;
    }
    Ok(user)
}

fn read_path(path: &Path, user: &mut Vec<(String, String)>) -> io::Result<()> {
    if !path.is_dir() {
        user.push((path.display().to_string(), fs::read_to_string(path)?));
        return Ok(());
    }
    let folder = OsFs::new(path)?;
    for entry in folder.walk("", &|_| false)? {
        if FileKind::of(&entry.path) == Some(FileKind::Json) {
            let text = String::from_utf8(folder.read(&entry.path)?).map_err(io::Error::other)?;
            user.push((format!("{}/{}", path.display(), entry.path), text));
        }
    }
    Ok(())
}

fn print_errors(args: &Args, errors: &[ModelError], user: &[(String, String)]) {
    let texts = user.iter().map(|(name, text)| SourceFile::new(name.clone(), FileKind::Json, text.clone()));
    let files = Files::new(texts.collect());
    let color = settings::use_color(args.color, Stream::Stderr);
    for error in errors {
        let span = files.find(&error.file).map(|id| Span::new(id, error.span.start as u32, error.span.end as u32));
        let problem = Problem {
            level: Level::Error,
            code: "invalid-model",
            message: error.message.clone(),
            span,
            path: span.is_none().then(|| error.file.clone()),
        };
        if let Ok(text) = text::render_problem(&problem, &files, settings::lang(args.lang), color) {
            output::tell(&text);
        }
    }
}
