//! Expressions become values.

use std::rc::Rc;

use swc_common::Spanned;
use swc_ecma_ast::{
    ArrayLit, BinExpr, BinaryOp, Expr, ExprOrSpread, Ident, IdentName, Lit, MemberExpr, MemberProp, MetaPropExpr,
    MetaPropKind, ObjectLit, OptChainBase, Prop, PropOrSpread, SuperProp, SuperPropExpr, Tpl, UnaryExpr, UnaryOp,
    UpdateExpr, UpdateOp, YieldExpr,
};

use super::super::{Instr, Key, Literal, Name, Operator, Range, Val};
use super::functions::Body;
use super::{Constant, Fact, Lowerer, With, content, range_of};

/// Elements of a literal list that are told apart.
const MAX_INDEXED: usize = 256;
/// Elements of a literal list beyond which it is a table, in which one constant is as good as another.
const MAX_LITERALS: usize = 1024;

/// The expression without parentheses and type annotations around it.
pub fn strip(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(paren) => strip(&paren.expr),
        Expr::TsAs(cast) => strip(&cast.expr),
        Expr::TsNonNull(cast) => strip(&cast.expr),
        Expr::TsTypeAssertion(cast) => strip(&cast.expr),
        Expr::TsConstAssertion(cast) => strip(&cast.expr),
        Expr::TsSatisfies(cast) => strip(&cast.expr),
        Expr::TsInstantiation(cast) => strip(&cast.expr),
        other => other,
    }
}

/// A property of what a name stands for, by its own name: `item.kind`.
pub fn property_of_name(expression: &Expr) -> Option<(&Ident, &IdentName)> {
    let Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(key), .. }) = strip(expression) else { return None };
    let Expr::Ident(name) = strip(obj) else { return None };
    Some((name, key))
}

