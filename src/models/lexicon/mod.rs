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
    /// Labels that, before a value that is shown, tell what it is, with nothing beside them but whose it is.
    pub shown: Vec<String>,
    /// Whether the names speak of something as a whole: what is stored under them is that, too.
    pub is_whole: bool,
}

/// Words that change what names mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
pub struct NameWords {
    /// Words behind a name that leave its meaning as it is: `number`, `value`.
    pub suffixes: Vec<String>,
    /// Words before a name that make it something else than a person's: `shop`, `is`.
    pub others: Vec<String>,
    /// Those of them that are what a person does: `seller`.
    pub roles: Vec<String>,
    /// Words for people: `user`.
    pub people: Vec<String>,
    /// Names of properties that say nothing of what is in them: `data`, `list`.
    pub containers: Vec<String>,
    /// Parts of labels that say that what is typed is no personal data: 搜索.
    pub veto: Vec<String>,
    /// Words in the name of an owner that say that its fields tell whether there is such data: `bound`.
    pub flags: Vec<String>,
    /// Categories of which any two, read from the same thing, say that it is a person.
    pub personal: Vec<String>,
    /// Categories of which one is enough for that.
    pub private: Vec<String>,
    /// Categories that only people have: the label of one is believed, whatever the value is read of.
    pub human: Vec<String>,
    /// Beginnings of labels that say whose data it is: 我的.
    pub whose: Vec<String>,
    /// Words of labels behind which other things are named, or the one before is explained: 或.
    pub breaks: Vec<String>,
}

