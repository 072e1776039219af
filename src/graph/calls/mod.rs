//! Calls: what happens when a callee turns out to be some function.

pub mod arguments;
pub mod contexts;
pub mod dispatch;
pub mod keyed;
pub mod libraries;
pub mod requests;
pub mod written;

use crate::base::Span;
use crate::graph::api::Link;
use crate::graph::calls::arguments::TOLD_APART;
use crate::graph::calls::keyed::Given;
use crate::graph::objects::{Field, FunctionMethod, ObjId, Object, role};
use crate::graph::program::FuncId;
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::symbols::Sym;
use crate::graph::{InstId, NodeId, Via};
use crate::ir::{CallKind, content};
use smallvec::{SmallVec, smallvec};

/// Arguments; true where one is spread.
pub type Args = SmallVec<[(NodeId, bool); 2]>;

/// A call in an instance of the function that makes it.
#[derive(Clone, Debug)]
pub struct CallSite {
    /// The instance that calls.
    pub inst: InstId,
    /// The value that the result goes to: what `new` makes is told apart by it.
    pub val: u32,
    /// Where the result goes.
    pub dst: NodeId,
    /// The callee.
    pub callee: NodeId,
    /// The receiver.
    pub this: Option<NodeId>,
    /// The arguments.
    pub args: Args,
    /// How it is made.
    pub kind: CallKind,
    /// Where errors go.
    pub handler: NodeId,
    /// Where it stands; `None` in functions made from models.
    pub place: Option<Span>,
    /// The call of a bound function or of a method of functions that it stands for.
    pub derived_from: Option<u32>,
    /// Which receivers go to which callees: an index into the dispatches, where the callee is a method of the receiver.
    pub dispatch: Option<u32>,
}

impl CallSite {
    /// A call that the text does not show, of functions that are known alone; nothing is handed in.
    pub fn unwritten(inst: InstId, dst: NodeId, callee: NodeId, handler: NodeId) -> Self {
        Self {
            inst,
            val: dst.index() as u32,
            dst,
            callee,
            this: None,
            args: Args::new(),
            kind: CallKind::Quiet,
            handler,
            place: None,
            derived_from: None,
            dispatch: None,
        }
    }
}

