//! Tests of reading model files and of the built-in data. Knows only the public face of `models`.

use std::collections::BTreeSet;

use super::load::built_in_files;
use super::*;

const SMALLEST: &str = r#"{ "sources": [ { "id": "test.source", "call": "source", "returns": { "data": "test" } } ],
  "sinks":   [ { "id": "test.sink",   "call": "sink", "args": "all", "kind": "network" } ] }"#;

fn load(text: &str) -> Result<Models, Vec<ModelError>> {
    Models::load(false, &[("mine/acme.json".into(), text.into())])
}

fn ports(source: &Source) -> Vec<String> {
    source.outputs.iter().map(|output| format!("{} {}", output.port, output.data)).collect()
}

/// The text that the first error points at, and its message.
fn complaint(text: &str) -> (String, Text) {
    let errors = load(text).expect_err("must not load");
    (text[errors[0].span.clone()].to_owned(), errors[0].message.clone())
}

#[test]
fn the_smallest_file_loads() {
    let models = load(SMALLEST).expect("a model file");
    assert_eq!(models.sources.len(), 1);
    assert_eq!(ports(&models.sources[0]), ["return test"]);
    assert_eq!(models.sources[0].family, "acme");
    assert_eq!(models.sinks[0].inputs, [Port::of(Base::ArgsFrom(0))]);
    assert!(models.categories.iter().any(|category| category.slug == "test"));
    assert!(!models.steps.is_empty(), "the built-in steps are always there");
}

#[test]
fn outputs_mean_their_ports() {
    let text = r#"{ "sources": [
        { "id": "a", "call": "a", "success": { "fields": { "x.y": "p", "z": "q" } } },
        { "id": "b", "call": "b", "success": { "data": "p", "path": "l[*].m" }, "promise": false },
        { "id": "c", "call": "c", "success": { "data": "p" }, "promise": { "data": "q" } },
        { "id": "d", "component": { "tag": "t", "event": "e" }, "detail": { "data": "p", "path": "value" } },
        { "id": "f", "parameter": { "of": "Page.onLoad", "index": 0 }, "param": { "data": "p" } },
        { "id": "g", "call": "g", "listener": { "data": "p" }, "outputs": [{ "port": "this.x", "data": "q" }] } ] }"#;
    let models = load(text).expect("a model file");
    let outputs: Vec<_> = models.sources.iter().map(ports).collect();
    assert_eq!(
        outputs[0],
        [
            "arg[0].success.param[0].x.y p",
            "arg[0].success.param[0].z q",
            "arg[0].complete.param[0].x.y p",
            "arg[0].complete.param[0].z q",
            "return.@promise.x.y p",
            "return.@promise.z q"
        ]
    );
    assert_eq!(outputs[1], ["arg[0].success.param[0].l[*].m p", "arg[0].complete.param[0].l[*].m p"]);
    assert_eq!(outputs[2], ["return.@promise q", "arg[0].success.param[0] p", "arg[0].complete.param[0] p"]);
    assert_eq!(outputs[3], ["detail.value p"]);
    assert_eq!(outputs[4], ["param p"]);
    assert_eq!(outputs[5], ["arg[0].param[0] p", "this.x q"]);
}

#[test]
fn sinks_and_steps_mean_their_ports() {
    let text = r#"{ // comments and trailing commas are fine
        "sinks": [
        { "id": "a", "call": ["a", "b.c"], "args": ["arg[0].data", "arg[1]"], "destination": "arg[0].url", "kind": "network" },
        { "id": "b", "returned": { "of": "Page.onShareAppMessage" }, "kind": "share" },
        { "id": "c", "returned": { "of": "Page.onShareAppMessage" }, "paths": ["path"], "kind": "share" },
        { "id": "d", "component": { "tag": ["image"], "attribute": "src" }, "kind": "display" } ],
        "steps": [{ "call": "x", "effect": "hash", "calls": "arg[1]", "flow": [
            { "from": "arg[0]", "to": "return" },
            { "from": "arg[1]", "to": "return", "effect": "taint", "mask_when": { "port": "arg[2]", "matches": "^x" } }] }], }"#;
    let models = load(text).expect("a model file");
    let inputs = |sink: &Sink| sink.inputs.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(inputs(&models.sinks[0]), ["arg[0].data", "arg[1]"]);
    assert_eq!(inputs(&models.sinks[1]), ["return"]);
    assert_eq!(inputs(&models.sinks[2]), ["return.path"]);
    assert!(matches!(&models.sinks[3].anchor, Anchor::Component(image) if image.attributes == ["src"]));
    let step = models.steps.last().expect("the step");
    assert_eq!((step.id.as_str(), step.calls.len()), ("x", 1));
    assert_eq!(step.flows.iter().map(|flow| flow.effect).collect::<Vec<_>>(), [Effect::Hash, Effect::Taint]);
    assert!(step.flows[1].mask_when.as_ref().is_some_and(|(_, regex)| regex.is_match("xyz")));
}

