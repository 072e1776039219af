//! Each entry of the models is tried: a small program for each port, in which the data must arrive.
//!
//! `WXRAY_CASE=x cargo test --test exercise` tries the entries whose name holds the text, and shows their programs.

#![expect(clippy::print_stdout, reason = "the programs are shown to who asks for them")]

#[path = "exercise/by_hand.rs"]
mod by_hand;
#[path = "exercise/contents.rs"]
mod contents;
#[path = "exercise/programs.rs"]
mod programs;
#[path = "exercise/value.rs"]
mod value;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use wxray::Config;
use wxray::base::fs::MemoryFs;
use wxray::models::{Access, Anchor, Base, Effect, Models, Source, SourceRole};
use wxray::project;
use wxray::taint::{Flow, Form, StepKind};

use programs::{Case, Expected};

/// How many pages make one program.
const PAGES: usize = 100;

fn models() -> Models {
    Models::load(true, &[("probes.json".to_owned(), programs::PROBES.to_owned())]).expect("models")
}

/// A place that no program gives anything and takes nothing from.
const ELSEWHERE: Base = Base::Arg(9);

/// The programs of entries whose ports are wrong in the models that they are tried with, one entry of a few.
#[test]
fn a_port_that_is_wrong_is_told() {
    let (models, mut broken) = (models(), models());
    let is_probe = |id: &str| ["seed", "probe", "miss"].contains(&id);
    // What is there as a whole holds whatever its parts are called.
    let is_given = |anchor: &Anchor| matches!(anchor, Anchor::Read(_) | Anchor::Parameter { .. });
    let is_whole =
        |it: &Source| is_given(&it.anchor) && it.outputs.iter().any(|output| output.port.accesses.is_empty());
    let may_be_wrong = |it: &Source| it.role == SourceRole::Source && !is_probe(&it.id) && !is_whole(it);
    let mut ids = Vec::new();
    for source in broken.sources.iter_mut().filter(|it| may_be_wrong(it)).step_by(7) {
        let is_read = matches!(source.anchor, Anchor::Read(_));
        for port in source.outputs.iter_mut().map(|output| &mut output.port) {
            match port.base {
                Base::Detail | Base::Param => port.accesses.insert(0, Access::Property("elsewhere".to_owned())),
                _ if is_read => port.accesses.insert(0, Access::Property("elsewhere".to_owned())),
                _ => port.base = ELSEWHERE,
            }
        }
        ids.push(format!("{}: ", source.id));
    }
    for sink in
        broken.sinks.iter_mut().filter(|it| matches!(it.anchor, Anchor::Call(_)) && !is_probe(&it.id)).step_by(7)
    {
        sink.inputs.iter_mut().for_each(|input| input.base = ELSEWHERE);
        ids.push(format!("{}: ", sink.id));
    }
    // What is both has programs for both, under one name.
    let is_both = |id: &String| {
        let id = id.trim_end_matches(": ");
        models.sources.iter().any(|source| source.id == id) && models.sinks.iter().any(|sink| sink.id == id)
    };
    ids.retain(|id| !is_both(id));
    let cases = programs::all(&models);
    let is_broken = |case: &&Case| !case.is_step && ids.iter().any(|id| case.name.starts_with(id));
    let cases: Vec<&Case> = cases.iter().filter(is_broken).collect();
    let told: Vec<String> = cases.chunks(PAGES).flat_map(|cases| failures(&broken, cases)).collect();
    let is_told = |case: &&&Case| told.iter().any(|text| text.starts_with(&format!("{}: ", case.name)));
    let untold: Vec<&str> = cases.iter().filter(|case| !is_told(case)).map(|case| &*case.name).collect();
    assert!(cases.len() > 100 && untold.is_empty(), "{} of {}: {untold:?}", untold.len(), cases.len());
}

/// A program that was written for a flow finds nothing without it.
#[test]
fn a_program_by_hand_needs_its_flow() {
    let cases = programs::all(&models());
    let cases: Vec<&Case> = cases.iter().filter(|case| case.by_hand.is_some()).collect();
    let all = models();
    let head = |case: &&Case| {
        let (step, flow) = case.by_hand?;
        Some(by_hand::head(&all.steps[step], &all.steps[step].flows[flow]))
    };
    let used: BTreeSet<String> = cases.iter().filter_map(head).collect();
    let unused: Vec<&str> = by_hand::all().into_keys().filter(|head| !used.contains(*head)).collect();
    assert_eq!(unused, Vec::<&str>::new(), "no flow of that name, or it has a program already");
    let without = |case: &&&Case| {
        let mut models = models();
        let (step, flow) = case.by_hand.expect("by hand");
        models.steps[step].flows.remove(flow);
        failures(&models, &[case]).is_empty()
    };
    let needless: Vec<&str> = cases.par_iter().filter(without).map(|case| &*case.name).collect();
    assert_eq!(needless, Vec::<&str>::new(), "found without the flow");
}

