//! Ports: access paths that say where at a call a value goes in or comes out.
//! Knows the notation, not what any port means for a solver.
//!
//! ```text
//! port     = base access*
//! base     = arg[N] | arg[*] | arg[N..] | this | return | throw | store(NAME) | detail | param | callee
//! access   = .name            a property
//!          | ["name"]         a property whose name would read as something else, or needs quotes
//!          | [N] | [*]        an element with this index; any element or property
//!          | .*               all properties, each under its own name (on both ends of a flow)
//!          | .{port}          the property whose name is the constant at another port
//!          | .@name           a content that is no property: @promise, @error, @json, @key, @yield …; @pair stands for the
//!                             properties as pairs of name and value, @each for what iterating gives (read only), @iterated for
//!                             the same of what is no list, @awaited for what a promise comes to, or else the value itself
//!          | .param[N]        parameter N of a function that is called here (a value goes into it)
//!          | .this            the receiver of a function that is called here (a value goes into it)
//!          | .return          what a function that is called here returns
//!          | .arg[N]          argument N of calls that the program makes to a function which is given out here
//! ```

use std::fmt;
use std::str::FromStr;

use super::cursor::{Cursor, NotationError, is_name_char};

/// An access path from a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// Where it begins.
    pub base: Base,
    /// The way from there.
    pub accesses: Vec<Access>,
}

/// Where a port begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// An argument, from 0.
    Arg(u32),
    /// Every argument from this one on.
    ArgsFrom(u32),
    /// The receiver; for `new` the object that is made.
    This,
    /// What the call returns.
    Return,
    /// What the call throws.
    Throw,
    /// A place outside the program, shared by all that name it (`wx.storage`).
    Store(String),
    /// `e.detail` of a component event.
    Detail,
    /// The parameter that the anchor names.
    Param,
    /// The function itself (for partial application and the like).
    Callee,
}

/// One step along a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// `.name`
    Property(String),
    /// `[N]`
    Index(u32),
    /// `[*]`
    Element,
    /// `.*`: all properties under their own names.
    Properties,
    /// `.{port}`
    Computed(Box<Port>),
    /// `.@name`
    Content(String),
    /// `.param[N]`
    Param(u32),
    /// `.this`
    Receiver,
    /// `.return`
    Return,
    /// `.arg[N]`
    Arg(u32),
}

impl Port {
    /// A port without a way to go.
    pub fn of(base: Base) -> Self {
        Self { base, accesses: Vec::new() }
    }

    /// The same port, further along `accesses`.
    #[must_use]
    pub fn then(mut self, accesses: impl IntoIterator<Item = Access>) -> Self {
        self.accesses.extend(accesses);
        self
    }
}

impl FromStr for Port {
    type Err = NotationError;

    fn from_str(text: &str) -> Result<Self, NotationError> {
        let mut cursor = Cursor::new(text);
        let port = read_port(&mut cursor)?;
        if cursor.at_end() { Ok(port) } else { Err(access_expected(&cursor)) }
    }
}

/// Reads what follows a base without the base: `a.b[*].c`, as data files write it. Errors carry the offset into `text`.
pub fn parse_accesses(text: &str) -> Result<Vec<Access>, NotationError> {
    let mut cursor = Cursor::new(text);
    let mut accesses = Vec::new();
    if !matches!(text.chars().next(), Some('[' | '.') | None) {
        accesses.push(read_named_access(&mut cursor)?);
    }
    while !cursor.at_end() {
        let access = read_access(&mut cursor)?.ok_or_else(|| access_expected(&cursor))?;
        accesses.push(access);
    }
    Ok(accesses)
}

fn access_expected(cursor: &Cursor<'_>) -> NotationError {
    cursor.expected("“.”、“[”或结尾", "`.`, `[` or the end")
}

fn read_port(cursor: &mut Cursor<'_>) -> Result<Port, NotationError> {
    let mut port = Port::of(read_base(cursor)?);
    while let Some(access) = read_access(cursor)? {
        port.accesses.push(access);
    }
    Ok(port)
}

fn read_base(cursor: &mut Cursor<'_>) -> Result<Base, NotationError> {
    let start = cursor.offset();
    let base = match cursor.take_while(is_name_char) {
        "arg" => return read_arguments(cursor),
        "store" => return read_store(cursor),
        "this" => Base::This,
        "return" => Base::Return,
        "throw" => Base::Throw,
        "detail" => Base::Detail,
        "param" => Base::Param,
        "callee" => Base::Callee,
        other => return Err(unknown_base(start, other)),
    };
    Ok(base)
}