#[test]
fn mistakes_are_named_where_they_are() {
    let cases = [
        (r#"{ "sorces": [] }"#, "\"sorces\"", Some("sources")),
        (r#"{ "sinks": [{ "id": "a", "call": "a", "args": "all", "knid": "log" }] }"#, "\"knid\"", Some("kind")),
        (r#"{ "sources": [{ "id": "a", "call": 3 }] }"#, "3", None),
        (r#"{ "sinks": {} }"#, "{}", None),
        (r#"{ "sources": [{ "id": "a", "call": "a", "role": "triger" }] }"#, "\"triger\"", Some("trigger")),
        (r#"{ "steps": [{ "call": "a", "effect": "hashed" }] }"#, "\"hashed\"", Some("hash")),
        (r#"{ "steps": [{ "call": "a", "flow": [{ "from": "agr[0]", "to": "return" }] }] }"#, "agr[0]", Some("arg")),
        (r#"{ "steps": [{ "call": "a", "flow": [{ "from": "arg[0].x!", "to": "return" }] }] }"#, "!", None),
        (r#"{ "sources": [{ "id": "a", "call": "wx.a b", "returns": { "data": "x" } }] }"#, " b", None),
        (r#"{ "sources": [{ "id": "a", "call": "a", "returns": {} }] }"#, "{}", None),
        (r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "data": "" } }] }"#, "\"\"", None),
        (r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "date": "x" } }] }"#, "\"date\"", Some("data")),
        (r#"{ "sources": [{ "id": "a", "returns": { "data": "x" } }] }"#, "\"a\"", None),
        (r#"{ "sinks": [{ "id": "a", "call": "a", "kind": "log" }] }"#, "\"a\"", None),
        (
            r#"{ "recipients": [{ "id": "a", "zh": "a", "en": "a", "kind": "map", "hosts": "https://a.b" }] }"#,
            "\"https://a.b\"",
            None,
        ),
        (
            r#"{ "sinks": [{ "id": "a", "call": "a", "args": "all", "kind": "netwrk" }] }"#,
            "\"netwrk\"",
            Some("network"),
        ),
        (
            r#"{ "sinks": [{ "id": "a", "call": "a", "args": "all", "kind": "log", "recipient": "tencnt" }] }"#,
            "\"tencnt\"",
            Some("tencent"),
        ),
        (
            r#"{ "sinks": [{ "id": "a", "returned": { "of": "Page.onShreTimeline" }, "kind": "share" }] }"#,
            "\"Page.onShreTimeline\"",
            Some("Page.onShareTimeline"),
        ),
        (r#"{ "sinks": [{ "id": "a", "component": { "tag": "b" }, "kind": "log" }] }"#, "\"a\"", None),
        (r#"{ "sources": [{ "id": "a", "component": { "tag": "b" }, "detail": { "data": "x" } }] }"#, "\"a\"", None),
        (
            r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "data": "x" }, "scope": "scope.werum" }] }"#,
            "\"scope.werum\"",
            Some("scope.werun"),
        ),
        (
            r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "data": "x" }, "privacy_type": "Adress" }] }"#,
            "\"Adress\"",
            Some("Address"),
        ),
        (
            r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "data": "x" } },
                { "id": "a" , "call": "b", "returns": { "data": "x" } }] }"#,
            "\"a\"",
            None,
        ),
        (
            r#"{ "sinks": [{ "id": "a", "call": "a", "args": "all", "kind": "log", "recipient": "nobody-at-all" }] }"#,
            "\"nobody-at-all\"",
            None,
        ),
        (
            r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "data": "locatoin" } }] }"#,
            "\"locatoin\"",
            Some("location"),
        ),
        (r#"{ "sources": [{ "id": "a", "call": "a", "detail": { "data": "x" } }] }"#, "{ \"data\": \"x\" }", None),
        (
            r#"{ "sources": [{ "id": "a", "component": { "tag": "t", "event": "e" }, "returns": { "data": "x" } }] }"#,
            "{ \"data\": \"x\" }",
            None,
        ),
        (r#"{ "sinks": [{ "id": "a", "call": "a", "args": "param.x", "kind": "log" }] }"#, "\"param.x\"", None),
        (r#"{ "steps": [{ "call": "a", "flow": [{ "from": "detail", "to": "return" }] }] }"#, "\"detail\"", None),
        ("[]", "[]", None),
        (r#"{ "gates": [{ "id": "a", "role": "consent" }] }"#, "\"a\"", None),
        (r#"{ "gates": [{ "id": "a", "call": "a", "role": "concent" }] }"#, "\"concent\"", Some("consent")),
        (r#"{ "gates": [{ "id": "a", "call": "a", "role": "consent", "from": "2023" }] }"#, "\"2023\"", None),
        (
            r#"{ "gates": [{ "id": "a", "call": "a", "role": "consent", "granted": { "success": { "x": [] } } }] }"#,
            "[]",
            None,
        ),
        (
            r#"{ "steps": [{ "call": "a", "flow": [{ "from": "this", "to": "return",
            "mask_when": { "port": "arg[0]", "matches": "(" } }] }] }"#,
            "\"(\"",
            None,
        ),
    ];
    for (text, place, suggestion) in cases {
        let (found, message) = complaint(text);
        assert_eq!(found, place, "{text}: {message:?}");
        match suggestion {
            Some(word) => {
                assert!(message.en.contains(&format!("did you mean `{word}`?")), "{text}: {message:?}");
                assert!(message.zh.contains(&format!("是否想写 `{word}`？")), "{text}: {message:?}");
            }
            None => assert!(!message.en.contains("did you mean"), "{text}: {message:?}"),
        }
    }
}

