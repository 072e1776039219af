//! Which uses of a component an entry speaks of, by the attributes of its tag: absent, literal or computed.
//! Knows no component and no attribute.

use std::collections::BTreeSet;

use super::{Anchor, ComponentAnchor, Models};

/// Stands for any value of an attribute that is there.
const ANY: &str = "*";

/// What an attribute must be for an entry to speak of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The attribute.
    pub attribute: String,
    /// What it may be: an empty text stands for an absent attribute, `*` for one that is there.
    pub values: Vec<String>,
    /// The values that any entry names for this attribute of the same tags. A component takes another one for none at
    /// all, if this is not empty.
    pub known: BTreeSet<String>,
}

/// An attribute as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written<'a> {
    /// It is not there.
    Absent,
    /// A text, which may join several values with `|`, as the platform allows for `open-type`.
    Text(&'a str),
    /// What it is turns out only when the program runs.
    Computed,
}

/// Whether an entry speaks of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does not.
    No,
    /// It depends on attributes that are computed.
    Maybe,
    /// It does.
    Yes,
}

/// What is known of a computed attribute.
#[derive(Clone, Debug, Default)]
pub struct Computed<'a> {
    /// The texts that it may be.
    pub texts: Vec<&'a str>,
    /// Whether it is certainly no truth.
    pub is_false: bool,
}

impl When {
    /// A condition, before other entries are known.
    pub(super) fn new(attribute: String, values: Vec<String>) -> Self {
        Self { attribute, values, known: BTreeSet::new() }
    }

    fn fit(&self, written: Written<'_>) -> Fit {
        let fits = match written {
            Written::Computed => return Fit::Maybe,
            Written::Absent => self.takes_none(),
            Written::Text(text) => self.takes(text),
        };
        if fits { Fit::Yes } else { Fit::No }
    }

    /// Whether an absent attribute will do.
    pub fn takes_none(&self) -> bool {
        self.values.iter().any(String::is_empty)
    }

    fn takes(&self, text: &str) -> bool {
        let is_known = |part: &str| self.known.is_empty() || self.known.contains(part) || self.known.contains(ANY);
        let mut parts = text.split('|').map(str::trim);
        parts.clone().any(|part| self.values.iter().any(|value| value == ANY || (!part.is_empty() && value == part)))
            || (self.takes_none() && !parts.any(is_known))
    }

    /// Whether a computed attribute will do. Of which nothing is known counts as the default, if one of the entries that
    /// may be meant takes that (`has_default`); else what the entry speaks of tells by itself.
    pub fn may_be(&self, computed: &Computed<'_>, has_default: bool) -> bool {
        if self.known.contains(ANY) {
            return self.values.iter().any(|value| (value == ANY) != computed.is_false);
        }
        if computed.texts.is_empty() {
            return self.takes_none() || !has_default;
        }
        computed.texts.iter().any(|text| self.takes(text))
    }
}

impl ComponentAnchor {
    /// Whether a tag with these attributes is meant.
    pub fn fit<'a>(&self, tag: &str, attribute: impl Fn(&str) -> Written<'a>) -> Fit {
        if !self.tags.iter().any(|wanted| wanted == ANY || wanted == tag) {
            return Fit::No;
        }
        self.when.iter().map(|when| when.fit(attribute(&when.attribute))).min().unwrap_or(Fit::Yes)
    }

    fn shares_tag(&self, other: &Self) -> bool {
        self.tags.iter().any(|tag| other.tags.contains(tag))
    }
}

impl Models {
    /// Tells the conditions of sources which values other entries name.
    pub(super) fn learn_values(&mut self) {
        let anchors: Vec<ComponentAnchor> =
            self.sources.iter().filter_map(|source| component(&source.anchor)).cloned().collect();
        for source in &mut self.sources {
            let Anchor::Component(anchor) = &mut source.anchor else { continue };
            let others: Vec<&ComponentAnchor> = anchors.iter().filter(|other| other.shares_tag(anchor)).collect();
            for when in &mut anchor.when {
                let same =
                    others.iter().flat_map(|other| &other.when).filter(|other| other.attribute == when.attribute);
                when.known = same.flat_map(|other| &other.values).filter(|value| !value.is_empty()).cloned().collect();
            }
        }
    }
}

fn component(anchor: &Anchor) -> Option<&ComponentAnchor> {
    match anchor {
        Anchor::Component(anchor) => Some(anchor),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Models {
        let text = r#"{ "sources": [
            { "id": "text", "detail": { "data": "x" }, "component": { "tag": "box", "event": "input",
              "when": { "type": ["", "text"], "hidden": "" } } },
            { "id": "card", "detail": { "data": "x" }, "component": { "tag": "box", "event": "input",
              "when": { "type": "card" } } },
            { "id": "hidden", "detail": { "data": "x" }, "component": { "tag": "box", "event": "input",
              "when": { "hidden": "*" } } } ] }"#;
        Models::load(false, &[("a.json".into(), text.into())]).expect("a model file")
    }

    fn anchor<'m>(models: &'m Models, id: &str) -> &'m ComponentAnchor {
        let source = models.sources.iter().find(|source| source.id == id).expect(id);
        component(&source.anchor).expect("a component")
    }

    #[test]
    fn a_value_that_no_entry_names_is_the_default() {
        let models = kinds();
        let fit = |id: &str, ty: Written<'static>| {
            anchor(&models, id).fit("box", |name| if name == "type" { ty } else { Written::Absent })
        };
        for text in ["", "text", "telephone"] {
            assert_eq!(fit("text", Written::Text(text)), Fit::Yes, "{text}");
            assert_eq!(fit("card", Written::Text(text)), Fit::No, "{text}");
        }
        assert_eq!((fit("text", Written::Text("card")), fit("card", Written::Text("card"))), (Fit::No, Fit::Yes));
        assert_eq!((fit("text", Written::Computed), fit("card", Written::Computed)), (Fit::Maybe, Fit::Maybe));
    }

    #[test]
    fn an_attribute_that_any_value_sets_is_set_by_any() {
        let models = kinds();
        let fit = |id: &str, hidden: Written<'static>| {
            anchor(&models, id).fit("box", |name| if name == "hidden" { hidden } else { Written::Absent })
        };
        assert_eq!((fit("text", Written::Text("so")), fit("hidden", Written::Text("so"))), (Fit::No, Fit::Yes));
        assert_eq!((fit("text", Written::Absent), fit("hidden", Written::Absent)), (Fit::Yes, Fit::No));
    }

    #[test]
    fn a_computed_attribute_is_what_its_texts_say() {
        let models = kinds();
        let may = |id: &str, at: usize, computed: &Computed<'_>, has_default: bool| {
            anchor(&models, id).when[at].may_be(computed, has_default)
        };
        let unknown = Computed::default();
        assert!(may("text", 0, &unknown, true) && !may("card", 0, &unknown, true) && may("card", 0, &unknown, false));
        let card = Computed { texts: vec!["card"], is_false: false };
        assert!(!may("text", 0, &card, true) && may("card", 0, &card, true));
        let either = Computed { texts: vec!["card", "other"], is_false: false };
        assert!(may("text", 0, &either, true) && may("card", 0, &either, true));
        let not = Computed { texts: Vec::new(), is_false: true };
        assert!(may("text", 1, &not, true) && !may("hidden", 0, &not, true));
        assert!(!may("text", 1, &unknown, true) && may("hidden", 0, &unknown, true));
    }
}
