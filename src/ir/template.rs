//! WXML becomes functions: the file's own code is function 0, each `<template>` one more. Knows the language of
//! templates (bindings, loops, data sets), and no tag or event by name.

use std::sync::Arc;

use swc_common::Spanned;
use swc_ecma_ast::{BinaryOp, Callee, Expr, Lit, MemberProp, ObjectLit, Prop, PropName, PropOrSpread, UnaryOp};

use indexmap::IndexSet;
use rustc_hash::FxHashSet;

use super::builder::Builder;
use super::hints::{self, Hints, Surroundings, Way};
use super::{CallKind, Echo, Func, FunctionKind, Instr, Key, Literal, Module, Name, Operator, Range, Val};
use crate::base::FileId;
use crate::syntax::FIRST_POSITION;
use crate::syntax::wxml::{Attribute, Document, Element, Node, Part, Value};

mod conditions;
mod names;

use conditions::Saying;
use names::{Locals, Loop, meaning_of_use, repeated_uses};

/// A tag as the graph sees it.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The tag's name.
    pub tag: Name,
    /// Its attributes, directives left out.
    pub attributes: Vec<TagAttribute>,
    /// What `data-…` attributes make up.
    pub dataset: Val,
    /// What `mark:…` attributes make up.
    pub mark: Val,
    /// What an event of the tag brings along; it stands at the tag.
    pub detail: Val,
    /// The page or component that the template belongs to.
    pub this: Val,
    /// What the template says around it.
    pub hints: Arc<Hints>,
    /// What is bound as the text right before it, where something may be typed.
    pub label: Option<Val>,
    /// Whether it stands there once for each item of a list.
    pub is_repeated: bool,
    /// From its start tag to its end tag.
    pub extent: Range,
    /// What must hold for the tag to be there and to answer: an index into [`super::Function::conditions`].
    pub condition: Option<u32>,
}

/// An attribute of a [`Tag`].
#[derive(Clone, Debug)]
pub struct TagAttribute {
    /// The name as written.
    pub name: Name,
    /// The value; a text where it is put together of several parts.
    pub val: Val,
    /// The text, if there is no binding in it.
    pub literal: Option<Name>,
    /// The one name that is bound, if nothing else is: what a two-way binding writes.
    pub field: Option<Name>,
    /// Where the value goes if the attribute is a sink; it stands at the attribute.
    pub out: Val,
}

/// A use of a template, an inclusion of a file or the value of a text.
#[derive(Clone, Debug)]
pub enum TemplateUse {
    /// `<template is="…" data="…">`
    Named { name: Val, data: Val, this: Val },
    /// `<include src="…">`
    Include { request: Name, this: Val },
}

const DIRECTIVE: &str = "wx:";
const DATA: &str = "data-";
const MARK: &str = "mark:";
const TWO_WAY: &str = "model:";
/// How a tag looks, what stands before a picture there, and the pictures of it.
const STYLE: &str = "style";
const URL: &str = "url(";
const PICTURES: &str = "style:url";
/// Stands before the name of a module whose text is in the template itself, in requests and in [`Module::inline`].
pub const INLINE: &str = "inline:";

/// Lowers a template file.
pub fn lower(file: FileId, text: &str, document: &Document) -> Module {
    let mut names = IndexSet::new();
    let mut templates = Vec::new();
    let mut imports = Vec::new();
    let mut functions = Vec::new();
    let mut found = Vec::new();
    let modules = wxs_modules(text, &document.nodes);
    let at = Range { start: 0, end: text.len() as u32 };
    let mut top = Lowerer::new(text, &mut names, Func(0), at, &modules, &document.nodes);
    top.nodes(&document.nodes, &mut found, &mut imports);
    functions.push(top.builder.finish());
    let mut next = 0;
    while next < found.len() {
        let element: &Element = found[next];
        next += 1;
        let func = Func(functions.len() as u32);
        let range = Range { start: element.span.start, end: element.span.end };
        let mut inner = Lowerer::new(text, &mut names, func, range, &modules, &element.children);
        inner.nodes(&element.children, &mut found, &mut imports);
        let name = attribute_text(text, element, "name").unwrap_or_default();
        let name = inner.name(&name);
        let mut function = inner.builder.finish();
        function.name = Some(name);
        functions.push(function);
        templates.push((name, func));
    }
    let is_esm = false;
    let names = names.into_iter().collect();
    Module {
        file,
        names,
        functions,
        is_esm,
        accessors: Vec::new(),
        extended: Vec::new(),
        templates,
        template_imports: imports,
        inline: None,
    }
}

