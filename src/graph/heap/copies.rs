//! Properties that go from all objects that one node may be to all of another. They go by way of an object of the copy's
//! own: as many edges as objects on both sides, not as pairs of them.
//!
//! A copy that is made on many call paths, of objects that are made on many, is a pair of these all the same: a store that
//! makes each state of the one before, `{ ...this.state, ...changes }`, copies every state into every other. Beyond a few
//! the objects of one place meet in one object before they go on.

use rustc_hash::FxHashMap;

use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::{KeyCopy, NO_EXCEPTIONS};
use crate::graph::{CallText, Node, Via};
use crate::models::Effect;

/// Objects made at one place in the text of which each goes into a copy by itself.
const TOLD_APART: u32 = 12;

/// Copies under way.
#[derive(Debug, Default)]
pub(in crate::graph) struct Copies {
    /// Properties that are copied under their own names.
    pub named: Vec<KeyCopy>,
    /// Objects made at one place in the text that a copy takes from, by its pair.
    sources: FxHashMap<(u32, CallText), u32>,
    /// The first pair of a copy in the text that has many of them, by these.
    meetings: FxHashMap<(CallText, CallText), u32>,
}

impl Solver<'_> {
    /// The source of a copy turns out to be `src`.
    pub fn copy_from(&mut self, pair: u32, src: ObjId) {
        let except = self.pairs[pair as usize].except;
        let way = self.objects.intern(Object::Copy { pair });
        if self.is_crowd(src) {
            let copied = self.field_node(way, Field::Content(self.known.copied));
            self.add_object(copied, src);
            return;
        }
        if self.is_proxy(self.objects.kind(src)) {
            let any = self.field_node(way, Field::Any);
            self.load_from(src, Field::Any, any);
            return;
        }
        match self.meeting(pair, src) {
            Some(meeting) => {
                self.subscribe(src, Subscriber::Copy(meeting, NO_EXCEPTIONS));
                self.subscribe(meeting, Subscriber::Copy(way, except));
            }
            None => self.subscribe(src, Subscriber::Copy(way, except)),
        }
        let is_open = match self.objects.kind(src) {
            Object::Unknown | Object::Api(_) => true,
            Object::Alloc { ty, .. } => ty == self.known.ty_opaque,
            _ => false,
        };
        if is_open {
            let any = self.field_node(way, Field::Any);
            self.add_object(any, self.unknown);
        }
        if self.is_name_space(src) {
            let dst = self.pairs[pair as usize].dst;
            self.each_seen(dst, |solver, dst| solver.inherit(dst, src));
        }
    }

    /// Whether an object is a name space of outside code: nobody can list its members, and all may be called.
    fn is_name_space(&self, object: ObjId) -> bool {
        matches!(self.objects.kind(object), Object::Api(api) if !self.apis.is_data(api))
    }

    /// A copy has what the name space has that was copied.
    fn inherit(&mut self, dst: ObjId, src: ObjId) {
        if self.objects.kind(dst).has_fields() {
            let proto = self.field_node(dst, Field::Content(self.known.proto));
            self.add_object(proto, src);
        }
    }

    /// Where the objects meet that are made where `src` is, on their way into a copy that has many of them.
    fn meeting(&mut self, pair: u32, src: ObjId) -> Option<ObjId> {
        let Object::Alloc { inst, val, .. } = self.objects.kind(src) else { return None };
        let made = CallText { func: self.instances[inst.0 as usize].func, val };
        let n_sources = self.copies.sources.entry((pair, made)).or_default();
        *n_sources += 1;
        if *n_sources <= TOLD_APART {
            return None;
        }
        let copy = self.text_of_copy(pair)?;
        let pair = *self.copies.meetings.entry((copy, made)).or_insert(pair);
        Some(self.objects.intern(Object::Meeting { pair, func: made.func, val: made.val }))
    }

    /// A copy in the text.
    fn text_of_copy(&self, pair: u32) -> Option<CallText> {
        let Node::Value { inst, val } = self.graph[self.pairs[pair as usize].dst] else { return None };
        let instance = &self.instances[inst.0 as usize];
        match instance.call {
            Some(call) if self.natives.is_model(&self.program, instance.func) => Some(self.text_of_call(call)),
            _ => Some(CallText { func: instance.func, val }),
        }
    }

    /// The target of a copy turns out to be `dst`.
    pub fn copy_into(&mut self, pair: u32, dst: ObjId) {
        if !self.objects.kind(dst).has_fields() {
            return;
        }
        let src = self.pairs[pair as usize].src;
        // What is personal data as a whole has no properties to tell apart.
        let any = self.field_node(dst, Field::Any);
        self.tell_of(src, any, Via::Project, Effect::Value, Some(Field::Any));
        let way = self.objects.intern(Object::Copy { pair });
        self.subscribe(way, Subscriber::Copy(dst, NO_EXCEPTIONS));
        self.each_seen(src, |solver, src| {
            if solver.is_name_space(src) {
                solver.inherit(dst, src);
            }
        });
    }
}
