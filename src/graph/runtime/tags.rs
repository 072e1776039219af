//! Tags of templates: handlers get events, attributes go out or into components, named templates are used.

use super::super::control::Mount;
use super::super::natives::TagKind;
use super::super::objects::{Field, ObjId, Object};
use super::super::solver::constraints::Rule;
use super::super::solver::instantiate::Frame;
use super::super::solver::{HOLE, Solver};
use super::super::{InstId, Mark, NodeId, Via};
use super::MAX_MOUNTS;
use super::inputs::{Clue, Goal};
use crate::base::Span;
use crate::ir::template::{Tag, TagAttribute, TemplateUse};
use crate::ir::{Name, Range, Val};
use crate::models::runtime::Below;
use crate::models::{Anchor, Effect};
use crate::project::UnitId;

/// Any attribute.
const ANY: &str = "*";

/// A tag in an instance of its template.
pub(in crate::graph) struct Use<'t> {
    pub frame: Frame,
    pub tag: &'t Tag,
    pub name: String,
    pub place: Option<Span>,
    /// The components that the tag stands for.
    pub children: Vec<ObjId>,
    /// What the library calls the component, where it is one of a library that the models tell all of.
    pub known_as: Option<String>,
    /// Whether it is a component whose code is not in the tree, or not looked at.
    pub is_absent: bool,
}

