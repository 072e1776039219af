//! Callee paths: `wx.getLocation`, `require('crypto-js').MD5`, `Array#map`, `new Promise`, `wx.cloud.database().collection`.

/// Where a path begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// A global name: `wx`, `JSON`, a free function.
    Global(String),
    /// What `require('…')` gives for a package or a path as written.
    Package(String),
    /// The members of a built-in type: the `Array` of `Array#map`.
    Type(String),
}

/// One step along a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// `.name` (or the name behind `#`)
    Member(String),
    /// `()`: what a call returns.
    Call,
}

/// The path of a callee. `new X` is kept as `is_new` on the whole path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallPath {
    /// Where it begins.
    pub root: Root,
    /// The way from there.
    pub segments: Vec<Segment>,
    /// Whether only `new` on it is meant.
    pub is_new: bool,
}
