//! Whether entries of the models speak of a tag: known at once where its attributes are literal, at the end where they are
//! computed. Knows no component and no attribute by name.

use rustc_hash::FxHashSet;

use super::super::objects::{ObjId, Object};
use super::super::solver::Solver;
use super::super::symbols::Sym;
use super::super::{Node, NodeId};
use super::tags::Use;
use crate::ir::hints::Field;
use crate::ir::template::TagAttribute;
use crate::ir::{Instr, Operator, Val, made};
use crate::models::{Anchor, ComponentAnchor, Computed, Fit, When, Written};

/// A place where data comes in only if computed attributes turn out as the source wants them.
#[derive(Clone, Debug)]
pub(in crate::graph) struct Doubt {
    /// Where it comes in.
    pub node: NodeId,
    /// An index into the sources.
    pub source: u32,
    /// The conditions of the source that speak of computed attributes, with what these are.
    pub conditions: Vec<(usize, NodeId)>,
    /// Whether another source stands for attributes of which nothing is known.
    pub has_default: bool,
    /// Whether the tag is one of a library of components.
    pub is_of_library: bool,
}

/// The sources that may speak of an event of a tag.
pub(super) struct Candidates<'m> {
    /// Their indices, anchors and fits.
    pub found: Vec<(u32, &'m ComponentAnchor, Fit)>,
    /// Whether one of them stands for attributes of which nothing is known.
    pub has_default: bool,
}

/// Whether an anchor means a tag of a form, as far as its attributes are literal.
pub(in crate::graph) fn fit_of_field(field: &Field, anchor: &ComponentAnchor) -> Fit {
    anchor.fit(&field.tag, |name| match field.hints.text(name) {
        None | Some("false") => Written::Absent,
        Some(text) => Written::Text(text),
    })
}

impl<'p> Solver<'p> {
    /// Whether a component anchor may mean this tag.
    pub(in crate::graph) fn applies(&self, it: &Use<'_>, anchor: &ComponentAnchor) -> bool {
        self.fit(it, anchor) != Fit::No
    }

    fn fit(&self, it: &Use<'_>, anchor: &ComponentAnchor) -> Fit {
        if anchor.is_absent && !it.is_absent || !self.is_within(it, anchor) {
            return Fit::No;
        }
        let stand_ins = self.models.runtime.stand_ins.iter().filter(|_| it.is_absent);
        let stand_ins = stand_ins.filter(|stand_in| self.attribute_of(it, &stand_in.attribute).is_some());
        let own = [Some(&*it.name), it.known_as.as_deref()].into_iter().flatten();
        let tags = own.chain(stand_ins.map(|stand_in| &*stand_in.tag));
        tags.map(|tag| anchor.fit(tag, |name| self.written(it, name))).max().unwrap_or(Fit::No)
    }

    /// Whether a tag stands in one that handles the event that an anchor asks for.
    fn is_within(&self, it: &Use<'_>, anchor: &ComponentAnchor) -> bool {
        let Some(event) = &anchor.within else { return true };
        let mut attributes = it.tag.hints.around().flat_map(|texts| texts.iter());
        attributes.any(|(name, _)| self.models.runtime.event_of(name).is_some_and(|found| found == *event))
    }

