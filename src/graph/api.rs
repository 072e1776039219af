//! Paths into code that is not the program's: `wx.cloud.database().collection`, as a tree shared by all that name them.

use rustc_hash::FxHashMap;

use super::symbols::{Sym, Symbols};
use crate::models::path::ANY;
use crate::models::runtime::Runtime;
use crate::models::{CallPath, Root, Segment};

/// A node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiId(pub u32);

/// The last step to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// A global name.
    Global(Sym),
    /// A package, or a request as it is written.
    Package(Sym),
    /// The members of a built-in type.
    Type(Sym),
    /// A member of the parent.
    Member(Sym),
    /// What a call of the parent returns.
    Call,
}

#[derive(Debug)]
struct Node {
    parent: Option<ApiId>,
    link: Link,
    /// Whether a call lies on the way: the node is data rather than a name space.
    is_data: bool,
}

/// All paths that models name, and the roots that the program names.
#[derive(Debug, Default)]
pub struct Apis {
    /// Names of the global object, whose members are the global names.
    aliases: Vec<String>,
    /// The name that stands for any member, once a model has it.
    any: Option<Sym>,
    /// Roots that stand for others.
    mirrors: FxHashMap<Link, Link>,
    nodes: Vec<Node>,
    children: FxHashMap<(Option<ApiId>, Link), ApiId>,
}

/// Stands before the names of such places, which no program can write.
pub const STORE: &str = "store:";

impl Apis {
    /// Nothing yet but what the framework says of names.
    pub fn new(runtime: &Runtime, symbols: &mut Symbols) -> Self {
        let mut apis = Self { aliases: runtime.global_aliases.clone(), ..Self::default() };
        for mirror in &runtime.mirrors {
            let Ok(CallPath { root, .. }) = mirror.of.parse() else { continue };
            let of = root_link(&root, symbols);
            for name in &mirror.globals {
                apis.mirrors.insert(Link::Global(symbols.intern(name)), of);
            }
            for package in &mirror.packages {
                apis.mirrors.insert(Link::Package(symbols.intern(package)), of);
            }
            let members = mirror.members.iter().filter_map(|path| path.parse().ok());
            for CallPath { root, segments, .. } in members.collect::<Vec<CallPath>>() {
                let [Segment::Member(name)] = &segments[..] else { continue };
                let (holder, of) = (apis.root(root_link(&root, symbols)), apis.root(of));
                apis.children.insert((Some(holder), Link::Member(symbols.intern(name))), of);
            }
        }
        apis
    }

    /// The root with this link, or the one that it stands for.
    pub fn root(&mut self, link: Link) -> ApiId {
        self.child_of(None, self.mirrored(link))
    }

    /// The same, if there is one.
    pub fn known_root(&self, link: Link) -> Option<ApiId> {
        self.children.get(&(None, self.mirrored(link))).copied()
    }

    fn mirrored(&self, link: Link) -> Link {
        self.mirrors.get(&link).copied().unwrap_or(link)
    }

    /// One step further; `None` where no model speaks of anything behind it.
    ///
    /// A member that stands on the way already leads back to it: chains made in a loop (`query = query.where(…)`) would
    /// otherwise need a model for each order of their calls. What a package gives holds itself by its own name
    /// (`require('bluebird').Promise`).
    pub fn child(&self, parent: ApiId, link: Link) -> Option<ApiId> {
        if let Some(&known) = self.children.get(&(Some(parent), link)) {
            return Some(known);
        }
        let Link::Member(name) = link else { return None };
        if self.nodes[parent.0 as usize].link == Link::Global(name) {
            return Some(parent);
        }
        self.ancestor_with(parent, link).or_else(|| self.any_member(parent))
    }

    /// The node that stands for any member. What lies behind such a member is any, too.
    fn any_member(&self, parent: ApiId) -> Option<ApiId> {
        let any = Link::Member(self.any?);
        if self.nodes[parent.0 as usize].link == any {
            return Some(parent);
        }
        self.children.get(&(Some(parent), any)).copied()
    }

    fn ancestor_with(&self, from: ApiId, link: Link) -> Option<ApiId> {
        let mut at = Some(from);
        while let Some(id) = at {
            let node = &self.nodes[id.0 as usize];
            if node.link == link {
                return Some(id);
            }
            at = node.parent;
        }
        None
    }

