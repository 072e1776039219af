//! The shape of a report: what `--format json` gives, key by key. Knows no other format and no analysis.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::Text;
use crate::rules::{Confidence, Level, Status};
use crate::taint::{Form, StepKind};

/// The whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Grows when a key changes its meaning.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// What was analysed.
    pub project: ProjectInfo,
    /// Every clause, always.
    pub clauses: Vec<ClauseInfo>,
    /// Judgements, by place.
    pub findings: Vec<Finding>,
    /// Every flow from a source to a sink, judged or not, by place of the sink.
    pub flows: Vec<Flow>,
    /// Which data goes where.
    pub inventory: Inventory,
    /// What could not be analysed.
    pub diagnostics: Vec<Diagnostic>,
    /// How much there was.
    pub stats: Stats,
}

impl Sink {
    /// All that the destination may be; nothing where nothing is known of it.
    pub fn all_destinations(&self) -> impl Iterator<Item = &str> {
        let one = self.destination.as_deref().filter(|_| self.destinations.is_empty());
        one.into_iter().chain(self.destinations.iter().map(String::as_str).filter(|text| *text != "…"))
    }
}

impl Report {
    /// Leaves out the findings that bear on none of these clauses. What is known of the clauses stays.
    pub fn keep_findings_of(&mut self, clauses: &[String]) {
        self.findings.retain(|finding| clauses.iter().any(|clause| finding.bears_on(clause)));
        let kept: BTreeSet<&str> = self.findings.iter().map(|finding| finding.id.as_str()).collect();
        for clause in &mut self.clauses {
            clause.findings.retain(|id| kept.contains(id.as_str()));
        }
    }
}

/// What made the report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// `wxray`
    pub name: &'static str,
    /// The version of the program.
    pub version: &'static str,
}

/// What was analysed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProjectInfo {
    /// The last part of the path that was given, or `.`.
    pub root: String,
    /// `mini-program`, `plugin`, `modules` or `wxapkg`.
    pub kind: &'static str,
    /// The app id, where a configuration gives it.
    pub app_id: Option<String>,
    /// Routes, sorted.
    pub pages: Vec<String>,
    /// Routes, sorted.
    pub components: Vec<String>,
}

/// A clause and what is known of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClauseInfo {
    /// `14.2.4`
    pub id: String,
    /// What it demands.
    pub title: Text,
    /// What is known.
    pub status: Status,
    /// Ids of the findings that bear on it.
    pub findings: Vec<String>,
    /// Places that show it to be kept.
    pub evidence: Vec<Location>,
    /// Why the status is what it is, or what the operator is to answer.
    pub note: Text,
    /// What the operator states: `statement`, `by`, `until`, `evidence`.
    pub attestation: Option<BTreeMap<String, String>>,
}

/// A judgement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// Its fingerprint: the same while unrelated lines move.
    pub id: String,
    /// The clause.
    pub clause: String,
    /// Further clauses that it bears on.
    pub also: Vec<String>,
    /// How grave.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// What was found.
    pub message: Text,
    /// How to mend it.
    pub help: Text,
    /// Categories of data.
    pub data: Vec<String>,
    /// Id of the flow that is judged.
    pub flow: Option<String>,
    /// Where to look first.
    pub location: Location,
    /// Where else.
    pub related: Vec<Related>,
    /// Why it does not count, if it does not.
    pub suppressed: Option<Suppression>,
}

impl Finding {
    /// Whether the clause is the one of the finding, or a further one.
    pub fn bears_on(&self, clause: &str) -> bool {
        self.clause == clause || self.also.iter().any(|also| also == clause)
    }
}

/// A further place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What there is.
    pub message: Text,
}

/// Why a finding does not count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Suppression {
    /// What suppressed it.
    pub by: SuppressedBy,
    /// In the words of whoever suppressed it.
    pub reason: String,
}

/// What suppresses a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressedBy {
    /// A comment in the code.
    Comment,
    /// An entry in the settings.
    Config,
    /// The baseline: it was there before.
    Baseline,
}

impl SuppressedBy {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Config => "config",
            Self::Baseline => "baseline",
        }
    }
}

/// The way of data from a source to a sink.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Flow {
    /// Its fingerprint: the same while unrelated lines move.
    pub id: String,
    /// Category of the data.
    pub data: String,
    /// What it looks like at the sink.
    pub form: Form,
    /// Where it comes in.
    pub source: Source,
    /// Where it goes out.
    pub sink: Sink,
    /// The way, ends included.
    pub steps: Vec<Step>,
    /// Marks to filter and rank by.
    pub features: Vec<&'static str>,
    /// What is known of the user's consent.
    pub consent: Consent,
}

/// Where data comes in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Source {
    /// Id of the model; `server-data` where the name of a field says what a server sent.
    pub model: String,
    /// How sure it is that the data is of its category.
    pub confidence: Confidence,
    /// Where.
    pub location: Location,
}

/// Where data goes out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Sink {
    /// Id of the model.
    pub model: String,
    /// `network`, `storage` and so on.
    pub kind: String,
    /// URL or key, as far as it is known; of several what they have in common.
    pub destination: Option<String>,
    /// All that the destination may be, sorted, where that is several; `…` alone is one that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<String>,
    /// The third party that gets the data there, where it is known.
    pub recipient: Option<RecipientName>,
    /// Where.
    pub location: Location,
    /// The path inside the value that goes out, where the data is a part of it.
    pub path: Option<String>,
}

/// The name of a third party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct RecipientName {
    /// Its id in the models; none for one that only the settings name.
    pub id: Option<String>,
    /// Its name for people.
    pub title: Text,
}

