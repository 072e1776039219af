//! Keys that are values. A function that keeps something under a name that it is given, or that something it is given holds,
//! has an instance for each name; keys of which nothing becomes known stand for any. Knows nothing of what the properties
//! hold.

use crate::graph::heap::pairs::OBJECT_KEY;
use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::program::FuncId;
use crate::graph::solver::constraints::Rule;
use crate::graph::solver::{HOLE, Solver};
use crate::graph::symbols::Sym;
use crate::graph::{InstId, Node, NodeId};
use crate::ir::{Keyed, Named, Puts, Val, content};

/// Names that a call tells apart.
const MAX_NAMES: usize = 400;

/// A call of a function that keeps something under a name.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct KeyedCall {
    call: u32,
    callee: ObjId,
    func: FuncId,
    env: Option<InstId>,
    /// The parameter that the name goes to, or what holds it.
    param: u32,
    /// The parameter that gets what an object holds under the name, and the object.
    held: Option<(u32, NodeId)>,
    n_names: usize,
    is_general: bool,
}

impl KeyedCall {
    fn new(call: u32, callee: ObjId, func: FuncId, env: Option<InstId>, param: u32) -> Self {
        Self { call, callee, func, env, param, held: None, n_names: 0, is_general: false }
    }
}

/// What a call gives to a parameter instead of an argument.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) enum Given {
    /// One of the objects that it may be.
    Object(u32, ObjId),
    /// The same, and to another parameter what an object holds under the name that this one is.
    Named {
        /// The parameter of the name, and the name as an object.
        param: (u32, ObjId),
        /// The other one, and the object.
        held: (u32, NodeId),
        /// The name.
        name: Sym,
    },
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

    /// Waits for the names with which a model's call hands over what an object holds under them; whether it does.
    pub fn wait_for_held(&mut self, call: u32, callee: ObjId, func: FuncId, env: Option<InstId>) -> bool {
        let site = &self.calls[call as usize];
        let around = self.instances[site.inst.0 as usize].func;
        if site.derived_from.is_some() || !self.natives.is_model(&self.program, around) {
            return false;
        }
        let Some(&Named { name, val, obj }) = self.program.get(around).function.named.get(&Val(site.val)) else {
            return false;
        };
        if self.program.get(func).function.params.len() <= name as usize {
            return false;
        }
        let (key, obj) = (site.args[name as usize].0, self.value_node(site.inst, obj));
        self.wait(KeyedCall { held: Some((val, obj)), ..KeyedCall::new(call, callee, func, env, name) }, key, None);
        true
    }

    fn wait(&mut self, keyed: KeyedCall, key: NodeId, field: Option<Sym>) {
        let id = self.keyed_calls.len() as u32;
        self.keyed_calls.push(keyed);
        self.silent_keys.push(key);
        self.attach(key, field.map_or(Rule::Name(id), |field| Rule::NameHeld { call: id, field }));
    }

    /// Waits for the names that a call gives to a function that keeps something under them; whether it does.
    pub fn wait_for_names(&mut self, call: u32, callee: ObjId, func: FuncId, env: Option<InstId>) -> bool {
        let entry = self.program.get(func);
        let Some(Keyed { param, field }) = entry.function.keyed else { return false };
        let field = field.map(|field| entry.sym(field));
        let args = &self.calls[call as usize].args;
        let Some(&(key, _)) = args.get(param as usize) else { return false };
        if args.iter().take(param as usize + 1).any(|(_, is_spread)| *is_spread) {
            return false;
        }
        self.wait(KeyedCall::new(call, callee, func, env, param), key, field);
        true
    }

    /// The name turns out to be `name`.
    pub fn name_given(&mut self, id: u32, name: ObjId) {
        if self.give_named(id, name, name) {
            return;
        }
        if !std::mem::replace(&mut self.keyed_calls[id as usize].is_general, true) {
            self.give_unnamed(id, None);
        }
    }

    /// What holds the name turns out to be `pair`.
    pub fn pair_given(&mut self, id: u32, pair: ObjId, field: Sym) {
        if !self.objects.kind(pair).has_fields() {
            return self.give_unnamed(id, Some(pair));
        }
        let name = self.add_node(Node::Deep { obj: pair });
        self.load_from(pair, Field::Named(field), name);
        self.silent_keys.push(name);
        self.attach(name, Rule::NameOfPair { call: id, pair });
    }

    /// The name that a pair holds turns out to be `name`.
    pub fn name_of_pair(&mut self, id: u32, pair: ObjId, name: ObjId) {
        if !self.give_named(id, name, pair) {
            self.give_unnamed(id, Some(pair));
        }
    }

    /// A call gives its callee `object` under a name, if that is known; whether it does.
    fn give_named(&mut self, id: u32, name: ObjId, object: ObjId) -> bool {
        let KeyedCall { call, callee, func, env, param, held, n_names, .. } = self.keyed_calls[id as usize];
        if let Object::Text(text) = self.objects.kind(name)
            && n_names < MAX_NAMES
            && !self.symbols.text(text).contains(HOLE)
            && let Some(inst) = self.named_instance(func, env, call, text)
        {
            self.keyed_calls[id as usize].n_names += 1;
            let given = match held {
                Some(held) => Given::Named { param: (param, object), held, name: text },
                None => Given::Object(param, object),
            };
            self.link_call(call, callee, func, inst, Some(given));
            return true;
        }
        false
    }

    /// A call gives its callee what has no name that is known: an object, or whatever there is.
    fn give_unnamed(&mut self, id: u32, object: Option<ObjId>) {
        let KeyedCall { call, callee, func, env, param, .. } = self.keyed_calls[id as usize];
        let inst = self.instance(func, env, Some(call));
        self.link_call(call, callee, func, inst, object.map(|object| Given::Object(param, object)));
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
