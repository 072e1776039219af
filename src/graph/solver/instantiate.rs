//! An instance of a function: its values become nodes, its instructions edges and rules.

use petgraph::graph::NodeIndex;

use crate::base::Span;
use crate::graph::calls::CallSite;
use crate::graph::calls::contexts::Context;
use crate::graph::heap::held::Unheld;
use crate::graph::natives::TagKind;
use crate::graph::objects::{Field, Object, role};
use crate::graph::program::{Entry, FuncId, Origin};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::{Access, NO_EXCEPTIONS, Pair, Rule, TextOf};
use crate::graph::{InstId, Instance, Mark, Node, NodeId, Via};
use crate::ir::{Cell, Func, Instr, Key, Lacks, Literal, Operator, Range, Val, When, content};
use crate::models::Effect;

/// What the instructions of one instance need to know.
pub(in crate::graph) struct Frame {
    pub inst: InstId,
    pub entry: Entry,
}

impl Solver<'_> {
    /// Makes an instance: nodes for what it has, edges and rules for what it does.
    pub(in crate::graph) fn make_instance(&mut self, func: FuncId, env: Option<InstId>, context: Context) -> InstId {
        let call = match context {
            Context::Call(call) | Context::Name(call, _) => Some(call),
            Context::Border(..) | Context::Root(..) | Context::Entry => None,
        };
        let entry = self.program.get(func).clone();
        let inst = InstId(self.instances.len() as u32);
        let first = self.graph.node_count() as u32;
        self.note_instance(func, call.map(|call| self.calls[call as usize].inst));
        for val in 0..entry.function.values.len() as u32 {
            self.add_node(Node::Value { inst, val });
        }
        for cell in 0..entry.function.cells {
            self.add_node(Node::Cell { inst, cell });
        }
        self.add_node(Node::Result { inst });
        let caller = call.map(|call| (self.calls[call as usize].inst, self.calls[call as usize].place));
        let depth = caller.map_or(0, |(caller, _)| self.instances[caller.0 as usize].depth + 1);
        let root = self.root(func, env, context);
        let border = match context {
            Context::Call(call) | Context::Name(call, _) => self.border(func, call),
            Context::Border(.., border) => border,
            Context::Root(..) | Context::Entry => None,
        };
        self.note_border(func, border);
        let event = call.and_then(|call| self.event(func, call));
        let is_shared = matches!(context, Context::Border(..) | Context::Root(..)) || self.crowds.is_shared(func);
        self.instances.push(Instance { func, env, caller, call, root, border, event, first, depth, is_shared });
        let n_instances = self.n_instances.entry(func).or_default();
        *n_instances += 1;
        if *n_instances > 1 {
            self.note_clone(inst, entry.function.size() + entry.function.cells as usize + 1);
        }
        self.first_instances.entry(func).or_insert(inst);
        let frame = Frame { inst, entry };
        self.prepare_result(&frame);
        let function = frame.entry.function.clone();
        for block in
            function.blocks.iter().filter(|block| block.is_reachable && block.when.is_none() && block.tests == 0)
        {
            for (instr, at) in &block.code {
                self.instruction(&frame, instr, *at);
            }
        }
        self.watch_tests(inst, &frame.entry, call.is_some());
        if call.is_none() {
            self.begin_blocks(inst, None);
        }
        inst
    }

    /// Begins a block that waited for something.
    pub fn begin_block(&mut self, inst: InstId, block: u32) {
        if !self.begun.insert((inst, block)) {
            return;
        }
        let entry = self.program.get(self.instances[inst.0 as usize].func).clone();
        let function = entry.function.clone();
        let frame = Frame { inst, entry };
        for (instr, at) in &function.blocks[block as usize].code {
            self.instruction(&frame, instr, *at);
        }
    }

    /// Begins the code that only some calls need: that for `site`, or all.
    pub fn begin_blocks(&mut self, inst: InstId, site: Option<&CallSite>) {
        if let Some(site) = site {
            self.open_lacking(inst, site);
        }
        let function = self.program.get(self.instances[inst.0 as usize].func).function.clone();
        for (at, block) in function.blocks.iter().enumerate().filter(|(_, block)| block.is_reachable) {
            let Some(when) = block.when else { continue };
            if site.is_none_or(|site| self.lacks(site, when)) {
                self.begin_block(inst, at as u32);
            }
        }
    }

    /// Whether a call lacks something.
    pub fn lacks(&self, site: &CallSite, when: When) -> bool {
        let mut given = site.args.iter().take(when.arg as usize + 1);
        if given.clone().any(|(_, is_spread)| *is_spread) {
            return true;
        }
        let Some(&(arg, _)) = given.nth(when.arg as usize) else { return true };
        let Node::Value { inst, val } = self.graph[arg] else { return when.lacks != Lacks::Presence };
        let function = &self.program.get(self.instances[inst.0 as usize].func).function;
        match when.lacks {
            Lacks::Presence => false,
            Lacks::Value => !function.defined.contains(val as usize),
            Lacks::Function => function.literals.contains(val as usize),
        }
    }

    /// The node of what an instance gives back.
    pub fn result_node(&self, inst: InstId) -> NodeId {
        let instance = &self.instances[inst.0 as usize];
        let function = &self.program.get(instance.func).function;
        NodeIndex::new(instance.first as usize + function.values.len() + function.cells as usize)
    }

    pub fn cell_node(&self, inst: InstId, cell: Cell) -> NodeId {
        let instance = &self.instances[inst.0 as usize];
        let function = &self.program.get(instance.func).function;
        NodeIndex::new(instance.first as usize + function.values.len() + cell.0 as usize)
    }

    /// Async functions and generators give back an object that holds what they return or yield.
    fn prepare_result(&mut self, frame: &Frame) {
        let kind = frame.entry.function.kind;
        let result = self.result_node(frame.inst);
        if kind.is_generator {
            let ty = if kind.is_async { self.symbols.intern("AsyncIterator") } else { self.known.ty_iterator };
            let object = self.objects.intern(Object::Alloc { inst: frame.inst, val: role::ITERATOR, ty });
            self.add_object(result, object);
            if let Some(thrown) = frame.entry.function.thrown {
                let error = self.field_node(object, Field::Content(self.known.error));
                let thrown = self.value_node(frame.inst, thrown);
                self.flow(thrown, error, Via::Throw, None, None);
            }
        } else if kind.is_async {
            let object = self.promise_of(frame.inst);
            self.add_object(result, object);
            if let Some(thrown) = frame.entry.function.thrown {
                let error = self.field_node(object, Field::Content(self.known.error));
                let thrown = self.value_node(frame.inst, thrown);
                self.flow(thrown, error, Via::Throw, None, None);
            }
        }
    }

    fn promise_of(&mut self, inst: InstId) -> crate::graph::ObjId {
        self.objects.intern(Object::Alloc { inst, val: role::PROMISE, ty: self.known.ty_promise })
    }

    /// The instance of `owner` that surrounds (or is) this one.
    fn surrounding(&self, frame: &Frame, owner: Func) -> Option<InstId> {
        let owner = frame.entry.sibling(owner);
        let mut at = Some(frame.inst);
        while let Some(inst) = at {
            let instance = &self.instances[inst.0 as usize];
            if instance.func == owner {
                return Some(inst);
            }
            at = instance.env;
        }
        None
    }

    pub fn field_of(&self, entry: &Entry, key: Key) -> Option<Field> {
        match key {
            Key::Named(name) => Some(Field::Named(entry.sym(name))),
            Key::Any => Some(Field::Any),
            Key::Content(name) => Some(Field::Content(entry.sym(name))),
            Key::Computed(_) => None,
        }
    }

    pub fn span(&self, frame: &Frame, at: Range) -> Option<Span> {
        let func = self.instances[frame.inst.0 as usize].func;
        self.program.span(func, at)
    }

    fn instruction(&mut self, frame: &Frame, instr: &Instr, at: Range) {
        let node =
            |val: Val| -> NodeId { NodeIndex::new((self.instances[frame.inst.0 as usize].first + val.0) as usize) };
        match *instr {
            Instr::Const { dst, literal } => {
                let dst = node(dst);
                match literal {
                    Literal::String(name) => {
                        let text = self.objects.intern(Object::Text(frame.entry.sym(name)));
                        self.add_object(dst, text);
                    }
                    Literal::Plain => self.add_object(dst, self.plain),
                    Literal::Truth(is_true) => {
                        let truth = self.objects.intern(Object::Truth(is_true));
                        self.add_object(dst, truth);
                    }
                    Literal::Undefined => {}
                }
            }
            Instr::Alloc { dst, ty, .. } => {
                let ty = frame.entry.sym(ty);
                let object = self.objects.intern(Object::Alloc { inst: frame.inst, val: dst.0, ty });
                self.add_object(node(dst), object);
            }
            Instr::Closure { dst, func } => {
                let func = frame.entry.sibling(func);
                let object = self.objects.intern(Object::Closure { func, env: Some(frame.inst) });
                self.add_object(node(dst), object);
            }
            Instr::Copy { dst, src } => self.flow(node(src), node(dst), Via::Assign, None, None),
            Instr::Phi { dst, ref srcs } => {
                let dst = node(dst);
                for src in srcs.iter().map(|src| node(*src)).collect::<Vec<_>>() {
                    self.flow(src, dst, Via::Assign, None, None);
                }
            }
            Instr::Load { dst, obj, key } => self.load(frame, dst, node(obj), key),
            Instr::Store { obj, key, val } => {
                let place = self.span(frame, at).map(|span| self.place(span));
                self.store(frame, NodeIndex::new(self.first(frame) + obj.0 as usize), key, val, place);
            }
            Instr::Delete { .. } => {}
            Instr::CopyKey { obj, src, key } => self.copy_key(node(obj), node(src), node(key)),
            Instr::CopyProps { obj, src, ref except } => {
                let names = except.iter().map(|name| frame.entry.sym(*name)).collect();
                let (obj, src) = (node(obj), node(src));
                self.copy_properties(obj, src, names);
            }
            Instr::AwaitProps { obj, src, within } => {
                let names = within.iter().map(|name| frame.entry.sym(*name)).collect();
                self.await_properties(node(obj), node(src), names);
            }
            Instr::Open { dst, obj, content } => {
                let rule = Rule::Open { dst: node(dst), content: frame.entry.sym(content) };
                self.attach(node(obj), rule);
            }
            Instr::LoadCell { dst, owner, cell } => {
                if let Some(outer) = self.surrounding(frame, owner) {
                    self.flow(self.cell_node(outer, cell), node(dst), Via::Capture, None, None);
                }
            }
            Instr::StoreCell { owner, cell, val } => {
                if let Some(outer) = self.surrounding(frame, owner) {
                    self.flow(node(val), self.cell_node(outer, cell), Via::Capture, None, None);
                }
            }
            Instr::OuterThis { dst, owner } => self.outer(frame, node(dst), owner, |function| function.this),
            Instr::OuterArguments { dst, owner } => {
                self.outer(frame, node(dst), owner, |function| function.arguments);
            }
            Instr::LoadGlobal { dst, name } => self.load_global(frame.entry.sym(name), node(dst)),
            Instr::StoreGlobal { name, val } => {
                let val = node(val);
                let global = self.objects.intern(Object::Global);
                let place = self.span(frame, at).map(|span| self.place(span));
                self.store_into(global, Field::Named(frame.entry.sym(name)), val, place);
            }
            Instr::Call(ref call) => self.call(frame, call, at),
            Instr::Op { dst, op, ref args } => {
                let args = args.iter().map(|arg| node(*arg)).collect();
                self.operation(node(dst), op, args);
            }
            Instr::Import { dst, request } => self.import(frame, node(dst), frame.entry.sym(request), at),
            Instr::Module { dst } => {
                if let Origin::Module(module) = frame.entry.origin {
                    let object = self.objects.intern(Object::Module(module));
                    self.add_object(node(dst), object);
                }
            }
            Instr::Await { dst, val } => {
                let (dst, val) = (node(dst), node(val));
                self.tell_of(val, dst, Via::Await, Effect::Value, None);
                self.attach(val, Rule::Await { dst });
            }
            Instr::Iterate { dst, src } => {
                let (dst, src) = (node(dst), node(src));
                self.tell_of(src, dst, Via::Project, Effect::Value, Some(Field::Any));
                self.attach(src, Rule::Iterate { dst });
            }
            Instr::Parse { dst, src } => {
                let (dst, src) = (node(dst), node(src));
                self.parsed.push((src, dst));
            }
            Instr::Single { dst, src } => {
                let (dst, src) = (node(dst), node(src));
                self.tell_of(src, dst, Via::Project, Effect::Value, Some(Field::Any));
                self.attach(src, Rule::Single { dst });
            }
            Instr::Unheld { dst, src, list } => {
                self.unheld.push(Unheld { list: node(list), src: node(src), dst: node(dst) });
            }
            Instr::Except { dst, src, func } => {
                let (dst, src) = (node(dst), node(src));
                self.tell_of(src, dst, Via::Assign, Effect::Value, None);
                self.attach(src, Rule::Except { dst, func: frame.entry.sibling(func) });
            }
            Instr::Refine { dst, src, told } => self.refine(&frame.entry, node(dst), node(src), told),
            Instr::Keys { dst, src } => {
                let (dst, src) = (node(dst), node(src));
                self.attach(src, Rule::Load { dst, field: Field::Content(self.known.key) });
            }
            Instr::Yield { dst, val, handler, .. } => self.yields(frame, node(dst), node(val), node(handler)),
            Instr::Return { val } => self.returns(frame, node(val)),
            Instr::Throw { handler, val } => self.flow(node(val), node(handler), Via::Throw, None, None),
            Instr::Deep { dst, src, tag } => {
                let (effect, via) = self.natives.tags.deep(tag);
                let (dst, src) = (node(dst), node(src));
                if let Some(mask) = self.natives.tags.mask(tag).cloned() {
                    self.masks.push((dst, self.value_node(frame.inst, mask.val), mask.pattern));
                }
                self.tell_of(src, dst, via, effect, None);
                if !self.natives.tags.is_shallow(tag) {
                    self.attach(src, Rule::Deep { dst, effect, via });
                } else if self.defines_any(&content::CONVERSIONS) {
                    self.attach(src, Rule::Converted { dst, effect: Effect::Taint });
                }
            }
            Instr::Origin { dst, tag } => {
                let node = node(dst);
                if self.natives.tags.kind(tag) == Some(TagKind::Unnamed) {
                    self.add_object(node, self.unknown);
                }
                self.origins.push(Mark { node, tag, inst: frame.inst, group: 0 });
            }
            Instr::Outlet { val, tag } => {
                self.outlets.push(Mark { node: node(val), tag, inst: frame.inst, group: 0 });
            }
            Instr::Tag(ref tag) => self.tags.push_back((frame.inst, tag.clone(), at)),
            Instr::Template(ref it) => self.use_template(frame, it, at),
            Instr::Shown { val, out, label } => self.shown(frame, val, out, label),
        }
    }

    fn first(&self, frame: &Frame) -> usize {
        self.instances[frame.inst.0 as usize].first as usize
    }

    fn load(&mut self, frame: &Frame, val: Val, obj: NodeId, key: Key) {
        let dst = self.value_node(frame.inst, val);
        match self.field_of(&frame.entry, key) {
            Some(Field::Content(name)) if name == self.known.commonjs => {
                // The default of a module without ES exports is the module itself.
                if !self.esm_imports.contains(&obj) {
                    self.flow(obj, dst, Via::Assign, None, None);
                }
            }
            // The names of an object's properties say nothing of it as a whole.
            Some(field @ Field::Content(name)) if name == self.known.key || name == self.known.error => {
                self.attach(obj, Rule::Load { dst, field });
            }
            Some(field) => {
                self.tell_of(obj, dst, Via::Project, Effect::Value, Some(field));
                self.attach(obj, Rule::Load { dst, field });
            }
            None => {
                let Key::Computed(key) = key else { return };
                let key = self.value_node(frame.inst, key);
                self.tell_of(obj, dst, Via::Project, Effect::Value, Some(Field::Any));
                match self.turn_of(frame.inst, val) {
                    Some(turn) => self.read_in_turn(obj, dst, turn),
                    None => self.access(Access { obj, key, other: dst, is_store: false, at: None, is_text: false }),
                }
            }
        }
    }

    fn store(&mut self, frame: &Frame, obj: NodeId, key: Key, val: Val, place: Option<u32>) {
        let src = self.value_node(frame.inst, val);
        match self.field_of(&frame.entry, key) {
            Some(Field::Content(name)) if name == self.known.promise => self.resolve(obj, src),
            Some(field) => self.attach(obj, Rule::Store { src, field, at: place }),
            None => {
                let Key::Computed(key) = key else { return };
                let key = self.value_node(frame.inst, key);
                self.access(Access { obj, key, other: src, is_store: true, at: place, is_text: false });
            }
        }
    }

    pub fn access(&mut self, access: Access) {
        let id = self.accesses.len() as u32;
        self.accesses.push(access);
        self.silent_keys.push(access.key);
        self.attach(access.key, Rule::AccessKey(id));
        self.attach(access.obj, Rule::AccessObject(id));
    }

    pub fn copy_properties(&mut self, obj: NodeId, src: NodeId, except: Vec<crate::graph::symbols::Sym>) {
        let id = self.pairs.len() as u32;
        let names = self.exceptions.len() as u32;
        self.exceptions.push(except);
        self.pairs.push(Pair { src, dst: obj, except: names });
        self.attach(src, Rule::CopyFrom(id));
        self.attach(obj, Rule::CopyInto(id));
    }

    fn await_properties(&mut self, obj: NodeId, src: NodeId, within: Vec<crate::graph::symbols::Sym>) {
        let id = self.pairs.len() as u32;
        let names = self.exceptions.len() as u32;
        self.exceptions.push(within);
        self.pairs.push(Pair { src, dst: obj, except: names });
        self.attach(src, Rule::AwaitFrom(id));
        self.attach(obj, Rule::AwaitInto(id));
    }

    /// What `val` resolves to goes into the promises of `promise`.
    pub fn resolve(&mut self, promise: NodeId, val: NodeId) {
        let id = self.pairs.len() as u32;
        self.pairs.push(Pair { src: val, dst: promise, except: NO_EXCEPTIONS });
        self.attach(val, Rule::ResolveInto(id));
        self.attach(promise, Rule::ResolvePromise(id));
    }

    fn outer(&mut self, frame: &Frame, dst: NodeId, owner: Func, what: impl Fn(&crate::ir::Function) -> Option<Val>) {
        let Some(outer) = self.surrounding(frame, owner) else { return };
        let function = self.program.get(self.instances[outer.0 as usize].func).function.clone();
        if let Some(val) = what(&function) {
            self.flow(self.value_node(outer, val), dst, Via::Assign, None, None);
        }
    }

    fn call(&mut self, frame: &Frame, call: &crate::ir::Call, at: Range) {
        let node = |val: Val| self.value_node(frame.inst, val);
        let site = CallSite {
            inst: frame.inst,
            val: call.dst.0,
            dst: node(call.dst),
            callee: node(call.callee),
            this: call.this.map(node),
            args: call.args.iter().map(|arg| (node(arg.val), arg.is_spread)).collect(),
            kind: call.kind,
            handler: node(call.handler),
            place: self.span(frame, at),
            derived_from: None,
            dispatch: None,
        };
        let callee = site.callee;
        let id = self.add_call(site);
        if let Some(name) = call.method {
            let name = frame.entry.sym(name);
            self.watch_receivers(id, name);
            self.watch_getter(id, name);
        }
        if let Some(written) = &call.written {
            self.call_as_written(&frame.entry, id, written);
        }
        self.attach(callee, Rule::Callee(id));
    }

    fn operation(&mut self, dst: NodeId, op: Operator, args: Vec<NodeId>) {
        let effect = match op {
            Operator::Concat => Some(Effect::Taint),
            Operator::Compute => Some(Effect::Derive),
            Operator::Equal => None,
        };
        if let Some(effect) = effect {
            args.iter().for_each(|&arg| self.tell_of(arg, dst, Via::Operator, effect, None));
        }
        match op {
            Operator::Compute => {
                self.add_object(dst, self.plain);
                if self.defines_any(&content::NUMBERS) {
                    let rule = Rule::Converted { dst, effect: Effect::Derive };
                    args.into_iter().for_each(|arg| self.attach(arg, rule));
                }
            }
            Operator::Equal => self.add_object(dst, self.plain),
            Operator::Concat => {
                let id = self.texts.len() as u32;
                for &part in &args {
                    // Arrays and JSON are texts of their contents; other objects say nothing of them.
                    self.attach(part, Rule::Deep { dst, effect: Effect::Taint, via: Via::Operator });
                }
                self.text_of.entry(dst).or_insert(id);
                self.texts.push(TextOf { parts: args.clone(), dst, is_open: false, is_given_up: false });
                self.pending_texts.push(id);
                for part in args {
                    self.attach(part, Rule::Operand(id));
                }
            }
        }
    }

    fn yields(&mut self, frame: &Frame, dst: NodeId, val: NodeId, handler: NodeId) {
        let kind = frame.entry.function.kind;
        let ty = if kind.is_async { self.symbols.intern("AsyncIterator") } else { self.known.ty_iterator };
        let object = self.objects.intern(Object::Alloc { inst: frame.inst, val: role::ITERATOR, ty });
        let yielded = self.field_node(object, Field::Content(self.known.yielded));
        self.flow(val, yielded, Via::Store, None, None);
        let sent = self.field_node(object, Field::Content(self.known.sent));
        self.flow(sent, dst, Via::Load, None, None);
        let thrown = self.field_node(object, Field::Content(self.known.thrown));
        self.flow(thrown, handler, Via::Throw, None, None);
    }

    fn returns(&mut self, frame: &Frame, val: NodeId) {
        let kind = frame.entry.function.kind;
        if kind.is_generator {
            let ty = if kind.is_async { self.symbols.intern("AsyncIterator") } else { self.known.ty_iterator };
            let object = self.objects.intern(Object::Alloc { inst: frame.inst, val: role::ITERATOR, ty });
            let returned = self.field_node(object, Field::Content(self.known.returned));
            self.flow(val, returned, Via::Return, None, None);
        } else if kind.is_async {
            let result = self.result_node(frame.inst);
            self.resolve(result, val);
        } else {
            let result = self.result_node(frame.inst);
            self.flow(val, result, Via::Return, None, None);
        }
    }
}