fn unknown_base(offset: usize, found: &str) -> NotationError {
    let hint = super::error::nearest(found, &["arg", "store", "this", "return", "throw", "detail", "param", "callee"]);
    let mut message = crate::base::Text::new(
        format!("端口须以 arg[…]、this、return、throw、store(…)、detail、param 或 callee 开头，而不是“{found}”"),
        format!(
            "a port begins with arg[…], this, return, throw, store(…), detail, param or callee, not with `{found}`"
        ),
    );
    if let Some(hint) = hint {
        message = super::error::with_suggestion(&message, hint);
    }
    NotationError { offset, message }
}

fn read_arguments(cursor: &mut Cursor<'_>) -> Result<Base, NotationError> {
    cursor.expect("[")?;
    if cursor.eat("*]") {
        return Ok(Base::ArgsFrom(0));
    }
    let index = cursor.number()?;
    let base = if cursor.eat("..") { Base::ArgsFrom(index) } else { Base::Arg(index) };
    cursor.expect("]")?;
    Ok(base)
}

fn read_store(cursor: &mut Cursor<'_>) -> Result<Base, NotationError> {
    cursor.expect("(")?;
    let name = cursor.take_while(|c| c != ')');
    if name.is_empty() {
        return Err(cursor.expected("存储的名称", "the name of a store"));
    }
    cursor.expect(")")?;
    Ok(Base::Store(name.to_owned()))
}

fn read_access(cursor: &mut Cursor<'_>) -> Result<Option<Access>, NotationError> {
    if cursor.eat("[") {
        return read_bracket(cursor).map(Some);
    }
    if !cursor.eat(".") {
        return Ok(None);
    }
    if cursor.eat("*") {
        return Ok(Some(Access::Properties));
    }
    if cursor.eat("@") {
        return Ok(Some(Access::Content(cursor.name()?.to_owned())));
    }
    if cursor.eat("{") {
        let port = read_port(cursor)?;
        cursor.expect("}")?;
        return Ok(Some(Access::Computed(Box::new(port))));
    }
    read_named_access(cursor).map(Some)
}

fn read_named_access(cursor: &mut Cursor<'_>) -> Result<Access, NotationError> {
    let name = cursor.name()?;
    let is_call = cursor.rest().starts_with('[') && cursor.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
    match name {
        "return" => Ok(Access::Return),
        "this" => Ok(Access::Receiver),
        "param" if is_call => read_index(cursor).map(Access::Param),
        "arg" if is_call => read_index(cursor).map(Access::Arg),
        name => Ok(Access::Property(name.to_owned())),
    }
}

fn read_index(cursor: &mut Cursor<'_>) -> Result<u32, NotationError> {
    cursor.expect("[")?;
    let index = cursor.number()?;
    cursor.expect("]")?;
    Ok(index)
}

fn read_bracket(cursor: &mut Cursor<'_>) -> Result<Access, NotationError> {
    let access = if cursor.eat("*") {
        Access::Element
    } else if cursor.rest().starts_with('"') {
        Access::Property(read_quoted(cursor)?)
    } else {
        Access::Index(cursor.number()?)
    };
    cursor.expect("]")?;
    Ok(access)
}

/// Reads a name in quotes, with the escapes of JSON.
fn read_quoted(cursor: &mut Cursor<'_>) -> Result<String, NotationError> {
    let mut names = serde_json::Deserializer::from_str(cursor.rest()).into_iter::<String>();
    match names.next() {
        Some(Ok(name)) => {
            let length = names.byte_offset();
            cursor.skip(length);
            Ok(name)
        }
        _ => Err(cursor.expected("带引号的名称", "a name in quotes")),
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.base {
            Base::Arg(index) => write!(f, "arg[{index}]")?,
            Base::ArgsFrom(index) => write!(f, "arg[{index}..]")?,
            Base::This => f.write_str("this")?,
            Base::Return => f.write_str("return")?,
            Base::Throw => f.write_str("throw")?,
            Base::Store(name) => write!(f, "store({name})")?,
            Base::Detail => f.write_str("detail")?,
            Base::Param => f.write_str("param")?,
            Base::Callee => f.write_str("callee")?,
        }
        self.accesses.iter().try_for_each(|access| access.fmt(f))
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(name) if is_plain(name) => write!(f, ".{name}"),
            Self::Property(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str())),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Element => f.write_str("[*]"),
            Self::Properties => f.write_str(".*"),
            Self::Computed(port) => write!(f, ".{{{port}}}"),
            Self::Content(name) => write!(f, ".@{name}"),
            Self::Param(index) => write!(f, ".param[{index}]"),
            Self::Return => f.write_str(".return"),
            Self::Receiver => f.write_str(".this"),
            Self::Arg(index) => write!(f, ".arg[{index}]"),
        }
    }
}

/// Whether a property's name can stand behind a dot without being taken for something else.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_name_char) && !matches!(name, "return" | "this" | "param" | "arg")
}