#[test]
fn names_that_entries_use_may_stand_in_another_file() {
    let sink = r#"{ "sinks": [{ "id": "a", "call": "a", "args": "all", "kind": "log", "recipient": "own-maps" }] }"#;
    let recipient = r#"{ "recipients": [{ "id": "own-maps", "zh": "图", "en": "Maps", "kind": "map" }] }"#;
    let both = [("a.json".into(), sink.into()), ("b.json".into(), recipient.into())];
    assert_eq!(Models::load(false, &both).err(), None);
    assert!(Models::load(false, &both[..1]).is_err());
}

#[test]
fn a_clause_must_be_one_of_those_that_there_are() {
    let of = |clause: &str, known: &[&str]| {
        let text = format!(
            r#"{{ "sinks": [{{ "id": "a", "call": "a", "args": "all", "kind": "log", "clauses": ["{clause}"] }}] }}"#
        );
        Models::load_among(false, &[("a.json".into(), text)], known).err().map(|errors| errors[0].message.en.clone())
    };
    assert_eq!(of("99.1", &[]), None);
    assert_eq!(of("99.1", &["99.1"]), None);
    assert_eq!(of("14.2.4", &["99.1"]), None, "built-in entries speak of it");
    assert_eq!(of("14.2.44", &["99.1"]).as_deref(), Some("there is no `14.2.44`; did you mean `14.2.4`?"));
}

#[test]
fn every_mistake_of_a_file_is_reported() {
    let text = r#"{ "steps": [{ "call": "a b", "flow": [{ "from": "x", "to": "y" }] }] }"#;
    assert_eq!(load(text).expect_err("must not load").len(), 3);

    let text = r#"{ "steps": [{ "cal": "a" }, { "call": "b", "effect": 1 }, { "call": "c c" }], "sinks": [{}] }"#;
    let errors = load(text).expect_err("must not load");
    let places: Vec<_> = errors.iter().map(|error| &text[error.span.clone()]).collect();
    assert_eq!(places, ["\"cal\"", "1", " c", "{}"]);
}

