//! Model files, built in and given by the user, become one [`Models`].
//! Knows folders and the order of precedence, not the shape of an entry.

use include_dir::{Dir, include_dir};
use indexmap::IndexSet;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use rayon::prelude::*;
use serde::Deserialize;

use super::error::ModelError;
use super::normalize::normalize;
use super::raw::RawFile;
use super::sense::Known;
use super::tree::{Log, Tree};
use super::{CallPath, Category, Models, Platform, Runtime, Sensitivity};
use crate::base::{Text, json};

static SOURCES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sources");
static SINKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sinks");
static STEPS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/models/steps");
static GATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/models/gates");

impl Models {
    /// The built-in steps and categories, the built-in sources and sinks if `builtin`, and the files of `user` (path
    /// and text), which replace what has the same id, slug or callee. Gives every mistake that was found instead.
    pub fn load(builtin: bool, user: &[(String, String)]) -> Result<Self, Vec<ModelError>> {
        Self::load_among(builtin, user, &[])
    }

    /// The same, where entries may speak of these `clauses` beside those that the built-in ones speak of; any if there are
    /// none.
    pub fn load_among(builtin: bool, user: &[(String, String)], clauses: &[&str]) -> Result<Self, Vec<ModelError>> {
        let (mut models, mut errors) = Self::built_in();
        let mut known = Known::new(&models, clauses);
        if !builtin {
            models.sources.clear();
            models.sinks.clear();
            models.gates.clear();
            models.names.clear();
        }
        let shapes: Vec<_> = user.iter().map(|(path, text)| (path, shape(path, text))).collect();
        shapes.iter().for_each(|(_, (raw, _))| known.learn(raw));
        for (path, (raw, mistakes)) in shapes {
            let (more, mistakes) = meaning(path, raw, mistakes, Some(&known));
            errors.extend(mistakes);
            models.overlay(more);
        }
        models.name_categories();
        models.learn_values();
        models.asks = super::gate::asks(&models.gates, &models.platform);
        if errors.is_empty() { Ok(models) } else { Err(errors) }
    }

    /// What is compiled in, without categories for slugs that no file describes.
    pub(super) fn built_in() -> (Self, Vec<ModelError>) {
        let mut models = Self { runtime: Runtime::built_in(), platform: Platform::built_in(), ..Self::default() };
        let mut errors = Vec::new();
        let read: Vec<_> = built_in_files().par_iter().map(|(path, text)| read(path, text)).collect();
        for (more, mistakes) in read {
            errors.extend(mistakes);
            models.append(more);
        }
        (models, errors)
    }

    fn append(&mut self, more: Self) {
        self.categories.extend(more.categories);
        self.sources.extend(more.sources);
        self.sinks.extend(more.sinks);
        self.steps.extend(more.steps);
        self.names.extend(more.names);
        self.name_words.extend(more.name_words);
        self.gates.extend(more.gates);
        self.recipients.extend(more.recipients);
        self.libraries.extend(more.libraries);
        self.clearing_properties.extend(more.clearing_properties);
    }

    /// Appends, and drops what the newcomers replace.
    fn overlay(&mut self, more: Self) {
        self.categories.retain(|old| !more.categories.iter().any(|new| new.slug == old.slug));
        self.sources.retain(|old| !more.sources.iter().any(|new| new.id == old.id));
        self.sinks.retain(|old| !more.sinks.iter().any(|new| new.id == old.id));
        self.recipients.retain(|old| !more.recipients.iter().any(|new| new.id == old.id));
        self.gates.retain(|old| !more.gates.iter().any(|new| new.id == old.id));
        self.libraries.retain(|old| !more.libraries.iter().any(|new| new.package == old.package));
        let callees: IndexSet<&CallPath> = more.steps.iter().flat_map(|step| &step.callees).collect();
        for step in &mut self.steps {
            step.callees.retain(|callee| !callees.contains(callee));
        }
        self.steps.retain(|step| !step.callees.is_empty());
        self.append(more);
    }

    /// Makes a category of every slug that no file describes.
    pub(super) fn name_categories(&mut self) {
        let mut known: IndexSet<String> = self.categories.iter().map(|category| category.slug.clone()).collect();
        let of_sources = self.sources.iter().flat_map(|source| &source.outputs).map(|output| &output.data);
        for slug in of_sources.chain(self.names.iter().filter_map(|name| name.data.as_ref())) {
            if known.insert(slug.clone()) {
                self.categories.push(Category {
                    slug: slug.clone(),
                    title: Text::new(slug, slug),
                    privacy_key: None,
                    sensitivity: Sensitivity::default(),
                    writing: None,
                });
            }
        }
    }
}

/// Path and text of every file that is compiled in, in a fixed order.
pub(super) fn built_in_files() -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    let folders =
        [("sources", &SOURCES), ("sinks", &SINKS), ("src/models/steps", &STEPS), ("src/models/gates", &GATES)];
    for (folder, dir) in folders {
        let files =
            dir.files().filter_map(|file| Some((format!("{folder}/{}", file.path().display()), file.contents_utf8()?)));
        all.extend(files);
    }
    all.sort();
    all
}

/// Reads one built-in file: its part of the models, and what is wrong with it.
pub(super) fn read(path: &str, text: &str) -> (Models, Vec<ModelError>) {
    let (raw, mistakes) = shape(path, text);
    meaning(path, raw, mistakes, None)
}

/// The shape of a file, and what is wrong with it.
fn shape(path: &str, text: &str) -> (RawFile, Vec<ModelError>) {
    let fail = |span, message| ModelError { file: path.to_owned(), span, message };
    let parsed = match parse_to_ast(text, &CollectOptions::default(), &json_with_comments()) {
        Ok(parsed) => parsed.value,
        Err(error) => {
            let (range, kind) = (error.range(), error.kind());
            let Text { zh, en } = json::reason(kind);
            let message = Text::new(format!("不是有效的 JSON：{zh}"), format!("invalid JSON: {en}"));
            return (RawFile::default(), vec![fail(range.start..range.end, message)]);
        }
    };
    let Some(value) = parsed else {
        return (RawFile::default(), vec![fail(0..text.len(), Text::new("文件是空的", "the file is empty"))]);
    };
    let log = Log::default();
    let raw = RawFile::deserialize(Tree { value: &value, log: &log }).unwrap_or_else(|error| {
        log.borrow_mut().push(error);
        RawFile::default()
    });
    let mistakes = log.take().into_iter().map(|error| fail(error.range.unwrap_or(0..text.len()), error.message));
    (raw, mistakes.collect())
}

/// What a file means, and all that is wrong with it. A user's file names things that are `known`.
fn meaning(
    path: &str,
    raw: RawFile,
    mut mistakes: Vec<ModelError>,
    known: Option<&Known>,
) -> (Models, Vec<ModelError>) {
    mistakes.extend(known.map(|known| known.check(path, &raw)).unwrap_or_default());
    let (models, more) = normalize(path, known.is_none(), raw);
    mistakes.extend(more);
    mistakes.sort_by_key(|error| error.span.start);
    (models, mistakes)
}

/// JSON as editors know it for settings: comments and trailing commas, nothing looser.
fn json_with_comments() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The JSON Schema of a model file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RawFile).to_value()
}
