//! Components that belong together by declaration: handlers get the other one, and each can ask for it.
//! Knows the paths in declarations, not how components get into templates.

use super::super::NodeId;
use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object};
use super::super::solver::Solver;
use super::super::solver::constraints::{Access, Rule};
use super::super::symbols::Sym;
use crate::project::UnitId;

/// Content of an instance: those that it has relations to, by the path in its declaration.
const RELATED: &str = "related";

impl Solver<'_> {
    /// The relation under a path of the options of an instance.
    pub fn declare_relation(&mut self, instance: ObjId, path: Sym, relation: NodeId) {
        let Object::Unit { unit, .. } = self.objects.kind(instance) else { return };
        let from = self.project.unit(UnitId(unit)).route.clone();
        let text = self.symbols.text(path).to_owned();
        let Some(target) = self.project.resolve_beside_route(&from, &text) else { return };
        // Only components in one template can belong together.
        let Some(&owner) = self.runtime.owners.get(&instance) else { return };
        let target = self.used_by(owner, target);
        let related = self.related_of(instance);
        let node = self.field_node(related, Field::Named(path));
        self.flow(target, node, super::super::Via::Assign, None, None);
        self.attach(relation, Rule::Relation { instance, target });
    }

    /// A node that is every instance of a unit in the template of `owner`, those to come included.
    pub(super) fn used_by(&mut self, owner: ObjId, unit: UnitId) -> NodeId {
        if let Some(&node) = self.runtime.used.get(&(owner, unit)) {
            return node;
        }
        let node = self.passage();
        self.runtime.used.insert((owner, unit), node);
        node
    }

    fn related_of(&mut self, instance: ObjId) -> ObjId {
        self.content_object(instance, RELATED)
    }

    /// The declaration of a relation turns out to be `object`.
    pub fn relation_object(&mut self, instance: ObjId, object: ObjId, target: NodeId) {
        for name in &self.models.runtime.sections.relation_handlers {
            let handler = self.passage();
            let field = Field::Named(self.symbols.intern(name));
            self.load_from(object, field, handler);
            self.observe(instance, handler, vec![target]);
        }
    }

    /// The call gives an array of those that the receiver has a relation to.
    pub(super) fn related(&mut self, site: &CallSite, this: NodeId) {
        let Some(&(key, _)) = site.args.first() else { return };
        let related = self.passage();
        let field = Field::Content(self.symbols.intern(RELATED));
        self.attach(this, Rule::Load { dst: related, field });
        let other = self.array_result(site);
        let id = self.accesses.len() as u32;
        self.accesses.push(Access { obj: related, key, other, is_store: false, at: None, is_text: false });
        self.attach(key, Rule::AccessKey(id));
        self.attach(related, Rule::AccessObject(id));
    }
}