#[test]
fn every_port_of_every_entry_carries_its_data() {
    let models = models();
    let filter = std::env::var("WXRAY_CASE").ok();
    let cases = programs::all(&models);
    let wanted = |case: &&Case| filter.as_ref().is_none_or(|filter| case.name.contains(filter));
    let cases: Vec<&Case> = cases.iter().filter(wanted).collect();
    let failures: Vec<String> = cases.par_chunks(PAGES).flat_map(|cases| failures(&models, cases)).collect();
    let made = cases.len();
    for case in cases.iter().filter(|_| filter.is_some()) {
        println!("{}: {:?}\n    {}    {}", case.name, case.expected, case.script, case.template);
    }
    println!("{made} programs");
    let unmade = cases.iter().filter_map(|case| Some((&*case.name, *case.expected.as_ref().err()?)));
    assert_eq!(unmade.collect::<Vec<_>>(), Vec::new(), "without a program: write one in exercise/by_hand.js");
    assert!(failures.is_empty(), "{} of {made} programs:\n{}", failures.len(), failures.join("\n"));
}

/// What is wrong in one program made of these cases.
fn failures(models: &Models, cases: &[&Case]) -> Vec<String> {
    let mut files = BTreeMap::new();
    let pages: Vec<String> = (0..cases.len()).map(|at| format!("pages/p{at}/p{at}")).collect();
    let exported = cases.iter().zip(&pages).filter(|(case, _)| case.is_exported);
    let plugin =
        |page: &String| serde_json::json!({ "version": "1.0.0", "provider": "wx", "export": format!("{page}.js") });
    let plugins: BTreeMap<&str, serde_json::Value> = exported.map(|(_, page)| (page.as_str(), plugin(page))).collect();
    let components = serde_json::json!({ programs::ABSENT: "/absent/part" });
    files.insert(
        "app.json".to_owned(),
        serde_json::json!({ "pages": pages, "usingComponents": components, "plugins": plugins }).to_string(),
    );
    for (case, page) in cases.iter().zip(&pages) {
        let script = if case.by_hand.is_some() { case.script.replace("PAGE", page) } else { case.script.clone() };
        files.insert(format!("{page}.js"), script);
        files.insert(format!("{page}.wxml"), case.template.clone());
    }
    let memory = MemoryFs::new(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
    let (project, _) = project::load(&memory, "").unwrap_or_else(|error| panic!("not loaded: {error:?}"));
    let analysis = wxray::analyze(&project, models, &Config::default());
    let mut flows: BTreeMap<&str, Vec<&Flow>> = BTreeMap::new();
    for flow in &analysis.flows {
        let path = &project.files.get(flow.sink.span.file).path;
        flows.entry(path.rsplit_once('.').map_or(path, |(stem, _)| stem)).or_default().push(flow);
    }
    let none = Vec::new();
    let wrong = cases.iter().zip(&pages).filter_map(|(case, page)| {
        let flows = flows.get(page.as_str()).unwrap_or(&none);
        let expected = case.expected.as_ref().ok()?;
        complaint(expected, flows)
            .map(|what| format!("{}: {what}\n    {}    {}", case.name, case.script, case.template))
    });
    wrong.collect()
}

fn complaint(expected: &Expected, flows: &[&Flow]) -> Option<String> {
    let is_known = |flow: &Flow| !flow.steps.iter().any(|step| step.kind == StepKind::Unknown);
    let goes_to = |flow: &Flow, host| flow.sink.destination.as_deref().is_some_and(|to| to.contains(host));
    let arrives = |flow: &&&Flow| {
        is_source(expected, flow)
            && flow.data == expected.data
            && flow.sink.model == expected.sink
            && expected.host.is_none_or(|host| goes_to(flow, host))
            && (is_known(flow) || !expected.is_told)
    };
    let mut found = flows.iter().filter(arrives).peekable();
    if found.peek().is_none() {
        let seen: Vec<_> = flows.iter().map(|flow| (&flow.source.model, &flow.data, &flow.sink.model)).collect();
        return Some(format!("{expected:?} does not arrive, but {seen:?}"));
    }
    // A part may come as the whole, by another step for the same name.
    if let Some(form) = form_of(expected.effect)
        && !found.any(|flow| flow.form == form)
    {
        return Some(format!("it does not arrive as {form:?}"));
    }
    let beside = flows.iter().find(|flow| flow.sink.model == "miss" && is_source(expected, flow));
    beside.map(|_| "what lies beside it is taken for it".to_owned())
}

fn is_source(expected: &Expected, flow: &Flow) -> bool {
    expected.source.as_ref().is_none_or(|model| *model == flow.source.model)
}

fn form_of(effect: Effect) -> Option<Form> {
    match effect {
        Effect::Value | Effect::Taint => Some(Form::Raw),
        Effect::Derive => None,
        Effect::Mask => Some(Form::Masked),
        Effect::Hash => Some(Form::Hashed),
        Effect::Encrypt => Some(Form::Encrypted),
    }
}
