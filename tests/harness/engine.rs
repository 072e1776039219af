//! The one door to the library: a program in memory becomes flows. Knows no marker.

use std::collections::BTreeMap;
use std::io;

use wxray::base::fs::MemoryFs;
use wxray::base::{Entry, FileSystem, Files, Span};
use wxray::models::Models;
use wxray::project::{self, Project};
use wxray::{Analysis, Config};

use super::{Finding, Flow, Judged, Place, Step};

/// The models of the language cases: `source()` gives data, `sink(…)` sends it.
pub const TEST_MODELS: &str = r#"{
  "sources": [{ "id": "test.source", "call": "source", "returns": { "data": "test" } }],
  "sinks": [{ "id": "test.sink", "call": "sink", "args": "all", "kind": "network" }]
}"#;

/// In which order the files of a program are read.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// By path.
    Sorted,
    /// The other way round.
    Reversed,
}

/// Runs the analysis and gives its flows as the harness sees them.
pub fn run(files: BTreeMap<String, String>, models: Option<String>) -> Vec<Flow> {
    let (project, analysis) = analyze(files, models, Order::Sorted);
    let files = &project.files;
    let consents = analysis.consent.flows.iter();
    analysis.flows.iter().zip(consents).map(|(flow, consent)| plain(files, flow, consent.status)).collect()
}

/// Runs the analysis and the rules, as of today and with nothing known of the operator.
pub fn judge(files: BTreeMap<String, String>, with_packs: bool) -> (Vec<Flow>, Judged) {
    let (project, analysis) = analyze(files, None, Order::Sorted);
    let models = Models::load(true, &[]).expect("the built-in models");
    let packs =
        wxray::rules::packs::packs().iter().filter(|_| with_packs).map(|pack| pack.name.clone()).collect::<Vec<_>>();
    let judgement = wxray::rules::judge(&wxray::rules::Input {
        project: &project,
        models: &models,
        flows: &analysis.flows,
        consent: &analysis.consent,
        operator: &wxray::rules::Operator::default(),
        release: None,
        today: None,
        packs: &packs,
        n_unseen: 0,
    });
    let files = &project.files;
    let consents = analysis.consent.flows.iter();
    let flows = analysis.flows.iter().zip(consents).map(|(flow, consent)| plain(files, flow, consent.status)).collect();
    let findings = judgement.findings.iter().map(|finding| Finding {
        clause: finding.clause.to_owned(),
        level: finding.level.name().to_owned(),
        place: place(files, finding.span),
    });
    let rows = judgement.rows.iter().map(|row| (row.id.clone(), word(&row.status)));
    (flows, Judged { findings: findings.collect(), rows: rows.collect() })
}

/// Runs the analysis. Without `models` the built-in ones are in force; with them, only their sources and sinks.
pub fn analyze(files: BTreeMap<String, String>, models: Option<String>, order: Order) -> (Project, Analysis) {
    analyze_with(files, models, order, &Config::default())
}

/// The same, with limits of one's own.
pub fn analyze_with(
    files: BTreeMap<String, String>,
    models: Option<String>,
    order: Order,
    config: &Config,
) -> (Project, Analysis) {
    let memory = MemoryFs::new(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
    let tree = Tree { memory, order };
    let (project, _) = project::load(&tree, "").unwrap_or_else(|error| panic!("not loaded: {error:?}"));
    let is_builtin = models.is_none();
    let user: Vec<(String, String)> = models.into_iter().map(|text| ("test.json".to_owned(), text)).collect();
    let models = Models::load(is_builtin, &user).unwrap_or_else(|errors| panic!("models: {errors:?}"));
    let analysis = wxray::analyze(&project, &models, config);
    (project, analysis)
}

fn plain(files: &Files, flow: &wxray::taint::Flow, consent: wxray::consent::Status) -> Flow {
    let steps = flow.steps.iter().map(|step| Step {
        place: place(files, step.span),
        kind: word(&step.kind),
        note: step.note.clone(),
    });
    Flow {
        data: flow.data.clone(),
        kind: flow.sink.kind.clone(),
        source: place(files, flow.source.span),
        sink: place(files, flow.sink.span),
        steps: steps.collect(),
        consent: word(&consent),
        features: flow.features.iter().map(|&feature| feature.to_owned()).collect(),
    }
}

/// The word for a value in reports.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn place(files: &Files, span: Span) -> Place {
    let file = files.get(span.file);
    let (start, end) = (file.line_column(span.start), file.line_column(span.end));
    let columns = (start.line == end.line).then_some((start.column as usize, end.column as usize - 1));
    Place { file: file.path.clone(), line: start.line as usize, columns }
}

/// A tree in memory that lists its files in the order asked for.
struct Tree {
    memory: MemoryFs,
    order: Order,
}

impl FileSystem for Tree {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.memory.read(path)
    }

    fn walk(&self, path: &str, skip: &dyn Fn(&str) -> bool) -> io::Result<Vec<Entry>> {
        let mut entries = self.memory.walk(path, skip)?;
        if matches!(self.order, Order::Reversed) {
            entries.reverse();
        }
        Ok(entries)
    }

    fn is_file(&self, path: &str) -> bool {
        self.memory.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.memory.is_dir(path)
    }
}
