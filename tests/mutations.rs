//! Programs, models, settings and baselines that were damaged at random: whatever is read, nothing panics or runs on,
//! every span lies in its file, every format renders, and the same bytes give the same report.
//!
//! `WXRAY_FUZZ_SECONDS` says how long it goes on (CI takes a minute, the suite some seconds), `WXRAY_FUZZ_SEED` where it
//! begins: a failure names the seed that repeats it alone.

#[path = "harness/mod.rs"]
#[expect(dead_code, reason = "only the reading of fixtures is used here")]
mod harness;
#[path = "mutations/mutate.rs"]
mod mutate;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use harness::cases;
use mutate::Random;
use wxray::base::fs::MemoryFs;
use wxray::base::text::Lang;
use wxray::base::{Date, Files, Problem, Span};
use wxray::cli::config::file;
use wxray::models::Models;
use wxray::project;
use wxray::report::suppress::{self, Baseline, Entries};
use wxray::report::text::{self, Detail, Screen};
use wxray::report::{self, Look, Report, View};
use wxray::{Config, rules};

type Program = BTreeMap<String, Vec<u8>>;

/// How long one program may take; those of the corpus take some milliseconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// Stack as the program itself has it.
const STACK: usize = 512 << 20;

const SETTINGS: &str = "lang = \"zh\"\nfail-on = \"note\"\nmodels = [\"a.json\"]\nonly = [\"14.2.4\"]\nrelease-date = 2026-01-31\npacks = [\"cn-pipl\"]\n[[ignore]]\nclause = \"14.2.4\"\nfiles = [\"a/**\"]\nreason = \"x\"\nuntil = \"2027-01-31\"\n[operator]\nown-hosts = [\"*.example.com\"]\n";
const BASELINE: &str =
    "{\n  \"schema_version\": 1,\n  \"findings\": [ { \"id\": \"0123456789abcdef\", \"clause\": \"14.2.4\" } ]\n}\n";

/// What damage is done to.
struct Corpus {
    programs: Vec<Program>,
    /// Everything that may be pasted.
    pieces: Vec<Vec<u8>>,
    models: Vec<String>,
}

impl Corpus {
    fn new() -> Self {
        let programs: Vec<Program> = cases::all()
            .into_iter()
            .map(|case| case.files.into_iter().map(|(path, file)| (path, file.text.into_bytes())).collect())
            .collect();
        let pieces = programs.iter().flat_map(|program| program.values().cloned()).collect();
        let folders = ["sources", "sinks", "src/models"].map(|folder| cases::root().join(folder));
        let texts = folders.iter().flat_map(|folder| cases::files_below(folder));
        let texts = texts.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        Self { programs, pieces, models: texts.map(|path| fs::read_to_string(path).expect("a text")).collect() }
    }
}

#[test]
fn nothing_that_is_read_can_make_it_fall_over() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let seconds = number("WXRAY_FUZZ_SECONDS").unwrap_or(5);
    let single = number("WXRAY_FUZZ_SEED");
    let corpus = Corpus::new();
    let end = Instant::now() + Duration::from_secs(seconds);
    rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(STACK / 2).build_global().expect("threads");
    let (told, done) = mpsc::channel();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        let first = single.unwrap_or_else(|| if seconds > 5 { begin() } else { 0 });
        for seed in (first..).take_while(|_| Instant::now() < end || single.is_some()) {
            tell(&told, seed);
            let result = panic::catch_unwind(AssertUnwindSafe(|| one(&corpus, seed)));
            if let Err(reason) = result.map_err(|_| "a panic".to_owned()).and_then(|result| result) {
                return Some((seed, reason));
            }
            if single.is_some() {
                break;
            }
        }
        None
    });
    let worker = worker.expect("a thread");
    let mut last = 0;
    loop {
        match done.recv_timeout(PATIENCE) {
            Ok(seed) => last = seed,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("WXRAY_FUZZ_SEED={last} takes longer than {PATIENCE:?}"),
        }
    }
    if let Some((seed, reason)) = worker.join().expect("a result") {
        panic!("WXRAY_FUZZ_SEED={seed}: {reason}");
    }
}

/// Long runs begin elsewhere each time.
fn begin() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a clock");
    since.as_secs() << 20
}

fn tell(told: &Sender<u64>, seed: u64) {
    // Who waits for it has gone only where the test has failed.
    let _ = told.send(seed);
}