    fn attribute_of<'t>(&self, it: &Use<'t>, name: &str) -> Option<&'t TagAttribute> {
        it.tag.attributes.iter().find(|attribute| self.symbols.text(it.frame.entry.sym(attribute.name)) == name)
    }

    fn written<'s>(&'s self, it: &'s Use<'_>, name: &str) -> Written<'s> {
        let Some(attribute) = self.attribute_of(it, name) else { return Written::Absent };
        if let Some(literal) = attribute.literal {
            return Written::Text(self.symbols.text(it.frame.entry.sym(literal)));
        }
        // An attribute without a value is true, and a truth value may be bound as such.
        match it.tag.hints.text(name) {
            Some("false") => Written::Absent,
            Some(text @ "true") => Written::Text(text),
            _ => Written::Computed,
        }
    }

    /// The sources that an event of a tag may be.
    pub(super) fn candidates(&self, it: &Use<'_>, event: &str) -> Candidates<'p> {
        let models = self.models;
        let of_event = self.runtime.sources_of.get(event).map_or(&[][..], Vec::as_slice);
        let anchor = |at: u32| match &models.sources[at as usize].anchor {
            Anchor::Component(anchor) => Some((at, anchor)),
            _ => None,
        };
        let fits = of_event.iter().filter_map(|&at| anchor(at)).map(|(at, anchor)| (at, anchor, self.fit(it, anchor)));
        let found: Vec<_> = fits.filter(|(_, _, fit)| *fit != Fit::No).collect();
        let is_default = |anchor: &ComponentAnchor| {
            let mut computed = anchor.when.iter().filter(|when| self.written(it, &when.attribute) == Written::Computed);
            computed.all(When::takes_none)
        };
        let has_default = found.iter().any(|(_, anchor, fit)| *fit == Fit::Yes || is_default(anchor));
        Candidates { found, has_default }
    }

    /// The conditions of an anchor that computed attributes of a tag decide.
    pub(super) fn open_conditions(&self, it: &Use<'_>, anchor: &ComponentAnchor) -> Vec<(usize, NodeId)> {
        let whens = anchor.when.iter().enumerate();
        let open = whens.filter(|(_, when)| self.written(it, &when.attribute) == Written::Computed);
        let value = |(at, when): (usize, &When)| {
            let attribute = self.attribute_of(it, &when.attribute)?;
            Some((at, self.value_node(it.frame.inst, attribute.val)))
        };
        open.filter_map(value).collect()
    }

    /// Settles what tags take, now that all values are known.
    pub fn settle_inputs(&mut self) {
        self.settle_doubts();
        self.hand_choices_on();
    }

    /// Takes back the places where no data comes in after all.
    fn settle_doubts(&mut self) {
        let doubts = std::mem::take(&mut self.runtime.doubts);
        let refuted: FxHashSet<NodeId> =
            doubts.iter().filter(|doubt| !self.holds(doubt)).map(|doubt| doubt.node).collect();
        self.origins.retain(|mark| !refuted.contains(&mark.node));
    }

    fn holds(&self, doubt: &Doubt) -> bool {
        let Anchor::Component(anchor) = &self.models.sources[doubt.source as usize].anchor else { return false };
        let holds = |&(at, node): &(usize, NodeId)| {
            anchor.when[at].may_be(&self.computed(node, doubt.is_of_library), doubt.has_default)
        };
        doubt.conditions.iter().all(holds)
    }

    /// What is known of the value of an attribute.
    fn computed(&self, node: NodeId, is_of_library: bool) -> Computed<'_> {
        let objects = self.objects_of(node).iter();
        Computed {
            texts: objects.filter_map(|object| Some(self.symbols.text(self.known_text(*object)?))).collect(),
            is_false: self.is_never_true(node, is_of_library),
        }
    }

    /// Whether an object says nothing of what a tag is that a library made: what its code cannot tell, the program tells
    /// where it uses the component, by a text or a truth value.
    fn says_nothing(&self, object: ObjId, is_of_library: bool) -> bool {
        let is_told = matches!(self.objects.kind(object), Object::Truth(_) | Object::Text(_) | Object::Plain);
        is_of_library && !is_told
    }

    /// Whether a value of a template is certainly no truth: all that it may be is none, it is a choice between such values,
    /// or it asks whether texts are the same that never are.
    fn is_never_true(&self, node: NodeId, is_of_library: bool) -> bool {
        let is_false = |object: &ObjId| {
            self.says_nothing(*object, is_of_library)
                || self.objects.kind(*object) == Object::Truth(false)
                || self.known_text(*object).is_some_and(|text| self.symbols.text(text).is_empty())
        };
        if self.objects_of(node).iter().all(is_false) {
            return true;
        }
        let Node::Value { inst, val } = self.graph[node] else { return false };
        let function = &self.program.get(self.instances[inst.0 as usize].func).function;
        let nodes = |vals: &[Val]| vals.iter().map(|val| self.value_node(inst, *val)).collect::<Vec<_>>();
        let mut code = function.blocks.iter().flat_map(|block| &block.code);
        match code.find_map(|(instr, _)| (made(instr) == Some(Val(val))).then_some(instr)) {
            Some(Instr::Phi { srcs, .. }) => nodes(srcs).into_iter().all(|src| self.is_never_true(src, is_of_library)),
            Some(Instr::Op { op: Operator::Equal, args, .. }) => self.are_never_same(&nodes(args), is_of_library),
            _ => false,
        }
    }

    /// Whether all that two values may be are texts, and no text is in both.
    fn are_never_same(&self, values: &[NodeId], is_of_library: bool) -> bool {
        let texts = |value: &NodeId| -> Option<FxHashSet<Sym>> {
            let told = self.objects_of(*value).iter().filter(|object| !self.says_nothing(**object, is_of_library));
            told.map(|object| self.known_text(*object)).collect()
        };
        let [left, right] = values else { return false };
        matches!((texts(left), texts(right)), (Some(left), Some(right)) if left.is_disjoint(&right))
    }
}
