//! Every call, class method, component event and attribute of the platform has a decision: the models speak of it, or
//! `src/models/neutral.json` says why they need not. Names come from `tests/platform/names.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use wxray::models::{Anchor, CallPath, GateAnchor, Models, Root, Segment, neutral};

/// What `tests/platform/extract.mjs` writes.
#[derive(Deserialize)]
struct Names {
    typings: String,
    known_as: BTreeMap<String, String>,
    members: BTreeMap<String, BTreeSet<String>>,
    returns: BTreeMap<String, String>,
    components: BTreeMap<String, Component>,
}

#[derive(Deserialize)]
struct Component {
    attributes: BTreeSet<String>,
    events: BTreeSet<String>,
}

/// What the models decide.
struct Decided {
    /// Names that bring data in or out, ask for it or start its collection.
    speaking: BTreeSet<String>,
    /// Names that hand on what they are given.
    handing_on: BTreeSet<String>,
}

fn names() -> Names {
    serde_json::from_str(include_str!("platform/names.json")).expect("names.json")
}

/// Names that models need not speak of: those of components, or the others.
fn neutral_names(are_components: bool) -> BTreeSet<String> {
    let names = neutral().into_iter().flat_map(|it| it.names);
    names.filter(|name| name.starts_with('<') == are_components).collect()
}

/// Names that models speak of although the typings do not, by the reason.
fn elsewhere() -> BTreeMap<String, Vec<String>> {
    serde_json::from_str(include_str!("platform/elsewhere.json")).expect("elsewhere.json")
}

fn models() -> Models {
    Models::load(true, &[]).expect("models")
}

#[test]
fn every_call_has_a_decision() {
    let names = names();
    let decided = calls(&models(), &names);
    check(&all_calls(&names), &decided, &neutral_names(false), &|name| names.returns.contains_key(name));
}

#[test]
fn every_event_and_attribute_has_a_decision() {
    let names = names();
    check(&all_components(&names), &components(&models(), &names), &neutral_names(true), &|_| false);
}

#[test]
fn models_and_names_are_of_one_version() {
    assert_eq!(models().platform.typings, names().typings);
}

#[test]
fn a_name_that_is_new_or_gone_is_told() {
    let mut names = names();
    names.members.get_mut("wx").expect("wx").insert("readMinds".to_owned());
    names.members.get_mut("wx").expect("wx").remove("getLocation");
    let complaints = complaints(&all_calls(&names), &calls(&models(), &names), &neutral_names(false), &|_| false);
    assert!(complaints.iter().any(|text| text.contains("wx.readMinds has no decision")));
    assert!(complaints.iter().any(|text| text.contains("wx.getLocation is spoken of")));
}

