//! Functions of the program that run elsewhere: a call by name runs the entry of the function of that name with the
//! data of the call, and brings back what it returns. Knows nothing of databases.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object};
use super::super::solver::Solver;
use super::super::solver::constraints::Rule;
use super::super::{InstId, NodeId, Via};
use crate::base::{FileId, Span};
use crate::models::Effect;

/// A call of a function that runs elsewhere.
#[derive(Debug)]
pub(super) struct RemoteCall {
    inst: InstId,
    place: Option<Span>,
    event: NodeId,
    result: NodeId,
    /// The entries that were run for it.
    run: Vec<FileId>,
}

impl Solver<'_> {
    /// Such a call is made: `api` is its number among the runtime's.
    pub(super) fn call_remote(&mut self, site: &CallSite, api: usize) {
        let names = self.models.runtime.remote_calls[api].clone();
        let name = self.option(site, &names.name);
        let event = self.option(site, &names.data);
        let result = self.passage();
        let response = self.made_with(&names.result, result);
        self.respond(site, response);
        let id = self.runtime.remote_calls.len() as u32;
        let call = RemoteCall { inst: site.inst, place: site.place, event, result, run: Vec::new() };
        self.runtime.remote_calls.push(call);
        self.attach(name, Rule::RemoteName(id));
    }

    /// The name of the function turns out to be `name`; one that is not known may be any.
    pub fn remote_named(&mut self, id: u32, name: ObjId) {
        let name = self.whole_text(self.objects.kind(name));
        let functions = self.project.cloud_functions.iter();
        let entries: Vec<FileId> = functions
            .filter(|function| name.is_none_or(|name| name == function.name))
            .map(|function| function.entry)
            .collect();
        for entry in entries {
            self.run_remote(id, entry);
        }
    }

    fn run_remote(&mut self, id: u32, entry: FileId) {
        let call = &mut self.runtime.remote_calls[id as usize];
        if call.run.contains(&entry) {
            return;
        }
        call.run.push(entry);
        let (inst, place, event, result) = (call.inst, call.place, call.event, call.result);
        let Some(function) = self.remote_entry(entry) else { return };
        let context = self.passage();
        self.add_object(context, self.unknown);
        let call = self.runtime_call(inst, function, None, vec![event, context], place);
        self.attach(function, Rule::Callee(call));
        let returned = self.calls[call as usize].dst;
        self.tell_of(returned, result, Via::Await, Effect::Value, None);
        self.attach(returned, Rule::Await { dst: result });
    }

    /// A node that is the function by which code that runs elsewhere is entered.
    fn remote_entry(&mut self, entry: FileId) -> Option<NodeId> {
        let module = self.objects.intern(Object::Module(*self.modules.get(&entry)?));
        let exports = self.field_node(module, Field::Named(self.known.exports));
        let function = self.passage();
        let main = self.symbols.intern(&self.models.runtime.remote_entry);
        self.attach(exports, Rule::Load { dst: function, field: Field::Named(main) });
        Some(function)
    }

    /// What runs elsewhere answers others than these pages too, whatever they ask for: where it waits for what no page
    /// asks for, it is also run with data of which nothing is known.
    pub fn open_remote(&mut self) {
        let unasked = self.unasked_modules();
        let called = self.runtime.remote_calls.iter().flat_map(|call| call.run.iter().copied());
        let mut entries: Vec<FileId> = called.collect();
        entries.sort_unstable();
        entries.dedup();
        entries.retain(|entry| self.modules.get(entry).is_some_and(|module| self.brings_in(*module, &unasked)));
        let functions: Vec<NodeId> = entries.into_iter().filter_map(|entry| self.remote_entry(entry)).collect();
        self.solve();
        for function in functions {
            for object in self.objects_of(function).to_vec() {
                if let Object::Closure { func, env: Some(env) } = self.objects.kind(object) {
                    self.enter(func, env);
                }
            }
        }
    }
}