#[test]
fn a_missing_key_and_broken_json_are_errors() {
    let (place, message) = complaint(r#"{ "gates": [{ "id": "a" }] }"#);
    assert_eq!(place, r#"{ "id": "a" }"#);
    assert!(message.en.contains("`role` is missing"), "{message:?}");
    let (place, message) = complaint(r#"{ "sinks": [{ "id": "a", "call": "a", "args": "all" }] }"#);
    assert_eq!((&*place, &*message.en), ("\"a\"", "`kind` is missing"));
    let (_, message) = complaint(r#"{ "sinks": ["#);
    assert!(message.en.starts_with("invalid JSON"), "{message:?}");
}

#[test]
fn a_component_applies_by_tag_and_attributes() {
    let text = r#"{ "sources": [{ "id": "a", "detail": { "data": "x" }, "component": { "tag": "input", "event": "input",
        "when": { "type": ["", "text"], "password": "", "open-type": ["", "a"], "name": ["", "*"] } } },
        { "id": "b", "detail": { "data": "x" }, "component": { "tag": "input", "event": "input",
        "when": { "type": "idcard", "password": "*", "open-type": ["b", "ab"] } } }] }"#;
    let models = load(text).expect("a model file");
    let Anchor::Component(component) = &models.sources[0].anchor else { panic!("a component") };
    let applies = |tag: &str, attributes: &[(&str, &'static str)]| {
        let written = |name: &str| attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        component.fit(tag, |name| written(name).map_or(Written::Absent, Written::Text)) == Fit::Yes
    };
    assert!(applies("input", &[]));
    assert!(applies("input", &[("type", "text"), ("name", "anything")]));
    assert!(applies("input", &[("open-type", "b|a")]));
    assert!(!applies("input", &[("open-type", "b|ab")]));
    assert!(!applies("input", &[("type", "idcard")]));
    assert!(!applies("input", &[("password", "")]));
    assert!(!applies("textarea", &[]));
}

#[test]
fn a_users_entry_replaces_the_built_in_one() {
    let (built_in, _) = Models::built_in();
    let (source, step) = (&built_in.sources[0], &built_in.steps[0]);
    let callee = &step.callees[0];
    let text = format!(
        r#"{{ "sources": [{{ "id": "{}", "call": "mine", "returns": {{ "data": "x" }} }}],
             "steps": [{{ "id": "mine", "call": "{callee}" }}] }}"#,
        source.id
    );
    let models = Models::load(true, &[("a.json".into(), text)]).expect("a model file");
    let sources: Vec<_> = models.sources.iter().filter(|other| other.id == source.id).collect();
    assert!(matches!(sources[..], [Source { anchor: Anchor::Call(calls), .. }] if calls[0].to_string() == "mine"));
    let steps: Vec<_> = models.steps.iter().filter(|other| other.callees.contains(callee)).collect();
    assert!(matches!(steps[..], [Step { id, .. }] if id == "mine"));
}

