//! Conditions of a template: what must hold for a tag to be there, and what that says of the names in it.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use swc_ecma_ast::{BinaryOp, Expr, Lit, UnaryOp};

use super::super::lower::expressions::{property_of_name, strip};
use super::super::{Condition, Instr, Range, Told, Val};
use super::names::Loop;
use super::{Lowerer, expression_range};
use crate::syntax::wxml::{Attribute, Element, Part};

const IF: &str = "wx:if";
const ELSE_IF: &str = "wx:elif";
const ELSE: &str = "wx:else";
/// Attributes that take a tag away, or make it dumb, where they are true.
const CLOSING: [&str; 2] = ["hidden", "disabled"];

/// What a condition says of a property of what a name stands for: `item.kind === 'photo'`.
#[derive(Clone)]
pub(super) struct Saying {
    name: String,
    key: String,
    text: String,
    is_it: bool,
    at: Range,
}

impl<'a> Lowerer<'a, '_> {
    /// What must hold for an element to be there joins what must for those around it.
    pub(super) fn enter_condition(&mut self, element: &'a Element) {
        // Names of a loop are not those that the alternatives before it speak of.
        let is_loop = Loop::of(self.text, element).is_some();
        for attribute in &element.attributes {
            let (before, mut said) = match attribute.name.as_str() {
                IF => (self.condition, Vec::new()),
                ELSE_IF | ELSE => (self.otherwise, std::mem::take(&mut self.said_otherwise)),
                _ => continue,
            };
            let own = condition_of(attribute);
            let holds = own.map(|expr| self.facts(expr, true)).unwrap_or_default();
            let fails = own.map(|expr| self.facts(expr, false)).unwrap_or_default();
            self.condition = self.and(before, holds);
            self.otherwise = self.and(before, fails);
            self.said_otherwise.clone_from(&said);
            if is_loop {
                said.clear();
            }
            if let Some(own) = own {
                sayings(own, true, &mut said);
                sayings(own, false, &mut self.said_otherwise);
            }
            // Uses that are equal but for this stay equal: templates that use each other would multiply.
            let from = self.repeated.partition_point(|at| *at < element.span.start);
            if self.repeated.get(from).is_none_or(|at| *at >= element.span.end) {
                said.iter().for_each(|saying| self.believe(saying));
            }
        }
        for attribute in element.attributes.iter().filter(|attribute| CLOSING.contains(&attribute.name.as_str())) {
            let fails = condition_of(attribute).map(|expr| self.facts(expr, false)).unwrap_or_default();
            self.condition = self.and(self.condition, fails);
        }
    }

    /// From here on a name stands for what a condition leaves of it.
    fn believe(&mut self, saying: &Saying) {
        if self.modules.iter().any(|(module, _)| *module == saying.name) {
            return;
        }
        let means = self.locals.meaning(&saying.name);
        let src = self.identifier(&saying.name, saying.at);
        let told = Told { key: self.name(&saying.key), text: self.name(&saying.text), is_it: saying.is_it };
        let dst = self.builder.value(saying.at);
        self.builder.push(Instr::Refine { dst, src, told }, saying.at);
        let mut hasher = FxHasher::default();
        (means, told).hash(&mut hasher);
        self.locals.push(saying.name.clone(), dst, hasher.finish());
    }

    /// What holds where these facts do too.
    fn and(&mut self, before: Option<u32>, facts: Vec<(Val, bool)>) -> Option<u32> {
        let conditions = &mut self.builder.function.conditions;
        facts.into_iter().fold(before, |before, (val, wanted)| {
            conditions.push(Condition { val, wanted, before });
            Some(conditions.len() as u32 - 1)
        })
    }

    /// Which values are certainly true, and which false, where an expression is what `wanted` says.
    fn facts(&mut self, expr: &Expr, wanted: bool) -> Vec<(Val, bool)> {
        parts(expr, wanted).into_iter().map(|(part, wanted)| (self.expression(part), wanted)).collect()
    }
}

/// The expression that an attribute is, if it is one alone.
fn condition_of(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.value.as_ref()?.parts[..] {
        [Part::Expression(binding)] => binding.expr.as_deref(),
        _ => None,
    }
}

/// Which parts of an expression are certainly true, and which false, where it is what `wanted` says.
fn parts(expr: &Expr, wanted: bool) -> Vec<(&Expr, bool)> {
    match expr {
        Expr::Paren(paren) => parts(&paren.expr, wanted),
        Expr::Unary(unary) if unary.op == UnaryOp::Bang => parts(&unary.arg, !wanted),
        Expr::Bin(bin) if (bin.op == BinaryOp::LogicalAnd && wanted) || (bin.op == BinaryOp::LogicalOr && !wanted) => {
            let mut both = parts(&bin.left, wanted);
            both.extend(parts(&bin.right, wanted));
            both
        }
        Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => Vec::new(),
        _ => vec![(expr, wanted)],
    }
}

/// What an expression says of properties of names where it is what `wanted` says.
fn sayings(expr: &Expr, wanted: bool, said: &mut Vec<Saying>) {
    for (part, wanted) in parts(expr, wanted) {
        let Expr::Bin(bin) = part else { continue };
        let is_it = match bin.op {
            BinaryOp::EqEq | BinaryOp::EqEqEq => wanted,
            BinaryOp::NotEq | BinaryOp::NotEqEq => !wanted,
            _ => continue,
        };
        let sides = [(&bin.left, &bin.right), (&bin.right, &bin.left)];
        said.extend(sides.into_iter().find_map(|(side, other)| {
            let ((name, key), Expr::Lit(Lit::Str(text))) = (property_of_name(side)?, strip(other)) else { return None };
            let text = Some(text.value.to_string_lossy().into_owned()).filter(|text| !text.is_empty())?;
            let (name, key) = (name.sym.to_string(), key.sym.to_string());
            Some(Saying { name, key, text, is_it, at: expression_range(side) })
        }));
    }
}
