//! What two reports differ in: findings, data, recipients, and pairs of both. Knows reports as JSON, so that one that was
//! written by an earlier run will do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::inventory::recipient_at;
use super::markdown::escape;
use super::text::clean;
use super::words;
use crate::base::Text;
use crate::base::text::Lang;
use crate::rules::{Level, leaves_page, sink_title};

/// The levels of findings.
const LEVELS: [Level; 3] = [Level::Violation, Level::Warning, Level::Note];

/// One of two reports.
#[derive(Clone, Debug, Deserialize)]
pub struct Side {
    findings: Vec<SideFinding>,
    flows: Vec<SideFlow>,
    #[serde(default)]
    inventory: SideInventory,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct SideInventory {
    #[serde(default)]
    data: Vec<SideData>,
}

#[derive(Clone, Debug, Deserialize)]
struct SideData {
    data: String,
    title: Text,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
struct SideFinding {
    id: String,
    clause: String,
    level: String,
    message: Text,
    location: SideLocation,
    #[serde(default, skip_serializing)]
    suppressed: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
struct SideLocation {
    file: String,
    start: SidePosition,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
struct SidePosition {
    line: u32,
    column: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct SideFlow {
    data: String,
    sink: SideSink,
}

#[derive(Clone, Debug, Deserialize)]
struct SideSink {
    kind: String,
    destination: Option<String>,
    /// Where there are several.
    #[serde(default)]
    destinations: Vec<String>,
    #[serde(default)]
    recipient: Option<SideRecipient>,
}

#[derive(Clone, Debug, Deserialize)]
struct SideRecipient {
    #[serde(default)]
    id: Option<String>,
    title: Text,
}

/// Who gets data: a kind of sink, and a host or what else is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Recipient {
    kind: String,
    name: Option<String>,
}

/// A category and who gets it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pair {
    data: String,
    recipient: Recipient,
}

/// What the second report has and the first has not, and the findings that are gone.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Difference {
    /// Findings that count and were not there.
    new_findings: Vec<SideFinding>,
    /// Findings that counted and are not there any more.
    gone_findings: Vec<SideFinding>,
    /// Categories of data that no flow carried.
    pub new_data: Vec<String>,
    /// Recipients that got nothing.
    pub new_recipients: Vec<Recipient>,
    /// Categories that go to a recipient which did not get them.
    pub new_pairs: Vec<Pair>,
    /// What third parties among them are called.
    titles: BTreeMap<String, Text>,
    /// What the categories among them are called.
    data_titles: BTreeMap<String, Text>,
}

impl Side {
    /// Reads a report as JSON; the error says what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn counting(&self) -> BTreeMap<&str, &SideFinding> {
        let own = self.findings.iter().filter(|finding| finding.suppressed.is_none());
        own.map(|finding| (finding.id.as_str(), finding)).collect()
    }

    fn data(&self) -> BTreeSet<&str> {
        self.flows.iter().map(|flow| flow.data.as_str()).collect()
    }

    fn pairs(&self) -> BTreeSet<Pair> {
        let leaving = self.flows.iter().filter(|flow| leaves_page(&flow.sink.kind));
        leaving
            .flat_map(|flow| {
                let pair = |name| {
                    let recipient = Recipient { kind: flow.sink.kind.clone(), name };
                    Pair { data: flow.data.clone(), recipient }
                };
                names_of(&flow.sink).into_iter().map(pair).collect::<Vec<_>>()
            })
            .collect()
    }

