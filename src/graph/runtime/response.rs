//! What an asynchronous call of the framework brings back: to the callbacks in its options, and in its promise.
//! Knows nothing of what the call does.

use super::super::NodeId;
use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId};
use super::super::solver::Solver;
use super::super::solver::constraints::Rule;

impl Solver<'_> {
    /// A property of the options that a call is given.
    pub(super) fn option(&mut self, site: &CallSite, name: &str) -> NodeId {
        let node = self.passage();
        if let Some(&(options, _)) = site.args.first() {
            let field = Field::Named(self.symbols.intern(name));
            self.attach(options, Rule::Load { dst: node, field });
        }
        node
    }

    /// A call brings back an object.
    pub(super) fn respond(&mut self, site: &CallSite, response: ObjId) {
        for name in &self.models.runtime.response_callbacks {
            let callback = self.option(site, name);
            let arg = self.holder(response);
            let call = self.runtime_call(site.inst, callback, None, vec![arg], site.place);
            self.attach(callback, Rule::Callee(call));
        }
        let response = self.holder(response);
        self.resolve(site.dst, response);
    }

    /// A new object of which one property is known.
    pub(super) fn made_with(&mut self, name: &str, value: NodeId) -> ObjId {
        let object = self.made();
        let field = Field::Named(self.symbols.intern(name));
        let node = self.field_node(object, field);
        self.flow(value, node, super::super::Via::Store, Some(field), None);
        object
    }
}