/// One round of damage, and what came of it.
fn one(corpus: &Corpus, seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    match random.below(12) {
        0 => {
            let text = mutate::text(random.choose(&corpus.models).clone().into_bytes(), &mut random, &corpus.pieces);
            // Whatever is wrong with it has to be said in words.
            let _ = Models::load(random.below(2) == 0, &[("user.json".to_owned(), lossy(text))])
                .map_err(|errors| errors.len());
        }
        1 => {
            let text = lossy(mutate::text(SETTINGS.as_bytes().to_vec(), &mut random, &corpus.pieces));
            match file::read(&text) {
                Ok(_) => drop(file::lines_of_keys(&text)),
                Err(mistake) if text.get(mistake.range.clone()).is_none() => {
                    return Err(format!("a mistake outside of its text: {:?}", mistake.range));
                }
                Err(_) => {}
            }
        }
        2 => {
            let text = lossy(mutate::text(BASELINE.as_bytes().to_vec(), &mut random, &corpus.pieces));
            drop(Baseline::read("baseline.json", &text));
        }
        _ => {
            let mut program = random.choose(&corpus.programs).clone();
            for _ in 0..=random.below(3) {
                let path = random.choose(&program.keys().cloned().collect::<Vec<_>>()).clone();
                let text = program.remove(&path).expect("a file");
                program.insert(path, mutate::text(text, &mut random, &corpus.pieces));
            }
            let lang = if random.below(2) == 0 { Lang::En } else { Lang::Zh };
            let first = rendered(&program, lang)?;
            if random.below(8) == 0 && rendered(&program, lang)? != first {
                return Err("another report for the same bytes".to_owned());
            }
        }
    }
    Ok(())
}

fn lossy(text: Vec<u8>) -> String {
    String::from_utf8_lossy(&text).into_owned()
}

/// Everything that the program says of a program.
fn rendered(program: &Program, lang: Lang) -> Result<Vec<Vec<u8>>, String> {
    let fs = MemoryFs::new(program.iter().map(|(path, text)| (path.clone(), text.clone())));
    let Ok((project, mut problems)) = project::load(&fs, "") else { return Ok(Vec::new()) };
    let models = Models::load(true, &[("test.json".to_owned(), harness::engine::TEST_MODELS.to_owned())]);
    let models = models.map_err(|errors| format!("{errors:?}"))?;
    let analysis = wxray::analyze(&project, &models, &Config::default());
    problems.extend(analysis.problems);
    let (operator, today) = (rules::Operator::default(), "2026-07-01".parse::<Date>().expect("a day"));
    let judgement = rules::judge(&rules::Input {
        project: &project,
        models: &models,
        flows: &analysis.flows,
        consent: &analysis.consent,
        operator: &operator,
        release: Some(today),
        today: Some(today),
        packs: &[],
        n_unseen: 0,
    });
    let spans = analysis.flows.iter().flat_map(|flow| flow.steps.iter().map(|step| step.span));
    sound(&project.files, spans.chain(judgement.findings.iter().map(|finding| finding.span)), &problems)?;
    let mut report = report::build(&report::Input {
        root: "root",
        project: &project,
        models: &models,
        flows: &analysis.flows,
        consents: &analysis.consent.flows,
        calls: &analysis.consent.calls,
        findings: &judgement.findings,
        parties: &judgement.parties,
        rows: &judgement.rows,
        code: &analysis.code,
        operator: &operator,
        problems: &problems,
        stats: &analysis.stats,
        with_times: false,
    });
    let rules = suppress::Rules { today, entries: &Entries::default(), baseline: None };
    suppress::apply(&mut report, &project.files, &rules);
    formats(&report, &project.files, lang).map_err(|error| error.to_string())
}

fn sound(files: &Files, spans: impl Iterator<Item = Span>, problems: &[Problem]) -> Result<(), String> {
    let mut spans = spans.chain(problems.iter().filter_map(|problem| problem.span));
    let is_unsound =
        |span: &Span| files.len() <= span.file.index() || files.get(span.file).text.get(span.range()).is_none();
    spans.find(is_unsound).map_or(Ok(()), |span| Err(format!("a span outside of its file: {span:?}")))
}

fn formats(report: &Report, files: &Files, lang: Lang) -> std::io::Result<Vec<Vec<u8>>> {
    let look = Look { lang, with_suppressed: true, prefix: "", fail_on: Some(rules::Level::Note) };
    let view = View::new(report, files, look);
    Ok(vec![
        report::json::render(report)?,
        report::sarif::render(&view)?,
        report::html::render(&view)?.into_bytes(),
        report::markdown::render(&view).into_bytes(),
        report::github::render(&view).into_bytes(),
        report::gitlab::render(&view)?,
        report::junit::render(&view)?,
        report::csv::render(&view)?,
        report::concise::render(&view).into_bytes(),
        text::render(&view, Screen { color: true, columns: Some(80) }, Detail::Verbose)?,
    ])
}