/// Scripts that stand in a template, each by its name with the text of the file in which all else is blank, so that
/// places stay true.
pub fn inline_scripts(text: &str, document: &Document) -> Vec<(String, String)> {
    let mut scripts = Vec::new();
    let mut work: Vec<&Node> = document.nodes.iter().collect();
    while let Some(node) = work.pop() {
        let Node::Element(element) = node else { continue };
        if let (Some(raw), Some(name)) = (element.raw, attribute_text(text, element, "module")) {
            let mut script = " ".repeat(raw.start as usize);
            script.push_str(&text[raw.range()]);
            scripts.push((format!("{INLINE}{name}"), script));
        }
        work.extend(&element.children);
    }
    scripts
}

/// `<wxs module="m" src="…">` anywhere in the file.
fn wxs_modules(text: &str, nodes: &[Node]) -> Vec<(String, Option<String>)> {
    let mut modules = Vec::new();
    let mut work: Vec<&Node> = nodes.iter().collect();
    while let Some(node) = work.pop() {
        let Node::Element(element) = node else { continue };
        if element.tag == "wxs"
            && let Some(name) = attribute_text(text, element, "module")
        {
            modules.push((name, attribute_text(text, element, "src")));
        }
        work.extend(&element.children);
    }
    modules
}

/// Whether an element is a template to be used by its name.
pub(super) fn has_name(element: &Element) -> bool {
    element.tag == "template" && element.attributes.iter().any(|attribute| attribute.name == "name")
}

fn attribute_text(text: &str, element: &Element, name: &str) -> Option<String> {
    let attribute = element.attributes.iter().find(|attribute| attribute.name == name)?;
    Some(text[attribute.value.as_ref()?.span.range()].to_owned())
}

struct Lowerer<'a, 'n> {
    text: &'a str,
    names: &'n mut IndexSet<String>,
    builder: Builder,
    locals: Locals,
    modules: &'n [(String, Option<String>)],
    this: Val,
    data: Val,
    surroundings: Surroundings<'a>,
    way: Way<'a>,
    /// What must hold for the elements around to be there.
    condition: Option<u32>,
    /// The same for an alternative behind those before.
    otherwise: Option<u32>,
    /// What it says of properties that those before were not chosen.
    said_otherwise: Vec<Saying>,
    /// The uses of templates so far, by what they mean.
    used: FxHashSet<u64>,
    /// Where uses stand that others are equal to.
    repeated: Vec<u32>,
}

impl<'a, 'n> Lowerer<'a, 'n> {
    fn new(
        text: &'a str,
        names: &'n mut IndexSet<String>,
        func: Func,
        at: Range,
        modules: &'n [(String, Option<String>)],
        nodes: &'a [Node],
    ) -> Self {
        let mut builder = Builder::new(func, at, FunctionKind::default());
        let this = builder.this();
        // The file's own code sees the data of its page; a template what it is given.
        let data = if func == Func(0) {
            let key = Name(names.insert_full("data".to_owned()).0 as u32);
            builder.load(this, Key::Named(key), at)
        } else {
            builder.param(at)
        };
        Self {
            text,
            names,
            builder,
            locals: Locals::default(),
            modules,
            this,
            data,
            surroundings: Surroundings::new(text, nodes),
            way: Vec::new(),
            condition: None,
            otherwise: None,
            said_otherwise: Vec::new(),
            used: FxHashSet::default(),
            repeated: repeated_uses(text, nodes),
        }
    }

    fn name(&mut self, text: &str) -> Name {
        if let Some(at) = self.names.get_index_of(text) {
            return Name(at as u32);
        }
        Name(self.names.insert_full(text.to_owned()).0 as u32)
    }

    fn key(&mut self, text: &str) -> Key {
        Key::Named(self.name(text))
    }