impl<'a> Lowerer<'a> {
    /// The value of an expression.
    pub fn expression(&mut self, expression: &'a Expr) -> Val {
        let at = range_of(expression.span());
        match strip(expression) {
            Expr::This(_) => self.this(at),
            Expr::Ident(ident) => self.read_ident(ident),
            Expr::Lit(literal) => self.literal(literal, at),
            Expr::Tpl(template) => self.template(template, at),
            Expr::TaggedTpl(tagged) => self.tagged_template(tagged),
            Expr::Array(array) => self.array(array, at),
            Expr::Object(object) => self.object(object, at),
            Expr::Fn(function) => self.function_expression(function.ident.as_ref(), Body::Function(&function.function)),
            Expr::Arrow(arrow) => self.closure(Body::Arrow(arrow), None),
            Expr::Class(class) => {
                let val = self.class(&class.class, class.ident.as_ref().map(|ident| &*ident.sym));
                if let Some(ident) = &class.ident {
                    self.write_ident(ident, val, at);
                }
                val
            }
            Expr::Unary(unary) => self.unary(unary, at),
            Expr::Update(update) => self.update(update, at),
            Expr::Bin(bin) => self.binary(bin, at),
            Expr::Assign(assign) => self.assign(assign, at),
            Expr::Member(member) => {
                let obj = self.expression(&member.obj);
                match &member.prop {
                    // Which letter of an alphabet it is says what the index was.
                    MemberProp::Computed(index) if self.is_text(&member.obj) && !self.is_constant(&index.expr) => {
                        let index = self.expression(&index.expr);
                        self.operation(Operator::Compute, vec![index], at)
                    }
                    _ => self.member_of(obj, member),
                }
            }
            Expr::SuperProp(prop) => self.super_property(prop),
            Expr::Cond(cond) => self.conditional(cond, at),
            Expr::Call(call) => self.call_expression(call),
            Expr::New(new) => self.new_expression(new),
            Expr::Seq(seq) => {
                let vals: Vec<Val> = seq.exprs.iter().map(|expr| self.expression(expr)).collect();
                vals.last().copied().unwrap_or_else(|| self.cx.builder.plain(at))
            }
            Expr::Yield(expression) => self.yield_expression(expression, at),
            Expr::Await(expression) => {
                let val = self.expression(&expression.arg);
                self.await_value(val, at)
            }
            Expr::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => {
                    let obj = self.expression(&member.obj);
                    self.member_of(obj, member)
                }
                OptChainBase::Call(call) => self.optional_call(call),
            },
            // What `new` makes knows the class that it was asked of.
            Expr::MetaProp(MetaPropExpr { kind: MetaPropKind::NewTarget, .. }) => {
                let this = self.this(at);
                let key = self.named("constructor");
                self.cx.builder.load(this, key, at)
            }
            _ => self.cx.builder.plain(at),
        }
    }

    fn function_expression(&mut self, ident: Option<&'a Ident>, body: Body<'a>) -> Val {
        let val = self.closure(body, ident.map(|ident| &*ident.sym));
        if let Some(ident) = ident {
            // The name is bound inside the function only, to the function.
            self.write_ident(ident, val, range_of(ident.span));
            if let Body::Function(function) = body {
                let func = self.scopes.function_at(function.span);
                self.share(func, range_of(ident.span));
            }
        }
        val
    }

    /// What an identifier holds.
    pub fn read_ident(&mut self, ident: &Ident) -> Val {
        if self.cx.withs.is_empty() {
            return self.read_name(ident);
        }
        // A property of an object around, or what the name means by itself.
        let at = range_of(ident.span);
        let key = self.named(&ident.sym);
        let mut found = vec![self.read_name(ident)];
        for obj in self.withs(at) {
            found.push(self.cx.builder.load(obj, key, at));
        }
        self.cx.builder.merge(found, at)
    }

    /// The objects whose properties names may mean here.
    pub(super) fn withs(&mut self, at: Range) -> Vec<Val> {
        let objects = self.cx.withs.clone().into_iter();
        objects.map(|object| self.meant(object, at)).collect()
    }

    /// The object that is meant here.
    pub(super) fn meant(&mut self, object: With, at: Range) -> Val {
        let With { owner, cell, val } = object;
        if owner == self.func {
            return val;
        }
        let dst = self.cx.builder.value(at);
        self.push(Instr::LoadCell { dst, owner, cell }, at);
        dst
    }

    /// An object that code inside is to find.
    pub(super) fn within(&mut self, val: Val, at: Range) -> With {
        let (owner, cell) = (self.func, self.cx.builder.cell());
        self.push(Instr::StoreCell { owner, cell, val }, at);
        With { owner, cell, val }
    }

    fn read_name(&mut self, ident: &Ident) -> Val {
        let at = range_of(ident.span);
        if let Some(id) = self.scopes.binding_of(ident) {
            return self.read_binding(id, at);
        }
        match &*ident.sym {
            "undefined" => self.cx.builder.constant(Literal::Undefined, at),
            "NaN" | "Infinity" => self.cx.builder.plain(at),
            "arguments" => {
                let owner = self.receiver_owner();
                if owner == self.func {
                    return self.cx.builder.arguments();
                }
                let dst = self.cx.builder.value(at);
                self.push(Instr::OuterArguments { dst, owner }, at);
                dst
            }
            "module" => self.module_object(at),
            "exports" => self.exports_object(at),
            name => {
                let name = self.name(name);
                let dst = self.cx.builder.value(at);
                self.may_throw();
                self.push(Instr::LoadGlobal { dst, name }, at);
                dst
            }
        }
    }

    /// Gives an identifier a value.
    pub fn write_ident(&mut self, ident: &Ident, val: Val, at: Range) {
        if !self.cx.withs.is_empty() {
            let key = self.named(&ident.sym);
            for obj in self.withs(at) {
                self.cx.builder.store(obj, key, val, at);
            }
        }
        if let Some(id) = self.scopes.binding_of(ident) {
            self.write_binding(id, val, at);
        } else {
            let name = self.name(&ident.sym);
            self.push(Instr::StoreGlobal { name, val }, at);
        }
    }

    fn literal(&mut self, literal: &Lit, at: Range) -> Val {
        let val = self.constant_literal(literal, at);
        let is_falsy = match literal {
            Lit::Str(text) => text.value.is_empty(),
            Lit::Bool(value) => !value.value,
            Lit::Num(number) => number.value == 0.0,
            Lit::Null(_) => true,
            _ => false,
        };
        if is_falsy {
            let falsy = &mut self.cx.builder.function.falsy;
            falsy.grow(val.0 as usize + 1);
            falsy.insert(val.0 as usize);
        }
        val
    }

    fn constant_literal(&mut self, literal: &Lit, at: Range) -> Val {
        match literal {
            Lit::Str(text) => self.text_constant(&text.value.to_string_lossy(), at),
            Lit::Regex(_) => {
                let ty = self.name("RegExp");
                self.cx.builder.alloc(ty, at)
            }
            Lit::Num(number) => self.number_constant(number.value, at),
            Lit::Bool(value) => {
                let dst = self.cx.builder.constant(Literal::Truth(value.value), at);
                self.note(dst, Fact::Is(Constant::Bool(value.value)));
                dst
            }
            Lit::Null(_) => {
                let dst = self.cx.builder.constant(Literal::Truth(false), at);
                self.note(dst, Fact::Is(Constant::Null));
                dst
            }
            _ => self.cx.builder.plain(at),
        }
    }

    fn template(&mut self, template: &'a Tpl, at: Range) -> Val {
        let mut args = Vec::new();
        for (index, quasi) in template.quasis.iter().enumerate() {
            let text = quasi.cooked.as_ref().map_or_else(String::new, |text| text.to_string_lossy().into_owned());
            if !text.is_empty() || template.exprs.is_empty() {
                args.push(self.text_constant(&text, range_of(quasi.span)));
            }
            if let Some(expression) = template.exprs.get(index) {
                args.push(self.expression(expression));
            }
        }
        self.operation(Operator::Concat, args, at)
    }

    fn operation(&mut self, op: Operator, args: Vec<Val>, at: Range) -> Val {
        // Conversions that the program writes itself may throw.
        if content::CONVERSIONS.iter().any(|name| self.names.contains(*name)) {
            self.may_throw();
        }
        let dst = self.cx.builder.value(at);
        self.push(Instr::Op { dst, op, args }, at);
        dst
    }

    fn array(&mut self, array: &'a ArrayLit, at: Range) -> Val {
        let ty = self.name("Array");
        let obj = self.cx.builder.value(at);
        let n_indexed = array.elems.iter().position(is_spread).unwrap_or(array.elems.len()).min(MAX_INDEXED);
        let keys = (0..n_indexed).map(|index| self.name(&index.to_string())).collect();
        self.push(Instr::Alloc { dst: obj, ty, keys }, at);
        let tail = self.content(content::TAIL);
        let mut n_left = 0;
        for (index, elem) in array.elems.iter().enumerate() {
            let Some(elem) = elem else { continue };
            if MAX_LITERALS <= index && matches!(strip(&elem.expr), Expr::Lit(_)) {
                n_left += 1;
                continue;
            }
            let val = self.expression(&elem.expr);
            let place = range_of(elem.expr.span());
            if elem.spread.is_some() {
                let item = if index == 0 { self.spread_first(obj, val, place) } else { self.iterate(val, place) };
                // Behind a spread the positions are not known.
                self.cx.builder.store(obj, tail, item, place);
                continue;
            }
            let key = if index < n_indexed { self.named(&index.to_string()) } else { tail };
            self.cx.builder.store(obj, key, val, place);
        }
        if 0 < n_left {
            let val = self.cx.builder.plain(at);
            self.cx.builder.store(obj, tail, val, at);
        }
        obj
    }

    /// What a list begins with has the positions that it has: those of another list; what else is iterated has none.
    fn spread_first(&mut self, list: Val, src: Val, at: Range) -> Val {
        self.push(Instr::CopyProps { obj: list, src, except: Vec::new() }, at);
        let other = self.cx.builder.value(at);
        self.push(Instr::Single { dst: other, src }, at);
        self.iterate(other, at)
    }

    fn object(&mut self, object: &'a ObjectLit, at: Range) -> Val {
        let ty = self.name("Object");
        let obj = self.cx.builder.value(at);
        let keys = self.literal_keys(object);
        self.push(Instr::Alloc { dst: obj, ty, keys }, at);
        for (index, prop) in object.props.iter().enumerate() {
            match prop {
                PropOrSpread::Spread(spread) => {
                    let src = self.expression(&spread.expr);
                    let except = self.keys_behind(object, index);
                    self.push(Instr::CopyProps { obj, src, except }, range_of(spread.expr.span()));
                }
                PropOrSpread::Prop(prop) => self.property(obj, prop),
            }
        }
        obj
    }

    fn literal_keys(&mut self, object: &ObjectLit) -> Vec<Name> {
        object
            .props
            .iter()
            .filter_map(|prop| plain_key(prop).or_else(|| setter_key(prop)))
            .map(|key| self.name(&key))
            .collect()
    }

    /// Keys that the literal sets behind a spread, so that the spread's own are gone.
    fn keys_behind(&mut self, object: &ObjectLit, index: usize) -> Vec<Name> {
        let behind = object.props[index + 1..].iter().flat_map(certain_keys).collect::<Vec<_>>();
        behind.iter().map(|key| self.name(key)).collect()
    }

    pub(super) fn property(&mut self, obj: Val, prop: &'a Prop) {
        let at = range_of(prop.span());
        match prop {
            Prop::Shorthand(ident) => {
                let val = self.read_ident(ident);
                let key = self.named(&ident.sym);
                self.cx.builder.store(obj, key, val, at);
            }
            Prop::KeyValue(pair) => {
                let mut key = self.prop_key(&pair.key);
                let val = self.named_expression(&pair.value, &pair.key);
                if self.named("__proto__") == key {
                    key = self.content(content::PROTO);
                }
                self.cx.builder.store(obj, key, val, at);
            }
            Prop::Method(method) => {
                let key = self.prop_key(&method.key);
                let name = self.key_text(key);
                let val = self.closure(Body::Function(&method.function), name.as_deref());
                self.cx.builder.store(obj, key, val, at);
            }
            Prop::Getter(getter) => {
                let key = self.prop_key(&getter.key);
                let val = self.closure(Body::Function(&getter.function), None);
                self.accessor(obj, key, content::GET, val, at);
            }
            Prop::Setter(setter) => {
                let key = self.prop_key(&setter.key);
                let val = self.closure(Body::Function(&setter.function), None);
                self.accessor(obj, key, content::SET, val, at);
            }
            Prop::Assign(assign) => {
                let val = self.expression(&assign.value);
                let key = self.named(&assign.key.sym);
                self.cx.builder.store(obj, key, val, at);
            }
        }
    }

    /// The value of a property: a function takes the property's name.
    fn named_expression(&mut self, value: &'a Expr, key: &swc_ecma_ast::PropName) -> Val {
        let name = match key {
            swc_ecma_ast::PropName::Ident(ident) => Some(ident.sym.to_string()),
            _ => None,
        };
        self.expression_named(value, name.as_deref())
    }

    /// The value of an expression that gets a name by where it stands.
    pub fn expression_named(&mut self, value: &'a Expr, name: Option<&str>) -> Val {
        match strip(value) {
            Expr::Fn(function) if function.ident.is_none() => self.closure(Body::Function(&function.function), name),
            Expr::Arrow(arrow) => self.closure(Body::Arrow(arrow), name),
            Expr::Class(class) if class.ident.is_none() => self.class(&class.class, name),
            other => self.expression(other),
        }
    }

    /// The text of a key that is known.
    pub fn key_text(&self, key: Key) -> Option<String> {
        match key {
            Key::Named(name) => Some(self.names[name.0 as usize].clone()),
            _ => None,
        }
    }

    /// Defines a getter or a setter.
    pub fn accessor(&mut self, obj: Val, key: Key, prefix: &str, function: Val, at: Range) {
        if let Key::Named(name) = key {
            Rc::make_mut(&mut self.accessors).insert(name);
            let key = self.accessor_key(prefix, name);
            self.cx.builder.store(obj, key, function, at);
        }
    }

    /// Where the getter or setter of a property is kept.
    pub fn accessor_key(&mut self, prefix: &str, name: Name) -> Key {
        let text = format!("{prefix}{}", self.names[name.0 as usize]);
        self.content(&text)
    }

    /// The key of `[expression]`.
    pub fn computed_key(&mut self, expression: &'a Expr) -> Key {
        if let Some(key) = self.constant_of(expression).and_then(|constant| constant.as_key()) {
            return self.named(&key);
        }
        if let Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. }) = strip(expression)
            && let Expr::Ident(ident) = &**obj
            && &*ident.sym == "Symbol"
            && self.scopes.binding_of(ident).is_none()
        {
            return self.named(&format!("@@{}", name.sym));
        }
        Key::Computed(self.expression(expression))
    }

    fn is_text(&self, expression: &Expr) -> bool {
        matches!(self.constant_of(expression), Some(Constant::Text(_)))
    }

    fn is_constant(&self, expression: &Expr) -> bool {
        self.constant_of(expression).is_some()
    }

    /// `obj.key`
    pub fn load_property(&mut self, obj: Val, key: Key, at: Range) -> Val {
        self.may_throw();
        self.cx.builder.load(obj, key, at)
    }

    fn unary(&mut self, unary: &'a UnaryExpr, at: Range) -> Val {
        if unary.op == UnaryOp::Delete
            && let Expr::Member(member) = strip(&unary.arg)
        {
            let obj = self.expression(&member.obj);
            let key = self.member_key(&member.prop);
            self.push(Instr::Delete { obj, key }, at);
            return self.cx.builder.plain(at);
        }
        if let (UnaryOp::Minus, Expr::Lit(Lit::Num(number))) = (unary.op, strip(&unary.arg)) {
            return self.number_constant(-number.value, at);
        }
        let val = self.expression(&unary.arg);
        let dst = match unary.op {
            UnaryOp::Plus => self.operation(Operator::Concat, vec![val], at),
            UnaryOp::Minus | UnaryOp::Tilde => self.operation(Operator::Compute, vec![val], at),
            UnaryOp::Void => self.cx.builder.constant(Literal::Undefined, at),
            UnaryOp::Bang => self.cx.builder.echo(val, false, at),
            UnaryOp::TypeOf | UnaryOp::Delete => self.cx.builder.plain(at),
        };
        if unary.op != UnaryOp::Delete {
            self.note(dst, Fact::Unary(unary.op, val));
        }
        dst
    }

    fn update(&mut self, update: &'a UpdateExpr, at: Range) -> Val {
        let old = self.expression(&update.arg);
        let new = self.operation(Operator::Compute, vec![old], at);
        let one = self.cx.builder.value(at);
        self.note(one, Fact::Is(Constant::Number(1.0)));
        let op = if update.op == UpdateOp::PlusPlus { BinaryOp::Add } else { BinaryOp::Sub };
        self.note(new, Fact::Binary(op, old, one));
        self.assign_expression(&update.arg, new);
        if update.prefix { new } else { old }
    }

    fn binary(&mut self, bin: &'a BinExpr, at: Range) -> Val {
        match bin.op {
            BinaryOp::LogicalAnd | BinaryOp::LogicalOr | BinaryOp::NullishCoalescing => self.logical(bin, at),
            _ => {
                // Long chains of `+` lean to the left; they are walked, not recursed into.
                let mut rights = Vec::new();
                let mut left = bin;
                while let Expr::Bin(inner) = strip(&left.left)
                    && inner.op == left.op
                    && left.op == BinaryOp::Add
                {
                    rights.push(&*left.right);
                    left = inner;
                }
                let mut args = vec![self.expression(&left.left), self.expression(&left.right)];
                args.extend(rights.into_iter().rev().map(|right| self.expression(right)));
                let sides = [args[0], args[1]];
                let dst = self.binary_operation(bin.op, args, at);
                if bin.op == BinaryOp::InstanceOf {
                    self.ask_class(sides, at);
                }
                self.note_comparison(dst, bin.op, [&bin.left, &bin.right], sides);
                if matches!(bin.op, BinaryOp::EqEq | BinaryOp::NotEq | BinaryOp::EqEqEq | BinaryOp::NotEqEq) {
                    self.cx.tested.insert(range_of(bin.span), dst);
                }
                dst
            }
        }
    }

    /// A class may say itself what its instances are, if any here does.
    fn ask_class(&mut self, [object, class]: [Val; 2], at: Range) {
        const SAYS: &str = "@@hasInstance";
        if self.names.contains(SAYS) {
            let key = self.named(SAYS);
            let says = self.cx.builder.load(class, key, at);
            self.quiet_call(says, class, &[object], at);
        }
    }

    pub(super) fn binary_operation(&mut self, op: BinaryOp, args: Vec<Val>, at: Range) -> Val {
        let operands = args.clone();
        let dst = match op {
            BinaryOp::Add => self.operation(Operator::Concat, args, at),
            BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Mod
            | BinaryOp::Exp
            | BinaryOp::LShift
            | BinaryOp::RShift
            | BinaryOp::ZeroFillRShift
            | BinaryOp::BitOr
            | BinaryOp::BitAnd
            | BinaryOp::BitXor => self.operation(Operator::Compute, args, at),
            _ => self.cx.builder.plain(at),
        };
        if let [left, right] = operands[..] {
            self.note(dst, Fact::Binary(op, left, right));
        }
        dst
    }

    fn yield_expression(&mut self, expression: &'a YieldExpr, at: Range) -> Val {
        let arg = expression.arg.as_ref().map(|arg| self.expression(arg));
        let delegate = arg.filter(|_| expression.delegate);
        let val = match (arg, delegate) {
            (_, Some(inner)) => self.iterate(inner, at),
            (Some(val), None) => val,
            (None, None) => self.cx.builder.plain(at),
        };
        let dst = self.cx.builder.value(at);
        let handler = self.handler();
        self.may_throw();
        self.push(Instr::Yield { dst, val, all: expression.delegate, handler }, at);
        match delegate {
            // What `yield*` gives is what the other one returns.
            Some(inner) => {
                let key = self.content("returned");
                self.cx.builder.load(inner, key, at)
            }
            None => dst,
        }
    }

    /// What a promise resolves to; its error goes where errors go.
    pub fn await_value(&mut self, val: Val, at: Range) -> Val {
        let dst = self.cx.builder.value(at);
        self.may_throw();
        self.push(Instr::Await { dst, val }, at);
        let key = self.content("error");
        let error = self.cx.builder.load(val, key, at);
        let handler = self.handler();
        self.push(Instr::Throw { handler, val: error }, at);
        dst
    }

    pub(super) fn super_property(&mut self, prop: &'a SuperPropExpr) -> Val {
        let at = range_of(prop.span);
        let parent = self.parent_prototype(at);
        let key = match &prop.prop {
            SuperProp::Ident(name) => self.named(&name.sym),
            SuperProp::Computed(computed) => self.computed_key(&computed.expr),
        };
        self.inherited_property(parent, key, at)
    }

    /// A property behind `super`: a getter there is asked for the receiver's.
    pub(super) fn inherited_property(&mut self, parent: Val, key: Key, at: Range) -> Val {
        let val = self.load_property(parent, key, at);
        let Key::Named(name) = key else { return val };
        if !self.accessors.contains(&name) {
            return val;
        }
        let key = self.accessor_key(content::GET, name);
        let getter = self.cx.builder.load(parent, key, at);
        let this = self.this(at);
        let got = self.quiet_call(getter, this, &[], at);
        self.cx.builder.merge(vec![val, got], at)
    }
}

