//! Texts that functions are given and run as code: which parameters are run, and the texts that calls in the file give
//! them. Goes by names alone: what stands for one too many is compared with the text before it runs.

use rustc_hash::{FxHashMap, FxHashSet};
use swc_common::BytePos;
use swc_ecma_ast::{
    ArrowExpr, CallExpr, Callee, ClassMethod, Expr, ExprOrSpread, FnDecl, Function, KeyValueProp, Lit, MemberProp,
    MethodProp, NewExpr, Pat, Program, PropName, VarDeclarator,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::Code;

/// What makes code of the last text that it is given.
const MAKERS: [&str; 2] = ["eval", "Function"];

/// The texts that parameters are given which are run, by the parameter's name.
pub(super) fn texts(program: &Program, text: &str) -> FxHashMap<String, Vec<Code>> {
    let mut found = Finder::default();
    if MAKERS.iter().any(|maker| text.contains(maker)) {
        program.visit_with(&mut found);
    }
    let Finder { functions, calls, run } = found;
    let mut texts: FxHashMap<String, Vec<Code>> = FxHashMap::default();
    for (function, index, code) in calls {
        let params = functions.get(&function).into_iter().flatten();
        let given = params.filter_map(|params| params.get(index)?.clone()).find(|param| run.contains(param));
        if let Some(param) = given {
            texts.entry(param).or_default().push(code);
        }
    }
    texts
}

#[derive(Default)]
struct Finder {
    /// The parameters of functions, by the names that these are bound to.
    functions: FxHashMap<String, Vec<Vec<Option<String>>>>,
    /// Which function is given which text, and as which argument.
    calls: Vec<(String, usize, Code)>,
    /// Names that are run.
    run: FxHashSet<String>,
}

impl Finder {
    fn note<'p>(&mut self, name: &str, params: impl Iterator<Item = &'p Pat>) {
        let name_of = |param: &Pat| param.as_ident().map(|ident| ident.id.sym.to_string());
        self.functions.entry(name.to_owned()).or_default().push(params.map(name_of).collect());
    }

    fn note_function(&mut self, name: &str, function: &Function) {
        self.note(name, function.params.iter().map(|param| &param.pat));
    }

    fn note_method(&mut self, key: &PropName, method: &Function) {
        if let Some(name) = plain_name(key) {
            self.note_function(name, method);
        }
    }

    fn note_value(&mut self, name: &str, value: &Expr) {
        match value {
            Expr::Fn(function) => self.note_function(name, &function.function),
            Expr::Arrow(ArrowExpr { params, .. }) => self.note(name, params.iter()),
            _ => {}
        }
    }

    fn note_call(&mut self, callee: &Expr, args: &[ExprOrSpread]) {
        let name = match callee {
            Expr::Ident(name) => &name.sym,
            Expr::Member(member) => match &member.prop {
                MemberProp::Ident(name) => &name.sym,
                _ => return,
            },
            _ => return,
        };
        if let (true, Some(Expr::Ident(run))) = (MAKERS.contains(&&**name), args.last().map(|arg| &*arg.expr)) {
            self.run.insert(run.sym.to_string());
        }
        for (index, arg) in args.iter().enumerate() {
            if let Expr::Lit(Lit::Str(text)) = &*arg.expr {
                let code = Code { text: text.value.to_string_lossy().into_owned(), at: text.span.lo + BytePos(1) };
                self.calls.push((name.to_string(), index, code));
            }
        }
    }
}

fn plain_name(key: &PropName) -> Option<&str> {
    key.as_ident().map(|name| &*name.sym)
}

impl Visit for Finder {
    fn visit_fn_decl(&mut self, decl: &FnDecl) {
        self.note_function(&decl.ident.sym, &decl.function);
        decl.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init) {
            self.note_value(&name.id.sym, init);
        }
        declarator.visit_children_with(self);
    }

    fn visit_key_value_prop(&mut self, prop: &KeyValueProp) {
        if let Some(name) = plain_name(&prop.key) {
            self.note_value(name, &prop.value);
        }
        prop.visit_children_with(self);
    }

    fn visit_method_prop(&mut self, method: &MethodProp) {
        self.note_method(&method.key, &method.function);
        method.visit_children_with(self);
    }

    fn visit_class_method(&mut self, method: &ClassMethod) {
        self.note_method(&method.key, &method.function);
        method.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee {
            self.note_call(callee, &call.args);
        }
        call.visit_children_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        self.note_call(&new.callee, new.args.as_deref().unwrap_or_default());
        new.visit_children_with(self);
    }
}
