//! Calls, `new`, tagged templates, iteration, and imports that look like calls.

use swc_common::Spanned;
use swc_ecma_ast::{
    CallExpr, Callee, Expr, ExprOrSpread, Lit, MemberExpr, MemberProp, NewExpr, OptCall, OptChainBase, OptChainExpr,
    TaggedTpl,
};

use super::super::scope::{BindingId, BindingKind};
use super::super::{Arg, Call, CallKind, Instr, Key, Name, Range, Required, Val, Written};
use super::expressions::strip;
use super::{Lowerer, content, range_of};

impl<'a> Lowerer<'a> {
    pub(super) fn call_expression(&mut self, call: &'a CallExpr) -> Val {
        let at = range_of(call.span);
        if let Some(val) = self.object_call(call) {
            return val;
        }
        match &call.callee {
            Callee::Super(_) => self.super_call(&call.args, at),
            Callee::Import(_) => self.dynamic_import(&call.args, at),
            Callee::Expr(callee) => {
                if let Some(request) = self.required(callee, &call.args) {
                    return request_value(self, request, at);
                }
                self.call_of(callee, &call.args, at)
            }
        }
    }

    /// A call of an expression: a method has its object as the receiver.
    fn call_of(&mut self, callee: &'a Expr, args: &'a [ExprOrSpread], at: Range) -> Val {
        let written = self.written(callee);
        let (function, this) = self.callee(callee);
        let given = self.arguments_of(args);
        let val = self.emit_call(function, this, given, CallKind::Call, written, at);
        self.found(callee, args, val, at)
    }

    /// The function of a call, and its receiver.
    fn callee(&mut self, callee: &'a Expr) -> (Val, Option<Val>) {
        match strip(callee) {
            Expr::Member(member) => {
                let obj = self.expression(&member.obj);
                (self.member_of(obj, member), Some(obj))
            }
            Expr::SuperProp(prop) => {
                let this = self.this(range_of(prop.span));
                (self.super_property(prop), Some(this))
            }
            Expr::OptChain(OptChainExpr { base, .. }) if matches!(&**base, OptChainBase::Member(_)) => {
                let OptChainBase::Member(member) = &**base else { return (self.expression(callee), None) };
                let obj = self.expression(&member.obj);
                (self.member_of(obj, member), Some(obj))
            }
            // A method of an object around that a name means is called on it.
            Expr::Ident(ident) if !self.cx.withs.is_empty() => {
                let at = range_of(ident.span);
                let objects = self.withs(at);
                let this = self.cx.builder.merge(objects, at);
                (self.read_ident(ident), Some(this))
            }
            other => (self.expression(other), None),
        }
    }

    pub(super) fn optional_call(&mut self, call: &'a OptCall) -> Val {
        self.call_of(&call.callee, &call.args, range_of(call.span))
    }

    pub(super) fn new_expression(&mut self, new: &'a NewExpr) -> Val {
        let at = range_of(new.span);
        let written = self.written(&new.callee);
        let callee = self.expression(&new.callee);
        if let Some(entries) = self.map_entries(new) {
            let map = self.emit_call(callee, None, Vec::new(), CallKind::New, written, at);
            for [key, val] in entries {
                let set = self.named("set");
                let set = self.cx.builder.load(map, set, at);
                let args = [key, val].map(|side| Arg { val: self.expression(side), is_spread: false });
                self.emit_call(set, Some(map), args.into(), CallKind::Call, None, at);
            }
            return map;
        }
        let args = new.args.as_deref().map_or_else(Vec::new, |args| self.arguments_of(args));
        self.emit_call(callee, None, args, CallKind::New, written, at)
    }

    /// The entries of `new Map([[key, val], …])` where all are spelled out.
    fn map_entries(&self, new: &'a NewExpr) -> Option<Vec<[&'a Expr; 2]>> {
        let Expr::Ident(class) = strip(&new.callee) else { return None };
        let [ExprOrSpread { spread: None, expr }] = new.args.as_deref()? else { return None };
        let Expr::Array(list) = strip(expr) else { return None };
        if &*class.sym != "Map" || self.scopes.binding_of(class).is_some() {
            return None;
        }
        let sides = list.elems.iter().map(|elem| {
            let ExprOrSpread { spread: None, expr } = elem.as_ref()? else { return None };
            let Expr::Array(pair) = strip(expr) else { return None };
            match &pair.elems[..] {
                [Some(ExprOrSpread { spread: None, expr: key }), Some(ExprOrSpread { spread: None, expr: val })] => {
                    Some([&**key, &**val])
                }
                _ => None,
            }
        });
        sides.collect()
    }

    fn super_call(&mut self, args: &'a [ExprOrSpread], at: Range) -> Val {
        let callee = self.parent_class(at);
        let this = self.this(at);
        let args = self.arguments_of(args);
        self.emit_call(callee, Some(this), args, CallKind::Super, None, at)
    }

