//! `wxray models list`: the models in force as rows, as a table or as JSON, and filters of them.
//! Knows the kinds of models, and not where they come from.

use serde_json::{Value, json};

use super::args::ModelFilter;
use super::status::did_you_mean;
use crate::base::Text;
use crate::base::text::nearest;
use crate::models::{
    About, Anchor, CallPath, Change, ComponentAnchor, Gate, GateAnchor, Models, NameEntry, Recipient, Sink, Source,
    Step, StepFlow,
};
use crate::report::text;
use crate::rules;

/// One model in the list.
pub(super) struct Row<'a> {
    id: &'a str,
    kind: &'static str,
    family: &'a str,
    data: Vec<&'a str>,
    role: Value,
    anchor: &'static str,
    about: Option<&'a About>,
    more: Vec<(&'static str, Value)>,
}

impl Row<'_> {
    fn passes(&self, filter: &ModelFilter) -> bool {
        let one_of = |wanted: &[String], having: &[&str]| {
            wanted.is_empty() || wanted.iter().any(|wanted| having.contains(&wanted.as_str()))
        };
        let is_listed = !filter.kind.is_empty() || LISTED.contains(&self.kind);
        let clauses: Vec<&str> =
            self.about.map_or(Vec::new(), |about| about.clauses.iter().map(String::as_str).collect());
        is_listed
            && one_of(&filter.kind, &[self.kind])
            && one_of(&filter.family, &[self.family])
            && one_of(&filter.data, &self.data)
            && one_of(&filter.clause, &clauses)
    }

    fn to_json(&self) -> Value {
        let mut row = json!({
            "id": self.id, "kind": self.kind, "family": self.family, "data": self.data,
            "role": self.role, "anchor": self.anchor,
        });
        if let Value::Object(row) = &mut row {
            row.extend(self.more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
            if let Some(Value::Object(about)) = self.about.and_then(|about| serde_json::to_value(about).ok()) {
                row.extend(about);
            }
        }
        row
    }

    fn cells(&self) -> [String; 5] {
        let clauses = self.about.map_or(String::new(), |about| about.clauses.join(" "));
        [self.kind, self.id, self.family, &self.data.join(", "), &clauses].map(text::clean)
    }
}

/// Kinds that are listed unless others are asked for.
const LISTED: [&str; 4] = ["source", "sink", "gate", "step"];
/// Kinds that are listed when they are asked for.
const OTHERS: [&str; 2] = ["recipient", "name"];

/// The rows that a filter lets through; an error names a value that nothing has.
pub(super) fn rows<'a>(models: &'a Models, filter: &ModelFilter) -> Result<Vec<Row<'a>>, Text> {
    let described = models.sources.iter().map(source).chain(models.sinks.iter().map(sink));
    let told = models.gates.iter().map(gate).chain(models.steps.iter().map(step));
    let others = models.recipients.iter().map(recipient).chain(models.names.iter().map(name));
    let all: Vec<Row<'_>> = described.chain(told).chain(others).collect();
    check(&all, models, filter)?;
    Ok(all.into_iter().filter(|row| row.passes(filter)).collect())
}

fn check(all: &[Row<'_>], models: &Models, filter: &ModelFilter) -> Result<(), Text> {
    let known = |(zh, en): (&str, &str), wanted: &[String], names: Vec<&str>| {
        let unknown = wanted.iter().find(|wanted| !names.contains(&wanted.as_str()));
        unknown.map_or(Ok(()), |wanted| {
            let near = nearest(wanted, names.iter().copied(), |name| name.len().div_ceil(3));
            Err(did_you_mean(format!("没有名为 {wanted} 的{zh}"), format!("there is no {en} {wanted}"), near))
        })
    };
    let clauses = all.iter().filter_map(|row| row.about).flat_map(|about| about.clauses.iter().map(String::as_str));
    let categories = models.categories.iter().map(|category| category.slug.as_str());
    known(("类型", "kind"), &filter.kind, LISTED.into_iter().chain(OTHERS).collect())?;
    known(("族", "family"), &filter.family, all.iter().map(|row| row.family).collect())?;
    known(
        ("信息种类", "category"),
        &filter.data,
        categories.chain(all.iter().flat_map(|row| row.data.iter().copied())).collect(),
    )?;
    known(
        ("条款", "clause"),
        &filter.clause,
        clauses.chain(rules::clauses().iter().map(|clause| clause.id.as_str())).collect(),
    )
}

/// All of them as JSON.
pub(super) fn to_json(rows: &[Row<'_>]) -> Value {
    Value::Array(rows.iter().map(Row::to_json).collect())
}

/// The rows under a head, in columns as wide as they need to be.
pub(super) fn table(rows: &[Row<'_>]) -> String {
    let head = ["KIND", "ID", "FAMILY", "DATA", "CLAUSES"].map(str::to_owned);
    let lines: Vec<[String; 5]> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let [kinds, ids, families, data] = [0, 1, 2, 3].map(width);
    let show = |[kind, id, family, of, clauses]: &[String; 5]| {
        let line = format!("{kind:kinds$}  {id:ids$}  {family:families$}  {of:data$}  {clauses}");
        format!("{}\n", line.trim_end())
    };
    lines.iter().map(show).collect()
}

fn source(source: &Source) -> Row<'_> {
    let Source { id, family, anchor, outputs, given, role, takes, changes, about } = source;
    let mut data: Vec<&str> = outputs.iter().map(|output| output.data.as_str()).collect();
    data.sort_unstable();
    data.dedup();
    let ports: Vec<Value> =
        outputs.iter().map(|output| json!({ "port": output.port.to_string(), "data": output.data })).collect();
    let mut more = vec![("where", places(anchor)), ("ports", Value::Array(ports))];
    more.extend(given.iter().map(|given| ("given", json!(given.to_string()))));
    more.extend(takes.map(|takes| ("takes", json!(takes))));
    if !changes.is_empty() {
        let change = |change: &Change| json!({ "from": change.from, "note": change.note });
        more.push(("changes", changes.iter().map(change).collect()));
    }
    Row { id, kind: "source", family, data, role: json!(role), anchor: anchor_word(anchor), about: Some(about), more }
}

fn sink(sink: &Sink) -> Row<'_> {
    let Sink { id, family, anchor, kind, fetched, inputs, recipient, about, .. } = sink;
    let ports: Vec<Value> = inputs.iter().map(|port| Value::from(port.to_string())).collect();
    let mut more = vec![("where", places(anchor)), ("ports", Value::Array(ports)), ("sink", json!(kind))];
    more.extend(fetched.as_ref().map(|kind| ("fetched", json!(kind))));
    more.extend(recipient.as_ref().map(|id| ("recipient", json!(id))));
    let anchor = anchor_word(anchor);
    Row { id, kind: "sink", family, data: Vec::new(), role: Value::Null, anchor, about: Some(about), more }
}

fn gate(gate: &Gate) -> Row<'_> {
    let Gate { id, family, role, anchor, asks, covers, about, from, until, .. } = gate;
    let mut more = vec![("asks", json!(asks)), ("scopes", json!(covers.scopes))];
    more.extend(gate_places(anchor).map(|places| ("where", places)));
    more.extend(from.as_ref().map(|from| ("from", json!(from))));
    more.extend(until.as_ref().map(|until| ("until", json!(until))));
    let data = covers.data.iter().map(String::as_str).collect();
    Row {
        id,
        kind: "gate",
        family,
        data,
        role: json!(role),
        anchor: gate_anchor_word(anchor),
        about: Some(about),
        more,
    }
}

