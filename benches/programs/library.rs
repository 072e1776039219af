//! Packages of components and helpers, as npm brings them into a mini-program.

use super::Files;

/// Bytes of one module: packages are many middling files.
const MODULE: usize = 12_000;

/// Adds packages of so many bytes.
pub fn packages(files: &mut Files, bytes: usize) {
    let (mut made, mut at) = (0, 0);
    while made < bytes {
        let text = module(at);
        made += text.len();
        let folder = format!("miniprogram_npm/kit{}", at / 20);
        files.insert(format!("{folder}/m{at}.js"), text);
        if at % 20 == 0 {
            files.insert(format!("{folder}/index.js"), index(at));
        }
        at += 1;
    }
}

fn index(first: usize) -> String {
    (first..first + 20).map(|at| format!("exports.m{at} = require('./m{at}')\n")).collect()
}

/// A module of many parts; each second one uses the module before it.
fn module(at: usize) -> String {
    let mut text = "\"use strict\";\n".to_owned();
    if !at.is_multiple_of(20) {
        text += &format!("const before = require('./m{}');\nexports.before = before;\n", at - 1);
    }
    let mut part = 0;
    while text.len() < MODULE {
        let source = PARTS[(at + part) % PARTS.len()];
        text += &source.replace("#N#", &format!("{at}_{part}"));
        part += 1;
    }
    text
}

const PARTS: [&str; 6] = [EMITTER, SCANNER, TREE, QUEUE, COMPONENT, MATRIX];

const EMITTER: &str = "
var Emitter#N# = (function () {
  function Emitter() { this.handlers = Object.create(null); this.count = 0; }
  Emitter.prototype.on = function (name, handler, context) {
    var list = this.handlers[name] || (this.handlers[name] = []);
    list.push({ handler: handler, context: context || this });
    this.count += 1;
    return this;
  };
  Emitter.prototype.off = function (name, handler) {
    var list = this.handlers[name];
    if (!list) return this;
    for (var i = list.length - 1; i >= 0; i--) {
      if (list[i].handler === handler) { list.splice(i, 1); this.count -= 1; }
    }
    return this;
  };
  Emitter.prototype.emit = function (name) {
    var list = (this.handlers[name] || []).slice(), args = [];
    for (var i = 1; i < arguments.length; i++) args[i - 1] = arguments[i];
    for (var j = 0; j < list.length; j++) list[j].handler.apply(list[j].context, args);
    return list.length > 0;
  };
  Emitter.prototype.once = function (name, handler) {
    var self = this;
    function wrapped() { self.off(name, wrapped); handler.apply(this, arguments); }
    return this.on(name, wrapped);
  };
  return Emitter;
})();
exports.Emitter#N# = Emitter#N#;
";

const SCANNER: &str = "
function scan#N#(text) {
  var tokens = [], at = 0, state = 'start', word = '';
  while (at < text.length) {
    var next = text.charAt(at);
    switch (state) {
      case 'start':
        if (/\\s/.test(next)) { at++; }
        else if (/[0-9]/.test(next)) { state = 'number'; word = ''; }
        else if (/[a-z_$]/i.test(next)) { state = 'name'; word = ''; }
        else if (next === '\"' || next === \"'\") { state = 'string'; word = next; at++; }
        else { tokens.push({ kind: 'sign', text: next, at: at }); at++; }
        break;
      case 'number':
      case 'name':
        if (/[\\w$.]/.test(next)) { word += next; at++; }
        else { tokens.push({ kind: state, text: word, at: at - word.length }); state = 'start'; }
        break;
      case 'string':
        if (next === '\\\\') { word += text.charAt(at + 1); at += 2; }
        else if (next === word.charAt(0)) { tokens.push({ kind: 'string', text: word.slice(1) }); state = 'start'; at++; }
        else { word += next; at++; }
        break;
      default:
        throw new Error('state ' + state + ' at ' + at);
    }
  }
  return tokens;
}
exports.scan#N# = scan#N#;
";