    pub(super) fn tagged_template(&mut self, tagged: &'a TaggedTpl) -> Val {
        let at = range_of(tagged.span);
        let written = self.written(&tagged.tag);
        let (callee, this) = self.callee(&tagged.tag);
        let ty = self.name("Array");
        let strings = self.cx.builder.alloc(ty, at);
        for (index, quasi) in tagged.tpl.quasis.iter().enumerate() {
            let text = quasi.cooked.as_ref().map_or_else(String::new, |text| text.to_string_lossy().into_owned());
            let val = self.text_constant(&text, range_of(quasi.span));
            let key = self.named(&index.to_string());
            self.cx.builder.store(strings, key, val, at);
        }
        let raw = self.named("raw");
        self.cx.builder.store(strings, raw, strings, at);
        let mut args = vec![Arg { val: strings, is_spread: false }];
        for expression in &tagged.tpl.exprs {
            args.push(Arg { val: self.expression(expression), is_spread: false });
        }
        self.emit_call(callee, this, args, CallKind::Call, written, at)
    }

    fn arguments_of(&mut self, args: &'a [ExprOrSpread]) -> Vec<Arg> {
        let argument = |arg: &'a ExprOrSpread| match arg.spread {
            Some(_) => Arg { val: self.spread_list(&arg.expr), is_spread: true },
            None => Arg { val: self.expression(&arg.expr), is_spread: false },
        };
        args.iter().map(argument).collect()
    }

    /// What `...list` puts among arguments: the elements of a list, or in any place what an iterator yields.
    fn spread_list(&mut self, list: &'a Expr) -> Val {
        let val = self.expression(list);
        let at = range_of(list.span());
        let is_list = match strip(list) {
            Expr::Array(_) => true,
            Expr::Ident(ident) => match self.scopes.binding_of(ident) {
                Some(id) => self.rests.contains(&id),
                None => &*ident.sym == "arguments",
            },
            _ => false,
        };
        if is_list {
            return val;
        }
        let ty = self.name("Array");
        let yielded = self.cx.builder.alloc(ty, at);
        let item = self.iterate_protocol(val, at);
        let tail = self.content(content::TAIL);
        self.cx.builder.store(yielded, tail, item, at);
        self.cx.builder.merge(vec![val, yielded], at)
    }

    pub(super) fn emit_call(
        &mut self,
        callee: Val,
        this: Option<Val>,
        args: Vec<Arg>,
        kind: CallKind,
        written: Option<Written>,
        at: Range,
    ) -> Val {
        let dst = self.cx.builder.value(at);
        let handler = self.handler();
        self.may_throw();
        self.push(Instr::Call(Box::new(Call { dst, callee, this, args, kind, handler, written, method: None })), at);
        dst
    }

    /// Calls what is there to be called, and nothing that is not known.
    pub(super) fn quiet_call(&mut self, callee: Val, this: Val, args: &[Val], at: Range) -> Val {
        let args = args.iter().map(|&val| Arg { val, is_spread: false }).collect();
        self.emit_call(callee, Some(this), args, CallKind::Quiet, None, at)
    }

    /// What iterating `src` gives: elements, or what its iterator yields.
    pub(super) fn iterate(&mut self, src: Val, at: Range) -> Val {
        let element = self.cx.builder.value(at);
        self.push(Instr::Iterate { dst: element, src }, at);
        let yielded = self.iterate_protocol(src, at);
        self.cx.builder.merge(vec![element, yielded], at)
    }

    /// What the iterator of `src`, or `src` as an iterator, yields.
    pub(super) fn iterate_protocol(&mut self, src: Val, at: Range) -> Val {
        let yields = self.content(content::YIELD);
        let own = self.cx.builder.load(src, yields, at);
        let key = self.content(content::ITERATOR);
        let maker = self.cx.builder.load(src, key, at);
        let iterator = self.quiet_call(maker, src, &[], at);
        let yielded = self.cx.builder.load(iterator, yields, at);
        let next = self.content(content::NEXT);
        let next = self.cx.builder.load(iterator, next, at);
        let next = self.quiet_call(next, iterator, &[], at);
        // An async iterator's `next` gives a promise.
        let result = self.cx.builder.value(at);
        self.push(Instr::Await { dst: result, val: next }, at);
        let value = self.named("value");
        let value = self.cx.builder.load(result, value, at);
        for iterator in [src, iterator] {
            let key = self.content("error");
            let val = self.cx.builder.load(iterator, key, at);
            let handler = self.handler();
            self.push(Instr::Throw { handler, val }, at);
        }
        self.cx.builder.merge(vec![own, yielded, value], at)
    }

    /// The request of `require('request')`, where `require` is the module system's.
    fn required<'e>(&self, callee: &Expr, args: &'e [ExprOrSpread]) -> Option<&'e Expr> {
        let Expr::Ident(ident) = strip(callee) else { return None };
        let is_free = self.scopes.binding_of(ident).is_none();
        match args {
            [arg] if is_free && &*ident.sym == "require" => Some(strip(&arg.expr)),
            _ => None,
        }
    }

    /// The request of an expression `require('request')`.
    pub(super) fn required_text(&self, expression: &Expr) -> Option<String> {
        let Expr::Call(CallExpr { callee: Callee::Expr(callee), args, .. }) = strip(expression) else { return None };
        match self.required(callee, args)? {
            Expr::Lit(Lit::Str(text)) => Some(text.value.to_string_lossy().into_owned()),
            other => match self.constant_of(other)? {
                super::Constant::Text(text) => Some(text),
                _ => None,
            },
        }
    }

    fn dynamic_import(&mut self, args: &'a [ExprOrSpread], at: Range) -> Val {
        let ty = self.name("Promise");
        let promise = self.cx.builder.alloc(ty, at);
        if let Some(arg) = args.first() {
            let module = request_value(self, strip(&arg.expr), at);
            // What is imported as a whole has its default as a property.
            let ty = self.name("Object");
            let whole = self.cx.builder.alloc(ty, at);
            let default = self.imported(module, super::modules::DEFAULT, at);
            let key = self.named(super::modules::DEFAULT);
            self.cx.builder.store(whole, key, default, at);
            let whole = self.cx.builder.merge(vec![module, whole], at);
            let key = self.content(content::PROMISE);
            self.cx.builder.store(promise, key, whole, at);
        }
        promise
    }

    /// Whether a name means something of the program's own, whatever models say of a free name like it: parameters, and
    /// variables of inner scopes.
    fn hides_models(&self, id: BindingId) -> bool {
        let binding = self.scopes.get(id);
        match binding.kind {
            BindingKind::Param => true,
            BindingKind::Variable => !binding.is_outermost,
            BindingKind::Function(_) | BindingKind::Import => false,
        }
    }

    /// The callee as it is written, where its root is a declared name.
    fn written(&mut self, callee: &Expr) -> Option<Written> {
        let mut members = Vec::new();
        let mut expression = strip(callee);
        loop {
            match expression {
                Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. }) => {
                    members.push(name.sym.to_string());
                    expression = strip(obj);
                }
                Expr::Ident(ident) => {
                    let id = self.scopes.binding_of(ident)?;
                    let required = self.requests.get(&id).cloned();
                    let is_guess = required.is_none() && self.hides_models(id);
                    if is_guess && members.is_empty() {
                        return None;
                    }
                    let root = self.name(&ident.sym);
                    return Some(self.written_as(required, vec![root], &members, is_guess));
                }
                other => {
                    let request = self.required_text(other)?;
                    let required = Required { request: self.name(&request), members: Vec::new() };
                    return Some(self.written_as(Some(required), Vec::new(), &members, false));
                }
            }
        }
    }

    /// A callee with its members, the last first.
    fn written_as(
        &mut self,
        required: Option<Required>,
        names: Vec<Name>,
        members: &[String],
        is_guess: bool,
    ) -> Written {
        let members: Vec<Name> = members.iter().rev().map(|member| self.name(member)).collect();
        let required = required.map(|mut required| {
            required.members.extend(&members);
            required
        });
        let names = if names.is_empty() { names } else { [names, members].concat() };
        Written { required, names, is_guess }
    }
}

