//! How models of callees are matched with what programs write, and what models say of arguments and receivers.
//! Knows the command line, and nothing of the insides.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use program::{json, run, tree};

const MODELS: &str = r#"{
  "sources": [
    { "id": "test.param", "call": ["req.param", "fs.readFileSync", "window.location.hash.slice"], "returns": { "data": "test" } },
    { "id": "test.fill", "call": "fill", "outputs": [{ "port": "arg[0].user", "data": "test" }] }
  ],
  "sinks": [{ "id": "test.out", "call": ["res.send", "db.query"], "args": "all", "kind": "network" }],
  "steps": [
    { "call": "copyInto", "flow": [{ "from": "arg[1]", "to": "arg[0]" }] },
    { "call": "buffer.append", "flow": [{ "from": "arg[0]", "to": "this" }] }
  ]
}"#;

/// The lines of the sinks that data of a source arrives at.
fn arrivals(text: &str) -> Vec<u64> {
    let folder = tree(&[("models.json", MODELS), ("src/a.js", text)]);
    let arguments =
        ["scan", "src", "-f", "json", "--models", "models.json", "--no-default-models", "--fail-on", "never"];
    let report = json(&run(folder.path(), &arguments));
    let flows = report["flows"].as_array().cloned().unwrap_or_default();
    let mut lines: Vec<u64> =
        flows.iter().filter_map(|flow| flow["sink"]["location"]["start"]["line"].as_u64()).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

#[test]
fn parameters_and_inner_variables_are_known_by_name_where_nothing_else_is_known_of_them() {
    let text = "app.get('/', (req, res) => {
  res.send(req.param('x'))
  res.send('none')
  const db = connect()
  db.query(req.param('x'))
})
function own(res, req) { res.send(req.param('x')) }
own({ send(x) { return x } }, { param: () => 'none' })
";
    assert_eq!(arrivals(text), [2, 5]);
}

#[test]
fn what_is_required_is_known_by_its_name_in_the_text() {
    let text = "const fs = require('fs')
import { db } from './db.js'
db.query(fs.readFileSync('x'))
db.query(window.location.hash.slice(1))
db.query(window.location.host)
";
    assert_eq!(arrivals(text), [3, 4]);
}

#[test]
fn data_comes_into_arguments_and_receivers() {
    let text = "const form = {}
fill(form)
res.send(form.user)
res.send(form.page)
const copy = {}
copyInto(copy, form.user)
res.send(copy)
const other = {}
copyInto(other, 'none')
res.send(other)
function add(buffer) {
  buffer.append(form.user)
  res.send(buffer)
}
";
    assert_eq!(arrivals(text), [3, 7, 13]);
}
