//! What is mixed into options may look them over before an instance is made of them, and add to them.

use super::super::objects::{ObjId, Object};
use super::super::solver::Solver;
use super::options::{Section, Wiring};

impl Solver<'_> {
    /// Something mixed in, or the function by which it looks over what it is mixed into, turns out to be `object`.
    pub(super) fn wire_filter(&mut self, wiring: Wiring, object: ObjId) {
        match (wiring.section, self.objects.kind(object)) {
            (Section::Mixed(of), kind) if kind.has_fields() && !self.is_open(kind) => {
                let name = self.models.runtime.sections.filter.clone();
                self.written_section(object, &name, wiring, Section::Filter(of));
            }
            (Section::Filter(of), Object::Closure { .. }) if self.runtime.filtered.insert((of, object)) => {
                let (callee, options) = (self.holder(object), self.holder(of));
                let call = self.runtime_call(wiring.inst, callee, None, vec![options], None);
                self.invoke(call, object);
            }
            _ => {}
        }
    }
}
