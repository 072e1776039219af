//! Which helper a callee is: by its name in the text, or by the module that a name stands for (`var t =
//! require('@babel/runtime/helpers/objectSpread2')`), as far as no parameter or variable further in has that name too.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};
use swc_common::Spanned;
use swc_ecma_ast::{
    ArrowExpr, Expr, ExprOrSpread, FnDecl, Function, Ident, ImportDecl, ImportSpecifier, Lit, MemberExpr, MemberProp,
    ModuleExportName, Pat, Program, Str, VarDeclarator,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::super::super::FIRST_POSITION;
use super::super::helpers::requested;
use super::Job;

/// The folder of the modules that hold one helper each.
const MODULES: &str = "helpers";

/// A helper.
struct Helper {
    /// Its name, without the marks before it and the numbers behind it.
    name: &'static str,
    /// The marks before it in the text.
    marks: usize,
    job: Job,
    /// What is in the text of every such function (`ey` is of `key` and `ownKeys`): others may have the name.
    sign: &'static str,
}

const fn helper(name: &'static str, marks: usize, job: Job, sign: &'static str) -> Helper {
    Helper { name, marks, job, sign }
}

/// The helpers of TypeScript and esbuild (two marks), and of Babel and SWC.
const HELPERS: [Helper; 37] = [
    helper("assign", 2, Job::Assign, ""),
    helper("spreadValues", 2, Job::Assign, ""),
    helper("spreadProps", 2, Job::Assign, ""),
    helper("spread", 2, Job::Lists(usize::MAX), ""),
    helper("spreadArrays", 2, Job::Lists(usize::MAX), ""),
    helper("spreadArray", 2, Job::Lists(2), ""),
    helper("read", 2, Job::Lists(1), ""),
    helper("rest", 2, Job::Rest, ""),
    helper("objRest", 2, Job::Rest, ""),
    helper("extends", 2, Job::Inherit, ""),
    helper("importDefault", 2, Job::Default, ""),
    helper("importStar", 2, Job::Whole, ""),
    helper("exportStar", 2, Job::Export, ""),
    helper("decorate", 2, Job::Decorate, ""),
    helper("extends", 1, Job::Assign, "assign"),
    helper("objectSpread", 1, Job::Assign, "ey"),
    helper("object_spread", 1, Job::Assign, "ey"),
    helper("object_spread_props", 1, Job::Assign, "efinePropert"),
    helper("toConsumableArray", 1, Job::Lists(1), "||"),
    helper("to_consumable_array", 1, Job::Lists(1), "||"),
    helper("slicedToArray", 1, Job::Lists(1), "||"),
    helper("sliced_to_array", 1, Job::Lists(1), "||"),
    helper("toArray", 1, Job::Lists(1), "||"),
    helper("objectWithoutProperties", 1, Job::Rest, "indexOf"),
    helper("objectWithoutPropertiesLoose", 1, Job::Rest, "ndexOf"),
    helper("object_without_properties", 1, Job::Rest, "indexOf"),
    helper("defineProperty", 1, Job::Define, "defineProperty"),
    helper("define_property", 1, Job::Define, "defineProperty"),
    helper("typeof", 1, Job::TypeOf, "typeof"),
    helper("type_of", 1, Job::TypeOf, "typeof"),
    helper("inherits", 1, Job::Inherit, "prototype"),
    helper("inheritsLoose", 1, Job::Inherit, "prototype"),
    helper("interopRequireDefault", 1, Job::Default, "default"),
    helper("interop_require_default", 1, Job::Default, "default"),
    helper("interopRequireWildcard", 1, Job::Whole, "default"),
    helper("interop_require_wildcard", 1, Job::Whole, "default"),
    helper("export_star", 1, Job::Export, "ey"),
];

/// What the text of a file that uses a helper has in it.
static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let signs = HELPERS.iter().flat_map(|helper| {
        let mark = if helper.marks == 1 { "_" } else { "__" };
        [format!("{mark}{}", helper.name), format!("{MODULES}/{}", helper.name)]
    });
    AhoCorasick::new(signs.chain([format!("{MODULES}/esm/"), format!("{MODULES}/_/")])).ok()
});

/// Whether a file may use a helper.
pub(super) fn may_be_used(text: &str) -> bool {
    SIGNS.as_ref().is_some_and(|signs| signs.is_match(text))
}

/// The helper of a name in the text.
fn by_name(name: &str) -> Option<&'static Helper> {
    let bare = name.trim_start_matches('_');
    let marks = name.len() - bare.len();
    let bare = bare.trim_end_matches(|last: char| last.is_ascii_digit() || last == '$');
    HELPERS.iter().find(|helper| helper.marks == marks && helper.name == bare)
}

/// The helper that a module is.
fn by_module(request: &str) -> Option<Job> {
    let path = request.strip_suffix(".js").unwrap_or(request);
    let (folder, name) = path.rsplit_once('/')?;
    if !folder.split('/').any(|part| part == MODULES) {
        return None;
    }
    let bare = name.trim_start_matches('_').trim_end_matches(|last: char| last.is_ascii_digit());
    HELPERS.iter().find(|helper| helper.name == bare && helper.marks == 1).map(|helper| helper.job)
}

