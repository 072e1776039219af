//! What comes in without a call of the program's: parameters of functions that the framework calls, and properties of
//! the platform's objects. Knows ports, and no name.

use super::super::api::ApiId;
use super::super::natives::TagKind;
use super::super::objects::{ObjId, Object};
use super::super::solver::Solver;
use super::super::{InstId, Mark, Node, NodeId};
use super::Parameter;
use crate::models::runtime::UnitRole;
use crate::models::{Access, Anchor};

impl Solver<'_> {
    /// Whether models speak of this function of the framework under either constructor that may register it.
    pub(super) fn is_named(&self, wanted: &str, constructor: &str, name: &str) -> bool {
        let page = self.models.runtime.constructors.iter().find(|constructor| constructor.role == UnitRole::Page);
        let fits = |of: &str| wanted.strip_prefix(of).and_then(|rest| rest.strip_prefix('.')) == Some(name);
        // A page may be made by either constructor.
        fits(constructor) || page.is_some_and(|page| fits(&page.call))
    }

    /// The sources that a parameter of this function is, and the arguments that it needs for them.
    pub(super) fn parameters(&mut self, constructor: &str, name: &str, args: &mut Vec<NodeId>) -> Vec<Parameter> {
        let models = self.models;
        let mut parameters = Vec::new();
        for (source, model) in (0..).zip(&models.sources) {
            let Anchor::Parameter { of, index } = &model.anchor else { continue };
            if !model.role.gives_data() || !self.is_named(of, constructor, name) {
                continue;
            }
            while args.len() <= *index as usize {
                let made = self.made();
                let node = self.holder(made);
                self.add_object(node, self.unknown);
                args.push(node);
            }
            parameters.push(Parameter { source, index: *index, argument: args[*index as usize] });
        }
        parameters
    }

    /// A function that the framework calls turns out to be `function`: its parameters are where the data comes in.
    pub(super) fn parameters_come(&mut self, parameters: &[Parameter], function: ObjId) {
        let Object::Closure { func, .. } = self.objects.kind(function) else { return };
        let entry = self.program.get(func).function.clone();
        for parameter in parameters {
            let val = entry.params.get(parameter.index as usize);
            let at = val.and_then(|val| entry.values.get(val.0 as usize)).copied().unwrap_or(entry.at);
            let place = self.program.span(func, at).map(|span| self.place(span));
            for (output, out) in (0..).zip(&self.models.sources[parameter.source as usize].outputs) {
                let node = self.source_at(place, parameter.source, output, InstId(0));
                self.into_detail(parameter.argument, &out.port.accesses, node, None);
            }
        }
    }

    /// A property of which models say that reading it gives data.
    pub fn read_source(&mut self, member: ApiId, dst: NodeId) {
        let Node::Value { inst, val } = self.graph[dst] else { return };
        let func = self.instances[inst.0 as usize].func;
        let at = self.program.get(func).function.values.get(val as usize).copied();
        let place = at.and_then(|at| self.program.span(func, at)).map(|span| self.place(span));
        for source in self.natives.reads(member).to_vec() {
            for (output, out) in (0..).zip(&self.models.sources[source as usize].outputs) {
                let node = self.source_at(place, source, output, inst);
                let accesses: Vec<Access> = out.port.accesses.clone();
                self.into_detail(dst, &accesses, node, None);
            }
        }
    }

    /// A node at which an output of a source comes in.
    pub(super) fn source_at(&mut self, place: Option<u32>, source: u32, output: u32, inst: InstId) -> NodeId {
        let node = match place {
            Some(place) => self.add_node(Node::Place { place }),
            None => self.passage(),
        };
        self.add_object(node, self.unknown);
        let kind = if self.models.sources[source as usize].role.is_unnamed() {
            TagKind::Unnamed
        } else {
            TagKind::Source { source, output }
        };
        let tag = self.natives.tags.mark(kind);
        self.origins.push(Mark { node, tag, inst, group: 0 });
        node
    }
}
