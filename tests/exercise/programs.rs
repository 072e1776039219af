//! One small page for each way through each entry of the models. Knows the form of the models, and not one API.

use std::collections::BTreeMap;

use wxray::models::{
    Access, Anchor, Base, CallPath, ComponentAnchor, Effect, Models, Port, Root, Segment, Sink, Source, SourceRole,
    Step, StepFlow,
};

use crate::by_hand::{Written, head};
use crate::contents::{self, Callee};
use crate::value::{Call, KEY, Unmade, Value, constructor, reach};

/// A page and what must be found in it.
#[derive(Debug)]
pub struct Case {
    /// Entry and port.
    pub name: String,
    /// Whether the entry is a step.
    pub is_step: bool,
    /// The script of the page.
    pub script: String,
    /// Its template.
    pub template: String,
    /// Whether the script is one whose exports a plugin gets.
    pub is_exported: bool,
    /// The step and its flow, by number, if the program was written by hand for it.
    pub by_hand: Option<(usize, usize)>,
    /// What must be found, or why there is no program.
    pub expected: Result<Expected, Unmade>,
}

/// A flow that must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The model of its source, if it must be this one.
    pub source: Option<String>,
    /// The category.
    pub data: String,
    /// The model of its sink.
    pub sink: String,
    /// The host that it goes to, if that matters.
    pub host: Option<&'static str>,
    /// Whether it must not lead through code of which nothing is known.
    pub is_told: bool,
    /// What becomes of the data.
    pub effect: Effect,
}

/// A component whose code is not in the tree.
pub const ABSENT: &str = "absent-part";

/// The source and the sinks that the pages are probed with, and entries of every kind that the built-in ones lack.
pub const PROBES: &str = r#"{
  "sources": [
    { "id": "seed", "call": "seed", "returns": { "data": "seed" } },
    { "id": "own.read", "read": "platform.machine", "returns": { "data": "own", "path": "name" } },
    { "id": "own.whole", "read": "platform.whole", "returns": { "data": "own" } },
    { "id": "own.parameter", "parameter": { "of": "Page.onLoad" }, "param": { "data": "own", "path": "token" } },
    { "id": "own.whole-parameter", "parameter": { "of": "Page.onPageScroll" }, "param": { "data": "own" } },
    { "id": "own.second", "parameter": { "of": "Page.onShow", "index": 1 }, "param": { "data": "own", "path": "a[*].b" } },
    { "id": "own.this", "call": "own.fill", "outputs": [{ "port": "arg[1].x", "data": "own" }] },
    { "id": "own.names", "component": { "tag": "own-tag", "event": "answer" }, "role": "keyword",
      "detail": { "data": "own", "path": "body" } }
  ],
  "sinks": [
    { "id": "probe", "call": "probe", "args": "all", "kind": "network" },
    { "id": "miss", "call": "miss", "args": "all", "kind": "network" }
  ]
}"#;

/// An address that holds data.
const ADDRESS: &str = "('https://example.com/p?q=' + seed())";

/// What the script begins with whose exports a plugin gets.
const EXPORTED: &str = "exports.";

/// What says what is typed, and what the field of a form or an answer is called.
const LABEL: &str = "手机号";
const FIELD: &str = "phone";

/// The cases of all entries.
pub fn all(models: &Models) -> Vec<Case> {
    let sources = models.sources.iter().filter(|source| source.id != "seed");
    let sinks = models.sinks.iter().filter(|sink| !matches!(sink.id.as_str(), "probe" | "miss"));
    let mut cases: Vec<Case> = sources.flat_map(|source| of_source(models, source)).collect();
    cases.extend(sinks.flat_map(|sink| of_sink(models, sink)));
    let written = crate::by_hand::all();
    let steps = models.steps.iter().enumerate().flat_map(|(at, step)| of_step(models, at, step, &written));
    cases.extend(steps.map(|case| Case { is_step: true, ..case }));
    cases
}

