//! What names and labels say of the data behind them: `userPhone`, 手机号. Knows no single word and no program.

mod words;

#[cfg(test)]
mod tests;

use rustc_hash::{FxHashMap, FxHashSet};

pub use words::words;

use super::Confidence;

/// What some names or labels mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameEntry {
    /// Category slug; without one the names only look like personal data.
    pub data: Option<String>,
    /// Names, words separated by spaces.
    pub names: Vec<String>,
    /// Parts of texts for people.
    pub labels: Vec<String>,
    /// How much the name alone says.
    pub confidence: Confidence,
    /// Words of which one must stand before the name; any will do if there are none.
    pub of: Vec<String>,
    /// Whether words for people will do too.
    pub of_person: bool,
    /// Words that must not stand before the name.
    pub not_of: Vec<String>,
    /// Words that may stand behind the name, beside those that may behind any.
    pub suffixes: Vec<String>,
}

/// Words that change what names mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
pub struct NameWords {
    /// Words behind a name that leave its meaning as it is: `number`, `value`.
    pub suffixes: Vec<String>,
    /// Words before a name that make it something else than a person's: `shop`, `is`.
    pub others: Vec<String>,
    /// Words for people: `user`.
    pub people: Vec<String>,
    /// Names of properties that say nothing of what is in them: `data`, `list`.
    pub containers: Vec<String>,
    /// Parts of labels that say that what is typed is no personal data: 搜索.
    pub veto: Vec<String>,
}

impl NameWords {
    /// Adds the words of another list.
    pub fn extend(&mut self, more: Self) {
        self.suffixes.extend(more.suffixes);
        self.others.extend(more.others);
        self.people.extend(more.people);
        self.containers.extend(more.containers);
        self.veto.extend(more.veto);
    }
}

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning<'l> {
    /// Category slug.
    pub data: &'l str,
    /// How sure.
    pub confidence: Confidence,
}

/// What a text for people says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'l> {
    /// Nothing: ask elsewhere.
    Nothing,
    /// That the data is no personal data.
    Other,
    /// That the data is this.
    Data(Meaning<'l>),
}

/// The entries, ready to be asked.
#[derive(Debug, Default)]
pub struct Lexicon<'m> {
    by_name: FxHashMap<String, Vec<&'m NameEntry>>,
    labels: Vec<(&'m str, &'m NameEntry)>,
    longest: usize,
    suffixes: FxHashSet<&'m str>,
    others: FxHashSet<&'m str>,
    people: FxHashSet<&'m str>,
    containers: FxHashSet<&'m str>,
    veto: &'m [String],
}

impl<'m> Lexicon<'m> {
    /// Indexes the entries; of two that give the same name a meaning the later one counts.
    pub fn new(entries: &'m [NameEntry], around: &'m NameWords) -> Self {
        let set = |words: &'m [String]| words.iter().map(String::as_str).collect();
        let mut lexicon = Self {
            suffixes: set(&around.suffixes),
            others: set(&around.others),
            people: set(&around.people),
            containers: set(&around.containers),
            veto: &around.veto,
            ..Self::default()
        };
        for entry in entries.iter().rev() {
            for name in &entry.names {
                let joined = words(name).concat();
                lexicon.longest = lexicon.longest.max(joined.len());
                lexicon.by_name.entry(joined).or_default().push(entry);
            }
            lexicon.labels.extend(entry.labels.iter().map(|label| (label.as_str(), entry)));
        }
        lexicon
    }

    /// Whether a property of this name says nothing of what is in it.
    pub fn is_container(&self, name: &str) -> bool {
        words(name).iter().all(|word| self.containers.contains(word.as_str()) || is_number(word))
    }