    fn nodes(&mut self, nodes: &'a [Node], templates: &mut Vec<&'a Element>, imports: &mut Vec<Name>) {
        let outer = std::mem::replace(&mut self.otherwise, self.condition);
        let said_outside = std::mem::take(&mut self.said_otherwise);
        for (at, node) in nodes.iter().enumerate() {
            self.way.push((nodes, at));
            match node {
                Node::Text(value) => self.shown(value),
                Node::Element(element) => self.element(element, templates, imports),
            }
            self.way.pop();
        }
        self.otherwise = outer;
        self.said_otherwise = said_outside;
    }

    fn shown(&mut self, value: &Value) {
        for (index, part) in value.parts.iter().enumerate() {
            let Part::Expression(binding) = part else { continue };
            let Some(expr) = &binding.expr else { continue };
            let label = hints::before(self.text, value, index, &self.way).map(|label| self.name(&label));
            // The braces belong to the place: it is what a reader looks for.
            let at = Range { start: binding.span.start.saturating_sub(2), end: binding.span.end + 2 };
            let val = self.expression(expr);
            let out = self.builder.value(at);
            self.builder.push(Instr::Shown { val, out, label }, at);
        }
    }

    fn element(&mut self, element: &'a Element, templates: &mut Vec<&'a Element>, imports: &mut Vec<Name>) {
        match element.tag.as_str() {
            "wxs" => return,
            "import" => {
                if let Some(src) = attribute_text(self.text, element, "src") {
                    imports.push(self.name(&src));
                }
                return;
            }
            "include" => {
                if let Some(src) = attribute_text(self.text, element, "src") {
                    let request = self.name(&src);
                    let it = TemplateUse::Include { request, this: self.this };
                    self.builder.push(Instr::Template(Box::new(it)), range(element.tag_span));
                }
                return;
            }
            _ if has_name(element) => {
                templates.push(element);
                return;
            }
            _ => {}
        }
        let (n_locals, outer) = (self.locals.len(), self.condition);
        self.enter_loop(element);
        self.enter_condition(element);
        if element.tag == "template" {
            self.template_use(element);
        } else {
            self.tag(element);
        }
        self.nodes(&element.children, templates, imports);
        self.locals.truncate(n_locals);
        self.condition = outer;
    }

    /// `wx:for` binds an item and an index for the element and what is in it.
    fn enter_loop(&mut self, element: &'a Element) {
        let Some(it) = Loop::of(self.text, element) else { return };
        let at = range(it.list.span);
        let src = self.value(it.value);
        let item = self.builder.value(at);
        self.builder.push(Instr::Iterate { dst: item, src }, at);
        let any = self.builder.load(src, Key::Any, at);
        let item = self.builder.merge(vec![item, any], at);
        let index = self.builder.plain(at);
        self.locals.enter(self.text, it, item, index);
    }

    fn template_use(&mut self, element: &'a Element) {
        let at = range(element.tag_span);
        let of = |name: &str| element.attributes.iter().find(|attribute| attribute.name == name);
        let value_of = |name: &str| of(name).and_then(|attribute| attribute.value.as_ref());
        let (Some(name), data) = (value_of("is"), value_of("data")) else { return };
        // What was used with the same data already shows nothing new.
        if !self.used.insert(meaning_of_use(self.text, element, &self.locals)) {
            return;
        }
        let name = self.value(name);
        let data = match data {
            Some(value) => self.template_data(value),
            None => self.object(at),
        };
        let it = TemplateUse::Named { name, data, this: self.this };
        self.builder.push(Instr::Template(Box::new(it)), at);
    }

    /// `data="{{item}}"` is short for an object with that one property.
    fn template_data(&mut self, value: &Value) -> Val {
        if let [Part::Expression(binding)] = &value.parts[..]
            && let Some(expr) = &binding.expr
            && let Expr::Ident(ident) = &**expr
        {
            let at = expression_range(expr);
            let obj = self.object(at);
            let val = self.expression(expr);
            let key = self.key(&ident.sym);
            self.builder.store(obj, key, val, at);
            return obj;
        }
        self.value(value)
    }

    fn object(&mut self, at: Range) -> Val {
        let ty = self.name("Object");
        self.builder.alloc(ty, at)
    }

