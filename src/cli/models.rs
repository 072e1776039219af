//! `wxray models`, and the models of every other command: files are read, checked and listed.
//! Knows where models are on the disk, and not what they say of a program.
#![expect(clippy::disallowed_methods, reason = "the command line reads the disk for all others")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Args, Format, ModelFiles, Models as ModelsArgs, ModelsCommand};
use super::os_fs::OsFs;
use super::output;
use super::settings::{self, Stream};
use super::status::Outcome;
use crate::base::text::Lang;
use crate::base::{FileKind, FileSystem, Files, SourceFile, Span, Text};
use crate::models::{self, Anchor, ModelError, Models, SourceRole};
use crate::report::text;

/// Runs `wxray models …`.
pub fn run(args: &Args, models: &ModelsArgs) -> Outcome {
    let lang = settings::lang(args.lang);
    let done = match &models.command {
        ModelsCommand::Schema => schema(lang),
        ModelsCommand::Check { paths } => check(args, paths),
        ModelsCommand::List { format, models } => load(args, models).map(|models| list(lang, &models, *format)),
    };
    done.unwrap_or_else(|outcome| outcome)
}

/// The models in force; in case of an error, that is printed already.
pub fn load(args: &Args, files: &ModelFiles) -> Result<Models, Outcome> {
    let user = read_all(settings::lang(args.lang), &files.paths)?;
    load_texts(args, !files.no_default_models, &user)
}

fn load_texts(args: &Args, builtin: bool, user: &[(String, String)]) -> Result<Models, Outcome> {
    Models::load(builtin, user).map_err(|errors| {
        print_errors(args, &errors, user);
        let count = errors.len();
        let word = if count == 1 { "error" } else { "errors" };
        let reason = Text::new(format!("模型中有 {count} 处错误"), format!("{count} {word} in the models"));
        Outcome::usage(settings::lang(args.lang), reason)
    })
}

fn schema(lang: Lang) -> Result<Outcome, Outcome> {
    print_json(&models::schema());
    Ok(Outcome::success(lang, Text::new("已输出模型格式", "schema printed")))
}

fn check(args: &Args, paths: &[PathBuf]) -> Result<Outcome, Outcome> {
    let lang = settings::lang(args.lang);
    let user = read_all(lang, paths)?;
    load_texts(args, false, &user)?;
    let count = user.len();
    let word = if count == 1 { "file is" } else { "files are" };
    Ok(Outcome::success(lang, Text::new(format!("{count} 个模型文件有效"), format!("{count} model {word} valid"))))
}

fn list(lang: Lang, models: &Models, format: Format) -> Outcome {
    let rows = rows(models);
    match format {
        Format::Json => print_json(&serde_json::Value::Array(rows.iter().map(Row::to_json).collect())),
        Format::Text => {
            let width = rows.iter().map(|row| row.id.chars().count()).max().unwrap_or(0);
            let line = |row: &Row| {
                let text = format!("{:6} {:width$} {:14} {}", row.kind, row.id, row.family, row.data.join(", "));
                format!("{}\n", text::clean(text.trim_end()))
            };
            output::write(Stream::Stdout, rows.iter().map(line).collect::<String>().as_bytes());
        }
    }
    let count = rows.len();
    Outcome::success(lang, Text::new(format!("{count} 个模型"), format!("{count} models")))
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
    sources.chain(sinks).chain(steps).collect()
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

fn print_json(value: &serde_json::Value) {
    output::write(Stream::Stdout, format!("{value:#}\n").as_bytes());
}

/// Names and texts of all files that the paths stand for, in the order of the paths, those of a folder sorted.
fn read_all(lang: Lang, paths: &[PathBuf]) -> Result<Vec<(String, String)>, Outcome> {
    let mut user = Vec::new();
    for path in paths {
        read_path(path, &mut user).map_err(|error| {
            let name = path.display();
            Outcome::usage(
                lang,
                Text::new(format!("无法读取模型 {name}：{error}"), format!("cannot read models {name}: {error}")),
            )
        })?;
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
        let problem = crate::base::Problem {
            level: crate::base::Level::Error,
            code: "invalid-model",
            message: error.message.clone(),
            span,
            path: span.is_none().then(|| error.file.clone()),
        };
        if let Ok(text) = text::render_problem(&problem, &files, settings::lang(args.lang), color) {
            output::write(Stream::Stderr, &text);
        }
    }
}
