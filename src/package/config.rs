//! Configurations become JSON files again: `app-config.json` the `app.json` that it was made from, and values in code the
//! files of pages and components. Knows where the packer puts things, and not what settings mean.

use swc_common::Spanned;
use swc_ecma_ast::{Expr, Lit, UnaryOp};

use super::{modules, tree};
use crate::base::json::{Entry, Json, Value};
use crate::base::{Draft, FileId, Span};
use crate::syntax::span_of;

/// Keys of `app-config.json` that `app.json` does not have: settings of pages, and what all pages share.
const PACKED: [&str; 2] = ["page", "global"];
const COMPONENTS: &str = "usingComponents";
/// How the packer calls pages.
const PAGE_SUFFIX: &str = ".html";

/// `app.json` without its end, behind which further members may stand.
pub(super) fn app(config: &Json) -> Draft {
    let mut draft = Draft::default();
    let in_packages: Vec<&str> = packages(config).flat_map(pages).filter_map(Json::as_str).collect();
    draft.push("{", config.span);
    for entry in config.entries().iter().filter(|entry| !PACKED.contains(&entry.key.as_str())) {
        key(&mut draft, &entry.key, entry.key_span);
        match entry.key.as_str() {
            "pages" => {
                // All pages stand here; those of a subpackage belong to it.
                let own = entry.value.as_array().unwrap_or_default().iter();
                list(&mut draft, entry.value.span, own.filter(|page| !is_any(page, &in_packages)), &mut page_name);
            }
            "subPackages" | "subpackages" => {
                let packages = entry.value.as_array().unwrap_or_default().iter();
                list(&mut draft, entry.value.span, packages, &mut subpackage);
            }
            "entryPagePath" => page_name(&mut draft, &entry.value),
            _ => value(&mut draft, &entry.value),
        }
        draft.push(",", entry.value.span);
    }
    draft
}

/// The components in the `app.json` that code holds, as a member.
pub(super) fn components(file: FileId, app: &Expr) -> Option<Draft> {
    let Expr::Object(object) = tree::bare(app) else { return None };
    let found = object.props.iter().filter_map(tree::property).find(|(key, ..)| *key == COMPONENTS);
    let (_, value, place) = found?;
    let mut draft = Draft::default();
    key(&mut draft, COMPONENTS, Span { file, ..place });
    literal(&mut draft, file, value);
    Some(draft)
}

/// What `app-config.json` says of single pages: path of the page's JSON and its settings.
pub(super) fn windows(config: &Json) -> Vec<(String, Draft)> {
    let pages = config.get("page").map_or(&[][..], Json::entries);
    let window = |entry: &Entry| {
        let mut draft = Draft::default();
        value(&mut draft, entry.value.get("window")?);
        Some((format!("{}.json", entry.key.strip_suffix(PAGE_SUFFIX)?), draft))
    };
    pages.iter().filter_map(window).collect()
}

fn packages(config: &Json) -> impl Iterator<Item = &Json> {
    let lists = ["subPackages", "subpackages"].into_iter().filter_map(|key| config.get(key)?.as_array());
    lists.flatten()
}

fn pages(package: &Json) -> &[Json] {
    package.get("pages").and_then(Json::as_array).unwrap_or_default()
}

fn is_any(page: &Json, names: &[&str]) -> bool {
    page.as_str().is_some_and(|page| names.contains(&page))
}

/// Pages of a subpackage have whole paths here.
fn subpackage(draft: &mut Draft, package: &Json) {
    let root = package.get("root").and_then(Json::as_str).unwrap_or_default();
    let inner = |page: &str| page.strip_prefix(root).unwrap_or(page).trim_start_matches('/').to_owned();
    draft.push("{", package.span);
    for entry in package.entries() {
        key(draft, &entry.key, entry.key_span);
        match entry.key.as_str() {
            "pages" => list(draft, entry.value.span, pages(package).iter(), &mut |draft, page| match page.as_str() {
                Some(name) => draft.push(&quoted(&inner(name)), page.span),
                None => value(draft, page),
            }),
            _ => value(draft, &entry.value),
        }
        draft.push(",", entry.value.span);
    }
    draft.push("}", package.span);
}

fn page_name(draft: &mut Draft, page: &Json) {
    match page.as_str() {
        Some(name) => draft.push(&quoted(name.strip_suffix(PAGE_SUFFIX).unwrap_or(name)), page.span),
        None => value(draft, page),
    }
}

fn list<'j>(
    draft: &mut Draft,
    span: Span,
    elements: impl Iterator<Item = &'j Json>,
    each: &mut dyn FnMut(&mut Draft, &Json),
) {
    draft.push("[", span);
    for element in elements {
        each(draft, element);
        draft.push(",", element.span);
    }
    draft.push("]", span);
}

fn value(draft: &mut Draft, json: &Json) {
    match &json.value {
        Value::Array(elements) => list(draft, json.span, elements.iter(), &mut value),
        Value::Object(_) => {
            draft.push("{", json.span);
            for entry in json.entries() {
                key(draft, &entry.key, entry.key_span);
                value(draft, &entry.value);
                draft.push(",", entry.value.span);
            }
            draft.push("}", json.span);
        }
        Value::String(text) => draft.push(&quoted(&local(text)), json.span),
        Value::Number(digits) => draft.push(digits, json.span),
        Value::Bool(truth) => draft.push(if *truth { "true" } else { "false" }, json.span),
        Value::Null => draft.push("null", json.span),
    }
}

fn key(draft: &mut Draft, key: &str, span: Span) {
    draft.push(&quoted(key), span);
    draft.push(":", span);
}

/// A value in code as JSON; what is no constant is null.
pub(super) fn literal(draft: &mut Draft, file: FileId, expr: &Expr) {
    let expr = tree::bare(expr);
    let span = span_of(file, expr.span());
    match expr {
        Expr::Object(object) => {
            draft.push("{", span);
            for (name, value, place) in object.props.iter().filter_map(tree::property) {
                key(draft, name, Span { file, ..place });
                literal(draft, file, value);
                draft.push(",", span);
            }
            draft.push("}", span);
        }
        Expr::Array(array) => {
            draft.push("[", span);
            for element in array.elems.iter().flatten() {
                literal(draft, file, &element.expr);
                draft.push(",", span);
            }
            draft.push("]", span);
        }
        Expr::Lit(Lit::Num(number)) => draft.push(&number.value.to_string(), span),
        Expr::Lit(Lit::Bool(truth)) => draft.push(if truth.value { "true" } else { "false" }, span),
        // Minifiers write !0 and !1 for the truth values.
        Expr::Unary(unary) if unary.op == UnaryOp::Bang => {
            draft.push(if tree::integer(&unary.arg) == Some(0) { "true" } else { "false" }, span);
        }
        _ => match (tree::text(expr), tree::integer(expr)) {
            (Some(text), _) => draft.push(&quoted(&local(text)), span),
            (None, Some(number)) => draft.push(&number.to_string(), span),
            (None, None) => draft.push("null", span),
        },
    }
}

/// The own components of a plugin lie in the package.
fn local(text: &str) -> String {
    modules::plugin_path(text).map_or_else(|| text.to_owned(), |path| format!("/{path}"))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