    fn tag(&mut self, element: &'a Element) {
        let at = range(element.tag_span);
        let whole = Range { start: element.span.start, end: tag_end(element) };
        let tag = self.name(&element.tag);
        let (dataset, mark) = (self.object(at), self.object(at));
        let mut attributes = Vec::new();
        for attribute in &element.attributes {
            if let Some(name) = attribute.name.strip_prefix(DATA) {
                let key = self.key(&camel_case(name));
                self.store_attribute(dataset, key, attribute);
            } else if let Some(name) = attribute.name.strip_prefix(MARK) {
                let key = self.key(name);
                self.store_attribute(mark, key, attribute);
            } else if !attribute.name.starts_with(DIRECTIVE) {
                attributes.push(self.attribute(attribute));
                attributes.extend(self.pictures(attribute));
            }
        }
        let detail = self.builder.value(whole);
        let this = self.this;
        let hints = Arc::new(self.surroundings.of(element, &self.way));
        let label = hints::bound_before(self.text, element, &self.way).map(|expr| self.expression(expr));
        let (condition, is_repeated) = (self.condition, self.locals.len() > 0);
        let extent = range(element.span);
        let tag = Tag { tag, attributes, dataset, mark, detail, this, hints, label, is_repeated, extent, condition };
        self.builder.push(Instr::Tag(Box::new(tag)), whole);
    }

    fn store_attribute(&mut self, obj: Val, key: Key, attribute: &'a Attribute) {
        if let Some(value) = &attribute.value {
            let val = self.value(value);
            self.builder.store(obj, key, val, range(attribute.span));
        }
    }

    fn attribute(&mut self, attribute: &'a Attribute) -> TagAttribute {
        let at = range(attribute.span);
        let name = self.name(&attribute.name);
        let (val, literal) = match &attribute.value {
            Some(value) => {
                let is_literal = value.parts.iter().all(|part| matches!(part, Part::Text(_)));
                let text = self.text[value.span.range()].to_owned();
                (self.value(value), is_literal.then(|| self.name(&text)))
            }
            None => (self.builder.plain(at), None),
        };
        let out = self.builder.value(at);
        let field = self.bound_name(attribute);
        TagAttribute { name, val, literal, field, out }
    }

    /// What stands in `url(…)` in a style, as an attribute of its own.
    fn pictures(&mut self, attribute: &'a Attribute) -> Option<TagAttribute> {
        let value = attribute.value.as_ref().filter(|_| attribute.name == STYLE)?;
        let (mut args, mut is_url) = (Vec::new(), false);
        for part in &value.parts {
            match part {
                Part::Text(span) => {
                    let text = &self.text[span.range()];
                    let [opens, closes] = [text.rfind(URL), text.rfind(')')];
                    is_url = if opens == closes { is_url } else { opens > closes };
                }
                Part::Expression(binding) if is_url => {
                    args.extend(binding.expr.as_ref().map(|expr| self.expression(expr)));
                }
                Part::Expression(_) => {}
            }
        }
        let at = range(attribute.span);
        let val = (!args.is_empty()).then(|| self.operation(Operator::Concat, args, at))?;
        Some(TagAttribute { name: self.name(PICTURES), val, literal: None, field: None, out: self.builder.value(at) })
    }

    fn bound_name(&mut self, attribute: &Attribute) -> Option<Name> {
        if !attribute.name.starts_with(TWO_WAY) {
            return None;
        }
        match &attribute.value.as_ref()?.parts[..] {
            [Part::Expression(binding)] => match &**binding.expr.as_ref()? {
                Expr::Ident(ident) => Some(self.name(&ident.sym)),
                _ => None,
            },
            _ => None,
        }
    }