/// What a request gives: a module where the request is constant, else something unknown.
fn request_value<'a>(lowerer: &mut Lowerer<'a>, request: &'a Expr, at: Range) -> Val {
    let text = match request {
        Expr::Lit(Lit::Str(text)) => Some(text.value.to_string_lossy().into_owned()),
        other => match lowerer.constant_of(other) {
            Some(super::Constant::Text(text)) => Some(text),
            _ => None,
        },
    };
    if let Some(text) = text {
        let request = lowerer.name(&text);
        let dst = lowerer.cx.builder.value(at);
        lowerer.push(Instr::Import { dst, request }, at);
        dst
    } else {
        // A computed request: an unknown function of that name, called with it.
        let val = lowerer.expression(request);
        let name = lowerer.name("require");
        let callee = lowerer.cx.builder.value(at);
        lowerer.push(Instr::LoadGlobal { dst: callee, name }, at);
        lowerer.cx.builder.call(callee, None, &[val], CallKind::Call, range_of(request.span()))
    }
}

/// The key of a member expression.
impl<'a> Lowerer<'a> {
    pub(super) fn member_of(&mut self, obj: Val, member: &'a MemberExpr) -> Val {
        let key = self.member_key(&member.prop);
        self.load_property(obj, key, range_of(member.span))
    }

    pub(super) fn member_key(&mut self, prop: &'a MemberProp) -> Key {
        let key = match prop {
            MemberProp::Ident(name) => self.named(&name.sym),
            MemberProp::PrivateName(name) => self.named(&format!("#{}", name.name)),
            MemberProp::Computed(computed) => self.computed_key(&computed.expr),
        };
        if self.named("__proto__") == key { self.content(content::PROTO) } else { key }
    }
}
