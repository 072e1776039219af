//! Each step by itself, and all of them: `cargo bench --bench steps`. What they come to beside each other is in `ratios`.

// Programs are put together as texts, once.
#![allow(clippy::format_push_string, clippy::format_collect)]

#[path = "programs/mod.rs"]
#[expect(dead_code, reason = "the table has more programs")]
mod programs;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use programs::{Files, PROGRAMS, Size, shop};
use wxray::analysis::flow_graph;
use wxray::base::FileKind;
use wxray::base::fs::MemoryFs;
use wxray::graph::Budget;
use wxray::ir;
use wxray::models::Models;
use wxray::project::{self, Project};
use wxray::syntax::{script, wxml};
use wxray::{Config, analyze, consent, taint};

fn steps(criterion: &mut Criterion) {
    let medium = || shop(Size { pages: 40, packages: 200_000, ..Size::default() });
    for (name, files) in [("small", (PROGRAMS[0].1)()), ("medium", medium())] {
        of_program(criterion, name, &files);
    }
}

fn of_program(criterion: &mut Criterion, name: &str, files: &Files) {
    let fs = MemoryFs::new(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    let models = Models::load(true, &[]).expect("models");
    let (project, _) = project::load(&fs, "").expect("a project");
    let (graph, _) = flow_graph(&project, &models, Budget::default());
    let flows = taint::solve(&graph, &models);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).throughput(Throughput::Bytes(files.values().map(|text| text.len() as u64).sum()));
    group.bench_function("models", |bench| bench.iter(|| Models::load(true, &[]).map(|models| models.sources.len())));
    group.bench_function("load", |bench| bench.iter(|| black_box(project::load(&fs, "").is_ok())));
    group.bench_function("parse", |bench| bench.iter(|| parse(&project)));
    group.bench_function("lower", |bench| {
        bench.iter_batched(|| scripts(&project), |scripts| lower(&scripts), BatchSize::PerIteration);
    });
    group.bench_function("graph", |bench| {
        bench.iter(|| black_box(flow_graph(&project, &models, Budget::default()).0.graph.node_count()));
    });
    group.bench_function("taint", |bench| bench.iter(|| black_box(taint::solve(&graph, &models).len())));
    group.bench_function("consent", |bench| {
        bench.iter(|| {
            black_box(
                consent::judge(
                    &consent::solve(&graph, &models),
                    &project.files,
                    &flows,
                    consent::Circumstances::default(),
                )
                .flows
                .len(),
            )
        });
    });
    group.bench_function("all", |bench| {
        bench.iter(|| black_box(analyze(&project, &models, &Config::default()).flows.len()));
    });
    group.finish();
}

/// Trees of all templates and scripts.
fn parse(project: &Project) -> usize {
    let templates = project.files.iter().filter(|(_, file)| file.kind == FileKind::Wxml);
    let nodes: usize = templates.map(|(id, file)| wxml::parse(id, &file.text).0.nodes.len()).sum();
    nodes + scripts(project).len()
}

fn scripts(project: &Project) -> Vec<(wxray::base::FileId, script::Script)> {
    let files = project.files.iter().filter(|(_, file)| file.kind.is_script() || file.kind == FileKind::Wxs);
    files.filter_map(|(id, file)| Some((id, script::parse(id, file.kind, &file.text).0?))).collect()
}

fn lower(scripts: &[(wxray::base::FileId, script::Script)]) -> usize {
    scripts.iter().map(|(id, script)| ir::lower(*id, script).functions.len()).sum()
}

criterion_group!(benches, steps);
criterion_main!(benches);
