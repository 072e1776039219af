//! The expressions that stand for calls of helpers. Knows nothing of helpers.

use swc_common::{DUMMY_SP, Span, Spanned};
use swc_ecma_ast::{
    ArrayLit, ArrowExpr, ArrowFunctionBody, BinaryOp, ComputedPropName, CondExpr, Expr, ExprOrSpread, IdentName,
    KeyValuePatProp, KeyValueProp, MemberExpr, MemberProp, ObjectLit, ObjectPat, ObjectPatProp, Pat, Prop, PropName,
    PropOrSpread, RestPat, SeqExpr, SpreadElement, Str,
};

use super::super::tree::{
    argument, assignment, bare, bared, binary, binding, call, ident, member, paren, property, take,
};

/// What functions that are made here call their parameter.
const IT: &str = "it";
const REST: &str = "rest";

/// Whether copying these properties one by one gives what they are written as: accessors would be run.
pub(super) fn is_plain(props: &[PropOrSpread]) -> bool {
    props.iter().all(|prop| match prop {
        PropOrSpread::Spread(_) => true,
        PropOrSpread::Prop(prop) => match &**prop {
            Prop::Shorthand(_) | Prop::Method(_) => true,
            Prop::KeyValue(pair) => !matches!(&pair.key, PropName::Ident(name) if &*name.sym == "__proto__"),
            _ => false,
        },
    })
}

/// `...from`, in an object.
pub(super) fn spread_property(from: Expr) -> PropOrSpread {
    PropOrSpread::Spread(SpreadElement { dot3_token: DUMMY_SP, expr: Box::new(from) })
}

/// `[...a, ...b]`; what is a list as it stands is part of this one.
pub(super) fn list(span: Span, lists: impl Iterator<Item = Expr>) -> Expr {
    let mut elems = Vec::new();
    for part in lists.map(bared) {
        match part {
            Expr::Array(part) if part.elems.iter().all(Option::is_some) => elems.extend(part.elems),
            part => elems.push(Some(ExprOrSpread { spread: Some(DUMMY_SP), expr: Box::new(part) })),
        }
    }
    Expr::Array(ArrayLit { span, elems })
}

/// `Object.assign(…)`
pub(super) fn assign(span: Span, args: Vec<ExprOrSpread>) -> Expr {
    call(span, member(ident(span, "Object"), "assign"), args)
}

/// `(({ a: _, ...rest }) => rest)(from)`
pub(super) fn rest(span: Span, from: Expr, without: &[Str]) -> Expr {
    let left_out = without.iter().enumerate().map(|(at, key)| {
        let value = Box::new(binding(span, &format!("{REST}{at}")));
        ObjectPatProp::KeyValue(KeyValuePatProp { key: PropName::Str(key.clone()), value })
    });
    let arg = Box::new(binding(span, REST));
    let others = ObjectPatProp::Rest(RestPat { span, dot3_token: DUMMY_SP, arg, type_ann: None });
    let props = left_out.chain([others]).collect();
    let param = Pat::Object(ObjectPat { span, props, optional: false, type_ann: None });
    handed(span, param, ident(span, REST), from)
}

/// `{ …object, [key]: value }` where the object is made here, and `(object[key] = value, object)` where it has a name.
pub(super) fn defined(span: Span, object: &mut Expr, key: &mut Expr, value: &mut Expr) -> Option<Expr> {
    if !matches!(bare(object), Expr::Object(_) | Expr::This(_) | Expr::Ident(_)) {
        return None;
    }
    let (key, value) = (Box::new(take(key)), Box::new(take(value)));
    let computed = ComputedPropName { span: key.span(), expr: key };
    match bared(take(object)) {
        Expr::Object(ObjectLit { mut props, .. }) => {
            let pair = KeyValueProp { key: PropName::Computed(computed), value };
            props.push(PropOrSpread::Prop(Box::new(Prop::KeyValue(pair))));
            Some(Expr::Object(ObjectLit { span, props }))
        }
        object => {
            let prop = MemberProp::Computed(computed);
            let to = MemberExpr { span, obj: Box::new(object.clone()), prop };
            let exprs = vec![Box::new(assignment(span, to, *value)), Box::new(object)];
            Some(paren(span, Expr::Seq(SeqExpr { span, exprs })))
        }
    }
}

/// `(Object.setPrototypeOf(C, P), C.prototype = Object.create(P.prototype), C.prototype.constructor = C)`
pub(super) fn inherited(span: Span, class: &Expr, parent: &Expr) -> Option<Expr> {
    let (Expr::Ident(_), Expr::Ident(_)) = (bare(class), bare(parent)) else { return None };
    let of_class = [class, parent].map(|expr| argument(expr.clone()));
    let of_class = call(span, member(ident(span, "Object"), "setPrototypeOf"), of_class.into());
    let create = member(ident(span, "Object"), "create");
    let made = call(span, create, vec![argument(member(parent.clone(), "prototype"))]);
    let exprs = [
        of_class,
        assignment(span, property(class.clone(), "prototype"), made),
        assignment(span, property(member(class.clone(), "prototype"), "constructor"), class.clone()),
    ];
    Some(paren(span, Expr::Seq(SeqExpr { span, exprs: exprs.map(Box::new).into() })))
}

/// `(it => it && it.__esModule ? it : { …it, default: it })(module)`
pub(super) fn imported(span: Span, module: Expr, is_whole: bool) -> Expr {
    let it = || ident(span, IT);
    let is_made = Box::new(binary(span, BinaryOp::LogicalAnd, it(), member(it(), "__esModule")));
    let default = PropName::Ident(IdentName { span, sym: "default".into() });
    let default = KeyValueProp { key: default, value: Box::new(it()) };
    let mut props = Vec::from_iter(is_whole.then(|| spread_property(it())));
    props.push(PropOrSpread::Prop(Box::new(Prop::KeyValue(default))));
    let alt = Box::new(Expr::Object(ObjectLit { span, props }));
    let chosen = Expr::Cond(CondExpr { span, test: is_made, cons: Box::new(it()), alt });
    handed(span, binding(span, IT), chosen, module)
}

/// `(it => a(it) || it)((it => b(it) || it)(class))` for `[a, b]`
pub(super) fn decorated(decorators: &Expr, class: &mut Expr) -> Option<Expr> {
    let Expr::Array(ArrayLit { elems, .. }) = bare(decorators) else { return None };
    let decorators = elems.iter().map(|elem| elem.as_ref().filter(|elem| elem.spread.is_none()));
    let decorators = decorators.collect::<Option<Vec<_>>>()?;
    // Names are told apart by their positions: behind each decorator there is none.
    Some(decorators.iter().rev().fold(take(class), |class, decorator| {
        let at = decorator.span().with_lo(decorator.span().hi);
        let it = || ident(at, IT);
        let replaced = call(at, (*decorator.expr).clone(), vec![argument(it())]);
        handed(at, binding(at, IT), binary(at, BinaryOp::LogicalOr, replaced, it()), class)
    }))
}

/// `(param => body)(value)`
fn handed(span: Span, param: Pat, body: Expr, value: Expr) -> Expr {
    let body = Box::new(ArrowFunctionBody::Expr(Box::new(body)));
    let arrow = Expr::Arrow(ArrowExpr { span, params: vec![param], body, ..ArrowExpr::default() });
    call(span, paren(span, arrow), vec![argument(value)])
}