    /// What a name says, read as a property of what `owner` names. The last words decide: `phoneModel` is no phone, and
    /// a shop's phone is nobody's.
    pub fn name(&self, owner: Option<&str>, name: &str) -> Option<Meaning<'m>> {
        if !name.is_ascii() {
            return match self.label(name) {
                Said::Data(meaning) => Some(meaning),
                _ => None,
            };
        }
        let mut all = owner.map(words).unwrap_or_default();
        let own = all.len();
        all.extend(words(name));
        if all.len() == own {
            return None;
        }
        let (from, entry) = self.last_term(&all, own)?;
        let is_other = |word: &String| self.others.contains(word.as_str()) || entry.not_of.contains(word);
        if all[..from].iter().any(is_other) {
            return None;
        }
        Some(Meaning { data: entry.data.as_deref()?, confidence: entry.confidence })
    }

    /// The longest term with nothing behind it but words that change nothing: where it begins, and its entry. Before
    /// `own` stand the words of the owner's name, and no term goes over that border.
    fn last_term(&self, all: &[String], own: usize) -> Option<(usize, &'m NameEntry)> {
        let mut best: Option<(usize, usize, &NameEntry)> = None;
        for to in (1..=all.len()).rev() {
            for (length, from, entry) in self.terms_ending(all, to) {
                let spans = from < own && own < to;
                let fits = !spans && all[to..].iter().all(|word| self.is_suffix(word) || entry.suffixes.contains(word));
                if fits && best.is_none_or(|(known, ..)| length > known) {
                    best = Some((length, from, entry));
                }
            }
        }
        best.map(|(_, from, entry)| (from, entry))
    }

    /// The terms that end before the word `to`: how long each is, where it begins, and its entry.
    fn terms_ending(&self, all: &[String], to: usize) -> Vec<(usize, usize, &'m NameEntry)> {
        let mut found = Vec::new();
        let mut joined = String::new();
        for from in (0..to).rev() {
            joined.insert_str(0, &all[from]);
            if joined.len() > self.longest {
                break;
            }
            let entries = self.by_name.get(&joined).map_or(&[][..], Vec::as_slice);
            let entry = entries.iter().find(|entry| self.owner_fits(entry, &all[..from]));
            found.extend(entry.map(|entry| (joined.len(), from, *entry)));
        }
        found
    }

    fn owner_fits(&self, entry: &NameEntry, before: &[String]) -> bool {
        let is_owner =
            |word: &String| entry.of.contains(word) || (entry.of_person && self.people.contains(word.as_str()));
        (entry.of.is_empty() && !entry.of_person) || before.iter().any(is_owner)
    }

    fn is_suffix(&self, word: &str) -> bool {
        self.suffixes.contains(word) || is_number(word)
    }

    /// What a text for people says of the data that stands beside it: the longest part with a meaning, of two the later.
    pub fn label(&self, text: &str) -> Said<'m> {
        let text = text.to_lowercase();
        if self.veto.iter().any(|veto| contains(&text, veto)) {
            return Said::Other;
        }
        let mut best: Option<(usize, usize, &NameEntry)> = None;
        let mut offer = |length: usize, at: usize, entry: &'m NameEntry| {
            if best.is_none_or(|(known, place, _)| (length, at) > (known, place)) {
                best = Some((length, at, entry));
            }
        };
        for &(label, entry) in &self.labels {
            if let Some(at) = text.rfind(label) {
                offer(label.len(), at + label.len(), entry);
            }
        }
        let latin = words(&text.replace(|c: char| !c.is_ascii(), " "));
        for to in 1..=latin.len() {
            for (length, _, entry) in self.terms_ending(&latin, to) {
                offer(length, to, entry);
            }
        }
        let Some((_, _, entry)) = best else { return Said::Nothing };
        let meaning = entry.data.as_deref().map(|data| Meaning { data, confidence: entry.confidence });
        meaning.map_or(Said::Other, Said::Data)
    }
}

/// Whether a text holds a word: Latin ones with no letter on either side.
fn contains(text: &str, wanted: &str) -> bool {
    if wanted.is_ascii() { words(text).iter().any(|word| word == wanted) } else { text.contains(wanted) }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}