fn of_source(models: &Models, source: &Source) -> Vec<Case> {
    if matches!(source.role, SourceRole::Trigger | SourceRole::Propagator) {
        return Vec::new();
    }
    let is_named = !matches!(source.role, SourceRole::Source);
    let mut cases = Vec::new();
    for output in &source.outputs {
        // Names of fields, and of the inputs of a form, make sources of their own.
        let id = match source.role {
            SourceRole::Keyword | SourceRole::Form => None,
            _ => Some(source.id.clone()),
        };
        // A label cannot make of a choice what is typed, and what is typed unseen is a password whatever the label.
        let is_secret = source.takes == Some(wxray::models::Takes::Secret);
        let is_typed = is_named && !is_secret && models.can_take(source, "phone-number");
        let data = if is_typed { "phone-number" } else { &output.data };
        let expected = Expected { source: id, ..expected(data, "probe") };
        let statements = statements(source.role, &output.port);
        let mut add = |callee: String, page: Result<(String, String), Unmade>| {
            let name = format!("{}: {callee} {}", source.id, output.port);
            cases.push(case(name, page, expected.clone()));
        };
        match &source.anchor {
            Anchor::Call(paths) => {
                for path in paths {
                    add(
                        path.to_string(),
                        script_of(models, path, |call| {
                            source.given.iter().try_for_each(|given| call.give(given, "true"))?;
                            call.take(&output.port, &statements)
                        }),
                    );
                }
            }
            Anchor::Read(paths) => {
                for path in paths {
                    let text = reach(&path.to_string(), &output.port.accesses, &statements);
                    add(path.to_string(), text.map(|text| (page(&text), String::new())));
                }
            }
            Anchor::Component(component) => {
                add(String::new(), handler(component, source.role, &output.port, &statements));
            }
            Anchor::Parameter { of, index } => {
                add(of.clone(), parameter(of, *index, &output.port.accesses, &statements));
            }
            Anchor::Returned { .. } | Anchor::Text => add(String::new(), Err("no place for a source")),
        }
    }
    cases
}

/// What is done with what comes out: it goes to one sink, and what lies beside it to another.
fn statements(role: SourceRole, port: &Port) -> String {
    match role {
        SourceRole::Keyword | SourceRole::Form => format!("probe({{}}.{FIELD});"),
        _ if matches!(port.accesses.last(), Some(Access::Property(_))) => {
            "probe({}); miss({.}.nothingOfTheKind);".to_owned()
        }
        _ => "probe({});".to_owned(),
    }
}

fn of_sink(models: &Models, sink: &Sink) -> Vec<Case> {
    let expected = expected("seed", &sink.id);
    let mut cases = Vec::new();
    let mut add = |what: String, page: Result<(String, String), Unmade>| {
        cases.push(case(format!("{}: {what}", sink.id), page, expected.clone()));
    };
    match &sink.anchor {
        Anchor::Call(paths) => {
            for path in paths {
                // What a device asks for goes out in the query of an address.
                let given = if sink.is_only_fetched { ADDRESS } else { "seed()" };
                for input in &sink.inputs {
                    add(format!("{path} {input}"), script_of(models, path, |call| call.give(input, given)));
                }
            }
        }
        Anchor::Component(component) => {
            for attribute in &component.attributes {
                add(attribute.clone(), Ok(bound(component, attribute)));
            }
        }
        Anchor::Returned { of } => {
            for input in &sink.inputs {
                add(input.to_string(), returned(of, &input.accesses));
            }
        }
        Anchor::Text => add("text".to_owned(), Ok((bound_page(), "<view>{{ bound }}</view>".to_owned()))),
        Anchor::Read(_) | Anchor::Parameter { .. } => add(String::new(), Err("no place for a sink")),
    }
    cases
}

fn of_step(models: &Models, number: usize, step: &Step, written: &BTreeMap<&str, Written>) -> Vec<Case> {
    let mut cases = Vec::new();
    for (at, flow) in step.flows.iter().enumerate() {
        let written = written.get(&*head(step, flow));
        for path in &step.callees {
            let name = format!("{}: {path} {} -> {}", step.id, flow.from, flow.to);
            let page = through(models, Callee { step, path }, flow).map(|text| (page(&text), String::new()));
            cases.push(match (page, written) {
                (Err(_), Some(written)) => {
                    let page = written.page(&constructor(&callee_of(path)));
                    Case { by_hand: Some((number, at)), ..case(name, Ok(page), by_hand(*written)) }
                }
                (page, _) => case(name, page, Expected { effect: flow.effect, ..expected("seed", "probe") }),
            });
        }
    }
    cases
}

