//! Calls of callees that models know by the name under which the text has them, whatever that is bound to: `source()`
//! where the program itself declares or imports `source`. Knows names and models; nothing of values.

use crate::graph::api::{ApiId, Link};
use crate::graph::objects::Object;
use crate::graph::program::{Entry, FuncId};
use crate::graph::solver::Solver;
use crate::ir::{CallKind, Written};
use crate::project::ProjectKind;

impl Solver<'_> {
    /// Makes a call as the text names its callee: as what the module gives that it is required from, then by the names
    /// themselves.
    pub fn call_as_written(&mut self, entry: &Entry, call: u32, written: &Written) {
        let is_new = self.calls[call as usize].kind == CallKind::New;
        if let Some(required) = &written.required {
            let members = required.members.iter().map(|name| entry.sym(*name));
            let api = self.apis.behind(Link::Package(entry.sym(required.request)), members);
            if let Some(api) = api.filter(|api| self.natives.has_model(*api, is_new)) {
                self.invoke_written(call, api);
                return;
            }
        }
        let mut names = written.names.iter().map(|name| entry.sym(*name));
        let Some(root) = names.next() else { return };
        let Some(api) = self.apis.behind(Link::Global(root), names) else { return };
        let is_guess = written.is_guess || written.required.is_some() && !self.is_known_by_name(api, is_new);
        if self.natives.has_model(api, is_new) {
            if is_guess {
                self.guesses.insert(call, api);
            } else {
                self.invoke_written(call, api);
            }
        }
    }

    /// Whether data comes in or goes out at a callee whatever of this name the program has. Those of a mini-program are
    /// its own: they wrap what the platform has under it.
    fn is_known_by_name(&self, api: ApiId, is_new: bool) -> bool {
        self.project.kind == ProjectKind::Modules && self.natives.has_data(api, is_new)
    }

    /// A function that its module declares is called, under whatever name: models may know it by its own.
    pub fn call_as_declared(&mut self, call: u32, func: FuncId) {
        let entry = self.program.get(func);
        let Some(name) = entry.function.name.filter(|_| entry.function.is_declared) else { return };
        let api = self.apis.root(Link::Global(entry.sym(name)));
        let is_new = self.calls[call as usize].kind == CallKind::New;
        if self.is_known_by_name(api, is_new) {
            self.invoke_written(call, api);
        }
    }

    fn invoke_written(&mut self, call: u32, api: ApiId) {
        let object = self.objects.intern(Object::Api(api));
        self.invoke(call, object);
    }
}
