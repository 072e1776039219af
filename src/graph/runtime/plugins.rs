//! What a plugin and its host hand each other: the plugin's interface, and the file that the host exports to it.
//! Knows calls, not how a plugin is told to be the program's own.

use super::super::calls::CallSite;
use super::super::objects::{Field, Object};
use super::super::program::Origin;
use super::super::solver::Solver;
use super::super::solver::constraints::Rule;
use super::Lifecycle;
use crate::base::FileId;
use crate::models::Anchor;
use crate::models::runtime::GetterRole;

impl Solver<'_> {
    /// Gives what the module behind a getter exports to a call, as its result, to a callback or into its promise; whether
    /// that is all that the call does.
    pub(super) fn give_exports(&mut self, site: &CallSite, role: GetterRole) -> bool {
        if matches!(role, GetterRole::App | GetterRole::Pages) {
            return false;
        }
        let Some(file) = self.exported(site, role) else { return false };
        let Some(&module) = self.modules.get(&file) else { return false };
        let Origin::Module(from) = self.program.get(self.instances[site.inst.0 as usize].func).origin else {
            return false;
        };
        if role == GetterRole::LatePlugin {
            let exports = self.passage();
            self.import_module(from, module, exports);
            self.resolve(site.dst, exports);
            return false;
        }
        self.import_module(from, module, site.dst);
        if let Some(&(callback, _)) = site.args.get(1) {
            let call = self.runtime_call(site.inst, callback, None, vec![site.dst], site.place);
            self.attach(callback, Rule::Callee(call));
        }
        true
    }

    /// Plugins whose code is not there call what the program exports to them, with anything, and get what it gives back.
    pub fn open_exports(&mut self) {
        let models = self.models;
        let host = models.runtime.instances.iter().find(|getter| getter.role == GetterRole::Host);
        let is_export =
            |anchor: &Anchor| matches!(anchor, Anchor::Returned { of } if host.is_some_and(|it| it.call == *of));
        let sinks = (0..).zip(&models.sinks).filter(|(_, sink)| is_export(&sink.anchor)).map(|(at, _)| at);
        let sinks: Vec<u32> = sinks.collect();
        let project = self.project;
        for module in
            project.exported_to_plugins().filter_map(|file| self.modules.get(&file).copied()).collect::<Vec<_>>()
        {
            let Some(&inst) = self.first_instances.get(&self.program.modules()[module as usize].top) else { continue };
            let holder = self.objects.intern(Object::Module(module));
            let exports = self.field_node(holder, Field::Named(self.known.exports));
            for object in self.objects_of(exports).to_vec() {
                for (_, function) in self.objects.get(object).fields.clone() {
                    let (this, any) = (self.holder(object), self.holder(self.unknown));
                    let call = self.runtime_call(inst, function, Some(this), vec![any, any], None);
                    self.attach(function, Rule::Callee(call));
                    let id = self.runtime.lifecycles.len() as u32;
                    self.runtime.lifecycles.push(Lifecycle { call, sinks: sinks.clone(), parameters: Vec::new() });
                    self.attach(function, Rule::Lifecycle(id));
                }
            }
        }
    }

    /// The file whose exports a getter gives.
    fn exported(&self, site: &CallSite, role: GetterRole) -> Option<FileId> {
        if role == GetterRole::Host {
            return self.project.exported_to_own_plugin();
        }
        let &(asked, _) = site.args.first()?;
        let mut names = self.objects_of(asked).iter().map(|name| self.whole_text(self.objects.kind(*name)));
        // There is one plugin of the program's own: a name that is not known may be its name.
        names.any(|name| name.is_none_or(|name| self.project.is_own_plugin(name))).then_some(())?;
        self.project.plugin_main
    }
}