fn is_spread(elem: &Option<ExprOrSpread>) -> bool {
    elem.as_ref().is_some_and(|elem| elem.spread.is_some())
}

/// The keys that a part of a literal certainly sets.
pub(super) fn certain_keys(prop: &PropOrSpread) -> Vec<String> {
    match prop {
        PropOrSpread::Spread(spread) => match strip(&spread.expr) {
            Expr::Object(inner) => inner.props.iter().flat_map(certain_keys).collect(),
            _ => Vec::new(),
        },
        prop @ PropOrSpread::Prop(_) => plain_key(prop).into_iter().collect(),
    }
}

/// The content that a setter of a literal is.
fn setter_key(prop: &PropOrSpread) -> Option<String> {
    let PropOrSpread::Prop(prop) = prop else { return None };
    match &**prop {
        Prop::Setter(setter) => match &setter.key {
            swc_ecma_ast::PropName::Ident(name) => Some(format!("{}{}", content::SET, name.sym)),
            _ => None,
        },
        _ => None,
    }
}

fn plain_key(prop: &PropOrSpread) -> Option<String> {
    let PropOrSpread::Prop(prop) = prop else { return None };
    let key = match &**prop {
        Prop::Shorthand(ident) => return Some(ident.sym.to_string()),
        Prop::KeyValue(pair) => &pair.key,
        Prop::Method(method) => &method.key,
        Prop::Assign(assign) => return Some(assign.key.sym.to_string()),
        // An accessor takes part in look-ups through its content.
        Prop::Getter(_) | Prop::Setter(_) => return None,
    };
    match key {
        swc_ecma_ast::PropName::Ident(ident) => Some(ident.sym.to_string()),
        swc_ecma_ast::PropName::Str(text) => Some(text.value.to_string_lossy().into_owned()),
        swc_ecma_ast::PropName::Num(number) => Some(number.value.to_string()),
        _ => None,
    }
}
