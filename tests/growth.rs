//! Work grows with the program, not with its square: families of programs, one for each mechanism, at two sizes.
//! Counts nodes and edges of the flow graph, so that the machine does not matter.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wxray::base::fs::MemoryFs;
use wxray::graph::Budget;
use wxray::models::Models;
use wxray::{Analysis, Config, project};

const MODELS: &str = r#"{
  "sources": [{ "id": "test.source", "call": "source", "returns": { "data": "test" } }],
  "sinks": [{ "id": "test.sink", "call": "sink", "args": "all", "kind": "network" }]
}"#;

/// The smaller size.
const SIZE: usize = 60;

/// Nodes and edges for a program, and how many flows it has.
fn cost(files: BTreeMap<String, String>) -> (usize, usize) {
    let analysis = analysed(files, &Config::default());
    (analysis.stats.nodes + analysis.stats.edges, analysis.flows.len())
}

fn analysed(files: BTreeMap<String, String>, config: &Config) -> Analysis {
    let memory = MemoryFs::new(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
    let (project, _) = project::load(&memory, "").unwrap_or_else(|error| panic!("not loaded: {error:?}"));
    let user = vec![("test.json".to_owned(), MODELS.to_owned())];
    let models = Models::load(false, &user).unwrap_or_else(|errors| panic!("models: {errors:?}"));
    wxray::analyze(&project, &models, config)
}

fn one_file(text: String) -> BTreeMap<String, String> {
    BTreeMap::from([("index.js".to_owned(), text)])
}

/// Lines made of a number each.
fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "{}", line(at));
        text
    })
}

/// Twice the size may cost at most a little more than twice as much, and the data still arrives.
fn check(name: &str, family: impl Fn(usize) -> BTreeMap<String, String>) {
    let (small, n_small) = cost(family(SIZE));
    let (large, n_large) = cost(family(SIZE * 2));
    assert!(n_small > 0 && n_large > 0, "{name}: {n_small} and {n_large} flows");
    assert!(large * 10 < small * 26, "{name}: {small} at {SIZE}, {large} at twice that");
}

#[test]
fn wrappers_around_wrappers() {
    check("wrappers", |n| {
        let body = lines(n, |at| format!("const f{} = x => f{at}(x)", at + 1));
        one_file(format!("const f0 = x => x\n{body}sink(f{n}(source()))"))
    });
}

#[test]
fn fields_of_an_object() {
    check("fields", |n| {
        let body = lines(n, |at| format!("o.p{at} = source(); sink(o.p{at})"));
        one_file(format!("const o = {{}}\n{body}"))
    });
}

#[test]
fn callbacks_of_an_emitter() {
    check("callbacks", |n| {
        let body = lines(n, |at| format!("on('e{at}', v => sink(v))\nemit('e{at}', source())"));
        let head =
            "const all = {}\nconst on = (name, f) => { all[name] = f }\nconst emit = (name, v) => { all[name](v) }\n";
        one_file(format!("{head}{body}"))
    });
}

#[test]
fn an_object_through_functions() {
    check("one object", |n| {
        let body = lines(n, |at| format!("function f{at}(o) {{ o.p{at} = o.v; return o }}"));
        let calls = lines(n, |at| format!("o = f{at}(o)"));
        one_file(format!("{body}let o = {{ v: source() }}\n{calls}sink(o.v)"))
    });
}

#[test]
fn elements_of_a_list() {
    check("elements", |n| {
        let body = lines(n, |at| format!("l.push({{ v: source(), at: {at} }})"));
        one_file(format!("const l = []\n{body}for (const x of l) sink(x.v)"))
    });
}

#[test]
fn constants_of_a_table() {
    let table = |n: usize| {
        let constants = lines(n, |at| format!("{at},"));
        one_file(format!("const t = [{constants}source()]\nsink(t[1])\nsink(t[{n}])"))
    };
    let (small, n_small) = cost(table(2_000));
    let (large, n_large) = cost(table(8_000));
    // What stands at the beginning is told apart from what does not.
    assert_eq!((n_small, n_large), (1, 1));
    assert!(large * 10 < small * 11, "{small} for 2,000, {large} for 8,000");
}

#[test]
fn branches_of_a_switch() {
    check("branches", |n| {
        let body = lines(n, |at| format!("case 'c{at}': out = x + {at}; break"));
        let calls = lines(n, |at| format!("sink(f('c{at}', source()))"));
        one_file(format!(
            "function f(kind, x) {{ let out = ''\nswitch (kind) {{\n{body}}}\nreturn out }}\n{}",
            &calls[..calls.find('\n').unwrap_or(0)]
        ))
    });
}