impl NameWords {
    /// Adds the words of another list.
    pub fn extend(&mut self, more: Self) {
        self.suffixes.extend(more.suffixes);
        self.others.extend(more.others);
        self.roles.extend(more.roles);
        self.people.extend(more.people);
        self.containers.extend(more.containers);
        self.veto.extend(more.veto);
        self.flags.extend(more.flags);
        self.personal.extend(more.personal);
        self.private.extend(more.private);
        self.human.extend(more.human);
        self.whose.extend(more.whose);
        self.breaks.extend(more.breaks);
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
    shown: FxHashMap<&'m str, &'m NameEntry>,
    longest: usize,
    suffixes: FxHashSet<&'m str>,
    others: FxHashSet<&'m str>,
    people: FxHashSet<&'m str>,
    containers: FxHashSet<&'m str>,
    flags: FxHashSet<&'m str>,
    personal: FxHashSet<&'m str>,
    private: FxHashSet<&'m str>,
    human: FxHashSet<&'m str>,
    roles: FxHashSet<&'m str>,
    veto: &'m [String],
    whose: &'m [String],
    breaks: &'m [String],
}

/// A property as words: those of what it is read from, and its own behind them.
struct Words {
    all: Vec<String>,
    /// Where its own begin.
    own: usize,
    /// Whether it is read from something that is a person.
    is_of_person: bool,
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
            flags: set(&around.flags),
            personal: set(&around.personal),
            private: set(&around.private),
            human: set(&around.human),
            roles: set(&around.roles),
            veto: &around.veto,
            whose: &around.whose,
            breaks: &around.breaks,
            ..Self::default()
        };
        for entry in entries.iter().rev() {
            for name in &entry.names {
                let joined = words(name).concat();
                lexicon.longest = lexicon.longest.max(joined.len());
                lexicon.by_name.entry(joined).or_default().push(entry);
            }
            lexicon.labels.extend(entry.labels.iter().map(|label| (label.as_str(), entry)));
            for label in &entry.shown {
                lexicon.shown.entry(label).or_insert(entry);
            }
        }
        lexicon
    }

    /// Whether a property of this name says nothing of what is in it.
    pub fn is_container(&self, name: &str) -> bool {
        words(name).iter().all(|word| self.containers.contains(word.as_str()) || word.len() == 1 || is_number(word))
    }

    /// Whether something of which data of these categories is read is a person.
    pub fn are_of_person<'d>(&self, kinds: impl Iterator<Item = &'d str> + Clone) -> bool {
        kinds.clone().any(|data| self.private.contains(data))
            || kinds.filter(|data| self.personal.contains(data)).count() > 1
    }

    /// Whether only people have data of a category.
    pub fn is_human(&self, data: &str) -> bool {
        self.human.contains(data)
    }

    /// What a name says, read as a property of what `owner` names. The last words decide: `phoneModel` is no phone, and
    /// a shop's phone is nobody's.
    pub fn name(&self, owner: Option<&str>, name: &str) -> Said<'m> {
        if !name.is_ascii() {
            return self.label(name);
        }
        self.said(self.entry(&self.words(owner, name, false)))
    }

    /// The same of a name that is read from a person, whatever that is called.
    pub fn name_of_person(&self, owner: Option<&str>, name: &str) -> Said<'m> {
        let words = self.words(owner, name, true);
        if self.is_others(&words) { Said::Other } else { self.said(self.entry(&words)) }
    }

    /// What is stored under a name, where the name speaks of something as a whole.
    pub fn whole(&self, name: &str) -> Option<Meaning<'m>> {
        let entry = self.entry(&self.words(None, name, false)).filter(|(_, entry)| entry.is_whole);
        match self.said(entry) {
            Said::Data(meaning) => Some(meaning),
            Said::Nothing | Said::Other => None,
        }
    }

    /// What a label right before a value that is shown says of it; the value is a property of what `owner` names.
    pub fn shown(&self, owner: Option<&str>, name: Option<&str>, label: &str) -> Option<Meaning<'m>> {
        let label = label.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        // One of several, as `学号/工号`.
        let labels = label.rsplit(|c: char| !c.is_alphanumeric() && c != '/').next()?.rsplit('/');
        let entry = labels.into_iter().find_map(|label| {
            let whose = self.whose.iter().filter_map(|whose| label.strip_prefix(whose.as_str()));
            std::iter::once(label).chain(whose).find_map(|label| self.shown.get(label))
        })?;
        let data = entry.data.as_deref()?;
        let words = self.words(owner, name.unwrap_or_default(), false);
        let is_others = if self.human.contains(data) { self.is_flag(&words) } else { self.is_others(&words) };
        (!is_others).then_some(Meaning { data, confidence: Confidence::Low })
    }

    fn words(&self, owner: Option<&str>, name: &str, is_of_person: bool) -> Words {
        let parts = owner.unwrap_or_default().split(['.', '[']).filter(|part| !self.is_container(part));
        let mut all: Vec<String> = parts.flat_map(words).collect();
        let own = all.len();
        all.extend(words(name));
        Words { all, own, is_of_person }
    }

    /// Whether words before the last, or before the name, say that it is somebody else's, or a flag.
    fn is_others(&self, words: &Words) -> bool {
        let before = &words.all[..words.all.len().saturating_sub(1)];
        before.iter().any(|word| self.others.contains(word.as_str())) || self.is_flag(words)
    }

    fn is_flag(&self, words: &Words) -> bool {
        words.all[..words.own].iter().any(|word| self.flags.contains(word.as_str()))
    }

    fn said(&self, entry: Option<(bool, &'m NameEntry)>) -> Said<'m> {
        let Some((is_meant, entry)) = entry else { return Said::Nothing };
        let data = entry.data.as_deref().filter(|_| is_meant);
        data.map_or(Said::Other, |data| Said::Data(Meaning { data, confidence: entry.confidence }))
    }

    /// The entry that speaks of a name, and whether nothing before it says that it means something else.
    fn entry(&self, words: &Words) -> Option<(bool, &'m NameEntry)> {
        if words.all.len() == words.own {
            return None;
        }
        let (from, entry) = self.last_term(words)?;
        let is_other = |word: &String| self.others.contains(word.as_str()) || entry.not_of.contains(word);
        let is_human =
            entry.confidence == Confidence::High && entry.data.as_deref().is_some_and(|data| self.is_human(data));
        let is_others = if is_human {
            // Where only people have it, whoever looks after something has it too, and what comes last says whose it is.
            let own = words.all[..from].get(words.own..).unwrap_or_default();
            let whose = own.iter().chain(self.head(&words.all[..words.own.min(from)]));
            whose.filter(|word| !self.roles.contains(word.as_str())).any(is_other)
        } else {
            words.all[..from].iter().any(is_other)
        };
        Some((!is_others && !self.is_flag(words), entry))
    }

    /// The word of a name that says what it is.
    fn head<'w>(&self, words: &'w [String]) -> Option<&'w String> {
        let is_filler = |word: &String| word.len() == 1 || is_number(word) || self.containers.contains(word.as_str());
        words.iter().rev().find(|word| !is_filler(word))
    }

    /// The longest term with nothing behind it but words that change nothing: where it begins, and its entry. No term
    /// goes over the border between the owner's words and its own.
    fn last_term(&self, words: &Words) -> Option<(usize, &'m NameEntry)> {
        let mut best: Option<(usize, usize, &NameEntry)> = None;
        for to in (1..=words.all.len()).rev() {
            for (length, from, entry) in self.terms_ending(words, to) {
                let spans = from < words.own && words.own < to;
                let is_suffix = |word: &String| {
                    // A part of a whole is another thing.
                    let is_whole = from >= words.own && self.containers.contains(word.as_str());
                    if entry.is_whole { is_whole } else { self.is_suffix(word) || entry.suffixes.contains(word) }
                };
                let fits = !spans && words.all[to..].iter().all(is_suffix);
                if fits && best.is_none_or(|(known, ..)| length > known) {
                    best = Some((length, from, entry));
                }
            }
        }
        best.map(|(_, from, entry)| (from, entry))
    }

    /// The terms that end before the word `to`: how long each is, where it begins, and its entry.
    fn terms_ending(&self, words: &Words, to: usize) -> Vec<(usize, usize, &'m NameEntry)> {
        let mut found = Vec::new();
        let mut joined = String::new();
        for from in (0..to).rev() {
            joined.insert_str(0, &words.all[from]);
            if joined.len() > self.longest {
                break;
            }
            let entries = self.by_name.get(&joined).map_or(&[][..], Vec::as_slice);
            let entry = entries.iter().find(|entry| self.owner_fits(entry, words, from));
            found.extend(entry.map(|entry| (joined.len(), from, *entry)));
        }
        found
    }

    /// Whether the words before `from` name an owner that an entry speaks of.
    fn owner_fits(&self, entry: &NameEntry, words: &Words, from: usize) -> bool {
        let before = &words.all[..from];
        (entry.of.is_empty() && !entry.of_person)
            || before.iter().any(|word| entry.of.contains(word))
            || (entry.of_person && self.is_of_person(words, from))
    }

    /// Whether what begins at `from` is a person's own: the name of a driver's car is none, though the driver's is.
    fn is_of_person(&self, words: &Words, from: usize) -> bool {
        let is_one = |word: &str| self.people.contains(word);
        let is_person = |word: &String| is_one(word) || word.strip_suffix('s').is_some_and(is_one);
        let own = words.all[..from].get(words.own..).unwrap_or_default();
        match own.iter().rev().find(|word| !self.containers.contains(word.as_str())) {
            Some(word) => is_person(word),
            None => words.is_of_person || words.all[..from].iter().any(is_person),
        }
    }

    fn is_suffix(&self, word: &str) -> bool {
        self.suffixes.contains(word) || is_number(word)
    }

    /// What a text for people says of the data that stands beside it. What is in brackets, and what comes behind a word
    /// that begins something else, only explains.
    pub fn label(&self, text: &str) -> Said<'m> {
        let text = text.to_lowercase();
        if self.veto.iter().any(|veto| contains(&text, veto)) {
            return Said::Other;
        }
        let mut plain = without_brackets(&text);
        for word in self.breaks {
            plain = plain.replace(word.as_str(), BREAK);
        }
        let parts = plain.split(|c: char| BREAKS.contains(c)).chain([text.as_str()]);
        parts.map(|part| self.part(part)).find(|said| *said != Said::Nothing).unwrap_or(Said::Nothing)
    }

    /// What a part of a label says: its last word decides, of several that end there the longest.
    fn part(&self, text: &str) -> Said<'m> {
        let labels = self.labels.iter();
        let labels = labels.filter_map(|&(label, entry)| Some((text.rfind(label)? + label.len(), label.len(), entry)));
        let best = labels.reduce(last).or_else(|| {
            let all = words(&text.replace(|c: char| !c.is_ascii(), " "));
            let latin = Words { own: all.len(), all, is_of_person: false };
            let terms = (1..=latin.all.len()).flat_map(|to| {
                self.terms_ending(&latin, to).into_iter().map(move |(length, _, entry)| (to, length, entry))
            });
            terms.reduce(last)
        });
        self.said(best.map(|(_, _, entry)| (true, entry)))
    }
}

/// A term in a text: where it ends, how long it is, and its entry.
type Term<'m> = (usize, usize, &'m NameEntry);

/// Of two terms the one that ends later, or the longer one; else the first.
fn last<'m>(a: Term<'m>, b: Term<'m>) -> Term<'m> {
    if (b.0, b.1) > (a.0, a.1) { b } else { a }
}

/// What parts of labels are told apart by.
const BREAKS: &str = "，,。；;、/|！!？?\n";
/// Stands for a word that does the same.
const BREAK: &str = "，";

/// A text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Whether a text holds a word: Latin ones with no letter on either side.
fn contains(text: &str, wanted: &str) -> bool {
    if wanted.is_ascii() { words(text).iter().any(|word| word == wanted) } else { text.contains(wanted) }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}