    /// One binding alone is the value itself; anything else is a text.
    fn value(&mut self, value: &Value) -> Val {
        let at = range(value.span);
        if let [Part::Expression(binding)] = &value.parts[..] {
            return match &binding.expr {
                Some(expr) => self.expression(expr),
                None => self.builder.plain(at),
            };
        }
        let args: Vec<Val> = value
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(span) => {
                    let name = self.name(&self.text[span.range()]);
                    self.builder.constant(Literal::String(name), range(*span))
                }
                Part::Expression(binding) => match &binding.expr {
                    Some(expr) => self.expression(expr),
                    None => self.builder.plain(at),
                },
            })
            .collect();
        if let [only] = args[..] {
            return only;
        }
        let dst = self.builder.value(at);
        self.builder.push(Instr::Op { dst, op: Operator::Concat, args }, at);
        dst
    }

    fn identifier(&mut self, name: &str, at: Range) -> Val {
        if let Some(local) = self.locals.get(name) {
            return local.val;
        }
        if name == "undefined" {
            return self.builder.constant(Literal::Undefined, at);
        }
        let dst = self.builder.value(at);
        match self.modules.iter().find(|(module, _)| module == name) {
            Some((_, Some(src))) => {
                let request = self.name(&src.clone());
                self.builder.push(Instr::Import { dst, request }, at);
            }
            Some((_, None)) => {
                let request = self.name(&format!("{INLINE}{name}"));
                self.builder.push(Instr::Import { dst, request }, at);
            }
            None => {
                let key = self.key(name);
                self.builder.push(Instr::Load { dst, obj: self.data, key }, at);
            }
        }
        dst
    }

    fn expression(&mut self, expr: &Expr) -> Val {
        let at = expression_range(expr);
        match expr {
            Expr::Paren(paren) => self.expression(&paren.expr),
            Expr::Ident(ident) => self.identifier(&ident.sym, at),
            Expr::Lit(Lit::Str(text)) => {
                let name = self.name(&text.value.to_string_lossy());
                self.builder.constant(Literal::String(name), at)
            }
            Expr::Member(member) => {
                let obj = self.expression(&member.obj);
                let key = self.member_key(&member.prop);
                self.builder.load(obj, key, at)
            }
            Expr::Call(call) => self.call(call, at),
            Expr::Cond(cond) => {
                let vals = vec![self.expression(&cond.cons), self.expression(&cond.alt)];
                self.builder.merge(vals, at)
            }
            Expr::Bin(bin) => {
                let (left, right) = (self.expression(&bin.left), self.expression(&bin.right));
                let dst = self.binary(bin.op, left, right, at);
                let echo = match (compared(bin.op, &bin.right), compared(bin.op, &bin.left)) {
                    (Some(is_same), _) => Some((left, is_same)),
                    (None, is_same) if bin.op != BinaryOp::Gt && bin.op != BinaryOp::Lt => {
                        is_same.map(|is_same| (right, is_same))
                    }
                    _ => None,
                };
                if let Some((val, is_same)) = echo {
                    self.builder.note_echo(Echo { dst, val, is_same, text: None });
                }
                dst
            }
            Expr::Unary(unary) => {
                let val = self.expression(&unary.arg);
                match unary.op {
                    UnaryOp::Bang => self.builder.echo(val, false, at),
                    UnaryOp::Minus | UnaryOp::Plus => self.operation(Operator::Compute, vec![val], at),
                    _ => self.builder.plain(at),
                }
            }
            Expr::Array(array) => {
                let ty = self.name("Array");
                let obj = self.builder.alloc(ty, at);
                for (index, elem) in array.elems.iter().enumerate() {
                    let Some(elem) = elem else { continue };
                    let val = self.expression(&elem.expr);
                    let key = self.key(&index.to_string());
                    self.builder.store(obj, key, val, at);
                }
                obj
            }
            Expr::Object(object) => self.object_literal(object, at),
            Expr::Tpl(template) => {
                let args = template.exprs.iter().map(|expr| self.expression(expr)).collect();
                self.operation(Operator::Concat, args, at)
            }
            _ => self.builder.plain(at),
        }
    }

    fn operation(&mut self, op: Operator, args: Vec<Val>, at: Range) -> Val {
        let dst = self.builder.value(at);
        self.builder.push(Instr::Op { dst, op, args }, at);
        dst
    }

    fn binary(&mut self, op: BinaryOp, left: Val, right: Val, at: Range) -> Val {
        match op {
            BinaryOp::Add => self.operation(Operator::Concat, vec![left, right], at),
            BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod => {
                self.operation(Operator::Compute, vec![left, right], at)
            }
            BinaryOp::EqEq | BinaryOp::EqEqEq => self.operation(Operator::Equal, vec![left, right], at),
            BinaryOp::LogicalAnd => right,
            BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => self.builder.merge(vec![left, right], at),
            _ => self.builder.plain(at),
        }
    }

    fn member_key(&mut self, prop: &MemberProp) -> Key {
        match prop {
            MemberProp::Ident(name) => self.key(&name.sym),
            MemberProp::Computed(computed) => match &*computed.expr {
                Expr::Lit(Lit::Str(text)) => self.key(&text.value.to_string_lossy()),
                Expr::Lit(Lit::Num(number)) => self.key(&number.value.to_string()),
                other => Key::Computed(self.expression(other)),
            },
            MemberProp::PrivateName(_) => Key::Any,
        }
    }

    fn call(&mut self, call: &swc_ecma_ast::CallExpr, at: Range) -> Val {
        let args: Vec<Val> = call.args.iter().map(|arg| self.expression(&arg.expr)).collect();
        let Callee::Expr(callee) = &call.callee else { return self.builder.plain(at) };
        let (callee, this) = match &**callee {
            Expr::Member(member) => {
                let obj = self.expression(&member.obj);
                let key = self.member_key(&member.prop);
                (self.builder.load(obj, key, at), Some(obj))
            }
            other => (self.expression(other), None),
        };
        self.builder.call(callee, this, &args, CallKind::Call, at)
    }

    fn object_literal(&mut self, object: &ObjectLit, at: Range) -> Val {
        let obj = self.object(at);
        for prop in &object.props {
            match prop {
                PropOrSpread::Spread(spread) => {
                    let src = self.expression(&spread.expr);
                    self.builder.push(Instr::CopyProps { obj, src, except: Vec::new() }, at);
                }
                PropOrSpread::Prop(prop) => {
                    let (name, val) = match &**prop {
                        Prop::Shorthand(ident) => (
                            ident.sym.to_string(),
                            self.identifier(&ident.sym, expression_range(&Expr::Ident(ident.clone()))),
                        ),
                        Prop::KeyValue(pair) => {
                            let name = match &pair.key {
                                PropName::Ident(ident) => ident.sym.to_string(),
                                PropName::Str(text) => text.value.to_string_lossy().into_owned(),
                                _ => continue,
                            };
                            (name, self.expression(&pair.value))
                        }
                        _ => continue,
                    };
                    let key = self.key(&name);
                    self.builder.store(obj, key, val, at);
                }
            }
        }
        obj
    }
}

