//! Objects that stand before others: reads, writes and calls go to the handler's trap, or to the target where there is
//! none. Knows nothing of how such an object comes about but its two contents.

use crate::graph::calls::CallSite;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::symbols::Sym;
use crate::graph::{InstId, Node, NodeId};
use crate::ir::CallKind;

/// The content of a proxy that holds what getters give for its sake.
const RECEIVED: &str = "received";

/// What is done to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// A property goes to a node.
    Get { field: Field, dst: NodeId },
    /// A node goes into a property.
    Set { field: Field, src: NodeId, at: Option<u32> },
    /// A call, by its index.
    Call { call: u32 },
}

/// Something that is done to a proxy, whose handler may have a trap for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trap {
    proxy: ObjId,
    deed: Deed,
}

impl Solver<'_> {
    /// Whether an object is a proxy.
    pub fn is_proxy(&self, object: Object) -> bool {
        matches!(object, Object::Alloc { ty, .. } if ty == self.known.ty_proxy)
    }

    /// Does something to a proxy. One that may stand before itself passes it on to itself, once.
    pub fn trap(&mut self, proxy: ObjId, deed: Deed) {
        if let Deed::Get { field: Field::Content(name), dst } = deed
            && name == self.known.iterator
        {
            return self.iteration_methods(proxy, self.objects.kind(proxy), dst);
        }
        let (id, is_new) = self.traps.insert_full(Trap { proxy, deed });
        if is_new {
            let handler = self.proxy_side(proxy, "handler");
            self.attach(handler, Rule::Trap(id as u32));
        }
    }

    fn proxy_side(&mut self, proxy: ObjId, name: &str) -> NodeId {
        let name = self.symbols.intern(name);
        self.field_node(proxy, Field::Content(name))
    }

    /// The handler of a proxy turns out to be an object.
    pub fn trap_with(&mut self, trap: u32, handler: ObjId) {
        let Trap { proxy, deed } = self.traps[trap as usize];
        let name = match deed {
            Deed::Get { field: Field::Content(name), .. } if name == self.known.key => Some("ownKeys"),
            Deed::Get { field: Field::Content(_), .. } | Deed::Set { field: Field::Content(_), .. } => None,
            Deed::Get { .. } => Some("get"),
            Deed::Set { .. } => Some("set"),
            Deed::Call { call } if self.calls[call as usize].kind == CallKind::New => Some("construct"),
            Deed::Call { .. } => Some("apply"),
        };
        let target = self.proxy_side(proxy, "target");
        let Some(name) = name.map(|name| self.symbols.intern(name)) else { return self.pass(target, deed) };
        let is_certain = match self.objects.kind(handler) {
            Object::Alloc { inst, val, .. } => self.has_key(inst, val, name),
            _ => false,
        };
        if !is_certain {
            self.pass(target, deed);
        }
        if let Deed::Get { field: Field::Named(name), .. } = deed
            && self.getters.contains(&name)
        {
            self.attach(target, Rule::Received { proxy, name });
        }
        let callee = self.add_node(Node::Deep { obj: handler });
        self.load_from(handler, Field::Named(name), callee);
        let site = self.trap_call(proxy, handler, target, callee, deed);
        let id = self.calls.len() as u32;
        self.calls.push(site);
        self.attach(callee, Rule::Callee(id));
    }

    /// What a getter of the target gives if it is asked for the proxy's sake: the trap may ask for it so.
    pub fn received(&mut self, target: ObjId, proxy: ObjId, name: Sym) {
        let content = self.symbols.intern(RECEIVED);
        let node = self.field_node(proxy, Field::Content(content));
        let holder = self.objects.intern(Object::Content { of: proxy, name: content });
        self.add_object(node, holder);
        let dst = self.field_node(holder, Field::Named(name));
        self.getter_for(proxy, target, name, dst);
    }

    /// Whether a field is a proxy's own.
    pub fn is_proxy_side(&self, field: Field) -> bool {
        matches!(field, Field::Content(name) if ["target", "handler", RECEIVED].contains(&self.symbols.text(name)))
    }

    /// Without a trap the target is meant.
    fn pass(&mut self, target: NodeId, deed: Deed) {
        let rule = match deed {
            Deed::Get { field, dst } => Rule::Load { dst, field },
            Deed::Set { field, src, at } => Rule::Store { src, field, at },
            Deed::Call { call } => Rule::Callee(call),
        };
        self.attach(target, rule);
    }

    fn trap_call(&mut self, proxy: ObjId, handler: ObjId, target: NodeId, callee: NodeId, deed: Deed) -> CallSite {
        let [this, itself] = [handler, proxy].map(|obj| {
            let node = self.add_node(Node::Deep { obj });
            self.add_object(node, obj);
            node
        });
        if let Deed::Call { call } = deed {
            let outer = self.calls[call as usize].clone();
            let list = self.fresh_array(self.module_of(proxy));
            self.collect_arguments(&outer, 0, list);
            let args = self.add_node(Node::Deep { obj: list });
            self.add_object(args, list);
            let args = match outer.kind {
                CallKind::New => vec![target, args, itself],
                _ => vec![target, outer.this.unwrap_or(this), args],
            };
            let args = args.into_iter().map(|arg| (arg, false)).collect();
            return CallSite { callee, this: Some(this), args, kind: CallKind::Quiet, dispatch: None, ..outer };
        }
        let key = self.add_node(Node::Deep { obj: proxy });
        let (field, dst, mut args) = match deed {
            Deed::Get { field: Field::Content(_), dst } => {
                // The trap gives a list of the names.
                let list = self.add_node(Node::Deep { obj: proxy });
                self.attach(list, Rule::Load { dst, field: Field::Any });
                (Field::Any, list, vec![target])
            }
            Deed::Set { field, src, .. } => (field, self.add_node(Node::Deep { obj: proxy }), vec![target, key, src]),
            Deed::Get { field, dst } => (field, dst, vec![target, key]),
            Deed::Call { .. } => (Field::Any, itself, Vec::new()),
        };
        args.push(itself);
        let name = match field {
            Field::Named(name) => self.objects.intern(Object::Text(name)),
            _ => self.plain,
        };
        self.add_object(key, name);
        let inst = self.graph[dst].instance().unwrap_or(InstId(0));
        let handler = match deed {
            Deed::Set { src, at, .. } => self.handler_at(src, at),
            _ => self.handler_at(dst, None),
        };
        let handler = handler.unwrap_or_else(|| self.add_node(Node::Deep { obj: proxy }));
        CallSite {
            val: key.index() as u32,
            this: Some(this),
            args: args.into_iter().map(|arg| (arg, false)).collect(),
            ..CallSite::unwritten(inst, dst, callee, handler)
        }
    }

    /// An array that no instruction makes, and for which a module pays.
    pub fn fresh_array(&mut self, module: u32) -> ObjId {
        self.fresh(self.known.ty_array, module)
    }
}
