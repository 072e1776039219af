//! Names in a file that nothing else has: of most only those are mistakes that are like one that something has.
//! Knows what the built-in models and the platform name, and not what any of it means.

use super::error::with_suggestion;
use super::raw::{RawFile, RawPromise, RawSource};
use super::spanned::Spanned;
use super::{Anchor, ModelError, Models};
use crate::base::{Text, text};

type Word = Spanned<String>;

/// The names that entries of a user's may use.
pub(super) struct Known {
    kinds: Vec<String>,
    categories: Vec<String>,
    recipients: Vec<String>,
    functions: Vec<String>,
    scopes: Vec<String>,
    privacy_types: Vec<String>,
    private_infos: Vec<String>,
    /// None where any will do.
    clauses: Vec<String>,
}

impl Known {
    /// What the models name so far, and these clauses.
    pub(super) fn new(models: &Models, clauses: &[&str]) -> Self {
        let of_sources = models.sources.iter().filter_map(|source| function(&source.anchor));
        let of_sinks = models.sinks.iter().filter_map(|sink| function(&sink.anchor));
        let constructors = &models.runtime.constructors;
        let lifecycles =
            constructors.iter().flat_map(|it| it.lifecycles.iter().map(move |name| format!("{}.{name}", it.call)));
        let abouts = || {
            let of_gates = models.gates.iter().map(|it| &it.about);
            models.sources.iter().map(|it| &it.about).chain(models.sinks.iter().map(|it| &it.about)).chain(of_gates)
        };
        let spoken_of = abouts().flat_map(|about| &about.clauses).filter(|_| !clauses.is_empty()).cloned();
        Self {
            kinds: models.sinks.iter().map(|sink| sink.kind.clone()).collect(),
            categories: models.categories.iter().map(|category| category.slug.clone()).collect(),
            recipients: models.recipients.iter().map(|recipient| recipient.id.clone()).collect(),
            functions: of_sources.chain(of_sinks).cloned().chain(lifecycles).collect(),
            scopes: models.platform.scopes.iter().map(|scope| scope.scope.clone()).collect(),
            privacy_types: models.platform.privacy_types.iter().map(|ty| ty.key.clone()).collect(),
            private_infos: abouts().filter_map(|about| about.required_private_info.clone()).collect(),
            clauses: clauses.iter().map(|clause| (*clause).to_owned()).chain(spoken_of).collect(),
        }
    }

    /// Takes in what a file names itself: others may use it.
    pub(super) fn learn(&mut self, raw: &RawFile) {
        self.recipients.extend(raw.recipients.0.iter().map(|recipient| recipient.id.clone()));
        self.categories.extend(raw.categories.0.iter().map(|category| category.slug.clone()));
    }

    /// Mistakes in the names that a file uses.
    pub(super) fn check(&self, file: &str, raw: &RawFile) -> Vec<ModelError> {
        let (sources, sinks, gates) = (&raw.sources.0, &raw.sinks.0, &raw.gates.0);
        let mut mistakes = Mistakes { file, all: Vec::new() };
        for sink in sinks {
            sink.kind.iter().chain(&sink.fetched).for_each(|kind| mistakes.like(kind, &self.kinds));
            sink.recipient.iter().for_each(|recipient| mistakes.one_of(recipient, &self.recipients));
            sink.returned.iter().for_each(|returned| mistakes.like(&returned.of, &self.functions));
        }
        let parameters = sources.iter().filter_map(|source| source.parameter.as_ref());
        parameters.for_each(|parameter| mistakes.like(&parameter.of, &self.functions));
        let data = sources.iter().flat_map(data_of).chain(raw.names.0.iter().filter_map(|name| name.data.as_ref()));
        data.for_each(|data| mistakes.like(data, &self.categories));
        let scopes = sources.iter().map(|it| &it.scope).chain(sinks.iter().map(|it| &it.scope));
        let scopes = scopes.chain(gates.iter().map(|it| &it.scope)).flatten();
        scopes.for_each(|scope| mistakes.like(scope, &self.scopes));
        let types = sources.iter().map(|it| &it.privacy_type).chain(sinks.iter().map(|it| &it.privacy_type));
        types.flatten().for_each(|ty| mistakes.like(ty, &self.privacy_types));
        let private = sources.iter().filter_map(|it| it.required_private_info.as_ref());
        private.for_each(|name| mistakes.like(name, &self.private_infos));
        let clauses = sources.iter().map(|it| &it.clauses).chain(sinks.iter().map(|it| &it.clauses));
        for clause in clauses.chain(gates.iter().map(|it| &it.clauses)).flatten() {
            mistakes.one_of(clause, &self.clauses);
        }
        mistakes.twice(sources.iter().map(|it| &it.id));
        mistakes.twice(sinks.iter().map(|it| &it.id));
        mistakes.twice(gates.iter().map(|it| &it.id));
        mistakes.all
    }
}

/// The categories that a source names.
fn data_of(source: &RawSource) -> impl Iterator<Item = &Word> {
    let outs = [&source.returns, &source.success, &source.listener, &source.detail, &source.param];
    let of_promise = source.promise.iter().filter_map(|promise| match &promise.value {
        RawPromise::Out(out) => Some(out),
        RawPromise::Flag(_) => None,
    });
    let outs = outs.into_iter().flatten().map(|out| &out.value).chain(of_promise);
    outs.flat_map(|out| out.data.iter().chain(out.fields.values())).chain(source.outputs.iter().map(|it| &it.data))
}

/// The function of the framework's that an anchor names.
fn function(anchor: &Anchor) -> Option<&String> {
    match anchor {
        Anchor::Parameter { of, .. } | Anchor::Returned { of } => Some(of),
        _ => None,
    }
}

struct Mistakes<'a> {
    file: &'a str,
    all: Vec<ModelError>,
}

impl Mistakes<'_> {
    fn add(&mut self, word: &Word, message: Text) {
        self.all.push(ModelError { file: self.file.to_owned(), span: word.range.clone(), message });
    }

    /// A name of one's own is none of the known ones, and is not like any of them either.
    fn like(&mut self, word: &Word, known: &[String]) {
        let found = &word.value;
        if known.contains(found) {
            return;
        }
        let names = known.iter().map(String::as_str);
        if let Some(meant) = text::nearest(found, names, |name| name.len() / 5) {
            let message = Text::new(format!("没有 `{found}`"), format!("there is no `{found}`"));
            self.add(word, with_suggestion(&message, meant));
        }
    }

    /// A name that must be a known one; any will do where none is known.
    fn one_of(&mut self, word: &Word, known: &[String]) {
        let found = &word.value;
        if known.is_empty() || known.contains(found) {
            return;
        }
        let message = Text::new(format!("没有 `{found}`"), format!("there is no `{found}`"));
        let meant = text::nearest(found, known.iter().map(String::as_str), |name| name.len().div_ceil(4));
        self.add(word, meant.map_or_else(|| message.clone(), |meant| with_suggestion(&message, meant)));
    }

    /// An entry replaces another of the same name in an earlier file, and not in its own.
    fn twice<'w>(&mut self, ids: impl Iterator<Item = &'w Word>) {
        let mut seen = std::collections::BTreeSet::new();
        for id in ids {
            if !seen.insert(&id.value) {
                let name = &id.value;
                let message = Text::new(
                    format!("此文件中已有名为 `{name}` 的条目"),
                    format!("this file has an entry `{name}` already"),
                );
                self.add(id, message);
            }
        }
    }
}