/// What a program that was written by hand must show; by other steps the data may come as something else than what the
/// step makes of it.
fn by_hand(written: Written) -> Expected {
    let (sink, host) = written.sent.map_or(("probe", None), |(sink, host)| (sink, Some(host)));
    Expected { host, is_told: true, effect: Effect::Derive, ..expected("seed", sink) }
}

/// What comes of a source under its own name arrives at a sink as it is.
fn expected(source: &str, sink: &str) -> Expected {
    Expected {
        source: Some(source.to_owned()),
        data: source.to_owned(),
        sink: sink.to_owned(),
        host: None,
        is_told: false,
        effect: Effect::Value,
    }
}

/// Statements in which data goes through one flow of a step and arrives at the probe: as a whole or, where only what it
/// holds can be told, as a property.
fn through(models: &Models, callee: Callee<'_>, flow: &StepFlow) -> Result<String, Unmade> {
    let flow = paired(flow);
    if only_chooses(models, &flow.to) {
        return Err("it only chooses a place");
    }
    if flow.unless_held.is_some() {
        return Err("something that holds nothing");
    }
    if let [Access::Content(_), Access::Element, Access::Element] = &flow.to.accesses[..]
        && flow.from.base != Base::This
    {
        return Err("a list under a name that is computed");
    }
    let direct = |flow: &StepFlow| {
        let text = contents::through(models, callee, flow)?;
        text.map_or_else(|| called(models, callee.path, flow), Ok)
    };
    let hands_on = flow.effect == Effect::Value && !flow.from.accesses.contains(&Access::Properties);
    direct(&flow).or_else(|why| {
        if !hands_on {
            return Err(why);
        }
        let mut inside = flow.clone();
        inside.from.accesses.push(Access::Property(KEY.to_owned()));
        inside.to.accesses.push(Access::Property(KEY.to_owned()));
        direct(&inside).map_err(|_| why)
    })
}

/// Whether a content is read only as the name of a place: what is there comes out, and not the name.
fn only_chooses(models: &Models, port: &Port) -> bool {
    let Some(content @ Access::Content(_)) = port.accesses.first() else { return false };
    let flows = || models.steps.iter().flat_map(|step| &step.flows);
    let mut ports = flows().flat_map(|flow| [&flow.from, &flow.to]);
    let names = |port: &Port| {
        let computed = |access: &Access| matches!(access, Access::Computed(key) if key.accesses.contains(content));
        port.accesses.iter().any(computed)
    };
    let hands_on = |flow: &StepFlow| flow.from.accesses.contains(content) && !flow.to.accesses.contains(content);
    ports.any(names) && !flows().any(hands_on)
}

/// The same flow, where pairs of name and value are named: the value of one pair.
fn paired(flow: &StepFlow) -> StepFlow {
    let mut flow = flow.clone();
    let is_pair = |port: &Port| matches!(port.accesses.last(), Some(Access::Content(name)) if name == "pair");
    let value = || Access::Property(KEY.to_owned());
    if is_pair(&flow.to) {
        flow.to.accesses.pop();
        flow.to.accesses.push(value());
        flow.from.accesses.push(Access::Index(1));
    }
    if is_pair(&flow.from) {
        flow.from.accesses.pop();
        flow.from.accesses.push(value());
        flow.to.accesses.push(Access::Index(1));
    }
    flow
}

/// Statements with a call that is given data where the flow begins, and looked at where it ends.
fn called(models: &Models, path: &CallPath, flow: &StepFlow) -> Result<String, Unmade> {
    let mut flow = flow.clone();
    if path.is_new && flow.from.base == Base::This {
        flow.from.base = Base::Return;
    }
    statements_of(models, path, |call| {
        contents::keys(call, &flow)?;
        call.give(&flow.from, "seed()")?;
        call.take(&whole(&flow.from, &flow.to), "probe({});")
    })
}