#[test]
fn conditions_one_after_another() {
    check("conditions", |n| {
        let body = lines(n, |at| format!("if (x === 'k{at}') y = x + {at}\nelse if (!x) y = x"));
        one_file(format!("function f(x) {{ let y = ''\n{body}sink(x + y) }}\nf(source())"))
    });
}

#[test]
fn modules_that_use_one() {
    check("modules", |n| {
        let mut files = BTreeMap::from([("lib.js".to_owned(), "exports.get = x => ({ x })".to_owned())]);
        for at in 0..n {
            let text = "const { get } = require('./lib')\nsink(get(source()).x)".to_owned();
            files.insert(format!("m{at}.js"), text);
        }
        files
    });
}

#[test]
fn states_made_of_the_one_before() {
    check("states", |n| {
        let head =
            "class Store { constructor() { this.state = {} }\n set(it) { this.state = { ...this.state, ...it } } }\n";
        let body = lines(n, |at| format!("store.set({{ p{}: {at} }})", at % 5));
        one_file(format!("{head}const store = new Store()\n{body}store.set({{ v: source() }})\nsink(store.state.v)"))
    });
}

#[test]
fn methods_that_a_compiler_hands_to_a_helper() {
    check("compiled class", |n| {
        let head = "function createClass(C, props) { for (var i = 0; i < props.length; i++) { var it = props[i]; it.configurable = true; Object.defineProperty(C.prototype, it.key, it) } return C }\n";
        let body = lines(n, |at| {
            format!("{{ key: 'm{at}', value: function m{at}() {{ return this.m{}() }} }},", (at + 1) % n)
        });
        let class = format!(
            "var User = function () {{ function User(v) {{ this.v = v }}\nreturn createClass(User, [{body}{{ key: 'read', value: function () {{ return this.v }} }}]) }}()\n"
        );
        one_file(format!("{head}{class}var user = new User(source())\nuser.m1()\nsink(user.read())"))
    });
}

#[test]
fn async_functions_that_a_compiler_made_machines_of() {
    check("machines", |n| {
        let head = "function __awaiter(self, args, P, fn) { return new Promise(function (resolve) { var it = fn.apply(self, args || []); function go(v) { var step = it.next(v); step.done ? resolve(step.value) : Promise.resolve(step.value).then(go) } go() }) }\nfunction __generator(self, body) { var state = { label: 0, sent: function () { return state.came } }; return { next: function (v) { state.came = v; var op = body.call(self, state); state.label++; return { value: op[1], done: op[0] === 2 } } } }\n";
        let body = lines(n, |at| {
            let next = if at == 0 { "x".to_owned() } else { format!("f{}(x)", at - 1) };
            format!(
                "function f{at}(x) {{ return __awaiter(this, void 0, void 0, function () {{ return __generator(this, function (_a) {{ switch (_a.label) {{ case 0: return [4, {next}]; case 1: return [2, _a.sent()] }} }}) }}) }}"
            )
        });
        one_file(format!("{head}{body}f{}(source()).then(function (v) {{ sink(v) }})", n - 1))
    });
}

#[test]
fn copies_of_states_that_are_kept_apart_by_a_key() {
    let reducer = |n: usize| {
        let cases = lines(n, |at| format!("case 'k{at}': return {{ ...state, p{at}: it.v }}"));
        let sent = lines(n, |at| format!("state = reduce(state, {{ kind: 'k{at}', v: source() }})"));
        one_file(format!(
            "function reduce(state, it) {{ switch (it.kind) {{\n{cases}default: return state }} }}\nlet state = {{}}\n{sent}sink(state.p0)"
        ))
    };
    let ((small, _), (large, _)) = (cost(reducer(300)), cost(reducer(600)));
    // What its budget no longer lets in costs nothing.
    assert!(large * 10 < small * 26, "{small} for 300, {large} for 600");
}

#[test]
fn a_module_that_is_too_large_is_named_and_the_rest_is_analysed() {
    let large = format!("{}sink(source())\nexports.hand = x => x", lines(200, |at| format!("f({at})")));
    let files = BTreeMap::from([
        ("large.js".to_owned(), large),
        ("small.js".to_owned(), "sink(require('./large').hand(source()))".to_owned()),
    ]);
    let budget = Budget { values_of_code: 500, ..Budget::default() };
    let analysis = analysed(files.clone(), &Config { budget, ..Config::default() });
    let codes: Vec<&str> = analysis.problems.iter().map(|problem| problem.code).collect();
    // What goes in may come out, as with all code that is not known.
    assert_eq!((codes, analysis.flows.len()), (vec!["budget-module"], 1));
    assert_eq!(analysed(files, &Config::default()).flows.len(), 2);
}
