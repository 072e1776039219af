//! Instances that ask for others: by selector in their template, by owner, by relation.
//! Knows how selectors are written, not how templates are wired.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object};
use super::super::solver::constraints::Rule;
use super::super::solver::{HOLE, Solver};
use super::super::{NodeId, Via};
use super::options::{Hook, HookKind, Wiring};
use crate::project::UnitId;

/// Contents of an instance: the components in its template by what selectors may call them, who uses it, and what is given
/// instead of it.
const CHILDREN: &str = "children";
const OWNER: &str = "owner";
const EXPORTED: &str = "exported";

/// A call that asks for components by a selector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selection {
    children: NodeId,
    dst: NodeId,
}

impl Solver<'_> {
    /// The components that a selector finds in the template of the receiver.
    pub(super) fn select(&mut self, site: &CallSite, this: NodeId, all: bool) {
        let Some(&(selector, _)) = site.args.first() else { return };
        let children = self.passage();
        let field = Field::Content(self.symbols.intern(CHILDREN));
        self.attach(this, Rule::Load { dst: children, field });
        let dst = if all { self.array_result(site) } else { site.dst };
        let id = self.runtime.selections.len() as u32;
        self.runtime.selections.push(Selection { children, dst });
        self.attach(selector, Rule::Selector(id));
    }

    /// The elements of a new array that a call gives back.
    pub(super) fn array_result(&mut self, site: &CallSite) -> NodeId {
        let array = self.objects.intern(Object::Alloc { inst: site.inst, val: site.val, ty: self.known.ty_array });
        self.add_object(site.dst, array);
        self.field_node(array, Field::Any)
    }

    /// The selector turns out to be `selector`.
    pub fn selected(&mut self, id: u32, selector: ObjId) {
        let Selection { children, dst } = self.runtime.selections[id as usize];
        let names = match self.objects.kind(selector) {
            Object::Text(text) => names_of(self.symbols.text(text)),
            _ => Vec::new(),
        };
        if names.is_empty() {
            self.attach(children, Rule::Load { dst, field: Field::Any });
        }
        for name in names {
            let field = Field::Named(self.symbols.intern(&name));
            self.attach(children, Rule::Load { dst, field });
        }
    }

    /// A component is used in the template of `owner`, under these names; others may come on top if not all are known.
    pub(super) fn note_child(&mut self, owner: ObjId, child: ObjId, names: &[String], is_complete: bool) {
        let children = self.content_object(owner, CHILDREN);
        let fields = names.iter().map(|name| Field::Named(self.symbols.intern(name))).collect::<Vec<_>>();
        for field in fields.into_iter().chain((!is_complete).then_some(Field::Any)) {
            let node = self.field_node(children, field);
            self.add_object(node, child);
            let exported = self.export_of(child);
            self.flow(exported, node, Via::Return, None, None);
        }
        let content = Field::Content(self.symbols.intern(OWNER));
        let node = self.field_node(child, content);
        self.add_object(node, owner);
    }

    /// What a component gives to those who ask for it, where it has a function for that.
    pub(super) fn wire_export(&mut self, wiring: Wiring, options: ObjId, name: &str) {
        let name = self.symbols.intern(name);
        let hook = Hook { instance: wiring.instance, kind: HookKind::Export, name };
        let callee = self.hook(hook, move |solver, callee| {
            let this = solver.holder(wiring.instance);
            let call = solver.runtime_call(wiring.inst, callee, Some(this), Vec::new(), None);
            solver.attach(callee, Rule::Callee(call));
            let (given, exported) = (solver.calls[call as usize].dst, solver.export_of(wiring.instance));
            solver.flow(given, exported, Via::Return, None, None);
        });
        self.load_from(options, Field::Named(name), callee);
    }

    fn export_of(&mut self, instance: ObjId) -> NodeId {
        let content = Field::Content(self.symbols.intern(EXPORTED));
        self.field_node(instance, content)
    }

    /// The page or component in whose template the receiver is used.
    pub(super) fn owner_of(&mut self, site: &CallSite, this: NodeId) {
        let field = Field::Content(self.symbols.intern(OWNER));
        self.attach(this, Rule::Load { dst: site.dst, field });
    }

    /// A node that is every instance of a unit, those to come included.
    pub(super) fn all_instances(&mut self, unit: UnitId) -> NodeId {
        if let Some(node) = self.runtime.units[unit.0 as usize].all {
            return node;
        }
        let node = self.passage();
        self.runtime.units[unit.0 as usize].all = Some(node);
        for instance in self.runtime.units[unit.0 as usize].instances.clone() {
            self.add_object(node, instance);
        }
        node
    }

    /// The bar that the app puts under its pages itself.
    pub(super) fn tab_bar(&mut self, site: &CallSite) {
        if let Some(unit) = self.project.unit_by_route(&self.models.runtime.tab_bar) {
            if self.runtime.units[unit.0 as usize].instances.is_empty() {
                self.unit_instance(unit);
            }
            let bar = self.all_instances(unit);
            self.flow(bar, site.dst, Via::Return, None, None);
        }
    }
}

/// The names that a selector asks for: of the last part of each alternative the most telling one, `#first` of
/// `.list > box#first.on`. Empty where it may mean anything: parts that are not known, attributes, other templates.
fn names_of(selector: &str) -> Vec<String> {
    if selector.contains([HOLE, '[', ':', '*']) || selector.contains(">>>") {
        return Vec::new();
    }
    let mut names = Vec::new();
    for alternative in selector.split(',') {
        let last = alternative.trim().rsplit([' ', '>', '~', '+']).next().unwrap_or_default();
        let mut starts: Vec<usize> = last.match_indices(['#', '.']).map(|(at, _)| at).collect();
        if !last.starts_with(['#', '.']) {
            starts.insert(0, 0);
        }
        let ends = starts.iter().skip(1).copied().chain([last.len()]);
        let parts = starts.iter().zip(ends).map(|(&start, end)| &last[start..end]);
        let told =
            parts.filter(|part| !part.is_empty()).max_by_key(|part| (part.starts_with('#'), part.starts_with('.')));
        names.extend(told.map(str::to_owned));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::names_of;

    #[test]
    fn the_last_part_of_a_selector_counts() {
        assert_eq!(names_of("#sign"), ["#sign"]);
        assert_eq!(names_of(".list > sign-box#first.on"), ["#first"]);
        assert_eq!(names_of(".a, .b"), [".a", ".b"]);
        assert!(names_of(".a >>> .b").is_empty());
        assert!(names_of("#row-\u{FFFC}").is_empty());
    }
}