    /// What third parties are called, by their hosts and ids.
    fn titles(&self) -> BTreeMap<String, Text> {
        let sinks = self.flows.iter().map(|flow| &flow.sink);
        sinks.filter_map(|sink| Some((name_of(sink)?, sink.recipient.as_ref()?.title.clone()))).collect()
    }
}

/// A host, or what else is known of where data goes, or whose sink it is.
fn names_of(sink: &SideSink) -> Vec<Option<String>> {
    match sink.destinations.as_slice() {
        [] => vec![name_of(sink)],
        several => several.iter().map(|to| recipient_at(&sink.kind, to).map(str::to_owned)).collect(),
    }
}

/// The same of the one that is known.
fn name_of(sink: &SideSink) -> Option<String> {
    let named = sink.destination.as_deref().and_then(|to| recipient_at(&sink.kind, to)).map(str::to_owned);
    named.or_else(|| sink.recipient.as_ref()?.id.clone())
}

impl Difference {
    /// What `head` has and `base` has not.
    pub fn new(base: &Side, head: &Side) -> Self {
        let (before, after) = (base.counting(), head.counting());
        let only_in = |own: &BTreeMap<&str, &SideFinding>, other: &BTreeMap<&str, &SideFinding>| {
            let own = own.iter().filter(|(id, _)| !other.contains_key(*id));
            own.map(|(_, finding)| (*finding).clone()).collect::<Vec<_>>()
        };
        let (old, new) = (base.pairs(), head.pairs());
        let recipients =
            |pairs: &BTreeSet<Pair>| pairs.iter().map(|pair| pair.recipient.clone()).collect::<BTreeSet<_>>();
        let known = recipients(&old);
        let new_data: Vec<String> = head.data().difference(&base.data()).map(|data| (*data).to_owned()).collect();
        let new_pairs: Vec<Pair> = new.difference(&old).cloned().collect();
        let named = |data: &String| new_data.contains(data) || new_pairs.iter().any(|pair| pair.data == *data);
        let data_titles = head.inventory.data.iter().filter(|own| named(&own.data));
        let data_titles = data_titles.map(|own| (own.data.clone(), own.title.clone())).collect();
        Self {
            new_findings: only_in(&after, &before),
            gone_findings: only_in(&before, &after),
            new_data,
            new_recipients: recipients(&new).into_iter().filter(|own| !known.contains(own)).collect(),
            new_pairs,
            titles: head.titles(),
            data_titles,
        }
    }

    /// How many findings are new.
    pub fn n_new_findings(&self) -> usize {
        self.new_findings.len()
    }

    /// For programs.
    pub fn json(&self) -> serde_json::Result<Vec<u8>> {
        super::json::indented(self)
    }

    /// For people: a line each.
    pub fn text(&self, lang: Lang) -> String {
        let mut out = String::new();
        for (head, lines) in self.sections(lang).into_iter().filter(|(_, lines)| !lines.is_empty()) {
            let _ = writeln!(out, "{head}");
            for line in lines {
                let _ = writeln!(out, "  {}", clean(&line));
            }
        }
        if out.is_empty() {
            out = format!("{}\n", words::no_difference().get(lang));
        }
        out
    }

    /// For a comment on a pull request.
    pub fn markdown(&self, lang: Lang) -> String {
        let mut out = String::from("## wxray diff\n");
        for (head, lines) in self.sections(lang).into_iter().filter(|(_, lines)| !lines.is_empty()) {
            let _ = write!(out, "\n### {head}\n\n");
            for line in lines {
                let _ = writeln!(out, "- {}", escape(&line));
            }
        }
        if out.lines().count() == 1 {
            let _ = writeln!(out, "\n{}", words::no_difference().get(lang));
        }
        out
    }

    fn sections(&self, lang: Lang) -> [(String, Vec<String>); 5] {
        let finding = |own: &SideFinding| {
            let at = &own.location;
            let place = format!("{}:{}:{}", at.file, at.start.line, at.start.column);
            let level = LEVELS.iter().find(|level| level.name() == own.level);
            let level = level.map_or_else(|| own.level.clone(), |level| words::level(*level).get(lang).to_owned());
            format!("{place}: {level}[{}] {}", own.clause, own.message.get(lang))
        };
        let recipient = |own: &Recipient| {
            let kind = sink_title(&own.kind);
            let title = own.name.as_ref().and_then(|name| self.titles.get(name));
            let title = title.map(|title| format!(" ({})", title.get(lang))).unwrap_or_default();
            let name = own.name.as_deref().unwrap_or_default();
            format!("{} {name}{title}", kind.get(lang)).trim_end().to_owned()
        };
        let data = |own: &String| self.data_titles.get(own).map_or_else(|| own.clone(), |it| it.get(lang).to_owned());
        let pair = |own: &Pair| format!("{} → {}", data(&own.data), recipient(&own.recipient));
        let head = |words: Text| words.get(lang).to_owned();
        [
            (head(words::new_data()), self.new_data.iter().map(data).collect()),
            (head(words::new_recipients()), self.new_recipients.iter().map(recipient).collect()),
            (head(words::new_pairs()), self.new_pairs.iter().map(pair).collect()),
            (head(words::new_findings()), self.new_findings.iter().map(finding).collect()),
            (head(words::gone_findings()), self.gone_findings.iter().map(finding).collect()),
        ]
    }
}
