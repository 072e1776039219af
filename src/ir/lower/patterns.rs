//! Patterns: destructuring in declarations, parameters and assignments.

use swc_common::Spanned;
use swc_ecma_ast::{ArrayPat, Expr, ObjectPat, ObjectPatProp, Pat, PropName};

use super::super::passes::guards::Outcome;
use super::super::{Instr, Key, Lacks, Name, Range, Val, When};
use super::{Lowerer, range_of};

impl<'a> Lowerer<'a> {
    /// Takes `val` apart by `pat` and writes what it names. `at` is the place of the whole assignment where one is
    /// better than the name's own; the default range stands for none.
    pub fn assign_pattern(&mut self, pat: &'a Pat, val: Val, at: Range) {
        match pat {
            Pat::Ident(ident) => {
                let at = if at == Range::default() { range_of(ident.id.span) } else { at };
                self.write_ident(&ident.id, val, at);
            }
            Pat::Array(array) => self.assign_array(array, val),
            Pat::Object(object) => self.assign_object(object, val),
            Pat::Rest(rest) => self.assign_pattern(&rest.arg, val, at),
            Pat::Assign(assign) => {
                let val = self.or_default(val, &assign.right);
                self.assign_pattern(&assign.left, val, Range::default());
            }
            Pat::Expr(target) => self.assign_expression(target, val),
            Pat::Invalid(_) => {}
        }
    }

    /// A parameter: its default is there for calls that leave it out.
    pub fn parameter(&mut self, index: usize, pat: &'a Pat, val: Val) {
        let Pat::Assign(assign) = pat else { return self.assign_pattern(pat, val, Range::default()) };
        let val = self.given_or(index, val, &assign.right);
        self.assign_pattern(&assign.left, val, Range::default());
    }

    /// An argument, or the default for calls that leave it out.
    pub(super) fn given_or(&mut self, index: usize, val: Val, default: &'a Expr) -> Val {
        let first = self.cx.builder.blocks.len();
        let val = self.or_default(val, default);
        let join = self.cx.builder.current;
        let when = When { arg: index as u32, lacks: Lacks::Value };
        for at in first..self.cx.builder.blocks.len() {
            let is_given = self.cx.builder.blocks[at].guards.iter().any(|guard| guard.outcome == Outcome::Given);
            if at != join.0 as usize && !is_given {
                self.cx.builder.blocks[at].when = Some(when);
            }
        }
        val
    }

    /// `val`, or the default where it is undefined.
    fn or_default(&mut self, val: Val, default: &'a Expr) -> Val {
        let at = range_of(default.span());
        let fallback = self.cx.builder.block();
        let join = self.cx.builder.block();
        let dst = self.cx.builder.variable(None);
        self.cx.builder.draft(super::Draft::Write { var: dst, val }, at);
        let start = self.cx.builder.current;
        let given = self.cx.builder.guarded(start, val, Outcome::Given);
        self.cx.builder.link(given, join);
        self.cx.builder.current = self.cx.builder.guarded(start, val, Outcome::Undefined);
        self.cx.builder.go(fallback);
        let src = self.expression(default);
        // A value of its own: what the default names flows only where the default is needed.
        let other = self.cx.builder.value(at);
        self.push(Instr::Copy { dst: other, src }, at);
        self.cx.builder.draft(super::Draft::Write { var: dst, val: other }, at);
        self.cx.builder.go(join);
        let merged = self.cx.builder.value(at);
        self.cx.builder.draft(super::Draft::Read { dst: merged, var: dst }, at);
        merged
    }

    pub(super) fn assign_array(&mut self, array: &'a ArrayPat, val: Val) {
        // Elements by index are loads; this is for iterators, maps and generators.
        let iterated = self.iterate_protocol(val, range_of(array.span));
        for (index, elem) in array.elems.iter().enumerate() {
            let Some(elem) = elem else { continue };
            let at = range_of(elem.span());
            if let Pat::Rest(rest) = elem {
                let ty = self.name("Array");
                let taken = self.cx.builder.alloc(ty, at);
                self.copy_tail(taken, val, iterated, index, at);
                self.assign_pattern(&rest.arg, taken, Range::default());
                continue;
            }
            let key = self.named(&index.to_string());
            let known = self.cx.builder.load(val, key, at);
            let item = self.cx.builder.merge(vec![known, iterated], at);
            self.assign_pattern(elem, item, Range::default());
        }
    }

    /// The elements of `val` from `index` on, into the array `taken`. Those before are left out as far as they are known.
    fn copy_tail(&mut self, taken: Val, val: Val, iterated: Val, index: usize, at: Range) {
        let except: Vec<Name> = (0..index).map(|before| self.name(&before.to_string())).collect();
        let rest = self.cx.builder.value(at);
        let ty = self.name("Object");
        self.push(Instr::Alloc { dst: rest, ty, keys: Vec::new() }, at);
        self.push(Instr::CopyProps { obj: rest, src: val, except }, at);
        let any = self.cx.builder.load(rest, Key::Any, at);
        self.cx.builder.store(taken, Key::Any, any, at);
        self.cx.builder.store(taken, Key::Any, iterated, at);
    }

    pub(super) fn assign_object(&mut self, object: &'a ObjectPat, val: Val) {
        let mut taken = Vec::new();
        for prop in &object.props {
            let at = range_of(prop.span());
            match prop {
                ObjectPatProp::KeyValue(pair) => {
                    let key = self.prop_key(&pair.key);
                    if let Key::Named(name) = key {
                        taken.push(name);
                    }
                    let item = self.load_property(val, key, at);
                    self.assign_pattern(&pair.value, item, Range::default());
                }
                ObjectPatProp::Assign(assign) => {
                    let name = self.name(&assign.key.id.sym);
                    taken.push(name);
                    let mut item = self.load_property(val, Key::Named(name), at);
                    if let Some(default) = &assign.value {
                        item = self.or_default(item, default);
                    }
                    self.write_ident(&assign.key.id, item, at);
                }
                ObjectPatProp::Rest(rest) => {
                    let ty = self.name("Object");
                    let obj = self.cx.builder.alloc(ty, at);
                    self.push(Instr::CopyProps { obj, src: val, except: taken.clone() }, at);
                    self.assign_pattern(&rest.arg, obj, Range::default());
                }
            }
        }
    }

    /// The key that a property name stands for.
    pub fn prop_key(&mut self, name: &'a PropName) -> Key {
        match name {
            PropName::Ident(ident) => self.named(&ident.sym),
            PropName::Str(text) => self.named(&text.value.to_string_lossy()),
            PropName::Num(number) => self.named(&number.value.to_string()),
            PropName::BigInt(number) => self.named(&number.value.to_string()),
            PropName::Computed(computed) => self.computed_key(&computed.expr),
        }
    }
}