impl Solver<'_> {
    /// The number of a new call.
    pub fn add_call(&mut self, site: CallSite) -> u32 {
        self.calls.push(site);
        self.calls.len() as u32 - 1
    }

    /// The callee of a call turns out to be `callee`.
    pub fn invoke(&mut self, call: u32, callee: ObjId) {
        if self.is_frozen_call(call) || !self.invoked.insert((call, callee)) {
            return;
        }
        self.charge_call(call);
        let kind = self.calls[call as usize].kind;
        match self.objects.kind(callee) {
            Object::Closure { func, env } => self.invoke_closure(call, callee, func, env),
            Object::Api(api) => self.invoke_api(call, api),
            Object::Method(method) => self.invoke_method(call, method),
            Object::Instance(role) => self.invoke_instance_method(call, role),
            Object::Bound { call: bound } => self.invoke_bound(call, bound),
            object if self.is_proxy(object) => self.trap(callee, crate::graph::heap::proxies::Deed::Call { call }),
            Object::Unknown | Object::Crowd(_) if kind != CallKind::Quiet => self.invoke_unknown(call),
            Object::Alloc { ty, .. } if ty == self.known.ty_opaque && kind != CallKind::Quiet => {
                self.invoke_unknown(call);
                self.hand_on(call, callee);
            }
            _ => {}
        }
    }

    /// A method may be one by which things from elsewhere give what they hold under a name.
    pub fn watch_getter(&mut self, call: u32, method: Sym) {
        let site = &self.calls[call as usize];
        if let (Some(src), [(name, false)]) = (site.this, &site.args[..])
            && self.runtime.is_named_getter(method)
        {
            let (name, dst) = (*name, site.dst);
            self.attach(name, Rule::NameRead { src, dst });
        }
    }

    fn invoke_closure(&mut self, call: u32, callee: ObjId, func: FuncId, env: Option<InstId>) {
        if let Some(module) = self.frozen_callee(self.calls[call as usize].inst, func) {
            // What nobody calls is no reason to take for unknown what the rest of the program has been found to do.
            if !self.is_aside(module) {
                self.invoke_frozen(call);
            }
            return;
        }
        self.resolved.insert(call);
        self.call_as_declared(call, func);
        if self.wait_for_held(call, callee, func, env) || self.wait_for_names(call, callee, func, env) {
            return;
        }
        let given = self.puts_named(call, func);
        let inst = self.instance(func, env, Some(call));
        self.link_call(call, callee, func, inst, given);
    }

    /// Code that may no longer be looked into counts as unknown. What stands in for a function of the framework's that the
    /// call has found, too, hands on to it.
    pub fn invoke_frozen(&mut self, call: u32) {
        if !self.constructs_units(call) {
            let unknown = self.natives.unknown(&mut self.program, &mut self.symbols);
            self.invoke_model(call, unknown);
        }
    }

    /// Wires a call to an instance of its callee, of which one parameter may get something else than the argument.
    pub fn link_call(&mut self, call: u32, callee: ObjId, func: FuncId, inst: InstId, given: Option<Given>) {
        self.note_call(call, inst);
        self.note_entering(call, func);
        let site = self.calls[call as usize].clone();
        if site.kind == CallKind::New {
            let object = self.construct(&site, callee);
            let prototype = self.prototype_of(callee);
            let proto = self.field_node(object, Field::Content(self.known.proto));
            self.flow(prototype, proto, Via::Assign, None, None);
            self.note_made(prototype, object);
            if let Some(this) = self.program.get(func).function.this {
                self.add_object(self.value_node(inst, this), object);
            }
        } else if let Some(val) = self.program.get(func).function.this {
            let val = self.value_node(inst, val);
            self.link_receiver(&site, callee, func, val);
        }
        self.link_arguments(&site, func, inst, given);
        self.link_result(&site, func, inst);
        if site.kind == CallKind::Super {
            self.take_over(&site, inst);
        }
    }

    /// What the constructor of a parent returns is what the class makes, in place of its own object.
    fn take_over(&mut self, site: &CallSite, parent: InstId) {
        let returned = self.result_node(parent);
        let made = self.result_node(site.inst);
        for node in site.this.into_iter().chain([made]) {
            self.flow(returned, node, Via::Return, None, None);
        }
    }

    /// The object that `new` makes, handed to the result.
    fn construct(&mut self, site: &CallSite, class: ObjId) -> ObjId {
        let object = self.objects.intern(Object::New { inst: site.inst, val: site.val, class });
        self.add_object(site.dst, object);
        object
    }

    /// Remembers what is made with a prototype, for that and what it inherits from.
    fn note_made(&mut self, prototype: NodeId, object: ObjId) {
        const MAX_DEPTH: usize = 16;
        let mut node = prototype;
        for _ in 0..MAX_DEPTH {
            let Some(&holder) = self.objects_of(node).first() else { break };
            self.made.entry(holder).or_default().insert(object);
            let Some(next) = self.objects.field(holder, Field::Content(self.known.proto)) else { break };
            node = next;
        }
    }

    fn link_result(&mut self, site: &CallSite, func: FuncId, inst: InstId) {
        let result = self.result_node(inst);
        self.flow(result, site.dst, Via::Return, None, None);
        let function = self.program.get(func).function.clone();
        if function.kind.is_generator {
            self.go_through(site, inst);
        } else if let Some(thrown) = function.thrown
            && !function.kind.is_async
        {
            self.flow(self.value_node(inst, thrown), site.handler, Via::Throw, None, None);
        }
    }

    /// Code that is not known goes through generators that it makes: it sends back what they yield, once it is there,
    /// and what it was given itself.
    fn go_through(&mut self, site: &CallSite, inst: InstId) {
        if !self.natives.is_unknown(self.instances[site.inst.0 as usize].func) {
            return;
        }
        let object = Object::Alloc { inst, val: role::ITERATOR, ty: self.known.ty_iterator };
        let object = self.objects.intern(object);
        let [yielded, sent] = [self.known.yielded, self.known.sent].map(Field::Content);
        let [yielded, sent] = [yielded, sent].map(|content| self.field_node(object, content));
        self.tell_of(yielded, sent, Via::Await, crate::models::Effect::Value, None);
        self.attach(yielded, Rule::Await { dst: sent });
        if let Some(&(given, _)) = site.args.first() {
            self.flow(given, sent, Via::Argument, None, None);
        }
    }

    /// What a static method makes is of the class that it is called on.
    fn make_for_class(&mut self, site: &CallSite) {
        let Some(this) = site.this else { return };
        self.each_seen(this, |solver, class| {
            if matches!(solver.objects.kind(class), Object::Closure { .. }) {
                let (src, field) = (solver.prototype_of(class), Field::Content(solver.known.proto));
                solver.attach(site.dst, Rule::Store { src, field, at: None });
            }
        });
    }

    /// What a method makes that is of its own type is of the receiver's class.
    fn make_as_receiver(&mut self, site: &CallSite) {
        let Some(this) = site.this else { return };
        let field = Field::Content(self.known.proto);
        let src = self.passage();
        self.attach(this, Rule::Load { dst: src, field });
        self.attach(site.dst, Rule::Store { src, field, at: None });
    }

    pub fn index_name(&mut self, index: usize) -> Sym {
        self.symbols.intern(&index.to_string())
    }

    /// A call of code from outside: by its model, by the name of its method, or as code that is not known.
    fn invoke_api(&mut self, call: u32, api: crate::graph::api::ApiId) {
        if self.invoke_runtime(call, api) {
            return;
        }
        let site = self.calls[call as usize].clone();
        if site.place.is_none() && self.is_asked_by_models(api) {
            return;
        }
        let is_new = site.kind == CallKind::New || site.kind == CallKind::Super;
        let func = self.natives.function(&mut self.program, &mut self.symbols, &self.apis, api, is_new);
        let Some(func) = func else {
            if self.apis.link(api) == Link::Global(self.known.require) {
                self.watch_request(call);
            }
            if site.kind != CallKind::Quiet {
                self.invoke_unmodelled(call, &site, api);
            }
            return;
        };
        if self.apis.is_member_of_type(api) {
            self.resolved_by_type.insert(call);
        } else {
            self.resolved.insert(call);
        }
        if self.takes_in_turn(&site, api) {
            return;
        }
        let inst = self.instance(func, None, Some(call));
        self.note_call(call, inst);
        let function = self.program.get(func).function.clone();
        let receiver = function.this.map(|this| self.value_node(inst, this));
        if site.kind == CallKind::New {
            let ty = self.natives.makes(api).unwrap_or_else(|| self.last_name(api));
            let object = self.objects.intern(Object::Alloc { inst, val: role::MADE, ty });
            self.add_object(site.dst, object);
            if let Some(this) = receiver {
                self.add_object(this, object);
            }
        } else if let (Some(this), Some(from)) = (receiver, site.this) {
            match site.dispatch.filter(|_| self.apis.is_member_of_type(api)) {
                Some(dispatch) => {
                    let callee = self.objects.intern(Object::Api(api));
                    self.dispatch_to(dispatch, from, callee, this);
                }
                None => self.flow(from, this, Via::Argument, None, None),
            }
            if self.apis.is_member_of(api, Link::Type(self.known.ty_string)) {
                self.attach(from, Rule::Written { dst: this });
            }
        }
        self.link_arguments(&site, func, inst, None);
        self.link_result(&site, func, inst);
        if let (CallKind::Call, Some(ty)) = (site.kind, self.natives.makes(api)) {
            self.make_for_class(&site);
            if self.extended.contains(&ty) && self.apis.is_member_of(api, Link::Type(ty)) {
                self.make_as_receiver(&site);
            }
        }
        if let (Some(this), true) = (site.this, self.lets_go_on(api)) {
            self.attach(this, Rule::Load { dst: site.handler, field: Field::Content(self.known.error) });
        }
        // What is of a type of its own has no second nature as a path.
        let is_typed = self.natives.makes(api).is_some_and(|ty| ty != self.known.ty_promise);
        if self.natives.is_open(api) && !is_typed {
            self.chain(api, site.dst);
        }
    }

    /// Whether a callee is what a built-in type does under a symbol that only methods of other types ask for: their models
    /// say what comes of it.
    fn is_asked_by_models(&self, api: crate::graph::api::ApiId) -> bool {
        let Link::Member(name) = self.apis.link(api) else { return false };
        let name = self.symbols.text(name);
        self.apis.is_member_of_type(api) && name.starts_with("@@") && !content::ITERATORS.contains(&name)
    }

    /// Whether a call lets a generator go on: what it throws then comes out of the call.
    fn lets_go_on(&mut self, api: crate::graph::api::ApiId) -> bool {
        let ty = self.known.ty_iterator;
        self.apis.is_member_of_type(api)
            && ["next", "throw", "return"].into_iter().any(|name| {
                let name = self.symbols.intern(name);
                self.natives.type_member(ty, name) == Some(api)
            })
    }

    fn last_name(&self, api: crate::graph::api::ApiId) -> Sym {
        match self.apis.link(api) {
            Link::Global(name) | Link::Member(name) | Link::Package(name) | Link::Type(name) => name,
            Link::Call => self.known.ty_opaque,
        }
    }

    /// What a call from outside returns is a further node of its path.
    fn chain(&mut self, api: crate::graph::api::ApiId, dst: NodeId) {
        match self.apis.child(api, Link::Call) {
            Some(result) => {
                let result = self.objects.intern(Object::Api(result));
                self.add_object(dst, result);
            }
            // Unless it turns out that the models say what comes back.
            None => self.unwritten.push((dst, dst)),
        }
    }

    fn invoke_unmodelled(&mut self, call: u32, site: &CallSite, api: crate::graph::api::ApiId) {
        // A method of a value that an unknown call returned: what the name means for the built-in types.
        if let (true, Link::Member(name)) = (self.apis.is_data(api), self.apis.link(api)) {
            let members = self.natives.members_named(name).to_vec();
            if !members.is_empty() {
                for member in members {
                    let member = self.objects.intern(Object::Api(member));
                    self.invoke(call, member);
                }
                if !self.natives.is_question(name) {
                    self.invoke_unknown_method(call);
                }
                return;
            }
        }
        self.invoke_unknown(call);
        self.chain(api, site.dst);
    }

    /// Code that is not known: what goes in may come out, callbacks are called. It counts only where in the end nothing
    /// is known of the callee: what is known of it would otherwise be drowned.
    fn invoke_unknown(&mut self, call: u32) {
        let func = self.unknown_code(call);
        self.unknown_calls.push((call, func));
    }

    /// The function that stands for code that is not known, as a call calls it.
    fn unknown_code(&mut self, call: u32) -> FuncId {
        match self.calls[call as usize].kind {
            CallKind::New => self.natives.unknown_new(&mut self.program, &mut self.symbols),
            _ => self.natives.unknown(&mut self.program, &mut self.symbols),
        }
    }

    /// A function that code which is not known gave back is called, and no method of what it gave back.
    fn hand_on(&mut self, call: u32, callee: ObjId) {
        let receiver = self.calls[call as usize].this;
        if receiver.is_none_or(|receiver| !self.objects_of(receiver).contains(&callee)) {
            let func = self.natives.handing(&mut self.program, &mut self.symbols);
            self.unknown_calls.push((call, func));
        }
    }

    /// A method that may be one of a built-in type, which a model knows, or of an object of the program's or others'.
    fn invoke_unknown_method(&mut self, call: u32) {
        let func = self.natives.unknown_method(&mut self.program, &mut self.symbols);
        self.unknown_calls.push((call, func));
    }

    /// Makes the calls of which the callee has stayed unknown; whether there were any.
    pub fn call_unknown(&mut self) -> bool {
        let calls = std::mem::take(&mut self.unknown_calls);
        for &(call, func) in &calls {
            if self.is_resolved(call) {
                continue;
            }
            match self.guesses.get(&call) {
                Some(&api) => {
                    let object = self.objects.intern(Object::Api(api));
                    self.invoke(call, object);
                }
                None => self.invoke_model(call, func),
            }
        }
        !calls.is_empty()
    }

    /// Whether some callee of a call is known. A method of a built-in type is a guess by its name unless the receiver is
    /// something that is known, or nothing but functions goes in: then the guess says all that can come of it.
    fn is_resolved(&self, call: u32) -> bool {
        if self.resolved.contains(&call) {
            return true;
        }
        let site = &self.calls[call as usize];
        let Some(receiver) = site.this.filter(|_| self.resolved_by_type.contains(&call)) else { return false };
        if !site.args.is_empty() && site.args.iter().all(|&(arg, is_spread)| !is_spread && self.is_function(arg)) {
            return true;
        }
        self.objects_of(receiver).iter().any(|obj| match self.objects.kind(*obj) {
            Object::Alloc { ty, .. } => ty != self.known.ty_opaque,
            Object::Unknown | Object::Crowd(_) | Object::Api(_) | Object::Json(_) => false,
            _ => true,
        })
    }

    /// Whether a node is known to be functions of the program and nothing else.
    fn is_function(&self, node: NodeId) -> bool {
        let is_function =
            |obj: &ObjId| matches!(self.objects.kind(*obj), Object::Closure { .. } | Object::Bound { .. });
        !self.objects_of(node).is_empty() && self.objects_of(node).iter().all(is_function)
    }

    /// A call of a function made from a model. What is not known about a function that is called as such is all that it
    /// came from.
    pub fn invoke_model(&mut self, call: u32, func: FuncId) {
        let inst = self.instance(func, None, Some(call));
        self.note_call(call, inst);
        let site = self.calls[call as usize].clone();
        let receiver = site.this.filter(|_| !self.natives.is_handing(func));
        let receiver = receiver.or_else(|| self.natives.is_unknown(func).then_some(site.callee));
        if let (Some(receiver), Some(this)) = (receiver, self.program.get(func).function.this) {
            self.flow(receiver, self.value_node(inst, this), Via::Argument, None, None);
        }
        self.link_arguments(&site, func, inst, None);
        self.link_result(&site, func, inst);
    }

    // `call`, `apply`, `bind`: the receiver of the call is the function.

    fn invoke_method(&mut self, call: u32, method: FunctionMethod) {
        let site = self.calls[call as usize].clone();
        if method == FunctionMethod::Unknown {
            if site.kind != CallKind::Quiet {
                self.invoke_unknown_method(call);
            }
            return;
        }
        let Some(function) = site.this else { return };
        self.resolved.insert(call);
        if method == FunctionMethod::Bind {
            let bound = self.objects.intern(Object::Bound { call });
            self.add_object(site.dst, bound);
            return;
        }
        let mut derived = site.clone();
        derived.callee = function;
        let (this, rest) = self.split_first(&site.args);
        derived.this = this;
        derived.args = match method {
            FunctionMethod::Apply => rest.first().map(|&(arg, _)| (arg, true)).into_iter().collect(),
            _ => rest,
        };
        self.call_derived(call, derived);
    }

    /// The first argument, and the others: `f.bind.apply(f, list)` has them all in a list.
    fn split_first(&mut self, args: &[(NodeId, bool)]) -> (Option<NodeId>, Args) {
        let Some((&(first, is_spread), rest)) = args.split_first() else { return (None, Args::new()) };
        if !is_spread {
            return (Some(first), rest.into());
        }
        let list = self.fresh_array(self.states[first.index()].module);
        let [this, others] = [(); 2].map(|()| self.add_node(crate::graph::Node::Deep { obj: list }));
        self.add_object(others, list);
        for index in 0..=TOLD_APART {
            let field = Field::Named(self.index_name(index));
            let dst = match index.checked_sub(1) {
                Some(before) => {
                    let before = Field::Named(self.index_name(before));
                    self.field_node(list, before)
                }
                None => this,
            };
            self.attach(first, Rule::Load { dst, field });
        }
        (Some(this), std::iter::once((others, true)).chain(rest.iter().copied()).collect())
    }

    /// Makes a call that another one comes to. A function that is bound to itself comes to nothing new.
    fn call_derived(&mut self, from: u32, call: CallSite) {
        let function = call.callee;
        let mut at = Some(from);
        while let Some(earlier) = at {
            let earlier = &self.calls[earlier as usize];
            if earlier.derived_from.is_some() && earlier.callee == function {
                return;
            }
            at = earlier.derived_from;
        }
        let id = self.add_call(CallSite { derived_from: Some(from), dispatch: None, ..call });
        self.attach(function, Rule::Callee(id));
    }

    /// A call of a bound function is a call of the function with the bound receiver and first arguments.
    fn invoke_bound(&mut self, call: u32, bound: u32) {
        let bound = self.calls[bound as usize].clone();
        let Some(function) = bound.this else { return };
        self.resolved.insert(call);
        let mut derived = self.calls[call as usize].clone();
        derived.callee = function;
        let (this, mut args) = self.split_first(&bound.args);
        if derived.kind != CallKind::New {
            derived.this = this;
        }
        args.append(&mut derived.args);
        derived.args = args;
        self.call_derived(call, derived);
    }

    // Getters and setters.

    /// A read of `name` calls the getter of that name, if the program defines one anywhere.
    pub fn getter(&mut self, obj: ObjId, name: Sym, dst: NodeId) {
        self.getter_for(obj, obj, name, dst);
    }

    /// The same for a read of something that stands before the object.
    pub fn getter_for(&mut self, receiver: ObjId, obj: ObjId, name: Sym, dst: NodeId) {
        if self.getters.contains(&name) {
            let node = self.accessor_node(obj, content::GET, name);
            self.attach(node, Rule::Accessor { dst, receiver });
        }
    }

    /// A write of `name` calls the setter of that name: one call for all that is written.
    pub fn setter(&mut self, obj: ObjId, name: Sym, src: NodeId, at: Option<u32>) {
        if !self.getters.contains(&name) {
            return;
        }
        self.accessor_errors(obj, name, src, at);
        if let Some(&written) = self.setters.get(&(obj, name)) {
            self.flow(src, written, Via::Argument, None, None);
            return;
        }
        let written = self.add_node(crate::graph::Node::Deep { obj });
        self.setters.insert((obj, name), written);
        self.flow(src, written, Via::Argument, None, None);
        let node = self.accessor_node(obj, content::SET, name);
        let id = self.accessor_call(node, obj, node, smallvec![(written, false)]);
        self.attach(node, Rule::Callee(id));
    }

    /// What the getter or setter of a property throws goes where errors go at a value that is read or written.
    pub fn accessor_errors(&mut self, obj: ObjId, name: Sym, node: NodeId, at: Option<u32>) {
        if self.getters.contains(&name)
            && let Some(handler) = self.handler_at(node, at)
        {
            let (_, errors) = self.accessor_ends(obj);
            self.flow(errors, handler, Via::Throw, None, None);
        }
    }

    /// Where an error goes that comes up at a value of the text, or at a place in it.
    pub fn handler_at(&self, node: NodeId, at: Option<u32>) -> Option<NodeId> {
        let crate::graph::Node::Value { inst, val } = self.graph[node] else { return None };
        let function = &self.program.get(self.instances[inst.0 as usize].func).function;
        let start = at.map_or(function.values[val as usize].start, |at| self.places[at as usize].start);
        let around = function.tries.iter().filter(|it| it.code.start <= start && start < it.code.end);
        let innermost = around.min_by_key(|it| it.code.end - it.code.start);
        let handler = innermost.map(|it| it.caught).or(function.thrown)?;
        Some(self.value_node(inst, handler))
    }

    /// The node of an object's getter or setter, inherited ones included.
    fn accessor_node(&mut self, obj: ObjId, prefix: &str, name: Sym) -> NodeId {
        let content = format!("{prefix}{}", self.symbols.text(name));
        let content = self.symbols.intern(&content);
        self.accessors.insert(content);
        let object = self.objects.kind(obj);
        self.lookup(obj, object, Field::Content(content))
    }

    pub fn call_getter(&mut self, node: NodeId, function: ObjId, receiver: ObjId, dst: NodeId) {
        let id = self.accessor_call(node, receiver, dst, Args::new());
        self.invoke(id, function);
    }

    /// The receiver of an object's getters and setters, and where their errors go.
    pub fn accessor_ends(&mut self, receiver: ObjId) -> (NodeId, NodeId) {
        if let Some(&ends) = self.accessor_ends.get(&receiver) {
            return ends;
        }
        let this = self.add_node(crate::graph::Node::Deep { obj: receiver });
        self.add_object(this, receiver);
        let ends = (this, self.add_node(crate::graph::Node::Deep { obj: receiver }));
        self.accessor_ends.insert(receiver, ends);
        ends
    }

    /// A call that the text does not show: it stands where the function of the accessor is.
    pub fn accessor_call(&mut self, callee: NodeId, receiver: ObjId, dst: NodeId, args: Args) -> u32 {
        let (this, handler) = self.accessor_ends(receiver);
        let inst = self.graph[dst].instance().unwrap_or(InstId(0));
        let dst = if args.is_empty() { dst } else { self.add_node(crate::graph::Node::Deep { obj: receiver }) };
        self.add_call(CallSite { this: Some(this), args, ..CallSite::unwritten(inst, dst, callee, handler) })
    }
}