#[test]
fn the_built_in_data_is_sound() {
    let (models, errors) = Models::built_in();
    assert_eq!(errors, []);
    for (path, text) in built_in_files() {
        assert_eq!(Models::load(false, &[(path, text.to_owned())]).err(), None, "as a file of a user's");
    }
    let sources: BTreeSet<_> = models.sources.iter().map(|source| &source.id).collect();
    assert_eq!(sources.len(), models.sources.len(), "a source's id is given twice");
    let sinks: BTreeSet<_> = models.sinks.iter().map(|sink| &sink.id).collect();
    assert_eq!(sinks.len(), models.sinks.len(), "a sink's id is given twice");
    let slugs: BTreeSet<_> = models.categories.iter().map(|category| category.slug.as_str()).collect();
    assert_eq!(slugs.len(), models.categories.len(), "a category is given twice");
    for source in &models.sources {
        for output in &source.outputs {
            assert!(slugs.contains(output.data.as_str()), "{}: no category {}", source.id, output.data);
        }
    }
    let recipients: BTreeSet<_> = models.recipients.iter().map(|recipient| recipient.id.as_str()).collect();
    assert_eq!(recipients.len(), models.recipients.len(), "a recipient is given twice");
    let hosts: Vec<_> = models.recipients.iter().flat_map(|recipient| &recipient.hosts).collect();
    assert_eq!(hosts.iter().collect::<BTreeSet<_>>().len(), hosts.len(), "a host is given twice");
    for sink in &models.sinks {
        assert!(sink.recipient.as_deref().is_none_or(|id| recipients.contains(id)), "{}: no recipient", sink.id);
    }
    let abouts = models.sources.iter().map(|source| (&source.id, &source.about));
    for (id, about) in abouts.chain(models.sinks.iter().map(|sink| (&sink.id, &sink.about))) {
        if let Some(key) = &about.privacy_type {
            assert!(models.platform.privacy_type(key).is_some(), "{id}: no privacy type {key}");
        }
        if let Some(scope) = &about.scope {
            assert!(models.platform.scopes.iter().any(|other| other.scope == *scope), "{id}: no scope {scope}");
        }
    }
    for slug in models.sources.iter().flat_map(|source| &source.changes).flat_map(|change| &change.data) {
        let new = slug.1.as_deref().unwrap_or(&slug.0);
        assert!(slugs.contains(slug.0.as_str()) && slugs.contains(new), "no category {slug:?}");
    }
    let gates: BTreeSet<_> = models.gates.iter().map(|gate| &gate.id).collect();
    assert_eq!(gates.len(), models.gates.len(), "a gate's id is given twice");
    for gate in &models.gates {
        for slug in &gate.covers.data {
            assert!(slugs.contains(slug.as_str()), "{}: no category {slug}", gate.id);
        }
    }
    let mut callees = BTreeSet::new();
    for callee in models.steps.iter().flat_map(|step| &step.callees) {
        assert!(callees.insert(callee.clone()), "{callee} has two steps");
    }
}

#[test]
fn gates_mean_their_ports() {
    let text = r#"{ "gates": [
        { "id": "a", "call": "a", "role": "consent", "granted": { "success": {} }, "covers": { "scope_at": "arg[0].s" } },
        { "id": "b", "call": "b", "role": "consent", "granted": { "success": { "x[*]": true } },
          "refused": { "fail": { "errno": 104 } }, "covers": { "scope_key": true } },
        { "id": "c", "component": { "tag": "button", "event": "agree" }, "role": "consent", "asks": true,
          "granted": { "detail": {} }, "covers": { "privacy_types": true }, "from": "2023-10-17" } ] }"#;
    let models = load(text).expect("a model file");
    let conditions = |all: &[Condition]| {
        let show = |c: &Condition| c.equals.as_ref().map_or(c.port.to_string(), |value| format!("{} {value}", c.port));
        all.iter().map(show).collect::<Vec<_>>()
    };
    let [a, b, c] = &models.gates[..] else { panic!("three gates") };
    assert_eq!(conditions(&a.granted), ["arg[0].success", "return.@promise"]);
    assert_eq!(a.covers.scope_at.as_ref().map(ToString::to_string).as_deref(), Some("arg[0].s"));
    assert_eq!(conditions(&b.granted), ["arg[0].success.param[0].x[*] true", "return.@promise.x[*] true"]);
    assert_eq!(conditions(&b.refused), ["arg[0].fail.param[0].errno 104", "return.@error.errno 104"]);
    assert_eq!(conditions(&c.granted), ["detail"]);
    assert!(c.asks && c.covers.privacy_types && matches!(&c.anchor, GateAnchor::Component(_)));
}

#[test]
fn the_built_in_files_follow_the_schema() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (path, text) in built_in_files() {
        let file: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let errors: Vec<_> =
            validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
        assert!(file["$schema"].as_str().is_some_and(|schema| schema.ends_with("schema.json")), "{path}: no $schema");
    }
    let wrong = serde_json::json!({ "sinks": [{ "id": "a", "kind": 3 }] });
    assert!(!validator.is_valid(&wrong));
}