    fn child_of(&mut self, parent: Option<ApiId>, link: Link) -> ApiId {
        if let Some(&id) = self.children.get(&(parent, link)) {
            return id;
        }
        let id = ApiId(self.nodes.len() as u32);
        let is_data = parent.is_some_and(|parent| self.nodes[parent.0 as usize].is_data);
        self.nodes.push(Node { parent, link, is_data: is_data || link == Link::Call });
        self.children.insert((parent, link), id);
        id
    }

    /// The node that a model's path names.
    pub fn of_path(&mut self, path: &CallPath, symbols: &mut Symbols) -> Option<ApiId> {
        let mut segments = &path.segments[..];
        let mut at = self.root(match (&path.root, segments) {
            (Root::Global(alias), [Segment::Member(name), rest @ ..]) if self.aliases.contains(alias) => {
                segments = rest;
                Link::Global(symbols.intern(name))
            }
            (root, _) => root_link(root, symbols),
        });
        for segment in segments {
            let link = match segment {
                Segment::Member(name) => {
                    let member = symbols.intern(name);
                    if name == ANY {
                        self.any = Some(member);
                    }
                    Link::Member(member)
                }
                Segment::Call => Link::Call,
            };
            at = self.child_of(Some(at), link);
        }
        Some(at)
    }

    /// The node that names lead to from a root, if models speak of it.
    pub fn behind(&mut self, root: Link, mut names: impl Iterator<Item = Sym>) -> Option<ApiId> {
        let root = self.root(root);
        names.try_fold(root, |at, name| self.child(at, Link::Member(name)))
    }

    /// The nodes of which a call is spoken of.
    pub fn called(&self) -> impl Iterator<Item = ApiId> {
        self.nodes.iter().filter(|node| node.link == Link::Call).filter_map(|node| node.parent)
    }

    /// The names of the members of a node that models speak of, in order.
    pub fn members(&self, of: ApiId) -> Vec<Sym> {
        let members = self.children.keys().filter(|(parent, _)| *parent == Some(of));
        let mut names: Vec<Sym> = members
            .filter_map(|(_, link)| match link {
                Link::Member(name) => Some(*name),
                _ => None,
            })
            .collect();
        names.sort_unstable();
        names
    }

    /// The last step to a node.
    pub fn link(&self, id: ApiId) -> Link {
        self.nodes[id.0 as usize].link
    }

    /// The node before.
    pub fn parent(&self, id: ApiId) -> Option<ApiId> {
        self.nodes[id.0 as usize].parent
    }

    /// Whether the node is something that a call returned, or a part of it.
    pub fn is_data(&self, id: ApiId) -> bool {
        self.nodes[id.0 as usize].is_data
    }

    /// Whether the node is a place outside the program where data is kept.
    pub fn is_store(&self, id: ApiId, symbols: &Symbols) -> bool {
        matches!(self.link(id), Link::Global(name) if symbols.text(name).starts_with(STORE))
    }

    /// Whether the node is a member of a built-in type.
    pub fn is_member_of_type(&self, id: ApiId) -> bool {
        self.parent(id).is_some_and(|parent| matches!(self.link(parent), Link::Type(_)))
    }

    /// Whether the node is a member of the one with this link.
    pub fn is_member_of(&self, id: ApiId, link: Link) -> bool {
        self.parent(id).is_some_and(|parent| self.link(parent) == link)
    }

    /// The path as people write it.
    pub fn text(&self, id: ApiId, symbols: &Symbols) -> String {
        let node = &self.nodes[id.0 as usize];
        let before = node.parent.map(|parent| self.text(parent, symbols)).unwrap_or_default();
        match node.link {
            Link::Global(name) => symbols.text(name).to_owned(),
            Link::Package(name) => format!("require('{}')", symbols.text(name)),
            Link::Type(name) => format!("{}#", symbols.text(name)),
            Link::Member(name) if before.ends_with('#') => format!("{before}{}", symbols.text(name)),
            Link::Member(name) => format!("{before}.{}", symbols.text(name)),
            Link::Call => format!("{before}()"),
        }
    }
}

/// The link of a path's root.
fn root_link(root: &Root, symbols: &mut Symbols) -> Link {
    match root {
        Root::Global(name) => Link::Global(symbols.intern(name)),
        Root::Package(name) => Link::Package(symbols.intern(name)),
        Root::Type(name) => Link::Type(symbols.intern(name)),
    }
}