/// One step of a way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Step {
    /// Where.
    pub location: Location,
    /// What happens.
    pub kind: StepKind,
    /// Whether a reader needs it.
    pub key: bool,
    /// The name that matters, or empty.
    pub note: String,
}

/// What is known of the user's consent to a flow.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Consent {
    /// What is known.
    pub status: crate::consent::Status,
    /// The gates; where there are none, the way from where control enters to the collection.
    pub evidence: Vec<Location>,
}

/// Which data goes where.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Inventory {
    /// One entry for each category that some flow carries or some call brings in, by name.
    pub data: Vec<InventoryItem>,
    /// Third parties whose code or hosts stand in the program, whether data is known to reach them or not.
    pub parties: Vec<PartyInfo>,
    /// The kinds that the platform looks for in the code, all of them, in the order of its list.
    pub platform: Vec<PlatformKind>,
}

/// A third party whose code or hosts stand in the program.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PartyInfo {
    /// Its id in the models.
    pub id: String,
    /// Its name for people.
    pub title: Text,
    /// What it does.
    pub kind: crate::models::RecipientKind,
    /// Categories of data that are known to reach it, sorted.
    pub data: Vec<String>,
    /// Where it shows.
    pub places: Vec<PartyPlace>,
}

/// Where a third party shows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PartyPlace {
    /// How.
    pub by: crate::rules::parties::Sign,
    /// Where.
    pub location: Location,
}

/// A kind of data for which the platform looks in the code of a program.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlatformKind {
    /// The platform's name for it.
    pub key: String,
    /// Its name for people.
    pub title: Text,
    /// What the program states it is for, in its configuration or in calls; sorted.
    pub purposes: Vec<String>,
    /// Where the code names an API of it, by place.
    pub places: Vec<PlatformPlace>,
}

/// Where code names an API of the platform's list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlatformPlace {
    /// The API.
    pub api: String,
    /// Where.
    pub location: Location,
    /// The package that the file belongs to, if it is not the program's own.
    pub package: Option<String>,
    /// Whether the program can get there when it runs.
    pub reachable: bool,
}

/// What becomes of one category of data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct InventoryItem {
    /// The category.
    pub data: String,
    /// Its name for people.
    pub title: Text,
    /// Ids of the source models, sorted.
    pub sources: Vec<String>,
    /// Kinds of sinks, sorted.
    pub sinks: Vec<String>,
    /// URLs and keys that are known, sorted.
    pub destinations: Vec<String>,
    /// Where it comes in.
    pub collected: Vec<Collected>,
    /// Where it is kept on the device.
    pub kept: Vec<Kept>,
    /// Where it leaves the page of its user.
    pub sent: Vec<Sent>,
}

/// Where data comes in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Collected {
    /// Id of the model.
    pub model: String,
    /// How sure it is that the data is of its category.
    pub confidence: Confidence,
    /// Where.
    pub location: Location,
    /// What is known of the consent to the flows from here: each status once.
    pub consent: Vec<crate::consent::Status>,
}

/// Where data is kept on the device.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Kept {
    /// `storage` or `file`.
    pub kind: String,
    /// The key or the path, as far as it is known.
    pub key: Option<String>,
    /// What the data looks like there.
    pub form: Form,
    /// Where it is written.
    pub locations: Vec<Location>,
}

/// To whom data goes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Sent {
    /// The kind of sink.
    pub kind: String,
    /// A host, or what else is known of where it goes.
    pub recipient: Option<String>,
    /// Whose that is, where it is a host.
    pub party: Option<Party>,
    /// The name of a third party.
    pub name: Option<Text>,
    /// What the data looks like there.
    pub form: Form,
    /// What is known of the user's consent.
    pub consent: crate::consent::Status,
    /// Clauses of the findings about these flows, sorted.
    pub clauses: Vec<String>,
    /// Addresses and the like, sorted.
    pub destinations: Vec<String>,
    /// Ids of the flows.
    pub flows: Vec<String>,
}

/// Whose a recipient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The operator's.
    Own,
    /// That of WeChat.
    Platform,
    /// Somebody else's, who is known or named in the settings.
    ThirdParty,
    /// The settings say nothing of it.
    Unstated,
}

/// Something that could not be analysed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Diagnostic {
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// A stable name in kebab case.
    pub code: &'static str,
    /// What happened.
    pub message: Text,
    /// Where; the beginning of the file where there is no text to point into.
    pub location: Option<Location>,
    /// The path concerned, where there is no text to point into.
    pub path: Option<String>,
    /// How many more there are of this sort in the file that are not listed; their number stands in the message too.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// How much there was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stats {
    /// Files that were read.
    pub files: usize,
    /// Files among them, or beside them, of which nothing could be analysed.
    pub unparsed_files: usize,
    /// Files of which only a part was analysed, because a budget was reached.
    pub unfinished_files: usize,
    /// Lines of text.
    pub lines: usize,
    /// Bytes of text.
    pub bytes: usize,
    /// Nodes of the flow graph.
    pub nodes: usize,
    /// Edges of the flow graph.
    pub edges: usize,
    /// Places where data comes in.
    pub sources: usize,
    /// Places where data goes out.
    pub sinks: usize,
    /// Milliseconds by phase; empty unless asked for, so that the same input gives the same bytes.
    pub phase_ms: BTreeMap<String, u64>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Location {
    /// Relative to the root, with `/`.
    pub file: String,
    /// The first character.
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

impl Location {
    /// The beginning of a file.
    pub fn start_of(file: impl Into<String>) -> Self {
        let start = Position { line: 1, column: 1, offset: 0 };
        Self { file: file.into(), start, end: start }
    }
}

/// A point in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 code units.
    pub column: u32,
    /// From 0, in bytes.
    pub offset: u32,
}
