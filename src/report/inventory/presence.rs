//! The platform's presence check: a program whose code names an API of the list has to declare that kind of data, whether
//! the code ever runs or not. Says which file and which package brings a name in. The names stand in `platform.json`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use fixedbitset::FixedBitSet;

use super::package_of;
use crate::analysis::Code;
use crate::base::pattern::Pattern;
use crate::base::{FileId, FileKind, Files, SourceFile, Span, Text};
use crate::report::model::{PlatformKind, PlatformPlace};
use crate::report::places::Places;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    key: String,
    title: Text,
    /// Members of the platform's object.
    #[serde(default)]
    apis: Vec<String>,
    /// Names of tags.
    #[serde(default)]
    tags: Vec<String>,
    /// Values of attributes, as `tag[attribute=value]`.
    #[serde(default)]
    attributes: Vec<String>,
    /// Texts in quotes: scopes.
    #[serde(default)]
    texts: Vec<String>,
}

static KINDS: LazyLock<Vec<Kind>> =
    LazyLock::new(|| serde_json::from_str(include_str!("platform.json")).unwrap_or_default());

/// What to look for in files of one sort: a pattern, a part of what it matches, its name, and the index of its kind.
struct Needle {
    pattern: Pattern,
    part: String,
    api: String,
    kind: usize,
}

static IN_SCRIPTS: LazyLock<Needles> = LazyLock::new(|| {
    Needles::new(|kind| {
        let apis = kind.apis.iter().map(|api| {
            let (object, member) = api.split_once('.').unwrap_or(("", api));
            // A member of an object that some call gives can only be told by its name.
            let before = if object.chars().next().is_some_and(char::is_uppercase) {
                String::new()
            } else {
                format!(r"\b{object}\s*")
            };
            (format!(r"{before}\.\s*{member}\b"), member.to_owned(), api.clone())
        });
        let texts = kind.texts.iter();
        let texts = texts.map(|text| (format!(r#"["'`]{}["'`]"#, regex::escape(text)), text.clone(), text.clone()));
        apis.chain(texts).collect()
    })
});

static IN_TEMPLATES: LazyLock<Needles> = LazyLock::new(|| {
    Needles::new(|kind| {
        let tags = kind.tags.iter();
        let tags = tags.map(|tag| (format!(r"<{tag}(?:[\s/>])"), format!("<{tag}"), format!("<{tag}>")));
        let attributes = kind.attributes.iter().filter_map(|text| {
            let (tag, rest) = text.split_once('[')?;
            let (name, value) = rest.trim_end_matches(']').split_once('=')?;
            let pattern = format!(r#"<{tag}\s[^<]*?\b{name}\s*=\s*["'][^"']*\b{value}\b"#);
            Some((pattern, value.to_owned(), text.clone()))
        });
        tags.chain(attributes).collect()
    })
});

/// All that is looked for in files of one sort.
struct Needles {
    needles: Vec<Needle>,
    /// Finds in one pass the parts that a file has at all.
    parts: Option<AhoCorasick>,
}

impl Needles {
    fn new(patterns: impl Fn(&Kind) -> Vec<(String, String, String)>) -> Self {
        let spelled =
            KINDS.iter().enumerate().flat_map(|(kind, entry)| patterns(entry).into_iter().map(move |it| (it, kind)));
        let needle = |((spelling, part, api), kind)| Needle { pattern: Pattern::new(spelling), part, api, kind };
        let needles: Vec<Needle> = spelled.map(needle).collect();
        let parts = AhoCorasick::new(needles.iter().map(|needle| &needle.part)).ok();
        Self { needles, parts }
    }

    /// Those that a text may have.
    fn in_text(&self, text: &str) -> impl Iterator<Item = &Needle> {
        let mut met = FixedBitSet::with_capacity(self.needles.len());
        let found = self.parts.iter().flat_map(|parts| parts.find_overlapping_iter(text));
        found.for_each(|found| met.insert(found.pattern().as_usize()));
        let met: Vec<usize> = met.ones().collect();
        met.into_iter().map(|at| &self.needles[at])
    }
}

/// All kinds of the list, with the places that name them; `code` is sorted.
pub fn kinds(files: &Files, places: &Places, code: &[Code]) -> Vec<PlatformKind> {
    let mut kinds: Vec<PlatformKind> = KINDS
        .iter()
        .map(|kind| PlatformKind { key: kind.key.clone(), title: kind.title.clone(), places: Vec::new() })
        .collect();
    for (id, file) in files.iter() {
        for (kind, api, span) in found(id, file) {
            kinds[kind].places.push(PlatformPlace {
                api,
                location: places.location(span),
                package: package_of(&file.path).map(str::to_owned),
                reachable: is_reachable(span, code),
            });
        }
    }
    for kind in &mut kinds {
        kind.places.sort_by(|a, b| (&a.location, &a.api).cmp(&(&b.location, &b.api)));
    }
    kinds
}

fn found(id: FileId, file: &SourceFile) -> Vec<(usize, String, Span)> {
    let needles = match file.kind {
        FileKind::JavaScript | FileKind::TypeScript => &*IN_SCRIPTS,
        FileKind::Wxml => &*IN_TEMPLATES,
        FileKind::Wxs | FileKind::Json => return Vec::new(),
    };
    let all = needles.in_text(&file.text).flat_map(|needle| {
        let matches = needle.pattern.get().into_iter().flat_map(|pattern| pattern.find_iter(&file.text));
        matches.map(|found| (needle.kind, needle.api.clone(), Span::new(id, found.start() as u32, found.end() as u32)))
    });
    all.collect()
}

/// Whether the innermost function around a place can be got to; a file without any code that was analysed is taken to be.
fn is_reachable(place: Span, code: &[Code]) -> bool {
    let start = code.partition_point(|own| own.span.file < place.file);
    let own = code[start..].iter().take_while(|own| own.span.file == place.file);
    let around = own.filter(|own| own.span.start <= place.start && place.start < own.span.end);
    around.min_by_key(|own| own.span.end - own.span.start).is_none_or(|own| own.is_reachable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        let needles = || IN_SCRIPTS.needles.iter().chain(&IN_TEMPLATES.needles);
        assert!(needles().count() > 0);
        let broken: Vec<&str> =
            needles().filter(|needle| needle.pattern.get().is_none()).map(|needle| &*needle.api).collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}