impl Solver<'_> {
    /// A tag is wired: its handlers, its attributes, the component behind it.
    pub fn wire_tag(&mut self, inst: InstId, tag: &Tag, at: Range) {
        let entry = self.program.get(self.instances[inst.0 as usize].func).clone();
        let name = self.symbols.text(entry.sym(tag.tag)).to_owned();
        let frame = Frame { inst, entry };
        let place = self.span(&frame, at);
        let told = self.told_component(inst, &name);
        let children = if told.is_some() { Vec::new() } else { self.mount(inst, &name, place) };
        self.note_hints(&children, tag);
        self.note_mount(&children, Mount { render: inst, condition: tag.condition });
        let unit = self.rendered_unit(inst).map(|(unit, _)| self.project.unit(unit));
        let is_missing = children.is_empty() && unit.is_some_and(|unit| unit.absent.contains(&name));
        let is_absent = is_missing || told.is_some();
        let it = Use { frame, tag, name, known_as: told, place, children, is_absent };
        self.tell_owner(&it);
        for attribute in &tag.attributes {
            let written = self.symbols.text(it.frame.entry.sym(attribute.name)).to_owned();
            if let Some(event) = self.models.runtime.event_of(&written) {
                self.handler(&it, attribute, &event, &written);
            } else if let Some(watched) = written.strip_prefix(self.models.runtime.change_prefix.as_str()) {
                self.change_handler(&it, attribute, watched);
            } else {
                self.attribute(&it, attribute, &written);
            }
        }
    }

    pub(super) fn node_of(&self, it: &Use<'_>, val: Val) -> NodeId {
        self.value_node(it.frame.inst, val)
    }

    /// The unit whose template an instance renders: its own, or that of the template that uses it.
    pub(super) fn rendered_unit(&self, inst: InstId) -> Option<(UnitId, ObjId)> {
        let mut at = Some(inst);
        while let Some(inst) = at {
            if let Some(&unit) = self.runtime.rendered.get(&inst) {
                return Some(unit);
            }
            at = self.instances[inst.0 as usize].caller.map(|(caller, _)| caller);
        }
        None
    }

    /// What the library calls the component that a tag names, if the models tell all that it does: what they say counts
    /// instead of its code. To each other the components of a library are code.
    fn told_component(&self, inst: InstId, tag: &str) -> Option<String> {
        let (user, _) = self.rendered_unit(inst)?;
        let [user, child] = [user, *self.project.unit(user).components.get(tag)?].map(|unit| self.project.unit(unit));
        let told = self.models.told_component(&child.route)?;
        (!self.models.is_of_component_library(&user.route)).then_some(told)
    }

    /// The instances of the component that a tag names in this template.
    fn mount(&mut self, inst: InstId, tag: &str, place: Option<Span>) -> Vec<ObjId> {
        let Some((user, owner)) = self.rendered_unit(inst) else { return Vec::new() };
        let unit = self.project.unit(user);
        let generic = self.runtime.generics.get(&(owner, tag.to_owned())).or_else(|| unit.generics.get(tag)).copied();
        let Some(child) = unit.components.get(tag).copied().or(generic) else { return Vec::new() };
        self.reach.uses.insert((user, child));
        self.load_unit(child);
        // A component inside itself is the one that is under way.
        let mut at = Some(inst);
        while let Some(inst) = at {
            if let Some(&(unit, instance)) = self.runtime.rendered.get(&inst)
                && unit == child
            {
                return vec![instance];
            }
            at = self.instances[inst.0 as usize].caller.map(|(caller, _)| caller);
        }
        let known = &self.runtime.units[child.0 as usize].instances;
        if known.len() >= MAX_MOUNTS {
            return vec![known[0]];
        }
        let instance = self.unit_instance(child);
        self.runtime.owners.insert(instance, owner);
        let users = self.used_by(owner, child);
        self.add_object(users, instance);
        self.link_unit(child, instance, inst, place);
        vec![instance]
    }

    /// Who renders the tag can ask for the components behind it by the names that selectors use.
    fn tell_owner(&mut self, it: &Use<'_>) {
        let Some((_, owner)) = self.rendered_unit(it.frame.inst) else { return };
        let mut names = vec![it.name.clone()];
        let mut is_complete = true;
        for attribute in &it.tag.attributes {
            let sign = match self.symbols.text(it.frame.entry.sym(attribute.name)) {
                "id" => '#',
                "class" => '.',
                _ => continue,
            };
            match attribute.literal {
                Some(literal) => {
                    let text = self.symbols.text(it.frame.entry.sym(literal));
                    names.extend(text.split_whitespace().map(|name| format!("{sign}{name}")));
                }
                None => is_complete = false,
            }
        }
        for &child in &it.children {
            self.note_child(owner, child, &names, is_complete);
        }
    }

    /// The component that stands for a generic of the component behind the tag.
    fn choose_generic(&mut self, it: &Use<'_>, attribute: &TagAttribute, generic: &str) {
        let Some((unit, _)) = self.rendered_unit(it.frame.inst) else { return };
        let Some(literal) = attribute.literal else { return };
        let chosen = self.symbols.text(it.frame.entry.sym(literal));
        let Some(&chosen) = self.project.unit(unit).components.get(chosen) else { return };
        for &child in &it.children {
            self.runtime.generics.insert((child, generic.to_owned()), chosen);
        }
    }

    /// A handler turns out to be a function, or the name of a method.
    pub fn method_named(&mut self, this: NodeId, handler: ObjId, dst: NodeId) {
        match self.objects.kind(handler) {
            Object::Text(name) if !self.symbols.text(name).contains(HOLE) => {
                self.attach(this, Rule::Load { dst, field: Field::Named(name) });
            }
            Object::Closure { .. } | Object::Bound { .. } => self.add_object(dst, handler),
            // Any method may be meant: those that nobody calls are called from outside anyway.
            _ => {
                for at in 0..self.objects_of(this).len() {
                    if let Object::Unit { unit, .. } = self.objects.kind(self.objects_of(this)[at]) {
                        self.reach.open_units.insert(UnitId(unit));
                    }
                }
            }
        }
    }

    pub(super) fn event_field(&mut self, object: ObjId, name: &str) -> NodeId {
        let name = self.symbols.intern(name);
        self.field_node(object, Field::Named(name))
    }

    pub(super) fn program_place(&mut self, it: &Use<'_>, attribute: &TagAttribute) -> Option<u32> {
        let range = it.frame.entry.function.values[attribute.out.0 as usize];
        let span = self.span(&it.frame, range)?;
        Some(self.place(span))
    }

    /// An attribute that is no handler: a property of the component, a sink of a built-in tag, a link.
    fn attribute(&mut self, it: &Use<'_>, attribute: &TagAttribute, written: &str) {
        let val = self.node_of(it, attribute.val);
        let two_way = written.strip_prefix(self.models.runtime.two_way_prefix.as_str());
        let name = two_way.unwrap_or(written).to_owned();
        if let Some(generic) = written.strip_prefix(self.models.runtime.generic_prefix.as_str()) {
            self.choose_generic(it, attribute, generic);
            return;
        }
        for child in it.children.clone() {
            let state = self.state_of(child);
            let property = self.event_field(state, &crate::ir::template::camel_case(&name));
            let place = self.program_place(it, attribute);
            self.flow(val, property, Via::Store, None, place);
        }
        if let Some(field) = attribute.field {
            self.two_way(it, field, &name);
        }
        if it.children.is_empty() {
            self.attribute_sinks(it, attribute, &name, val);
        }
        let runtime = &self.models.runtime;
        if runtime.links.iter().any(|link| link.tag == it.name && link.attribute == name) {
            let place = self.program_place(it, attribute).map(|place| self.places[place as usize]);
            self.navigate(val, it.frame.inst, place, None, Below::Unknown);
        }
    }

    /// What is typed goes into the state.
    fn two_way(&mut self, it: &Use<'_>, field: Name, name: &str) {
        let Some((_, instance)) = self.rendered_unit(it.frame.inst) else { return };
        let state = self.state_of(instance);
        let field = Field::Named(it.frame.entry.sym(field));
        let target = self.field_node(state, field);
        if let Some(place) = it.place {
            let bound = self.runtime.bound.entry(target).or_default();
            if !bound.contains(&place) {
                bound.push(place);
            }
        }
        for child in it.children.clone() {
            let inner = self.state_of(child);
            let property = self.event_field(inner, &crate::ir::template::camel_case(name));
            self.flow(property, target, Via::Store, None, None);
        }
        for event in &self.models.runtime.two_way_events {
            self.event_sources(it, event, Goal::State { node: target, attribute: name });
        }
    }

    fn attribute_sinks(&mut self, it: &Use<'_>, attribute: &TagAttribute, name: &str, val: NodeId) {
        for at in self.sinks_at(it, name) {
            let out = self.node_of(it, attribute.out);
            self.note_typed(it, name, out);
            let group = out.index() as u32;
            if matches!(&self.models.sinks[at as usize].anchor, Anchor::Component(anchor) if anchor.is_absent) {
                // Of an object it is not known which parts are shown.
                self.tell_of(val, out, Via::Step, Effect::Value, None);
                let tag = self.natives.tags.mark(TagKind::Sink { sink: at, input: 0 });
                self.outlets.push(Mark { node: out, tag, inst: it.frame.inst, group });
                continue;
            }
            self.outlet_at(val, out, TagKind::Sink { sink: at, input: 0 }, it.frame.inst);
            let tag = self.natives.tags.mark(TagKind::Destination { sink: at });
            self.outlets.push(Mark { node: val, tag, inst: it.frame.inst, group });
        }
    }

    /// The sinks that an attribute is; those of any attribute only where no other is meant.
    fn sinks_at(&self, it: &Use<'_>, name: &str) -> Vec<u32> {
        let applies = |at: &u32| match &self.models.sinks[*at as usize].anchor {
            Anchor::Component(anchor) => self.applies(it, anchor),
            _ => false,
        };
        let of = |name: &str| self.runtime.sinks_of.get(name).into_iter().flatten().copied().filter(applies);
        let named: Vec<u32> = of(name).collect();
        if !named.is_empty() || self.models.runtime.common_attributes.iter().any(|common| common == name) {
            return named;
        }
        of(ANY).collect()
    }

    /// Text that is shown, behind a label that may tell what it is.
    pub fn shown(&mut self, frame: &Frame, val: Val, out: Val, label: Option<Name>) {
        let (val, out) = (self.value_node(frame.inst, val), self.value_node(frame.inst, out));
        if let Some(label) = label {
            let label = self.symbols.text(frame.entry.sym(label)).to_owned();
            self.clues.push((out, vec![Clue::label(label)]));
        }
        for sink in self.runtime.text_sinks.clone() {
            self.outlet_at(val, out, TagKind::Sink { sink, input: 0 }, frame.inst);
        }
    }

    /// A named template, or another file's content, is rendered here.
    pub fn use_template(&mut self, frame: &Frame, it: &TemplateUse, at: Range) {
        let place = self.span(frame, at);
        let super::super::program::Origin::Module(module) = frame.entry.origin else { return };
        let file = self.program.modules()[module as usize].file;
        match *it {
            TemplateUse::Include { request, this } => {
                let text = self.symbols.text(frame.entry.sym(request)).to_owned();
                let Some(target) = self.project.resolve_template(file, &text) else { return };
                let Some(&target) = self.modules.get(&target) else { return };
                self.reach.imports.insert((module, target));
                let top = self.program.modules()[target as usize].top;
                let this = self.value_node(frame.inst, this);
                self.render(frame.inst, top, this, Vec::new(), place);
            }
            TemplateUse::Named { name, data, this } => {
                let (name, data) = (self.value_node(frame.inst, name), self.value_node(frame.inst, data));
                let this = self.value_node(frame.inst, this);
                let call = self.runtime_call(frame.inst, name, Some(this), vec![data], place);
                self.attach(name, Rule::TemplateName(call));
            }
        }
    }

    fn render(
        &mut self,
        inst: InstId,
        func: super::super::program::FuncId,
        this: NodeId,
        args: Vec<NodeId>,
        place: Option<Span>,
    ) {
        let closure = self.objects.intern(Object::Closure { func, env: None });
        let callee = self.holder(closure);
        let call = self.runtime_call(inst, callee, Some(this), args, place);
        self.invoke(call, closure);
    }

    /// The name of a template turns out to be a text.
    pub fn template_named(&mut self, call: u32, name: ObjId) {
        let Object::Text(name) = self.objects.kind(name) else { return };
        let inst = self.calls[call as usize].inst;
        let super::super::program::Origin::Module(module) =
            self.program.get(self.instances[inst.0 as usize].func).origin
        else {
            return;
        };
        let file = self.program.modules()[module as usize].file;
        let mut sought = vec![module];
        let imports = self.program.modules()[module as usize].template_imports.clone();
        for import in imports {
            let text = self.symbols.text(import).to_owned();
            let target = self.project.resolve_template(file, &text);
            if let Some(&target) = target.and_then(|target| self.modules.get(&target)) {
                self.reach.imports.insert((module, target));
                sought.push(target);
            }
        }
        let found = sought.into_iter().find_map(|module| {
            let templates = &self.program.modules()[module as usize].templates;
            templates.iter().find(|(known, _)| *known == name).map(|&(_, func)| func)
        });
        if let Some(func) = found {
            let closure = self.objects.intern(Object::Closure { func, env: None });
            self.invoke(call, closure);
        }
    }

    /// A value that a constant effect says nothing of: only its own text.
    pub(super) fn says(&mut self, src: NodeId, dst: NodeId) {
        self.tell_of(src, dst, Via::Operator, Effect::Taint, None);
    }
}
