//! Functions that need not be called from outside where nobody else calls them: they bring about nothing. They name their
//! own variables, what is known everywhere, and functions like them; no data comes in there, and none goes out.
//! Helpers that compilers add are such. Knows names and places; runs nothing.

use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::{
    AssignExpr, AssignTarget, CallExpr, Callee, Expr, FnDecl, Ident, Program, SimpleAssignTarget, Super, ThisExpr,
    UpdateExpr,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::Record;
use crate::base::{FileId, Span};
use crate::ir::{BindingId, BindingKind, Func, Scopes};
use crate::syntax::FIRST_POSITION;

/// Where they stand in a file. `aliases` are names of the global object.
pub(super) fn functions(
    file: FileId,
    program: &Program,
    scopes: &Scopes,
    aliases: &[String],
    record: &Record,
) -> Vec<Span> {
    let mut effects =
        Effects { scopes, aliases, places: Vec::new(), around: Vec::new(), own_writes: FxHashMap::default() };
    program.visit_with(&mut effects);
    let mut places = effects.places;
    let marked = record.sources.keys().chain(record.sinks.keys());
    places.extend(marked.filter(|span| span.file == file).map(|span| span.start + FIRST_POSITION));
    places.sort_unstable();
    let ranges: FxHashMap<Func, (u32, u32)> = scopes.functions.iter().map(|(range, func)| (*func, *range)).collect();
    let is_quiet = |func: &Func| {
        ranges.get(func).is_some_and(|(lo, hi)| {
            let at = places.partition_point(|place| place < lo);
            places.get(at).is_none_or(|place| place >= hi)
        })
    };
    let n_functions = scopes.parents.len() as u32;
    let mut inert: FxHashSet<Func> = (1..n_functions).map(Func).filter(is_quiet).collect();
    let mut users: FxHashMap<Func, Vec<Func>> = FxHashMap::default();
    let mut open: Vec<Func> = (0..n_functions).map(Func).filter(|func| !inert.contains(func)).collect();
    for func in (1..n_functions).map(Func) {
        let inside = func.0..=scopes.last_inside[func.0 as usize].0;
        let captured = inside.clone().flat_map(|inner| &scopes.captures[inner as usize]);
        captured.filter(|id| !inside.contains(&scopes.get(**id).owner.0)).for_each(|id| {
            let own_writes = effects.own_writes.get(id).copied().unwrap_or(0);
            let binding = scopes.get(*id);
            match binding.kind {
                BindingKind::Function(used) if binding.writes <= 1 + own_writes => {
                    users.entry(used).or_default().push(func);
                }
                _ => open.push(func),
            }
        });
    }
    while let Some(func) = open.pop() {
        inert.remove(&func);
        open.extend(users.remove(&func).into_iter().flatten());
    }
    let place =
        |func: &Func| ranges.get(func).map(|(lo, hi)| Span::new(file, lo - FIRST_POSITION, hi - FIRST_POSITION));
    let mut places: Vec<Span> = inert.iter().filter_map(place).collect();
    places.sort_unstable_by_key(|place| place.start);
    places
}

/// Finds where a program does more than compute.
struct Effects<'s> {
    scopes: &'s Scopes,
    aliases: &'s [String],
    /// Where it does.
    places: Vec<u32>,
    /// The function declarations around.
    around: Vec<Func>,
    /// How often functions put something else in their own place.
    own_writes: FxHashMap<BindingId, u32>,
}

impl Effects<'_> {
    fn written(&mut self, name: &Ident) {
        match self.scopes.binding_of(name) {
            None => self.places.push(name.span.lo.0),
            Some(id) => {
                if let BindingKind::Function(func) = self.scopes.get(id).kind
                    && self.around.contains(&func)
                {
                    *self.own_writes.entry(id).or_default() += 1;
                }
            }
        }
    }
}

impl Visit for Effects<'_> {
    fn visit_fn_decl(&mut self, node: &FnDecl) {
        self.around.push(self.scopes.function_at(node.function.span));
        node.visit_children_with(self);
        self.around.pop();
    }
    fn visit_this_expr(&mut self, node: &ThisExpr) {
        self.places.push(node.span.lo.0);
    }
    fn visit_super(&mut self, node: &Super) {
        self.places.push(node.span.lo.0);
    }
    fn visit_ident(&mut self, node: &Ident) {
        let is_global = || self.aliases.iter().any(|alias| *alias == *node.sym);
        if self.scopes.binding_of(node).is_none() && is_global() {
            self.places.push(node.span.lo.0);
        }
    }
    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        if let AssignTarget::Simple(SimpleAssignTarget::Ident(name)) = &node.left {
            self.written(&name.id);
        }
        node.visit_children_with(self);
    }
    fn visit_update_expr(&mut self, node: &UpdateExpr) {
        if let Expr::Ident(name) = &*node.arg {
            self.written(name);
        }
        node.visit_children_with(self);
    }
    fn visit_call_expr(&mut self, node: &CallExpr) {
        let loads = match &node.callee {
            Callee::Import(_) => true,
            Callee::Expr(callee) => matches!(&**callee, Expr::Ident(name) if name.sym == "require"),
            Callee::Super(_) => false,
        };
        if loads {
            self.places.push(node.span.lo.0);
        }
        node.visit_children_with(self);
    }
}