/// Of a comparison with this on the other side: whether it is true where what is compared is; `None` if that is open.
fn compared(op: BinaryOp, with: &Expr) -> Option<bool> {
    let is_truth = match with {
        Expr::Lit(Lit::Bool(value)) => value.value,
        Expr::Lit(Lit::Num(number)) => number.value > 0.0,
        Expr::Lit(Lit::Str(text)) => !text.value.is_empty(),
        Expr::Lit(Lit::Null(_)) => false,
        _ => return None,
    };
    match op {
        BinaryOp::EqEq | BinaryOp::EqEqEq => Some(is_truth),
        BinaryOp::NotEq | BinaryOp::NotEqEq => Some(!is_truth),
        BinaryOp::Gt => Some(true),
        BinaryOp::Lt => Some(false),
        _ => None,
    }
}

fn range(span: crate::base::Span) -> Range {
    Range { start: span.start, end: span.end }
}

fn expression_range(expr: &Expr) -> Range {
    let span = expr.span();
    Range { start: span.lo.0.saturating_sub(FIRST_POSITION), end: span.hi.0.saturating_sub(FIRST_POSITION) }
}

/// The end of the start tag's last attribute, or of its name: the part of the tag that is worth showing.
fn tag_end(element: &Element) -> u32 {
    element.attributes.last().map_or(element.tag_span.end, |attribute| attribute.span.end)
}

/// `foo-bar` is `fooBar`, and upper case is lost, as in the platform's data sets.
pub fn camel_case(name: &str) -> String {
    let mut result = String::new();
    let mut is_upper = false;
    for c in name.to_lowercase().chars() {
        if c == '-' {
            is_upper = true;
        } else if is_upper {
            result.extend(c.to_uppercase());
            is_upper = false;
        } else {
            result.push(c);
        }
    }
    result
}