/// The port that a flow goes to; the object itself where something that has no properties goes into all of its own.
fn whole(from: &Port, to: &Port) -> Port {
    let mut to = to.clone();
    if !from.accesses.contains(&Access::Properties) {
        to.accesses.retain(|access| *access != Access::Properties);
    }
    to
}

fn case(name: String, page: Result<(String, String), Unmade>, expected: Expected) -> Case {
    match page {
        Ok((script, template)) => {
            let is_exported = script.starts_with(EXPORTED);
            Case { name, is_step: false, script, template, is_exported, by_hand: None, expected: Ok(expected) }
        }
        Err(why) => Case {
            name,
            is_step: false,
            script: page_of(""),
            template: String::new(),
            is_exported: false,
            by_hand: None,
            expected: Err(why),
        },
    }
}

/// A page that makes a call.
fn script_of(
    models: &Models,
    path: &CallPath,
    fill: impl Fn(&mut Call) -> Result<(), Unmade>,
) -> Result<(String, String), Unmade> {
    Ok((page(&statements_of(models, path, fill)?), String::new()))
}

fn statements_of(
    models: &Models,
    path: &CallPath,
    fill: impl Fn(&mut Call) -> Result<(), Unmade>,
) -> Result<String, Unmade> {
    let mut call = Call::default();
    fill(&mut call)?;
    let callee = callee_of(path);
    Ok(match &path.root {
        Root::Type(ty) => call.text(&callee, Some(&receiver(models, ty, &call)?)),
        _ if call.needs_this() => return Err("a receiver that is no instance"),
        _ => call.text(&callee, None),
    })
}

/// A callee as a program writes it; methods are those of `t`.
pub fn callee_of(path: &CallPath) -> String {
    match (&path.root, &path.segments[..]) {
        (Root::Type(_), [Segment::Member(name)]) => match name.strip_prefix("@@") {
            Some(symbol) => format!("t[Symbol.{symbol}]"),
            None => format!("t.{name}"),
        },
        (Root::Type(_), segments) => {
            let names = segments.iter().map(|segment| match segment {
                Segment::Member(name) => format!(".{name}"),
                Segment::Call => "()".to_owned(),
            });
            format!("t{}", names.collect::<String>())
        }
        _ => path.to_string().replace(".*", ".anything"),
    }
}

/// An instance of a type, holding what the call says of its receiver.
fn receiver(models: &Models, ty: &str, call: &Call) -> Result<String, Unmade> {
    if call.needs_this() {
        return match ty {
            "String" => Ok(format!("({} + '')", call.this.text())),
            "Array" if !call.this.is_list() => Err("a list by names"),
            "Array" | "Promise" | "Object" => Ok(call.this.text()),
            _ if call.this.is_object() => {
                let made = instance(models, ty, 4).ok_or("nothing makes the type")?;
                Ok(format!("Object.assign({made}, {})", call.this.text()))
            }
            "AsyncIterator" => {
                let text = call.this.text();
                let generator = text.strip_prefix("(function*").ok_or("a content that cannot be written down")?;
                Ok(format!("(async function*{generator}"))
            }
            _ => Ok(call.this.text()),
        };
    }
    // What comes by callbacks and events is known by the names of its methods.
    Ok(instance(models, ty, 4).unwrap_or_else(|| "fromElsewhere()".to_owned()))
}

/// An expression that makes an instance of a type.
pub fn instance(models: &Models, ty: &str, depth: usize) -> Option<String> {
    let built_in = match ty {
        "Array" => "[1]",
        "String" => "'x'",
        "Promise" => "Promise.resolve(1)",
        "Object" => "({})",
        "RegExp" => "/x/",
        // Its `exec` would be that of a pattern, where nothing is known of the receiver.
        "SelectorQuery" => "wx.createSelectorQuery()",
        "Function" => "(function () {})",
        _ => "",
    };
    if !built_in.is_empty() {
        return Some(built_in.to_owned());
    }
    let makers = models.steps.iter().filter(|step| step.makes.as_deref() == Some(ty)).flat_map(|step| &step.callees);
    let globals = models.runtime.globals.iter().filter(|global| global.ty == ty).map(|global| global.name.clone());
    let mut ways = makers.filter_map(|path| made_by(models, path, depth)).chain(globals);
    ways.next()
}

