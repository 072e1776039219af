//! Keys that are values. A function that keeps functions under a name that it is given has an instance for each name; keys
//! of which nothing becomes known stand for any. Knows nothing of what the properties hold.

use crate::graph::heap::pairs::OBJECT_KEY;
use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::program::FuncId;
use crate::graph::solver::constraints::Rule;
use crate::graph::solver::{HOLE, Solver};
use crate::graph::{InstId, NodeId};
use crate::ir::{Puts, Val, content};

/// Names that a call tells apart.
const MAX_NAMES: usize = 400;

/// A call of a function that keeps functions under a name.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct KeyedCall {
    call: u32,
    callee: ObjId,
    func: FuncId,
    env: Option<InstId>,
    /// The parameter that the name goes to.
    param: u32,
    n_names: usize,
    is_general: bool,
}

/// What a call gives to a parameter instead of an argument.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) enum Given {
    /// A text.
    Name(u32, ObjId),
    /// Nothing: it gets there by another way.
    Nothing(u32),
}

impl Solver<'_> {
    /// A call that has a function put what one object holds under a name into another one, under that name, copies that
    /// property: the parameter that is put there, if it is such a call.
    pub fn puts_named(&mut self, call: u32, func: FuncId) -> Option<Given> {
        let Puts { obj, name, val } = self.program.get(func).function.puts?;
        let site = &self.calls[call as usize];
        let caller = &self.program.get(self.instances[site.inst.0 as usize].func).function;
        let named = *caller.named.get(&Val(site.val)).filter(|_| site.derived_from.is_none())?;
        if (named.name, named.val) != (name, val) {
            return None;
        }
        let (&(obj, _), &(name, _)) = (site.args.get(obj as usize)?, site.args.get(name as usize)?);
        let src = self.value_node(site.inst, named.obj);
        self.copy_key(obj, src, name);
        Some(Given::Nothing(val))
    }

    /// Waits for the names that a call gives to a function that keeps functions under them; whether it does.
    pub fn wait_for_names(&mut self, call: u32, callee: ObjId, func: FuncId, env: Option<InstId>) -> bool {
        let Some(param) = self.program.get(func).function.keyed else { return false };
        let args = &self.calls[call as usize].args;
        let Some(&(key, _)) = args.get(param as usize) else { return false };
        if args.iter().take(param as usize + 1).any(|(_, is_spread)| *is_spread) {
            return false;
        }
        let id = self.keyed_calls.len() as u32;
        let keyed = KeyedCall { call, callee, func, env, param, n_names: 0, is_general: false };
        self.keyed_calls.push(keyed);
        self.silent_keys.push(key);
        self.attach(key, Rule::Name(id));
        true
    }

    /// The name turns out to be `name`.
    pub fn name_given(&mut self, id: u32, name: ObjId) {
        let KeyedCall { call, callee, func, env, param, n_names, is_general, .. } = self.keyed_calls[id as usize];
        if let Object::Text(text) = self.objects.kind(name)
            && n_names < MAX_NAMES
            && !self.symbols.text(text).contains(HOLE)
            && let Some(inst) = self.named_instance(func, env, call, text)
        {
            self.keyed_calls[id as usize].n_names += 1;
            self.link_call(call, callee, func, inst, Some(Given::Name(param, name)));
        } else if !is_general {
            self.keyed_calls[id as usize].is_general = true;
            let inst = self.instance(func, env, Some(call));
            self.link_call(call, callee, func, inst, None);
        }
    }

    /// The names of an object's properties go to a node; one that is not known stands for those that are not.
    pub fn keys_of(&mut self, obj: ObjId, object: Object, dst: NodeId) {
        // Names of inherited properties are among those that a loop goes through.
        self.inherited_too(obj, object, Field::Content(self.known.key), dst);
        match object {
            Object::Alloc { ty, .. } if ty == self.known.ty_object => self.subscribe(obj, Subscriber::Names(dst)),
            Object::Closure { .. } | Object::New { .. } | Object::Exports(_) => {
                self.subscribe(obj, Subscriber::Names(dst));
            }
            // What the framework holds for the program, the state of a page, has the names that the program gives.
            Object::Made(_) => {
                self.subscribe(obj, Subscriber::Names(dst));
                self.silent_keys.push(dst);
            }
            Object::Api(_) if self.is_kept_outside(obj) => {
                self.subscribe(obj, Subscriber::Names(dst));
                self.silent_keys.push(dst);
            }
            // Of what lies outside only that matters which models and the program speak of.
            Object::Api(api) => {
                let members = self.apis.members(api);
                for name in members.into_iter().filter(|name| self.mentioned.contains(name)).collect::<Vec<_>>() {
                    let name = self.objects.intern(Object::Text(name));
                    self.add_object(dst, name);
                }
                self.silent_keys.push(dst);
            }
            _ => self.add_object(dst, self.plain),
        }
    }

    /// The name of a property goes to a node. What was stored under names that are not known has one that is not.
    pub fn key_of(&mut self, field: Field, property: NodeId, dst: NodeId) {
        match field {
            Field::Named(name) if self.symbols.text(name).starts_with(OBJECT_KEY) => self.add_object(dst, self.plain),
            Field::Named(name) => {
                let name = self.objects.intern(Object::Text(name));
                self.add_object(dst, name);
            }
            Field::Any => self.attach(property, Rule::Unnamed { dst }),
            Field::Content(name) => {
                let text = self.symbols.text(name);
                let accessor = [content::GET, content::SET].into_iter().find_map(|prefix| text.strip_prefix(prefix));
                if let Some(name) = accessor.map(str::to_owned) {
                    let name = self.symbols.intern(&name);
                    let name = self.objects.intern(Object::Text(name));
                    self.add_object(dst, name);
                }
            }
        }
    }

    /// Keys of which nothing became known may be anything; whether there were any.
    pub fn open_keys(&mut self) -> bool {
        let keys = std::mem::take(&mut self.silent_keys);
        let silent: Vec<NodeId> = keys.into_iter().filter(|key| self.objects_of(*key).is_empty()).collect();
        silent.iter().for_each(|key| self.add_object(*key, self.plain));
        !silent.is_empty()
    }
}
