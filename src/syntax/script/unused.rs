//! Helpers that nobody needs any more once their machines are functions again: their bodies go. What is left of them would
//! be code that nobody calls, and costs more than many programs. Knows names and uses; nothing of what the code does.

use rustc_hash::FxHashSet;
use swc_ecma_ast::{CallExpr, Expr, FnDecl, Ident, MemberExpr, MemberProp, Pat, Program, VarDeclarator};
use swc_ecma_visit::{Visit, VisitMut, VisitMutWith, VisitWith};

use super::helpers::root_of;
use super::tree::take;

/// How compilers begin the names of what they add.
const MARK: char = '_';

/// Empties those of the functions of these names that only they themselves use, and what is needed for them alone.
pub(super) fn empty(program: &mut Program, helpers: FxHashSet<String>) {
    if helpers.is_empty() {
        return;
    }
    program.visit_mut_with(&mut Unmarked { helpers: &helpers });
    let (mut candidates, mut dead) = (helpers, FxHashSet::default());
    loop {
        let mut finder = Uses {
            candidates: &candidates,
            dead: &dead,
            around: Vec::new(),
            used: <[FxHashSet<String>; 2]>::default(),
        };
        program.visit_with(&mut finder);
        let [used, needed] = finder.used;
        let found: FxHashSet<String> = candidates.iter().filter(|name| !used.contains(*name)).cloned().collect();
        let is_new = |name: &String| name.starts_with(MARK) && !candidates.contains(name);
        let needed: FxHashSet<String> = needed.into_iter().filter(is_new).collect();
        if found.len() == dead.len() && needed.is_empty() {
            break;
        }
        dead = found;
        candidates.extend(needed);
    }
    if !dead.is_empty() {
        program.visit_mut_with(&mut Emptied { dead: &dead });
    }
}

/// `helper().mark(name)` of a function that is no machine any more is that function.
struct Unmarked<'a> {
    helpers: &'a FxHashSet<String>,
}

impl VisitMut for Unmarked<'_> {
    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        let Expr::Call(CallExpr { callee, args, .. }) = expression else { return };
        let Some(Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. })) =
            callee.as_expr().map(|it| &**it)
        else {
            return;
        };
        let is_helper = root_of(obj).is_some_and(|root| self.helpers.contains(root));
        if is_helper
            && ["mark", "m"].contains(&&*name.sym)
            && let [arg] = &mut args[..]
            && matches!(&*arg.expr, Expr::Ident(_))
        {
            *expression = take(&mut arg.expr);
        }
    }
}

/// Which names are used, and where.
struct Uses<'a> {
    candidates: &'a FxHashSet<String>,
    dead: &'a FxHashSet<String>,
    /// The declarations around, by their names.
    around: Vec<String>,
    /// Candidates that living code uses; declared names that dead code uses.
    used: [FxHashSet<String>; 2],
}

impl Uses<'_> {
    fn inside<T: VisitWith<Self>>(&mut self, name: &Ident, node: &T) {
        self.around.push(name.sym.to_string());
        node.visit_with(self);
        self.around.pop();
    }
}

impl Visit for Uses<'_> {
    fn visit_fn_decl(&mut self, node: &FnDecl) {
        self.inside(&node.ident, &node.function);
    }
    fn visit_var_declarator(&mut self, node: &VarDeclarator) {
        match (&node.name, &node.init) {
            (Pat::Ident(name), Some(init)) => self.inside(&name.id, init),
            (Pat::Ident(_), None) => {}
            _ => node.visit_children_with(self),
        }
    }
    fn visit_ident(&mut self, node: &Ident) {
        let name = node.sym.as_str();
        if self.around.iter().any(|around| self.dead.contains(around)) {
            self.used[1].insert(name.to_owned());
        } else if self.candidates.contains(name) && !self.around.iter().any(|around| around == name) {
            self.used[0].insert(name.to_owned());
        }
    }
}

/// Takes the bodies away.
struct Emptied<'a> {
    dead: &'a FxHashSet<String>,
}

impl VisitMut for Emptied<'_> {
    fn visit_mut_fn_decl(&mut self, node: &mut FnDecl) {
        if self.dead.contains(node.ident.sym.as_str()) {
            if let Some(body) = &mut node.function.body {
                body.stmts.clear();
            }
        } else {
            node.visit_mut_children_with(self);
        }
    }
    fn visit_mut_var_declarator(&mut self, node: &mut VarDeclarator) {
        match &node.name {
            Pat::Ident(name) if self.dead.contains(name.id.sym.as_str()) => node.init = None,
            _ => node.visit_mut_children_with(self),
        }
    }
}
