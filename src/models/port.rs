//! Ports: access paths that say where at a call a value goes in or comes out.
//!
//! ```text
//! port     = base access*
//! base     = arg[N] | arg[*] | arg[N..] | this | return | store(NAME) | detail | param | callee
//! access   = .name            a property
//!          | [N] | [*]        an element with this index; any element or property
//!          | .*              all properties under their own names, at both ends of a flow
//!          | .{port}          the property whose name is the constant at another port
//!          | .@name           a content that is no property: @promise, @error, @json, @key, @yield …
//!          | .param[N]        parameter N of a function that is called here (a value goes into it)
//!          | .return          what a function that is called here returns
//!          | .arg[N]          argument N of calls that the program makes to a function which is given out here
//! ```

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
    /// `.*`: all properties, under their own names at both ends of a flow
    Properties,
    /// `.{port}`
    Computed(Box<Port>),
    /// `.@name`
    Content(String),
    /// `.param[N]`
    Param(u32),
    /// `.return`
    Return,
    /// `.arg[N]`
    Arg(u32),
}
