//! Names in a file that nothing else has, and are like one that something has: whoever wrote them meant that one.
//! Knows what the built-in models and the platform name, and not what any of it means.

use super::error::with_suggestion;
use super::raw::RawFile;
use super::spanned::Spanned;
use super::{Anchor, ModelError, Models};
use crate::base::{Text, text};

type Word = Spanned<String>;

/// The names that entries of a user's may use.
pub(super) struct Known {
    kinds: Vec<String>,
    recipients: Vec<String>,
    functions: Vec<String>,
    scopes: Vec<String>,
    privacy_types: Vec<String>,
}

impl Known {
    /// What the models name so far.
    pub(super) fn new(models: &Models) -> Self {
        let of_sources = models.sources.iter().filter_map(|source| function(&source.anchor));
        let of_sinks = models.sinks.iter().filter_map(|sink| function(&sink.anchor));
        let constructors = &models.runtime.constructors;
        let lifecycles =
            constructors.iter().flat_map(|it| it.lifecycles.iter().map(move |name| format!("{}.{name}", it.call)));
        Self {
            kinds: models.sinks.iter().map(|sink| sink.kind.clone()).collect(),
            recipients: models.recipients.iter().map(|recipient| recipient.id.clone()).collect(),
            functions: of_sources.chain(of_sinks).cloned().chain(lifecycles).collect(),
            scopes: models.platform.scopes.iter().map(|scope| scope.scope.clone()).collect(),
            privacy_types: models.platform.privacy_types.iter().map(|ty| ty.key.clone()).collect(),
        }
    }

    /// Mistakes in the names that a file uses.
    pub(super) fn check(&self, file: &str, raw: &RawFile) -> Vec<ModelError> {
        let (sources, sinks, gates) = (&raw.sources.0, &raw.sinks.0, &raw.gates.0);
        let mut mistakes = Mistakes { file, all: Vec::new() };
        let own: Vec<String> = raw.recipients.0.iter().map(|recipient| recipient.id.clone()).collect();
        let recipients = [&self.recipients[..], &own].concat();
        for sink in sinks {
            mistakes.like(&sink.kind, &self.kinds);
            sink.fetched.iter().for_each(|kind| mistakes.like(kind, &self.kinds));
            sink.recipient.iter().for_each(|recipient| mistakes.like(recipient, &recipients));
            sink.returned.iter().for_each(|returned| mistakes.like(&returned.of, &self.functions));
        }
        let parameters = sources.iter().filter_map(|source| source.parameter.as_ref());
        parameters.for_each(|parameter| mistakes.like(&parameter.of, &self.functions));
        let scopes = sources.iter().map(|it| &it.scope).chain(sinks.iter().map(|it| &it.scope));
        let scopes = scopes.chain(gates.iter().map(|it| &it.scope)).flatten();
        scopes.for_each(|scope| mistakes.like(scope, &self.scopes));
        let types = sources.iter().map(|it| &it.privacy_type).chain(sinks.iter().map(|it| &it.privacy_type));
        types.flatten().for_each(|ty| mistakes.like(ty, &self.privacy_types));
        mistakes.twice(sources.iter().map(|it| &it.id));
        mistakes.twice(sinks.iter().map(|it| &it.id));
        mistakes.twice(gates.iter().map(|it| &it.id));
        mistakes.all
    }
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
        if let Some(meant) = text::nearest(found, names, |name| name.len().div_ceil(5)) {
            let message = Text::new(format!("没有 `{found}`"), format!("there is no `{found}`"));
            self.add(word, with_suggestion(&message, meant));
        }
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