fn check(known: &BTreeSet<String>, decided: &Decided, neutral: &BTreeSet<String>, leads_on: &dyn Fn(&str) -> bool) {
    let complaints = complaints(known, decided, neutral, leads_on);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What is wrong with the decisions on `known`. What `leads_on` has members with decisions of their own.
fn complaints(
    known: &BTreeSet<String>,
    decided: &Decided,
    neutral: &BTreeSet<String>,
    leads_on: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let strangers: BTreeSet<String> = elsewhere().into_values().flatten().collect();
    let mut complaints = Vec::new();
    for name in known {
        let spoken_of = decided.speaking.contains(name);
        let has_decision = spoken_of || decided.handing_on.contains(name) || leads_on(name) || neutral.contains(name);
        if !has_decision {
            complaints.push(format!("{name} has no decision"));
        }
        if spoken_of && neutral.contains(name) {
            complaints.push(format!("{name} is called neutral, and a model speaks of it"));
        }
    }
    for name in decided.speaking.iter().chain(&decided.handing_on) {
        if !known.contains(name) && !strangers.contains(name) {
            complaints.push(format!("{name} is spoken of, and the platform has no such name"));
        }
    }
    for name in neutral {
        if !known.contains(name) {
            complaints.push(format!("{name} is called neutral, and the platform has no such name"));
        }
    }
    complaints
}

fn all_calls(names: &Names) -> BTreeSet<String> {
    let of_class = |(class, members): (&String, &BTreeSet<String>)| {
        members.iter().map(|member| format!("{class}.{member}")).collect::<Vec<_>>()
    };
    names.members.iter().flat_map(of_class).collect()
}

fn all_components(names: &Names) -> BTreeSet<String> {
    let of_tag = |(tag, component): (&String, &Component)| {
        let events = component.events.iter().map(|event| format!("<{tag}> {event}"));
        events.chain(component.attributes.iter().map(|name| format!("<{tag} {name}>"))).collect::<Vec<_>>()
    };
    names.components.iter().flat_map(of_tag).collect()
}

fn calls(models: &Models, names: &Names) -> Decided {
    let mut speaking = BTreeSet::new();
    let mut handing_on = BTreeSet::new();
    let name_all = |paths: &[CallPath]| paths.iter().filter_map(|path| name_of(path, names)).collect::<Vec<_>>();
    for source in &models.sources {
        if let Anchor::Call(paths) = &source.anchor {
            speaking.extend(name_all(paths));
        }
    }
    for sink in &models.sinks {
        if let Anchor::Call(paths) = &sink.anchor {
            speaking.extend(name_all(paths));
        }
    }
    for gate in &models.gates {
        if let GateAnchor::Call(paths) = &gate.anchor {
            speaking.extend(name_all(paths));
        }
    }
    let runtime = &models.runtime;
    let wired = runtime.navigation.iter().map(|it| &it.call).chain(runtime.remote_calls.iter().map(|it| &it.call));
    speaking.extend(wired.filter_map(|path| name_of(&path.parse().expect("a path"), names)));
    for step in models.steps.iter().filter(|step| !step.flows.is_empty()) {
        handing_on.extend(name_all(&step.callees));
    }
    Decided { speaking, handing_on }
}

fn components(models: &Models, names: &Names) -> Decided {
    let mut speaking = BTreeSet::new();
    let mut add = |tag: &String, event: Option<&String>, attributes: &[String]| {
        if names.components.contains_key(tag) {
            speaking.extend(event.map(|event| format!("<{tag}> {event}")));
            speaking.extend(attributes.iter().map(|name| format!("<{tag} {name}>")));
        }
    };
    let anchors =
        models.sources.iter().map(|source| &source.anchor).chain(models.sinks.iter().map(|sink| &sink.anchor));
    let of_anchors = anchors.filter_map(|anchor| match anchor {
        Anchor::Component(component) => Some(component),
        _ => None,
    });
    let of_gates = models.gates.iter().filter_map(|gate| match &gate.anchor {
        GateAnchor::Component(component) => Some(component),
        _ => None,
    });
    for component in of_anchors.chain(of_gates) {
        for tag in &component.tags {
            add(tag, component.event.as_ref(), &component.attributes);
        }
    }
    Decided { speaking, handing_on: BTreeSet::new() }
}

/// The name in the typings of what a path calls: `CameraContext.takePhoto` for `wx.createCameraContext().takePhoto`.
fn name_of(path: &CallPath, names: &Names) -> Option<String> {
    let class_of = |name: &str| {
        let known = names.known_as.iter().find(|(_, own)| *own == name);
        known.map_or_else(|| name.to_owned(), |(class, _)| class.clone())
    };
    let mut at = match &path.root {
        Root::Type(name) => class_of(name),
        Root::Global(name) if names.members.contains_key(name) => name.clone(),
        _ => return None,
    };
    if !names.members.contains_key(&at) {
        return None;
    }
    for segment in &path.segments {
        match segment {
            Segment::Call => at = names.returns.get(&at).cloned().unwrap_or_else(|| format!("{at}()")),
            Segment::Member(name) => {
                let class = names.returns.get(&at).filter(|_| !names.members.contains_key(&at));
                at = format!("{}.{name}", class.unwrap_or(&at));
            }
        }
    }
    Some(at)
}
