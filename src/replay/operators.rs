//! Operators and conversions, and what becomes of questions about values that are not known.

use std::rc::Rc;

use swc_ecma_ast::BinaryOp;

use super::machine::{Abrupt, Machine, Outcome};
use super::texts::{self, to_int32};
use super::value::{Key, Kind, Test, Unk, Unknown, Value};

impl Machine<'_> {
    // Questions.

    /// The stand-in for the answer to a question; the same question has the same answer.
    pub(super) fn question(&self, question: String) -> Value {
        self.ask(question, None)
    }

    fn ask(&self, question: String, test: Option<Test>) -> Value {
        if let Some(&unk) = self.questions.borrow().get(&question) {
            return Value::Unknown(unk);
        }
        let value = self.add_unknown(Unknown { test, ..Unknown::default() });
        if let Value::Unknown(unk) = value {
            self.questions.borrow_mut().insert(question, unk);
        }
        value
    }

    /// Whether a value counts as true; of one that is not known it is decided.
    pub(super) fn truth(&self, value: &Value) -> Outcome<bool> {
        match value {
            Value::Undefined | Value::Null => Ok(false),
            Value::Bool(bool) => Ok(*bool),
            Value::Num(number) => Ok(*number != 0.0 && !number.is_nan()),
            Value::Str(text) => Ok(!text.is_empty()),
            Value::Sym(_) | Value::Obj(_) => Ok(true),
            Value::Unknown(unk) => self.decide(*unk),
        }
    }

    fn decide(&self, unk: Unk) -> Outcome<bool> {
        if let Some(&known) = self.truths.borrow().get(&unk) {
            return Ok(known);
        }
        if let Some(known) = self.equals.borrow().get(&unk).cloned() {
            return self.truth(&known);
        }
        let test = self.unknowns.borrow()[unk.0 as usize].test.clone();
        let truth = match &test {
            Some(Test::Not(other)) => !self.decide(*other)?,
            Some(Test::Equals(other, constant)) => match self.equals.borrow().get(other) {
                Some(known) if known.unknown().is_none() => same_constant(known, constant),
                _ => self.choose(2)? == 0,
            },
            Some(Test::Named(_)) | None => self.choose(2)? == 0,
        };
        match test {
            Some(Test::Equals(other, constant)) if truth => {
                self.is_emptied.set(true);
                Rc::make_mut(&mut self.equals.borrow_mut()).insert(other, constant);
            }
            Some(Test::Named(name)) if truth && !self.equals.borrow().contains_key(&name) => {
                let some_name = self.opaque(0);
                Rc::make_mut(&mut self.equals.borrow_mut()).insert(name, some_name);
            }
            _ => {}
        }
        Rc::make_mut(&mut self.truths.borrow_mut()).insert(unk, truth);
        Ok(truth)
    }

    pub(super) fn nullish(&self, value: &Value) -> Outcome<bool> {
        let Value::Unknown(unk) = value else { return Ok(value.is_nullish()) };
        if self.truths.borrow().get(unk) == Some(&true) || self.equals.borrow().contains_key(unk) {
            return Ok(false);
        }
        let is_nullish = self.question(format!("{}:nullish", unk.0));
        let is_nullish = self.truth(&is_nullish)?;
        if is_nullish {
            self.is_emptied.set(true);
            Rc::make_mut(&mut self.truths.borrow_mut()).insert(*unk, false);
        }
        Ok(is_nullish)
    }

    pub(super) fn not(&self, value: &Value) -> Outcome<Value> {
        match value {
            Value::Unknown(unk) => Ok(self.ask(format!("{}:not", unk.0), Some(Test::Not(*unk)))),
            value => Ok(Value::Bool(!self.truth(value)?)),
        }
    }

    pub(super) fn strictly_equal(&self, left: &Value, right: &Value) -> Outcome<Value> {
        Ok(Value::Bool(match (left, right) {
            (Value::Unknown(a), Value::Unknown(b)) if a == b => true,
            (Value::Unknown(a), Value::Unknown(b)) => {
                return Ok(self.question(format!("{}:same:{}", a.0.min(b.0), a.0.max(b.0))));
            }
            (Value::Unknown(unk), other) | (other, Value::Unknown(unk)) => return self.unknown_equals(*unk, other),
            (Value::Obj(a), Value::Obj(b)) => a == b,
            (Value::Sym(a), Value::Sym(b)) => a == b,
            (left, right) => same_constant(left, right),
        }))
    }

    fn unknown_equals(&self, unk: Unk, other: &Value) -> Outcome<Value> {
        if let Some(known) = self.equals.borrow().get(&unk).filter(|known| known.unknown().is_none()) {
            return Ok(Value::Bool(same_constant(known, other)));
        }
        if other.is_nullish() {
            return self.nullish(&Value::Unknown(unk)).map(Value::Bool);
        }
        let question = format!("{}:is:{other:?}", unk.0);
        Ok(match other {
            Value::Obj(_) if self.is_secluded(unk) => Value::Bool(false),
            Value::Obj(_) => self.question(question),
            constant => self.ask(question, Some(Test::Equals(unk, constant.clone()))),
        })
    }

    /// Whether nothing of the program's own can be what a value is: it holds none of its objects, and nobody else has any.
    fn is_secluded(&self, unk: Unk) -> bool {
        self.era.get() == 0 && !self.is_exposed.get() && self.unknowns.borrow()[unk.0 as usize].refs.is_empty()
    }

    /// Whether a name that is not known is one of those that an object of the program has.
    pub(super) fn is_named(&self, name: Unk) -> Value {
        self.add_unknown(Unknown { test: Some(Test::Named(name)), ..Unknown::default() })
    }

    async fn loosely_equal(&self, left: Value, right: Value) -> Outcome<Value> {
        if left.is_nullish() && right.is_nullish() {
            return Ok(Value::Bool(true));
        }
        if left.unknown().is_some() || right.unknown().is_some() {
            return self.strictly_equal(&left, &right);
        }
        if left.is_nullish() || right.is_nullish() {
            return Ok(Value::Bool(false));
        }
        match (&left, &right) {
            (Value::Obj(_), Value::Obj(_)) | (Value::Str(_), Value::Str(_)) => self.strictly_equal(&left, &right),
            _ => {
                let (left, right) = (self.to_number(left).await?, self.to_number(right).await?);
                self.strictly_equal(&left, &right)
            }
        }
    }

    pub(super) fn type_of(&self, value: &Value) -> Value {
        Value::str(match value {
            Value::Undefined => "undefined",
            Value::Null => "object",
            Value::Bool(_) => "boolean",
            Value::Num(_) => "number",
            Value::Str(_) => "string",
            Value::Sym(_) => "symbol",
            Value::Obj(_) if self.is_callable(value) => "function",
            Value::Obj(_) => "object",
            Value::Unknown(unk) => match self.equals.borrow().get(unk).cloned() {
                Some(known) => return self.type_of(&known),
                None if self.is_leaf(*unk) => "string",
                None => return self.question(format!("{}:type", unk.0)),
            },
        })
    }

    /// Whether something is no object: a walk that calls itself, by way of a callback or with a helper to ask, comes to an end
    /// below what it is given.
    pub(super) fn is_leaf(&self, unk: Unk) -> bool {
        let unknown = &self.unknowns.borrow()[unk.0 as usize];
        let stack = self.stack.borrow();
        let comes_again = |at: &usize| stack[..*at].iter().any(|around| stack[*at].contains(*around));
        (unknown.is_part || unknown.is_given) && (0..stack.len()).rev().take(2).any(|at| comes_again(&at))
    }

    /// Whether something that is not known is a list.
    pub(super) fn is_list(&self, unk: Unk) -> Value {
        if self.is_leaf(unk) { Value::Bool(false) } else { self.question(format!("{}:list", unk.0)) }
    }

    // Conversions.

    /// A value as a primitive; `hint` is what is wanted, as the language says it: `string`, `number` or `default`.
    pub(super) async fn to_primitive(&self, value: Value, hint: &str) -> Outcome<Value> {
        let Value::Obj(_) = &value else { return Ok(value) };
        let exotic = self.get(&value, &Key::Sym(super::host::TO_PRIMITIVE)).await?;
        if self.is_callable(&exotic) {
            return self.call(exotic, value.clone(), vec![Value::str(hint)], None).await;
        }
        let order = if hint == "string" { ["toString", "valueOf"] } else { ["valueOf", "toString"] };
        for name in order {
            let method = self.get_named(&value, name).await?;
            if method.unknown().is_some() {
                return Ok(self.mixed(std::slice::from_ref(&value)));
            }
            if self.is_callable(&method) {
                let result = self.call(method, value.clone(), vec![], None).await?;
                if result.object().is_none() {
                    return Ok(result);
                }
            }
        }
        Err(self.type_error("no primitive value"))
    }

    /// A text, or a value that is not known.
    pub(super) async fn to_text(&self, value: Value) -> Outcome<Value> {
        let value = Box::pin(self.to_primitive(value, "string")).await?;
        Ok(match &value {
            Value::Undefined => Value::str("undefined"),
            Value::Null => Value::str("null"),
            Value::Bool(bool) => Value::str(if *bool { "true" } else { "false" }),
            Value::Num(number) => Value::str(&texts::number(*number)),
            Value::Sym(_) => return Err(self.type_error("a symbol is no text")),
            _ => value,
        })
    }

    /// A number, or a value that is not known.
    pub(super) async fn to_number(&self, value: Value) -> Outcome<Value> {
        let value = Box::pin(self.to_primitive(value, "number")).await?;
        Ok(Value::Num(match &value {
            Value::Undefined => f64::NAN,
            Value::Null => 0.0,
            Value::Bool(bool) => f64::from(u8::from(*bool)),
            Value::Num(number) => *number,
            Value::Str(text) => texts::to_number(text),
            Value::Sym(_) => return Err(self.type_error("a symbol is no number")),
            Value::Unknown(_) | Value::Obj(_) => return Ok(self.mixed(std::slice::from_ref(&value))),
        }))
    }

    /// Two texts put together.
    pub(super) fn join(&self, left: Value, right: Value) -> Value {
        match (&left, &right) {
            (Value::Str(a), Value::Str(b)) => {
                self.charge_text(a.len() + b.len());
                Value::Str(Rc::from(format!("{a}{b}")))
            }
            (Value::Str(a), Value::Unknown(b)) => {
                let b = self.beginning(*b);
                self.charge_text(a.len() + b.len());
                self.text_begun(&format!("{a}{b}"), &[left, right])
            }
            (Value::Unknown(a), _) => self.text_begun(&self.beginning(*a), &[left, right]),
            _ => self.mixed(&[left, right]),
        }
    }

    pub(super) async fn binary(&self, op: BinaryOp, left: Value, right: Value) -> Outcome<Value> {
        match op {
            BinaryOp::EqEqEq => self.strictly_equal(&left, &right),
            BinaryOp::NotEqEq => {
                let is_equal = self.strictly_equal(&left, &right)?;
                self.not(&is_equal)
            }
            BinaryOp::EqEq => self.loosely_equal(left, right).await,
            BinaryOp::NotEq => {
                let is_equal = self.loosely_equal(left, right).await?;
                self.not(&is_equal)
            }
            BinaryOp::In => match &right {
                Value::Obj(obj) => {
                    let key = self.to_key(left).await?;
                    self.has(*obj, &key).await
                }
                Value::Unknown(_) => Ok(self.opaque(0)),
                _ => Err(self.type_error("not an object")),
            },
            BinaryOp::InstanceOf => self.instance_of(&left, &right).await,
            BinaryOp::Add => {
                let left = self.to_primitive(left, "default").await?;
                let right = self.to_primitive(right, "default").await?;
                if matches!(left, Value::Str(_)) || matches!(right, Value::Str(_)) {
                    let (left, right) = (self.to_text(left).await?, self.to_text(right).await?);
                    return Ok(self.join(left, right));
                }
                self.arithmetic(op, left, right).await
            }
            BinaryOp::Lt | BinaryOp::LtEq | BinaryOp::Gt | BinaryOp::GtEq => self.compare(op, left, right).await,
            _ => self.arithmetic(op, left, right).await,
        }
    }

    async fn compare(&self, op: BinaryOp, left: Value, right: Value) -> Outcome<Value> {
        let known = |value: Value| match &value {
            Value::Unknown(unk) => self.equals.borrow().get(unk).cloned().unwrap_or(value),
            _ => value,
        };
        let left = known(self.to_primitive(left, "number").await?);
        let right = known(self.to_primitive(right, "number").await?);
        let order = match (&left, &right) {
            (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => {
                // One question for all four: whether the one is less than the other.
                let (less, more) = match op {
                    BinaryOp::Lt | BinaryOp::GtEq => (&left, &right),
                    _ => (&right, &left),
                };
                let is_less = self.question(format!("{less:?}:<:{more:?}"));
                return match op {
                    BinaryOp::Lt | BinaryOp::Gt => Ok(is_less),
                    _ => self.not(&is_less),
                };
            }
            _ => match (self.to_number(left).await?, self.to_number(right).await?) {
                (Value::Num(a), Value::Num(b)) => a.partial_cmp(&b),
                _ => None,
            },
        };
        Ok(Value::Bool(order.is_some_and(|order| match op {
            BinaryOp::Lt => order.is_lt(),
            BinaryOp::LtEq => order.is_le(),
            BinaryOp::Gt => order.is_gt(),
            _ => order.is_ge(),
        })))
    }

    async fn arithmetic(&self, op: BinaryOp, left: Value, right: Value) -> Outcome<Value> {
        let (left, right) = (self.to_number(left).await?, self.to_number(right).await?);
        let (Value::Num(a), Value::Num(b)) = (&left, &right) else { return Ok(self.mixed(&[left, right])) };
        let (a, b) = (*a, *b);
        let shift = u32::from(to_int32(b) as u8 & 31);
        Ok(Value::Num(match op {
            BinaryOp::Add => a + b,
            BinaryOp::Sub => a - b,
            BinaryOp::Mul => a * b,
            BinaryOp::Div => a / b,
            BinaryOp::Mod => a % b,
            BinaryOp::Exp => a.powf(b),
            BinaryOp::LShift => f64::from(to_int32(a) << shift),
            BinaryOp::RShift => f64::from(to_int32(a) >> shift),
            BinaryOp::ZeroFillRShift => f64::from(to_int32(a).cast_unsigned() >> shift),
            BinaryOp::BitAnd => f64::from(to_int32(a) & to_int32(b)),
            BinaryOp::BitOr => f64::from(to_int32(a) | to_int32(b)),
            BinaryOp::BitXor => f64::from(to_int32(a) ^ to_int32(b)),
            _ => return Err(Abrupt::Stop("an operator")),
        }))
    }

    pub(super) fn is_proxy(&self, obj: super::value::Obj) -> bool {
        self.look(obj, |object| matches!(object.kind, Kind::Proxy { .. }))
    }
}

/// Whether two constants are the same.
pub(super) fn same_constant(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Num(a), Value::Num(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Sym(a), Value::Sym(b)) => a == b,
        _ => false,
    }
}
