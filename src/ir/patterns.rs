//! What patterns bind.

use swc_ecma_ast::{Expr, Ident, ObjectPatProp, ParamOrTsParamProp, Pat, TsParamPropParam};

/// A constructor's parameter as a pattern.
pub fn param_pattern(param: &ParamOrTsParamProp) -> Pat {
    match param {
        ParamOrTsParamProp::Param(param) => param.pat.clone(),
        ParamOrTsParamProp::TsParamProp(prop) => match &prop.param {
            TsParamPropParam::Ident(ident) => Pat::Ident(ident.clone()),
            TsParamPropParam::Assign(assign) => Pat::Assign(assign.clone()),
        },
    }
}

/// The identifiers that a pattern binds or writes.
pub fn pattern_idents(pat: &Pat) -> Vec<Ident> {
    fn collect(pat: &Pat, out: &mut Vec<Ident>) {
        match pat {
            Pat::Ident(ident) => out.push(ident.id.clone()),
            Pat::Array(array) => array.elems.iter().flatten().for_each(|elem| collect(elem, out)),
            Pat::Rest(rest) => collect(&rest.arg, out),
            Pat::Object(object) => {
                for prop in &object.props {
                    match prop {
                        ObjectPatProp::KeyValue(pair) => collect(&pair.value, out),
                        ObjectPatProp::Assign(assign) => out.push(assign.key.id.clone()),
                        ObjectPatProp::Rest(rest) => collect(&rest.arg, out),
                    }
                }
            }
            Pat::Assign(assign) => collect(&assign.left, out),
            Pat::Expr(expression) => {
                if let Expr::Ident(ident) = &**expression {
                    out.push(ident.clone());
                }
            }
            Pat::Invalid(_) => {}
        }
    }
    let mut out = Vec::new();
    collect(pat, &mut out);
    out
}