fn made_by(models: &Models, path: &CallPath, depth: usize) -> Option<String> {
    match (&path.root, &path.segments[..]) {
        (Root::Type(ty), [Segment::Member(name)]) => {
            let receiver = instance(models, ty, depth.checked_sub(1)?)?;
            Some(format!("{receiver}.{name}('x')"))
        }
        (Root::Type(_), _) => None,
        _ => Some(format!("{}('x')", constructor(&path.to_string()))),
    }
}

/// A page that runs statements when it opens.
fn page(statements: &str) -> String {
    page_of(&format!("onLoad() {{ {statements} }},"))
}

fn page_of(members: &str) -> String {
    format!("Page({{ {members} }});\n")
}

/// A page with a component whose event is handled.
fn handler(
    component: &ComponentAnchor,
    role: SourceRole,
    port: &Port,
    statements: &str,
) -> Result<(String, String), Unmade> {
    let event = component.event.as_deref().ok_or("a component without an event")?;
    let root = match port.base {
        Base::Detail => "e.detail",
        Base::Param => "e",
        _ => return Err("it does not come by the event"),
    };
    let body = reach(root, &port.accesses, statements)?;
    let mut attributes = attributes(component);
    if role == SourceRole::Labelled {
        attributes = format!("{attributes} placeholder=\"{LABEL}\"");
    }
    let tag = tag(component);
    let inside = if role == SourceRole::Form { format!("<input name=\"{FIELD}\" />") } else { String::new() };
    let template = if role == SourceRole::Labelled {
        format!("<label>{LABEL}<{tag}{attributes} bind:{event}=\"on\">{inside}</{tag}></label>")
    } else {
        format!("<{tag}{attributes} bind:{event}=\"on\">{inside}</{tag}>")
    };
    Ok((page_of(&format!("on(e) {{ {body} }},")), template))
}

fn tag(component: &ComponentAnchor) -> &str {
    if component.is_absent {
        return ABSENT;
    }
    component.tags.first().map_or("view", |tag| if tag == "*" { "view" } else { tag })
}

fn attributes(component: &ComponentAnchor) -> String {
    let written = component.when.iter().filter_map(|when| {
        let value = when.values.first().filter(|value| !value.is_empty())?;
        let name = &when.attribute;
        Some(format!(" {name}=\"{}\"", if value == "*" { "x" } else { value }))
    });
    written.collect()
}

/// A page with a component of which one attribute is bound.
fn bound(component: &ComponentAnchor, attribute: &str) -> (String, String) {
    let tag = tag(component);
    let name = if attribute == "*" { "title" } else { attribute };
    let bound = format!("<{tag}{} {name}=\"{{{{ bound }}}}\"></{tag}>", attributes(component));
    let template = match &component.within {
        Some(event) => format!("<form bind:{event}=\"on\"><view>{bound}</view></form>"),
        None => bound,
    };
    (bound_page(), template)
}

fn bound_page() -> String {
    page_of("data: { bound: '' }, onLoad() { this.setData({ bound: seed() }); },")
}

/// A page whose function gets a parameter.
fn parameter(of: &str, index: u32, way: &[Access], statements: &str) -> Result<(String, String), Unmade> {
    let (constructor, function) = of.split_once('.').ok_or("no constructor")?;
    let body = reach(&format!("p{index}"), way, statements)?;
    Ok((format!("{constructor}({{ {function}(p0, p1, p2) {{ {body} }} }});\n"), String::new()))
}

/// A page whose function returns something.
fn returned(of: &str, way: &[Access]) -> Result<(String, String), Unmade> {
    let mut value = Value::default();
    value.give(way, "seed()")?;
    let Some((constructor, function)) = of.split_once('.') else {
        return Ok((format!("{EXPORTED}given = () => {};\n", value.text()), String::new()));
    };
    Ok((format!("{constructor}({{ {function}() {{ return {}; }} }});\n", value.text()), String::new()))
}
