//! Texts that are put together, and what objects become as texts and numbers.
//! Knows nothing of models.

use petgraph::visit::EdgeRef;

use crate::graph::api::Link;
use crate::graph::calls::Args;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::constraints::TextOf;
use crate::graph::solver::{HOLE, Solver};
use crate::graph::symbols::Sym;
use crate::graph::{NodeId, Via};
use crate::ir::content;
use crate::models::Effect;

/// What stands between an address and its parameters.
const QUERY: char = '?';

/// How some texts begin.
fn common_beginning<T: AsRef<str>>(texts: &[T]) -> String {
    let mut texts = texts.iter().map(AsRef::as_ref);
    let Some(first): Option<&str> = texts.next() else { return String::new() };
    let is_common = |at: usize, c: char| texts.clone().all(|other| other[at..].starts_with(c));
    let length =
        first.char_indices().take_while(|&(at, c)| c != HOLE && is_common(at, c)).map(|(_, c)| c.len_utf8()).sum();
    first[..length].to_owned()
}

impl Solver<'_> {
    /// An operator asks an object of the program's own for its text or number.
    pub fn convert(&mut self, obj: ObjId, object: Object, dst: NodeId) {
        let is_own = match object {
            Object::Alloc { ty, .. } => ty == self.known.ty_object,
            Object::New { .. } | Object::Closure { .. } => true,
            _ => false,
        };
        if let Object::Alloc { ty, .. } = object
            && ty == self.known.ty_error
        {
            let message = self.field_node(obj, Field::Named(self.known.message));
            self.tell_of(message, dst, Via::Operator, Effect::Taint, None);
            return;
        }
        let names = content::CONVERSIONS.map(|name| self.symbols.intern(name));
        let tag = self.known.to_string_tag;
        if is_own && self.getters.contains(&tag) {
            let own_tag = self.add_node(crate::graph::Node::Deep { obj });
            self.load_from(obj, Field::Named(tag), own_tag);
            self.tell_of(own_tag, dst, Via::Operator, Effect::Taint, None);
        }
        let is_typed = match object {
            Object::Alloc { ty, .. } => {
                ![self.known.ty_object, self.known.ty_function].contains(&ty)
                    && self.natives.type_member(ty, names[0]).is_some()
            }
            _ => false,
        };
        if !is_typed && (!is_own || names.iter().all(|name| !self.defined.contains(name))) {
            return;
        }
        if let Some(handler) = self.handler_at(dst, None) {
            let (_, errors) = self.accessor_ends(obj);
            self.flow(errors, handler, Via::Throw, None, None);
        }
        let text = self.primitive(obj, is_typed);
        self.tell_of(text, dst, Via::Operator, Effect::Taint, None);
    }

    /// Whether the program gives any objects one of these methods.
    pub fn defines_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.symbols.find(name).is_some_and(|name| self.defined.contains(&name)))
    }

    /// The text or number of an object of which the program says what it is becomes part of something.
    pub fn convert_own(&mut self, obj: ObjId, dst: NodeId, effect: Effect) {
        if let Some(primitive) = self.own_primitive(obj) {
            self.tell_of(primitive, dst, Via::Operator, effect, None);
        }
    }

    /// What methods of the program's own give as the text or number of an object, if it has such.
    pub fn own_primitive(&mut self, obj: ObjId) -> Option<NodeId> {
        if !matches!(self.objects.kind(obj), Object::Alloc { .. } | Object::New { .. }) {
            return None;
        }
        let is_own = content::CONVERSIONS.iter().any(|name| {
            let name = self.symbols.find(name);
            name.is_some_and(|name| self.defined.contains(&name) && self.has_method(obj, name))
        });
        is_own.then(|| self.primitive(obj, false))
    }

    /// Whether an object, or one that it inherits from, has a method by now.
    pub fn has_method(&self, obj: ObjId, name: Sym) -> bool {
        const MAX_DEPTH: usize = 8;
        let mut holder = match self.objects.kind(obj) {
            Object::Alloc { ty, .. } if ty == self.known.ty_object => obj,
            Object::New { .. } => obj,
            _ => return false,
        };
        for _ in 0..MAX_DEPTH {
            if self.objects.field(holder, Field::Named(name)).is_some_and(|node| !self.objects_of(node).is_empty()) {
                return true;
            }
            let Some(proto) = self.objects.field(holder, Field::Content(self.known.proto)) else { return false };
            let Some(&next) = self.objects_of(proto).first() else { return false };
            holder = next;
        }
        false
    }

    /// The text or number of an object.
    fn primitive(&mut self, obj: ObjId, is_typed: bool) -> NodeId {
        let field = Field::Content(self.known.primitive);
        let known = self.objects.field(obj, field);
        let text = self.field_node(obj, field);
        if known.is_some() {
            return text;
        }
        let names = content::CONVERSIONS.map(|name| self.symbols.intern(name)).into_iter().enumerate();
        let asked = names.filter(|(at, name)| self.defined.contains(name) || (is_typed && *at == 0));
        for name in asked.map(|(_, name)| name).collect::<Vec<_>>() {
            self.ask(obj, name, text);
        }
        text
    }

    /// A method of an object is called without arguments, as the language does for a value that it needs.
    pub fn ask(&mut self, obj: ObjId, method: Sym, dst: NodeId) {
        let callee = self.add_node(crate::graph::Node::Deep { obj });
        self.load_from(obj, Field::Named(method), callee);
        let call = self.accessor_call(callee, obj, dst, Args::new());
        self.attach(callee, crate::graph::solver::constraints::Rule::Callee(call));
    }

    /// Puts the constants of a text's parts together.
    pub fn fold_text(&mut self, text: u32) {
        // A part that is not known yet may become so: only what still is not at the end is a hole.
        const MAX_RESULTS: usize = 8;
        const MAX_LENGTH: usize = 400;
        let mut hole = [0; HOLE.len_utf8()];
        let unknown: &str = HOLE.encode_utf8(&mut hole);
        let TextOf { dst, is_given_up, .. } = self.texts[text as usize];
        if is_given_up {
            return;
        }
        let mut results = vec![String::new()];
        for at in 0..self.texts[text as usize].parts.len() {
            let part = self.texts[text as usize].parts[at];
            let mut choices: Vec<&str> = self.texts_of(part).collect();
            if self.first_beside_texts(part).is_some() && choices.iter().all(|choice| !choice.starts_with(HOLE)) {
                choices.push(unknown);
            }
            if choices.is_empty() {
                if !self.texts[text as usize].is_open {
                    return;
                }
                choices.push(unknown);
            }
            let joined = results.iter().flat_map(|left| choices.iter().map(move |right| format!("{left}{right}")));
            let joined: Vec<String> = joined.take(MAX_RESULTS + 1).collect();
            // Neither their number nor their lengths ever shrink: what is told is the address before a query of all.
            if joined.len() > MAX_RESULTS || joined.iter().any(|result| result.len() > MAX_LENGTH) {
                let mut beginning = common_beginning(&results);
                if let [only] = &results[..]
                    && *only == beginning
                {
                    beginning += &common_beginning(&choices);
                }
                let Some((address, _)) = beginning.split_once(QUERY) else {
                    self.texts[text as usize].is_given_up = true;
                    self.add_object(dst, self.plain);
                    return;
                };
                results = vec![format!("{address}{QUERY}{HOLE}")];
                break;
            }
            results = joined;
        }
        results.extend(self.sums_of(text));
        for result in results {
            let sym = self.symbols.intern(&result);
            let object = self.objects.intern(Object::Text(sym));
            self.add_object(dst, object);
        }
    }

    /// Numbers are texts here: what two of them are together is their sum as well.
    fn sums_of(&self, text: u32) -> Vec<String> {
        let [left, right] = self.texts[text as usize].parts[..] else { return Vec::new() };
        let numbers = |part: NodeId| self.texts_of(part).filter_map(whole_number).collect::<Vec<_>>();
        let (left, right) = (numbers(left), numbers(right));
        let sums = left.iter().flat_map(|left| right.iter().map(move |right| (left + right).to_string()));
        sums.collect()
    }

    /// Texts of which parts have stayed unknown are put together with holes; whether there were any.
    pub fn fold_open_texts(&mut self) -> bool {
        let pending = std::mem::take(&mut self.pending_texts);
        for &text in &pending {
            self.texts[text as usize].is_open = true;
            self.fold_text(text);
        }
        !pending.is_empty()
    }

    /// Edges whose result turned out to be masked.
    pub fn mask(&mut self) {
        for (dst, pattern_node, pattern) in std::mem::take(&mut self.masks) {
            let is_masked = self.objects_of(pattern_node).iter().any(|obj| match self.objects.kind(*obj) {
                Object::Text(text) => pattern.is_match(self.symbols.text(text)),
                _ => false,
            });
            if !is_masked {
                continue;
            }
            let edges: Vec<_> =
                self.graph.edges_directed(dst, petgraph::Direction::Incoming).map(|edge| edge.id()).collect();
            for edge in edges {
                self.graph[edge].effect = Effect::Mask;
            }
        }
    }

    /// A name that no scope binds: what the program stores under it, and what lies outside.
    pub fn load_global(&mut self, name: Sym, dst: NodeId) {
        let global = self.objects.intern(Object::Global);
        if self.natives.is_global_alias(name) {
            self.add_object(dst, global);
            return;
        }
        let field = Field::Named(name);
        let node = self.field_node(global, field);
        self.flow(node, dst, Via::Assign, Some(field), None);
        let api = self.apis.root(Link::Global(name));
        let object = self.objects.intern(Object::Api(api));
        self.add_object(dst, object);
    }
}

/// The whole number that a text is, as the language writes it.
fn whole_number(text: &str) -> Option<i64> {
    const MAX_DIGITS: usize = 9;
    let number: i64 = (text.len() <= MAX_DIGITS).then(|| text.parse().ok())??;
    (number.to_string() == text).then_some(number)
}
