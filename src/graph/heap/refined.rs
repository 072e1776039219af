//! Tests of properties tell the objects of a list apart: behind `item.kind === 'photo'` stand those that may be photos.
//! Knows the tests, and nothing of what stands behind them.

use petgraph::Direction;
use rustc_hash::FxHashSet;

use crate::graph::NodeId;
use crate::graph::Via;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::program::Entry;
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::symbols::Sym;
use crate::ir::Told;
use crate::models::Effect;

/// Where what passes a test goes.
#[derive(Clone, Copy, Debug)]
struct Refinement {
    dst: NodeId,
    key: Sym,
    text: Sym,
    is_it: bool,
}

/// The tests, and the objects that came to them.
#[derive(Debug, Default)]
pub struct Refined {
    refinements: Vec<Refinement>,
    /// Refinements with the objects whose property has to be known.
    asked: Vec<(u32, ObjId)>,
    /// Those whose property is not known to be anything.
    silent: Vec<u32>,
    /// Where places outside the program keep what is given to them.
    places: Vec<NodeId>,
    /// What is kept there: somebody else may write single properties of it.
    kept: FxHashSet<ObjId>,
}

impl Solver<'_> {
    /// What `src` may be goes to `dst` as far as a test lets it.
    pub fn refine(&mut self, entry: &Entry, dst: NodeId, src: NodeId, told: Told) {
        self.tell_of(src, dst, Via::Assign, Effect::Value, None);
        let id = self.refined.refinements.len() as u32;
        let (key, text) = (entry.sym(told.key), entry.sym(told.text));
        self.refined.refinements.push(Refinement { dst, key, text, is_it: told.is_it });
        self.attach(src, Rule::Refine(id));
    }

    /// Such a value turns out to be `obj`: objects of the program's own are asked for their property.
    pub fn refine_object(&mut self, id: u32, obj: ObjId) {
        let Refinement { dst, key, .. } = self.refined.refinements[id as usize];
        let object = self.objects.kind(obj);
        match object {
            Object::Alloc { ty, .. } if ty == self.known.ty_object && !self.refined.kept.contains(&obj) => {
                let asked = self.refined.asked.len() as u32;
                self.refined.asked.push((id, obj));
                self.refined.silent.push(asked);
                let property = self.lookup(obj, object, Field::Named(key));
                self.attach(property, Rule::Asked(asked));
            }
            _ => self.add_object(dst, obj),
        }
    }

    /// The property of an object that was asked for may be `value`.
    pub fn property_is(&mut self, asked: u32, value: ObjId) {
        let (id, obj) = self.refined.asked[asked as usize];
        let Refinement { dst, text, is_it, .. } = self.refined.refinements[id as usize];
        if self.may_be_text(self.objects.kind(value), text, is_it) {
            self.add_object(dst, obj);
        }
    }

    /// A place outside the program keeps something under a name.
    pub fn note_place(&mut self, obj: ObjId, node: NodeId) {
        if self.is_kept_outside(obj) {
            self.refined.places.push(node);
        }
    }

    /// Objects pass that are kept outside the program since; whether there were any.
    pub fn let_kept_through(&mut self) -> bool {
        let known = self.refined.kept.len();
        for place in self.refined.places.clone() {
            let kept = self.objects_of(place).to_vec();
            self.refined.kept.extend(kept);
        }
        if self.refined.kept.len() == known {
            return false;
        }
        for (id, obj) in self.refined.asked.clone() {
            if self.refined.kept.contains(&obj) {
                self.add_object(self.refined.refinements[id as usize].dst, obj);
            }
        }
        true
    }

    /// Objects pass whose property is written but not known to be anything, and those that lack it where it has to be
    /// something else; whether there were any.
    pub fn let_unknown_through(&mut self) -> bool {
        let mut found = false;
        for asked in std::mem::take(&mut self.refined.silent) {
            let (id, obj) = self.refined.asked[asked as usize];
            let Refinement { dst, key, is_it, .. } = self.refined.refinements[id as usize];
            let property = self.objects.lookup(obj, Field::Named(key));
            if property.is_some_and(|property| !self.objects_of(property).is_empty()) {
                continue;
            }
            if is_it && !self.is_filled(obj, Field::Named(key)) && !self.is_filled(obj, Field::Any) {
                self.refined.silent.push(asked);
                continue;
            }
            self.add_object(dst, obj);
            found = true;
        }
        found
    }

    fn is_filled(&self, obj: ObjId, field: Field) -> bool {
        let field = self.objects.field(obj, field);
        field.is_some_and(|field| self.graph.neighbors_directed(field, Direction::Incoming).next().is_some())
    }
}