fn step(step: &Step) -> Row<'_> {
    let calls: Vec<String> = step.callees.iter().map(ToString::to_string).collect();
    let flow =
        |flow: &StepFlow| json!({ "from": flow.from.to_string(), "to": flow.to.to_string(), "effect": flow.effect });
    let mut more = vec![("where", json!(calls)), ("flow", step.flows.iter().map(flow).collect())];
    more.extend(step.makes.as_ref().map(|ty| ("makes", json!(ty))));
    Row {
        id: &step.id,
        kind: "step",
        family: &step.family,
        data: Vec::new(),
        role: Value::Null,
        anchor: "call",
        about: None,
        more,
    }
}

fn recipient(recipient: &Recipient) -> Row<'_> {
    let Recipient { id, title, kind, hosts, packages, verified } = recipient;
    let more = vec![
        ("title", json!({ "zh": title.zh, "en": title.en })),
        ("hosts", json!(hosts)),
        ("packages", json!(packages)),
        ("verified", json!(verified)),
    ];
    let role = json!(kind);
    Row { id, kind: "recipient", family: "recipient", data: Vec::new(), role, anchor: "host", about: None, more }
}

fn name(entry: &NameEntry) -> Row<'_> {
    let id = entry.names.first().or(entry.labels.first()).map_or("", String::as_str);
    let data = entry.data.iter().map(String::as_str).collect();
    Row { id, kind: "name", family: "name", data, role: Value::Null, anchor: "name", about: None, more: Vec::new() }
}

fn paths(paths: &[CallPath]) -> Value {
    paths.iter().map(|path| Value::from(path.to_string())).collect()
}

fn component(component: &ComponentAnchor) -> Value {
    let when: serde_json::Map<String, Value> =
        component.when.iter().map(|when| (when.attribute.clone(), json!(when.values))).collect();
    json!({ "tag": component.tags, "when": when, "event": component.event, "attribute": component.attributes })
}

fn gate_places(anchor: &GateAnchor) -> Option<Value> {
    match anchor {
        GateAnchor::Call(calls) => Some(paths(calls)),
        GateAnchor::Component(it) => Some(component(it)),
        GateAnchor::Setting { files, keys } => Some(json!({ "files": files, "keys": keys })),
        GateAnchor::Texts(_) | GateAnchor::Covered | GateAnchor::Outside => None,
    }
}

fn places(anchor: &Anchor) -> Value {
    match anchor {
        Anchor::Call(calls) | Anchor::Read(calls) => paths(calls),
        Anchor::Component(it) => component(it),
        Anchor::Parameter { of, index } => json!({ "of": of, "index": index }),
        Anchor::Returned { of } => json!({ "of": of }),
        Anchor::Text => json!("{{ }}"),
    }
}

fn anchor_word(anchor: &Anchor) -> &'static str {
    match anchor {
        Anchor::Call(_) => "call",
        Anchor::Read(_) => "read",
        Anchor::Component(_) => "component",
        Anchor::Parameter { .. } => "parameter",
        Anchor::Returned { .. } => "returned",
        Anchor::Text => "text",
    }
}

fn gate_anchor_word(anchor: &GateAnchor) -> &'static str {
    match anchor {
        GateAnchor::Call(_) => "call",
        GateAnchor::Component(_) => "component",
        GateAnchor::Setting { .. } => "setting",
        GateAnchor::Texts(_) => "texts",
        GateAnchor::Covered => "covered",
        GateAnchor::Outside => "outside",
    }
}
