//! `wxray models`, and the models of every other command: files are read, checked and listed.
//! Knows where models are on the disk, and not what they say of a program.

use std::io;
use std::path::{Path, PathBuf};

use super::args::{Args, ListFormat, ModelFiles, ModelFilter, Models as ModelsArgs, ModelsCommand};
use super::cannot_print;
use super::config::InForce;
use super::model_list;
use super::os_fs::{self, OsFs};
use super::output;
use super::settings::{self, Stream};
use super::status::Outcome;
use crate::base::{FileKind, FileSystem, Files, Level, Problem, SourceFile, Span, Text};
use crate::models::{self, ModelError, Models};
use crate::report::text;
use crate::rules;

/// Runs `wxray models …`.
pub fn run(args: &Args, models: &ModelsArgs) -> Outcome {
    let done = match &models.command {
        ModelsCommand::Schema => schema(),
        ModelsCommand::Check { paths } => check(args, paths),
        ModelsCommand::List { format, filter, models } => {
            load(args, models).and_then(|models| list(&models, *format, filter))
        }
    };
    done.unwrap_or_else(|outcome| outcome)
}

/// The models in force; in case of an error, that is printed already.
pub fn load(args: &Args, files: &ModelFiles) -> Result<Models, Outcome> {
    load_texts(args, !files.no_default_models, &read_all(&files.paths)?)
}

/// The models that settings name, as of the day of the release.
pub fn load_for(args: &Args, in_force: &InForce) -> Result<Models, Outcome> {
    let mut models = load(args, &in_force.models)?;
    models.settle(&in_force.release.unwrap_or_else(settings::today).to_string());
    Ok(models)
}

fn load_texts(args: &Args, builtin: bool, user: &[(String, String)]) -> Result<Models, Outcome> {
    let clauses: Vec<&str> = rules::clauses().iter().map(|clause| clause.id.as_str()).collect();
    Models::load_among(builtin, user, &clauses).map_err(|errors| {
        print_errors(args, &errors, user);
        let count = errors.len();
        let word = if count == 1 { "error" } else { "errors" };
        Outcome::told(format!("{count} {word} in the models"))
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

fn list(models: &Models, format: ListFormat, filter: &ModelFilter) -> Result<Outcome, Outcome> {
    let rows = model_list::rows(models, filter).map_err(Outcome::usage)?;
    match format {
        ListFormat::Json => print_json(&model_list::to_json(&rows))?,
        ListFormat::Text => output::print(model_list::table(&rows).as_bytes()).map_err(|error| cannot_print(&error))?,
    }
    let count = rows.len();
    Ok(Outcome::success(format!("{count} {}", if count == 1 { "model" } else { "models" })))
}

fn print_json(value: &serde_json::Value) -> Result<(), Outcome> {
    output::print(format!("{value:#}\n").as_bytes()).map_err(|error| cannot_print(&error))
}

/// Names and texts of all files that the paths stand for, in the order of the paths, those of a folder sorted.
fn read_all(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Outcome> {
    let mut user = Vec::new();
    for path in paths {
        let before = user.len();
        let read = read_path(path, &mut user);
        read.map_err(|error| output::cannot_read(("模型", "models "), path, &error))?;
        if user.len() == before {
            return Err(Outcome::usage(Text::new(
                format!("{} 中没有模型文件（.json）", path.display()),
                format!("there is no model file (.json) in {}", path.display()),
            )));
        }
    }
    Ok(user)
}

fn read_path(path: &Path, user: &mut Vec<(String, String)>) -> io::Result<()> {
    if !path.is_dir() {
        user.push((path.display().to_string(), os_fs::read_text(path)?));
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
    let screen = settings::screen(args.color, Stream::Stderr);
    for error in errors {
        let span = files.find(&error.file).map(|id| Span::new(id, error.span.start as u32, error.span.end as u32));
        let problem = Problem {
            level: Level::Error,
            code: "invalid-model",
            message: error.message.clone(),
            span,
            path: span.is_none().then(|| error.file.clone()),
        };
        if let Ok(text) = text::render_problem(&problem, &files, settings::lang(args.lang), screen) {
            output::tell(&text);
        }
    }
}
