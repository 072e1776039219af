//! Which instance of a function a call gets: one for each call path as far as the budget goes, then one for less and less
//! that tells calls apart. Knows nothing of what the functions do.

use crate::graph::program::{FuncId, Origin};
use crate::graph::solver::Solver;
use crate::graph::solver::crowd::RUNTIME;
use crate::graph::symbols::Sym;
use crate::graph::{CallText, InstId};
use crate::ir::CallKind;

/// Calls on the way beyond which call paths are no longer told apart.
const MAX_DEPTH: u32 = 80;

/// How often a function may be under way through calls from elsewhere before its instances are shared.
const MAX_UNDER_WAY: u32 = 2;

/// Values up to which a function that takes any number of arguments does no more than hand them on.
const SMALL: usize = 16;

/// What tells the instances of a function apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graph) enum Context {
    /// The call, and with it the whole call path.
    Call(u32),
    /// The call in the text, the module in which the call path begins, and the call by which the path last came into the
    /// module of the function from elsewhere.
    Border(CallText, u32, Option<CallText>),
    /// The call in the text, and the module in which the call path begins.
    Root(CallText, u32),
    /// The call, and the name that it is given.
    Name(u32, Sym),
    /// Nothing: it is entered from outside, or all call paths share it.
    Entry,
}

