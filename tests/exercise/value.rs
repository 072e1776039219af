//! JavaScript values for arguments, put together port by port. Knows the notation of ports, and no model.

use std::collections::BTreeMap;
use std::fmt::Write;

use wxray::models::{Access, Base, Port};

/// A value in the making.
#[derive(Clone, Debug, Default)]
pub struct Value {
    properties: BTreeMap<String, Value>,
    elements: BTreeMap<u32, Value>,
    function: Option<Function>,
    /// What lies in something that is no object to look into, and how that is written around it.
    held: Option<(&'static str, Box<Value>)>,
    text: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Function {
    body: String,
    returned: Option<Box<Value>>,
}

/// How contents are written that the language fills: `{}` is what lies in them.
const WRITTEN: [(&str, &str); 15] = [
    ("promise", "Promise.resolve({})"),
    ("awaited", "Promise.resolve({})"),
    ("error", "Promise.reject({})"),
    ("json", "JSON.stringify({})"),
    ("yield", "(function* () { yield {}; })()"),
    ("returned", "(function* () { return {}; })()"),
    ("items", "new Set([{}])"),
    ("iterated", "new Set([{}])"),
    ("keys", "new Map([[{}, 1]])"),
    ("entries", "new Map([['x', {}]])"),
    ("memory", "new Uint8Array({}).buffer"),
    ("key", "{ [{}]: 1 }"),
    ("proto", "Object.create({})"),
    ("target", "new Proxy({}, {})"),
    ("handler", "new Proxy({}, {})"),
];

/// How they are read: what `{}` is replaced with the holder gives what lies in it.
const READ: [(&str, &str); 7] = [
    ("json", "JSON.parse({})"),
    ("returned", "{}.next().value"),
    ("entries", "{}.get('x')"),
    ("memory", "new Uint8Array({})"),
    ("proto", "{}"),
    ("elements", "{}[0]"),
    ("listed", "{}[0]"),
];

/// How they are gone through, for those that hold several.
const LOOPS: [(&str, &str); 6] = [
    ("each", "{}"),
    ("tail", "{}"),
    ("yield", "{}"),
    ("items", "{}"),
    ("keys", "{}.keys()"),
    ("key", "Object.keys({})"),
];

fn template(table: &[(&str, &'static str)], content: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == content).map(|(_, template)| *template)
}

/// The key that stands for all that ports compute.
pub const KEY: &str = "x";

/// Why no program can be made.
pub type Unmade = &'static str;

impl Value {
    /// Puts the expression `what` at the end of the way.
    pub fn give(&mut self, way: &[Access], what: &str) -> Result<(), Unmade> {
        let calls = way.windows(2).position(|pair| matches!(pair, [Access::Param(_), Access::Arg(_)]));
        if let Some(position) = calls
            && let [Access::Param(param), Access::Arg(index), rest @ ..] = &way[position..]
        {
            let mut given = Value::default();
            given.give(rest, what)?;
            let body = format!("{};", call_of(&format!("p{param}"), *index, &given.text()));
            return self.at(&way[..position], &mut |value| {
                value.function.get_or_insert_with(Function::default).body.push_str(&body);
            });
        }
        self.at(way, &mut |value| value.text = Some(what.to_owned()))?;
        if self.is_clear() { Ok(()) } else { Err("one value lies inside the other") }
    }

    /// Puts statements at the end of a way that leads through a parameter of a function; `{}` in them is what arrives.
    pub fn take(&mut self, way: &[Access], statements: &str) -> Result<(), Unmade> {
        let position = way.iter().rposition(|access| matches!(access, Access::Param(_) | Access::Receiver));
        let position = position.ok_or("it does not come out of a function")?;
        let root = match &way[position] {
            Access::Param(index) => format!("p{index}"),
            _ => "this".to_owned(),
        };
        let body = reach(&root, &way[position + 1..], statements)?;
        self.at(&way[..position], &mut |value| {
            value.function.get_or_insert_with(Function::default).body.push_str(&body);
        })?;
        if self.is_clear() { Ok(()) } else { Err("one value lies inside the other") }
    }

    /// Whether it is put together by elements alone.
    pub fn is_list(&self) -> bool {
        self.properties.is_empty()
    }

    /// Whether nothing is hidden by a text that stands for the whole.
    fn is_clear(&self) -> bool {
        let Value { properties, elements, function, held, text } = self;
        let is_leaf = properties.is_empty() && elements.is_empty() && function.is_none() && held.is_none();
        (text.is_none() || is_leaf) && properties.values().chain(elements.values()).all(Value::is_clear)
    }

    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        let Value { properties, elements, function, held, text } = self;
        properties.is_empty() && elements.is_empty() && function.is_none() && held.is_none() && text.is_none()
    }

    /// Whether it is an object by its properties or elements, so that another can be given them.
    pub fn is_object(&self) -> bool {
        self.function.is_none() && self.held.is_none() && self.text.is_none()
    }

    fn at(&mut self, way: &[Access], end: &mut dyn FnMut(&mut Value)) -> Result<(), Unmade> {
        let Some((first, rest)) = way.split_first() else {
            end(self);
            return Ok(());
        };
        match first {
            Access::Property(name) => self.properties.entry(name.clone()).or_default().at(rest, end),
            Access::Index(index) => self.elements.entry(*index).or_default().at(rest, end),
            Access::Element => self.elements.entry(0).or_default().at(rest, end),
            Access::Properties | Access::Computed(_) => {
                self.properties.entry(KEY.to_owned()).or_default().at(rest, end)
            }
            Access::Return => {
                let function = self.function.get_or_insert_with(Function::default);
                function.returned.get_or_insert_default().at(rest, end)
            }
            Access::Content(name) if matches!(name.as_str(), "each" | "elements" | "listed" | "tail") => {
                self.elements.entry(0).or_default().at(rest, end)
            }
            Access::Content(name) if matches!(name.as_str(), "single" | "text" | "parsed") => self.at(rest, end),
            Access::Content(name) => {
                let template = template(&WRITTEN, name).ok_or("a content that cannot be written down")?;
                // What a map holds under a name is written with the name.
                let rest = if name == "entries" { rest.get(1..).unwrap_or_default() } else { rest };
                let rest = if name == "memory" { rest.get(1..).unwrap_or_default() } else { rest };
                let (_, held) = self.held.get_or_insert_with(|| (template, Box::default()));
                held.at(rest, end)
            }
            _ => Err("a way that cannot be written down"),
        }
    }

    /// The value as an expression.
    pub fn text(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        if let Some((template, held)) = &self.held {
            return template.replacen("{}", &held.text(), 1);
        }
        if let Some(function) = &self.function {
            let returned = function.returned.as_ref().map(|value| format!("return {};", value.text()));
            let body = format!("{}{}", function.body, returned.unwrap_or_default());
            let function = format!("function (p0, p1, p2, p3, p4) {{ {body} }}");
            if self.properties.is_empty() {
                return function;
            }
            return format!("Object.assign({function}, {})", self.object());
        }
        if let Some(last) = self.elements.keys().max() {
            let element = |index| self.elements.get(&index).map_or_else(|| "'x'".to_owned(), Value::text);
            return format!("[{}]", (0..=*last).map(element).collect::<Vec<_>>().join(", "));
        }
        self.object()
    }

    fn object(&self) -> String {
        let mut text = String::from("{");
        for (name, value) in &self.properties {
            let _ = write!(text, " {}: {},", serde_json::Value::from(name.as_str()), value.text());
        }
        text.push_str(" }");
        text
    }
}

/// `statements` for what lies at the end of a way from an expression; `{}` in them is what arrives, `{.}` what it is
/// read from.
pub fn reach(root: &str, way: &[Access], statements: &str) -> Result<String, Unmade> {
    let mut parent = root.to_owned();
    let mut at = root.to_owned();
    for (position, access) in way.iter().enumerate() {
        parent.clone_from(&at);
        match access {
            Access::Property(name) => at = format!("{at}[{}]", serde_json::Value::from(name.as_str())),
            Access::Index(index) => at = format!("{at}[{index}]"),
            Access::Element => at = format!("{at}[0]"),
            Access::Properties | Access::Computed(_) => at = format!("{at}.{KEY}"),
            Access::Return => at = format!("{at}()"),
            Access::Content(name) if matches!(name.as_str(), "promise" | "error") => {
                let inner = reach("v", &way[position + 1..], statements)?;
                let then = if name == "promise" { "then" } else { "catch" };
                return Ok(format!("{at}.{then}(function (v) {{ {inner} }});"));
            }
            Access::Content(name) if matches!(name.as_str(), "single" | "text" | "parsed") => {}
            Access::Content(name) if name == "entries" && matches!(way.get(position + 1), Some(Access::Element)) => {
                let inner = reach("v", &way[position + 2..], statements)?;
                return Ok(format!("for (const v of {at}.values()) {{ {inner} }}"));
            }
            Access::Content(name) if name == "proto" && position + 1 == way.len() => {
                return Err("only its members can be read");
            }
            Access::Content(name) => {
                if let Some(list) = template(&LOOPS, name) {
                    let inner = reach("v", &way[position + 1..], statements)?;
                    return Ok(format!("for (const v of {}) {{ {inner} }}", list.replace("{}", &at)));
                }
                at = template(&READ, name).ok_or("a content that cannot be read")?.replace("{}", &at);
                if name == "entries" {
                    return reach(&at, way.get(position + 2..).unwrap_or_default(), statements);
                }
            }
            _ => return Err("a way that cannot be read"),
        }
    }
    Ok(statements.replace("{.}", &parent).replace("{}", &at))
}

/// Statements that give something to what the call gave back: to a function there, to a property, to shared memory.
fn given_back(way: &[Access], what: &str) -> Result<String, Unmade> {
    let mut value = Value::default();
    if let Some(at) = way.iter().position(|access| matches!(access, Access::Arg(_)))
        && let Access::Arg(index) = way[at]
        && !way[..at].iter().any(|access| matches!(access, Access::Param(_)))
    {
        value.give(&way[at + 1..], what)?;
        return Ok(format!("{};", call_of(&reach("r", &way[..at], "{}")?, index, &value.text())));
    }
    let is_memory = |access: &Access| matches!(access, Access::Content(name) if name == "memory");
    match way {
        [first, Access::Element] if is_memory(first) => Ok(format!("{} = {what};", reach("r", way, "{}")?)),
        [Access::Content(_), ..] => Err("what is made holds nothing yet"),
        [first, rest @ ..] => {
            value.give(rest, what)?;
            Ok(format!("{} = {};", reach("r", std::slice::from_ref(first), "{}")?, value.text()))
        }
        [] => Err("the result as a whole"),
    }
}

/// A call that is given something as one of its arguments.
fn call_of(function: &str, index: u32, what: &str) -> String {
    let before: String = (0..index).map(|_| "'x', ").collect();
    format!("{function}({before}{what})")
}

/// Statements that put a handler into a property, where a way leads through its parameter; `None` where it does not.
fn assigned(root: &str, way: &[Access], statements: &str) -> Result<Option<String>, Unmade> {
    let is_parameter = |access: &Access| matches!(access, Access::Param(_) | Access::Receiver);
    let Some(position @ 1..) = way.iter().position(is_parameter) else {
        return Ok(None);
    };
    if way[..position].iter().any(|access| !matches!(access, Access::Property(_))) {
        return Err("a function that no program can put there");
    }
    let mut handler = Value::default();
    handler.take(&way[position..], statements)?;
    let place = reach(root, &way[..position], "{}")?;
    Ok(Some(format!("{place} = {};", handler.text())))
}

/// A call with receiver, arguments and what is done with the result.
#[derive(Debug, Default)]
pub struct Call {
    /// The receiver, where the call is a method of it.
    pub this: Value,
    arguments: BTreeMap<u32, Value>,
    after: String,
    /// What is done with what it throws.
    caught: String,
}

impl Call {
    /// Puts the expression `what` at a port that goes in.
    pub fn give(&mut self, port: &Port, what: &str) -> Result<(), Unmade> {
        match &port.base {
            Base::Arg(index) | Base::ArgsFrom(index) => {
                self.arguments.entry(*index).or_default().give(&port.accesses, what)
            }
            Base::This => self.this.give(&port.accesses, what),
            Base::Return => {
                self.after.push_str(&given_back(&port.accesses, what)?);
                Ok(())
            }
            _ => Err("it does not go in by the call"),
        }
    }

    /// Runs `statements` on what comes out at a port.
    pub fn take(&mut self, port: &Port, statements: &str) -> Result<(), Unmade> {
        match &port.base {
            Base::Arg(index) | Base::ArgsFrom(index) => {
                let argument = self.arguments.entry(*index).or_default();
                if argument.take(&port.accesses, statements).is_err() {
                    // What is written into must be there.
                    let holders = port.accesses.iter().take_while(|it| matches!(it, Access::Property(_))).count();
                    argument.at(&port.accesses[..holders.min(port.accesses.len().saturating_sub(1))], &mut |_| {})?;
                    let after = reach(&format!("a{index}"), &port.accesses, statements)?;
                    self.after.push_str(&after);
                }
            }
            Base::Return => {
                let assigned = assigned("r", &port.accesses, statements)?;
                let after = assigned.map_or_else(|| reach("r", &port.accesses, statements), Ok)?;
                self.after.push_str(&after);
            }
            Base::This => {
                let assigned = assigned("t", &port.accesses, statements)?;
                let after = assigned.map_or_else(|| reach("t", &port.accesses, statements), Ok)?;
                self.after.push_str(&after);
            }
            Base::Throw => self.caught.push_str(&reach("e", &port.accesses, statements)?),
            _ => return Err("it does not come out by the call"),
        }
        Ok(())
    }

    /// An argument as an expression.
    pub fn argument(&self, index: u32) -> String {
        self.arguments.get(&index).map_or_else(|| "'x'".to_owned(), Value::text)
    }

    /// Runs statements after the call.
    pub fn then(&mut self, statements: &str) {
        self.after.push_str(statements);
    }

    /// Whether the receiver is spoken of.
    pub fn needs_this(&self) -> bool {
        !self.this.is_empty()
    }

    /// The statements, for a callee; `receiver` is the expression of `t`, if the callee needs one. What `new` makes is
    /// the receiver too.
    pub fn text(&self, callee: &str, receiver: Option<&str>) -> String {
        let count = self.arguments.keys().max().map_or(0, |last| last + 1);
        let mut text = receiver.map(|receiver| format!("const t = {receiver}; ")).unwrap_or_default();
        for index in 0..count {
            let value = self.arguments.get(&index).map_or_else(|| "'x'".to_owned(), Value::text);
            let _ = write!(text, "const a{index} = {value}; ");
        }
        let arguments: Vec<String> = (0..count).map(|index| format!("a{index}")).collect();
        let made = if callee.starts_with("new ") { "const t = r; " } else { "" };
        let callee = constructor(callee);
        let call = format!("const r = {callee}({}); {made}{}", arguments.join(", "), self.after);
        if self.caught.is_empty() {
            text + &call
        } else {
            format!("{text}try {{ {call} }} catch (e) {{ {} }}", self.caught)
        }
    }
}

/// The callee as it must be written: `new require('x')` would make a `require`.
pub fn constructor(callee: &str) -> String {
    callee.strip_prefix("new ").map_or_else(|| callee.to_owned(), |class| format!("new ({class})"))
}