/// What names of a file mean.
#[derive(Default)]
pub(super) struct Names {
    /// Names that stand for a helper of another module.
    asked_for: FxHashMap<String, Job>,
    /// Names that stand for other modules.
    modules: FxHashSet<String>,
    /// Names of helpers that the file gives to something else.
    others: FxHashSet<String>,
    /// Variables that are lists of texts.
    lists: FxHashMap<String, Vec<Str>>,
    /// What the functions around declare, the innermost last.
    around: Vec<FxHashSet<String>>,
}

impl Names {
    /// Reads what a file declares.
    pub fn of(program: &Program, text: &str) -> Self {
        let mut reader = Reader { names: Self::default(), text };
        program.visit_with(&mut reader);
        reader.names
    }

    /// A function or a clause begins: what it declares hides names from outside.
    pub fn enter(&mut self, inner: &impl VisitWith<Declared>) {
        let mut declared = Declared::default();
        if !self.asked_for.is_empty() {
            inner.visit_children_with(&mut declared);
        }
        self.around.push(declared.0);
    }

    /// The end of what was entered last.
    pub fn leave(&mut self) {
        self.around.pop();
    }

    /// The helper that a callee is.
    pub fn called(&self, callee: &Expr) -> Option<Job> {
        match callee {
            Expr::Paren(inner) => self.called(&inner.expr),
            Expr::Seq(seq) => self.called(seq.exprs.last()?),
            Expr::Ident(name) => self.named(&name.sym),
            Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(prop), .. }) => match &*prop.sym {
                "default" => self.called(obj),
                // `tslib_1.__assign`
                name if matches!(&**obj, Expr::Ident(module) if self.modules.contains(&*module.sym)) => {
                    by_name(name).filter(|helper| helper.marks == 2).map(|helper| helper.job)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn named(&self, name: &str) -> Option<Job> {
        if let Some(job) = self.asked_for.get(name) {
            return (!self.around.iter().any(|declared| declared.contains(name))).then_some(*job);
        }
        by_name(name).filter(|_| !self.others.contains(name)).map(|helper| helper.job)
    }

    /// The texts that a list holds, or one of that name.
    pub fn texts(&self, list: &Expr) -> Option<Vec<Str>> {
        match list {
            Expr::Ident(name) => self.lists.get(&*name.sym).cloned(),
            list => texts_of(list),
        }
    }
}

fn texts_of(list: &Expr) -> Option<Vec<Str>> {
    let Expr::Array(list) = list else { return None };
    let text = |elem: &Option<ExprOrSpread>| match elem {
        Some(ExprOrSpread { spread: None, expr }) => match &**expr {
            Expr::Lit(Lit::Str(text)) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    list.elems.iter().map(text).collect()
}

/// Finds what a file declares.
struct Reader<'a> {
    names: Names,
    text: &'a str,
}

impl Reader<'_> {
    /// A file gives a function a name that may be that of a helper.
    fn note(&mut self, name: &Ident, function: &impl Spanned) {
        let Some(helper) = by_name(&name.sym) else { return };
        let [start, end] =
            [function.span().lo, function.span().hi].map(|at| at.0.saturating_sub(FIRST_POSITION) as usize);
        if !self.text.get(start..end).is_some_and(|text| text.contains(helper.sign)) {
            self.names.others.insert(name.sym.to_string());
        }
    }
}

impl Visit for Reader<'_> {
    fn visit_fn_decl(&mut self, decl: &FnDecl) {
        decl.visit_children_with(self);
        self.note(&decl.ident, &decl.function);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.visit_children_with(self);
        let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init) else { return };
        if let Some(texts) = texts_of(init).filter(|_| name.id.sym.starts_with('_')) {
            self.names.lists.insert(name.id.sym.to_string(), texts);
        } else if let Some(Expr::Lit(Lit::Str(request))) = requested(init) {
            let name = name.id.sym.to_string();
            match by_module(&request.value.to_string_lossy()) {
                Some(job) => drop(self.names.asked_for.insert(name, job)),
                None => drop(self.names.modules.insert(name)),
            }
        } else if let Expr::Fn(_) | Expr::Arrow(_) = &**init {
            self.note(&name.id, init);
        }
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        let of_module = by_module(&import.src.value.to_string_lossy());
        for specifier in &import.specifiers {
            let (local, job) = match specifier {
                ImportSpecifier::Default(default) => (&default.local, of_module),
                ImportSpecifier::Named(named) => match &named.imported {
                    Some(ModuleExportName::Ident(name)) if &*name.sym != "_" => {
                        (&named.local, by_name(&name.sym).map(|helper| helper.job))
                    }
                    // `import { _ as _object_spread } from '@swc/helpers/_/_object_spread'`
                    _ => (&named.local, of_module),
                },
                ImportSpecifier::Namespace(whole) => {
                    self.names.modules.insert(whole.local.sym.to_string());
                    continue;
                }
            };
            self.names.asked_for.extend(job.map(|job| (local.sym.to_string(), job)));
        }
    }
}

/// The names that a function declares, but for those of functions inside it.
#[derive(Default)]
pub(super) struct Declared(FxHashSet<String>);

impl Visit for Declared {
    fn visit_pat(&mut self, pat: &Pat) {
        if let Pat::Ident(name) = pat {
            self.0.insert(name.id.sym.to_string());
        }
        pat.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, decl: &FnDecl) {
        self.0.insert(decl.ident.sym.to_string());
    }

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
}