const TREE: &str = "
class Node#N# {
  constructor(key, value) { this.key = key; this.value = value; this.left = null; this.right = null; this.size = 1; }
  get depth() { return 1 + Math.max(this.left ? this.left.depth : 0, this.right ? this.right.depth : 0); }
}
class Tree#N# {
  constructor(compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)) { this.root = null; this.compare = compare; }
  set(key, value) { this.root = this.insert(this.root, key, value); return this; }
  insert(node, key, value) {
    if (!node) return new Node#N#(key, value);
    const order = this.compare(key, node.key);
    if (order < 0) node.left = this.insert(node.left, key, value);
    else if (order > 0) node.right = this.insert(node.right, key, value);
    else node.value = value;
    node.size = 1 + (node.left ? node.left.size : 0) + (node.right ? node.right.size : 0);
    return node;
  }
  get(key, otherwise = undefined) {
    let node = this.root;
    while (node) {
      const order = this.compare(key, node.key);
      if (order === 0) return node.value;
      node = order < 0 ? node.left : node.right;
    }
    return otherwise;
  }
  *entries(node = this.root) {
    if (!node) return;
    yield* this.entries(node.left);
    yield [node.key, node.value];
    yield* this.entries(node.right);
  }
  map(change) { const made = new Tree#N#(this.compare); for (const [key, value] of this.entries()) made.set(key, change(value, key)); return made; }
}
exports.Tree#N# = Tree#N#;
";

const QUEUE: &str = "
function queue#N#(limit, run) {
  let running = 0;
  const waiting = [];
  const stats = { done: 0, failed: 0, longest: 0 };
  function next() {
    if (running >= limit || waiting.length === 0) return;
    const { job, resolve, reject, since } = waiting.shift();
    running += 1;
    stats.longest = Math.max(stats.longest, Date.now() - since);
    Promise.resolve()
      .then(() => run(job))
      .then(result => { stats.done += 1; resolve(result); }, error => { stats.failed += 1; reject(error); })
      .then(() => { running -= 1; next(); });
  }
  return {
    push(job) { return new Promise((resolve, reject) => { waiting.push({ job, resolve, reject, since: Date.now() }); next(); }); },
    drain: async function () { while (waiting.length || running) await new Promise(done => setTimeout(done, 10)); return { ...stats }; },
    get length() { return waiting.length + running; }
  };
}
exports.queue#N# = queue#N#;
";

const COMPONENT: &str = "
const props#N# = { value: { type: null, value: '' }, disabled: Boolean, size: { type: String, value: 'normal' }, rules: { type: Array, value: [] } };
function define#N#(options) {
  const methods = Object.assign({}, options.methods, {
    validate(value) {
      const failed = (this.data.rules || []).filter(rule => {
        if (rule.required && !value) return true;
        if (rule.min !== undefined && value.length < rule.min) return true;
        if (rule.pattern && !new RegExp(rule.pattern).test(value)) return true;
        return typeof rule.check === 'function' && !rule.check(value);
      });
      this.setData({ error: failed.length ? failed[0].message || 'invalid' : '' });
      return failed.length === 0;
    },
    onInput(event) {
      const { value } = event.detail || {};
      if (this.data.disabled) return;
      this.setData({ value });
      if (this.validate(value)) this.triggerEvent('input', { value });
    },
    onClear() { this.setData({ value: '', error: '' }); this.triggerEvent('clear'); }
  });
  return Object.assign({ properties: Object.assign({}, props#N#, options.props), options: { addGlobalClass: true } }, options, { methods });
}
exports.define#N# = define#N#;
";

const MATRIX: &str = "
var Matrix#N# = function (rows, columns, fill) {
  this.rows = rows; this.columns = columns; this.cells = new Array(rows * columns);
  for (var i = 0; i < this.cells.length; i++) this.cells[i] = typeof fill === 'function' ? fill(i % columns, (i / columns) | 0) : fill || 0;
};
Matrix#N#.prototype = {
  constructor: Matrix#N#,
  at: function (x, y) { return this.cells[y * this.columns + x]; },
  put: function (x, y, value) { this.cells[y * this.columns + x] = value; return this; },
  multiply: function (other) {
    var made = new Matrix#N#(this.rows, other.columns, 0);
    for (var y = 0; y < this.rows; y++)
      for (var x = 0; x < other.columns; x++) {
        var sum = 0;
        for (var k = 0; k < this.columns; k++) sum += this.at(k, y) * other.at(x, k);
        made.put(x, y, sum);
      }
    return made;
  },
  turn: function (angle) { var s = Math.sin(angle), c = Math.cos(angle); return this.multiply(new Matrix#N#(2, 2, function (x, y) { return x === y ? c : x < y ? s : -s; })); },
  toString: function () { var text = ''; for (var y = 0; y < this.rows; y++) text += this.cells.slice(y * this.columns, (y + 1) * this.columns).join(' ') + '\\n'; return text; }
};
exports.Matrix#N# = Matrix#N#;
";