impl Solver<'_> {
    /// The instance of `func` for a call; made if there is none.
    pub fn instance(&mut self, func: FuncId, env: Option<InstId>, call: Option<u32>) -> InstId {
        let is_model = self.natives.is_model(&self.program, func);
        if !is_model && let Some(same) = self.recursion(func, env, call) {
            return same;
        }
        let mut context = call.map_or(Context::Entry, Context::Call);
        if let Some(call) = call
            && !is_model
            && !self.by_context.contains_key(&(func, env, context))
            && !self.may_clone(func, env, call)
        {
            context = self.coarser_context(func, env, call);
        }
        if let Some(&known) = self.by_context.get(&(func, env, context)) {
            return known;
        }
        let inst = self.make_instance(func, env, context);
        self.by_context.insert((func, env, context), inst);
        inst
    }

    /// The instance of `func` for a call that gives it a name, as far as the budget goes.
    pub fn named_instance(&mut self, func: FuncId, env: Option<InstId>, call: u32, name: Sym) -> Option<InstId> {
        let context = Context::Name(call, name);
        if let Some(&known) = self.by_context.get(&(func, env, context)) {
            return Some(known);
        }
        if self.recursion(func, env, Some(call)).is_some() || self.is_cloned_enough(func, 0) {
            return None;
        }
        let inst = self.make_instance(func, env, context);
        self.by_context.insert((func, env, context), inst);
        Some(inst)
    }

    /// What is told apart where call paths no longer are: the calls in the text, by where the paths enter the module of
    /// the function and in which module they begin, then by the latter alone; then nothing.
    fn coarser_context(&mut self, func: FuncId, env: Option<InstId>, call: u32) -> Context {
        let root = self.instances[self.calls[call as usize].inst.0 as usize].root;
        let (at, border) = (self.text_of_call(call), self.border(func, call));
        if self.hands_on(func) {
            return Context::Root(at, root);
        }
        for (level, context) in (1..).zip([Context::Border(at, root, border), Context::Root(at, root)]) {
            if self.by_context.contains_key(&(func, env, context)) || !self.is_cloned_enough(func, level) {
                return context;
            }
        }
        self.note_shared(func);
        Context::Entry
    }

    /// Whether a function hands on whatever it is given: it costs less to tell its calls in the text apart than to have
    /// what all of them give meet.
    fn hands_on(&self, func: FuncId) -> bool {
        let function = &self.program.get(func).function;
        (function.rest.is_some() || function.arguments.is_some()) && function.size() <= SMALL
    }

    /// The call by which a call path last came into the module of a function from elsewhere.
    pub(in crate::graph) fn border(&self, func: FuncId, call: u32) -> Option<CallText> {
        let caller = self.calls[call as usize].inst;
        if self.crowds.is_of_module(caller, self.program.get(func).origin) {
            return self.instances[caller.0 as usize].border;
        }
        Some(self.text_of_call(call))
    }

    /// A call in the text; what a model calls is called where the model is.
    pub(in crate::graph) fn text_of_call(&self, call: u32) -> CallText {
        let mut site = &self.calls[call as usize];
        while self.natives.is_model(&self.program, self.instances[site.inst.0 as usize].func) {
            let Some(call) = self.instances[site.inst.0 as usize].call else { break };
            site = &self.calls[call as usize];
        }
        CallText { func: self.instances[site.inst.0 as usize].func, val: site.val }
    }

    /// Whether one more call path to `func` may be told apart. Call sites are; the ways to one site only up to a number,
    /// or callbacks that call each other in circles would multiply. Events of one handler have that number each.
    fn may_clone(&mut self, func: FuncId, env: Option<InstId>, call: u32) -> bool {
        let site = &self.calls[call as usize];
        let caller = &self.instances[site.inst.0 as usize];
        if self.is_cloned_enough(func, 0)
            || caller.depth >= MAX_DEPTH
            || self.n_instances.get(&func).copied().unwrap_or(0) >= self.budget.instances_per_function
        {
            return false;
        }
        let key = (func, env, caller.func, site.val, self.event(func, call));
        let n_paths = self.n_paths.entry(key).or_default();
        *n_paths += 1;
        *n_paths <= self.budget.paths_per_site
    }

    /// The event at which a call path begins, where its handler has many: what the values in an event have to do with each
    /// other, such as a name and what is to be stored under it, would be lost.
    pub(in crate::graph) fn event(&self, func: FuncId, call: u32) -> Option<u32> {
        let site = &self.calls[call as usize];
        let caller = &self.instances[site.inst.0 as usize];
        let is_of_template = |func: FuncId| self.program.is_template(func);
        let is_handler = site.kind == CallKind::Quiet && is_of_template(caller.func) && !is_of_template(func);
        let n_known = self.n_instances.get(&func).copied().unwrap_or(0);
        if is_handler && n_known >= self.budget.paths_per_site { Some(call) } else { caller.event }
    }

    /// The module in which the call path to a new instance begins: that of the caller, that of the function around one
    /// that is called from outside, or its own.
    pub(in crate::graph) fn root(&self, func: FuncId, env: Option<InstId>, context: Context) -> u32 {
        let of = |inst: InstId| self.instances[inst.0 as usize].root;
        match (context, env, self.program.get(func).origin) {
            (Context::Call(call) | Context::Name(call, _), ..) => of(self.calls[call as usize].inst),
            (Context::Root(_, root) | Context::Border(_, root, _), ..) => root,
            (Context::Entry, Some(env), _) => of(env),
            (Context::Entry, None, Origin::Module(module)) => module,
            (Context::Entry, None, Origin::Model) => RUNTIME,
        }
    }

    /// A call of a function that is under way already comes back to the same instance, if it stands in the function
    /// itself, or the function is under way several times: what loads modules calls itself through each of them.
    fn recursion(&self, func: FuncId, env: Option<InstId>, call: Option<u32>) -> Option<InstId> {
        let mut at = call.map(|call| self.calls[call as usize].inst);
        let is_inside = |inst: InstId| {
            let mut at = Some(inst);
            while let Some(inst) = at {
                let instance = &self.instances[inst.0 as usize];
                if instance.func == func {
                    return true;
                }
                at = instance.env;
            }
            false
        };
        let is_quiet = call.is_some_and(|call| self.calls[call as usize].kind == CallKind::Quiet);
        let limit = if is_quiet || at.is_some_and(is_inside) { 1 } else { MAX_UNDER_WAY };
        let mut n_under_way = 0;
        while let Some(inst) = at {
            let instance = &self.instances[inst.0 as usize];
            if instance.func == func && instance.env == env {
                n_under_way += 1;
                if n_under_way == limit {
                    return Some(inst);
                }
            }
            at = instance.caller.map(|(caller, _)| caller);
        }
        None
    }
}
