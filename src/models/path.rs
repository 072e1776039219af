//! Callee paths: `wx.getLocation`, `require('crypto-js').MD5`, `Array#map`, `new Promise`, `wx.cloud.database().collection`.
//! Knows the notation, not what any path means.
//!
//! ```text
//! path    = ["new "] root segment*
//! root    = NAME | require('PACKAGE') | TYPE#MEMBER      TYPE may hold dots
//! segment = .MEMBER | ()                                 MEMBER = NAME | @@NAME | *, which is any, at any depth
//! ```

use std::fmt;
use std::str::FromStr;

use super::cursor::{Cursor, NotationError};

/// The member that stands for any of which no other path speaks.
pub const ANY: &str = "*";

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

impl FromStr for CallPath {
    type Err = NotationError;

    fn from_str(text: &str) -> Result<Self, NotationError> {
        let mut cursor = Cursor::new(text);
        let is_new = cursor.eat("new ");
        let (root, mut segments) = read_root(&mut cursor)?;
        while !cursor.at_end() {
            segments.push(read_segment(&mut cursor)?);
        }
        Ok(Self { root, segments, is_new })
    }
}

fn read_root(cursor: &mut Cursor<'_>) -> Result<(Root, Vec<Segment>), NotationError> {
    if let Some(package) = read_package(cursor)? {
        return Ok((Root::Package(package), Vec::new()));
    }
    if let Some(hash) = cursor.rest().find('#') {
        let name = cursor.take_while(|c| c != '#');
        if name.is_empty()
            || !name.split('.').all(|part| !part.is_empty() && part.chars().all(super::cursor::is_name_char))
        {
            let message = crate::base::Text::new("“#”之前应为类型名", "expected the name of a type before `#`");
            return Err(NotationError { offset: cursor.offset() - hash, message });
        }
        cursor.expect("#")?;
        return Ok((Root::Type(name.to_owned()), vec![Segment::Member(read_member(cursor)?)]));
    }
    Ok((Root::Global(cursor.name()?.to_owned()), Vec::new()))
}

fn read_package(cursor: &mut Cursor<'_>) -> Result<Option<String>, NotationError> {
    if !cursor.eat("require(") {
        return Ok(None);
    }
    let quote = if cursor.eat("\"") { '"' } else { '\'' };
    if quote == '\'' {
        cursor.expect("'")?;
    }
    let package = cursor.take_while(|c| c != '\'' && c != '"');
    if package.is_empty() {
        return Err(cursor.expected("包名", "the name of a package"));
    }
    cursor.expect(if quote == '"' { "\"" } else { "'" })?;
    cursor.expect(")")?;
    Ok(Some(package.to_owned()))
}

fn read_segment(cursor: &mut Cursor<'_>) -> Result<Segment, NotationError> {
    if cursor.eat("()") {
        return Ok(Segment::Call);
    }
    if cursor.eat(".") {
        return read_member(cursor).map(Segment::Member);
    }
    Err(cursor.expected("“.”、“()”或结尾", "`.`, `()` or the end"))
}

fn read_member(cursor: &mut Cursor<'_>) -> Result<String, NotationError> {
    if cursor.eat(ANY) {
        return Ok(ANY.to_owned());
    }
    let prefix = if cursor.eat("@@") { "@@" } else { "" };
    Ok(format!("{prefix}{}", cursor.name()?))
}

impl fmt::Display for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_new {
            f.write_str("new ")?;
        }
        match &self.root {
            Root::Global(name) | Root::Type(name) => f.write_str(name)?,
            Root::Package(name) => write!(f, "require('{name}')")?,
        }
        for (position, segment) in self.segments.iter().enumerate() {
            let of_type = position == 0 && matches!(self.root, Root::Type(_));
            match segment {
                Segment::Member(name) => write!(f, "{}{name}", if of_type { '#' } else { '.' })?,
                Segment::Call => f.write_str("()")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_parts_of_a_path_are_told_apart() {
        let path: CallPath = "wx.cloud.database().collection".parse().expect("a path");
        assert_eq!(path.root, Root::Global("wx".into()));
        let member = |name: &str| Segment::Member(name.into());
        assert_eq!(path.segments, [member("cloud"), member("database"), Segment::Call, member("collection")]);

        let path: CallPath = "new require(\"jsencrypt/lib\").Key".parse().expect("a path");
        assert!(path.is_new);
        assert_eq!(path.root, Root::Package("jsencrypt/lib".into()));

        let path: CallPath = "Intl.NumberFormat#@@iterator".parse().expect("a path");
        assert_eq!(path.root, Root::Type("Intl.NumberFormat".into()));
        assert_eq!(path.segments, [member("@@iterator")]);
    }

    #[test]
    fn errors_point_at_the_byte() {
        let offset = |text: &str| text.parse::<CallPath>().expect_err("must not parse").offset;
        assert_eq!(offset(""), 0);
        assert_eq!(offset("wx..x"), 3);
        assert_eq!(offset("wx.a b"), 4);
        assert_eq!(offset("require(md5)"), 8);
        assert_eq!(offset("#map"), 0);
        assert_eq!(offset("Array#"), 6);
    }

    prop_compose! {
        fn a_path()(
            root in prop_oneof![
                "[a-zA-Z_$][a-zA-Z0-9_$]{0,8}".prop_map(|name| (Root::Global(name), None)),
                "[@a-z][a-z./-]{0,12}".prop_map(|name| (Root::Package(name), None)),
                ("[A-Z][a-zA-Z.]{0,6}[a-z]", "(@@)?[a-z]{1,6}")
                    .prop_filter("dots stand alone", |(name, _)| !name.contains(".."))
                    .prop_map(|(name, member)| (Root::Type(name), Some(Segment::Member(member)))),
            ],
            rest in prop::collection::vec(
                prop_oneof![Just(Segment::Call), "(@@)?[a-zA-Z0-9_$]{1,8}".prop_map(Segment::Member)], 0..5),
            is_new: bool,
        ) -> CallPath {
            let (root, first) = root;
            CallPath { root, segments: first.into_iter().chain(rest).collect(), is_new }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(path in a_path()) {
            prop_assert_eq!(path.to_string().parse::<CallPath>(), Ok(path));
        }
    }
}
