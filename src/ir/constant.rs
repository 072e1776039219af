//! Constants of the language, and what operators make of them. Knows no tree and no function.

use swc_ecma_ast::{BinaryOp, UnaryOp};

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
    /// `undefined`
    Undefined,
}

impl Constant {
    /// What a condition makes of it.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Bool(value) => *value,
            Self::Null | Self::Undefined => false,
        }
    }

    /// Whether it is `null` or `undefined`.
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Null | Self::Undefined)
    }

    /// The property name that the constant stands for.
    pub fn as_key(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(_) | Self::Null | Self::Undefined => None,
        }
    }

    /// What an operator with one operand makes of it.
    pub fn unary(&self, op: UnaryOp) -> Option<Self> {
        Some(match (op, self) {
            (UnaryOp::Bang, value) => Self::Bool(!value.is_truthy()),
            (UnaryOp::Void, _) => Self::Undefined,
            (UnaryOp::Minus, Self::Number(number)) => Self::Number(-number),
            (UnaryOp::Plus, Self::Number(number)) => Self::Number(*number),
            (UnaryOp::TypeOf, value) => Self::Text(value.type_name().to_owned()),
            _ => return None,
        })
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Number(_) => "number",
            Self::Bool(_) => "boolean",
            Self::Null => "object",
            Self::Undefined => "undefined",
        }
    }

    /// What an operator with two operands makes of two constants; `None` where conversions would decide.
    pub fn binary(op: BinaryOp, left: &Self, right: &Self) -> Option<Self> {
        match op {
            BinaryOp::EqEqEq => return left.same(right, true).map(Self::Bool),
            BinaryOp::NotEqEq => return left.same(right, true).map(|same| Self::Bool(!same)),
            BinaryOp::EqEq => return left.same(right, false).map(Self::Bool),
            BinaryOp::NotEq => return left.same(right, false).map(|same| Self::Bool(!same)),
            _ => {}
        }
        match (left, right) {
            (Self::Number(left), Self::Number(right)) => arithmetic(op, *left, *right),
            (Self::Text(left), Self::Text(right)) if op == BinaryOp::Add => Some(Self::Text(format!("{left}{right}"))),
            (Self::Text(left), Self::Number(right)) if op == BinaryOp::Add => {
                Some(Self::Text(format!("{left}{right}")))
            }
            (Self::Number(left), Self::Text(right)) if op == BinaryOp::Add => {
                Some(Self::Text(format!("{left}{right}")))
            }
            _ => None,
        }
    }

    /// Whether two constants are equal; `None` where conversions would decide.
    #[expect(clippy::float_cmp, reason = "the language compares literals exactly, and so do we")]
    pub fn same(&self, other: &Self, is_strict: bool) -> Option<bool> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Some(left == right),
            (Self::Number(left), Self::Number(right)) => Some(left == right),
            (Self::Bool(left), Self::Bool(right)) => Some(left == right),
            (left, right) if left.is_nullish() && right.is_nullish() => Some(!is_strict || left == right),
            (left, right) if is_strict || left.is_nullish() || right.is_nullish() => Some(false),
            _ => None,
        }
    }
}

fn arithmetic(op: BinaryOp, left: f64, right: f64) -> Option<Constant> {
    Some(match op {
        BinaryOp::Add => Constant::Number(left + right),
        BinaryOp::Sub => Constant::Number(left - right),
        BinaryOp::Mul => Constant::Number(left * right),
        BinaryOp::Div => Constant::Number(left / right),
        BinaryOp::Mod => Constant::Number(left % right),
        BinaryOp::Exp => Constant::Number(left.powf(right)),
        BinaryOp::Lt => Constant::Bool(left < right),
        BinaryOp::LtEq => Constant::Bool(left <= right),
        BinaryOp::Gt => Constant::Bool(left > right),
        BinaryOp::GtEq => Constant::Bool(left >= right),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_no_conversion_is_decided() {
        let (one, text) = (Constant::Number(1.0), Constant::Text("1".to_owned()));
        assert_eq!(Constant::binary(BinaryOp::EqEqEq, &one, &text), Some(Constant::Bool(false)));
        assert_eq!(Constant::binary(BinaryOp::EqEq, &one, &text), None);
        assert_eq!(Constant::binary(BinaryOp::EqEq, &Constant::Null, &Constant::Undefined), Some(Constant::Bool(true)));
        assert_eq!(
            Constant::binary(BinaryOp::EqEqEq, &Constant::Null, &Constant::Undefined),
            Some(Constant::Bool(false))
        );
        assert_eq!(Constant::binary(BinaryOp::Add, &text, &one), Some(Constant::Text("11".to_owned())));
        assert_eq!(Constant::binary(BinaryOp::Mod, &Constant::Number(3.0), &Constant::Number(2.0)), Some(one));
    }
}
