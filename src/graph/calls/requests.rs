//! Modules that are asked for: what a request gives, whether the text names it or the program computes it.
//! Knows nothing of what modules do.

use crate::base::{FileKind, Level, Problem, Text};
use crate::graph::api::Link;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::program::Origin;
use crate::graph::solver::constraints::Rule;
use crate::graph::solver::crowd::RUNTIME;
use crate::graph::solver::instantiate::Frame;
use crate::graph::solver::{HOLE, Solver};
use crate::graph::symbols::Sym;
use crate::graph::{NodeId, Via};
use crate::ir::Range;
use crate::project::Resolution;

impl Solver<'_> {
    /// A request that the text names; one for something that is not there is a problem.
    pub(in crate::graph) fn import(&mut self, frame: &Frame, dst: NodeId, request: Sym, at: Range) {
        let Origin::Module(module) = frame.entry.origin else { return };
        if self.request(module, dst, request) {
            return;
        }
        let text = self.symbols.text(request).to_owned();
        self.import_missing(&text, dst);
        if let Some(span) = self.span(frame, at) {
            let message = Text::new(
                format!("找不到模块 {text}：请检查路径，或确认它在所分析的目录中"),
                format!(
                    "cannot find the module {text}: check the path, or whether it lies in the folder that is analysed"
                ),
            );
            self.problems.push(Problem::at(Level::Warning, "unresolved-module", span, message));
        }
    }

    /// What a module gets for a request goes to `dst`; whether there is something.
    fn request(&mut self, module: u32, dst: NodeId, request: Sym) -> bool {
        let file = self.program.modules()[module as usize].file;
        if let Some(&inline) = self.inline_modules.get(&(file, request)) {
            self.import_module(module, inline, dst);
            return true;
        }
        let text = self.symbols.text(request).to_owned();
        let resolution = if matches!(self.project.files.get(file).kind, FileKind::Wxml | FileKind::Wxs) {
            self.project.resolve_wxs(file, &text).map_or(Resolution::Missing, Resolution::File)
        } else {
            self.project.resolve_module(file, &text)
        };
        match resolution {
            Resolution::File(target) if self.modules.contains_key(&target) => {
                let target = self.modules[&target];
                self.import_file(module, target, &text, dst);
            }
            Resolution::File(target) if self.project.files.get(target).kind == FileKind::Json => {
                // Its data are constants, but the object can be written to, and all who ask for it share it.
                let object = self.objects.intern(Object::Json(target.0));
                self.add_object(dst, object);
            }
            Resolution::File(_) => self.add_object(dst, self.unknown),
            Resolution::Package(name) => self.import_package(&name, dst),
            Resolution::Missing => return false,
        }
        true
    }

    /// The function of the module system is called with a value: texts that it may be are requests.
    pub(in crate::graph) fn watch_request(&mut self, call: u32) {
        if let Some(&(request, false)) = self.calls[call as usize].args.first() {
            self.attach(request, Rule::Request(call));
        }
    }

    /// The request of such a call turns out to be `text`. Of one that is known in part all files are meant that it fits.
    pub(in crate::graph) fn requested(&mut self, call: u32, text: ObjId) {
        let Object::Text(request) = self.objects.kind(text) else { return };
        let site = &self.calls[call as usize];
        let (dst, module) = (site.dst, self.module_of_instance(site.inst));
        if module == RUNTIME {
            return;
        }
        let requests = if self.symbols.text(request).contains(HOLE) {
            let from = self.program.modules()[module as usize].file;
            let fitting = self.project.fitting_modules(from, self.symbols.text(request), HOLE);
            fitting.iter().map(|request| self.symbols.intern(request)).collect()
        } else {
            vec![request]
        };
        for request in requests {
            if self.request(module, dst, request) {
                self.resolved.insert(call);
            }
        }
    }

    /// What a module exports goes to a node of the module that asks for it.
    pub(in crate::graph) fn import_module(&mut self, from: u32, module: u32, dst: NodeId) {
        if self.reach.imports.insert((from, module)) {
            self.reach.to_load.push_back(module);
        }
        if self.program.modules()[module as usize].is_esm {
            self.esm_imports.insert(dst);
        }
        if self.is_too_large(module) {
            self.add_object(dst, self.unknown);
        }
        let object = self.objects.intern(Object::Module(module));
        let exports = self.field_node(object, Field::Named(self.known.exports));
        self.flow(exports, dst, Via::Assign, None, None);
    }

    /// The module object of a file begins with an empty exports object, and what asks for other modules.
    pub(in crate::graph) fn prepare_module(&mut self, module: u32) {
        let object = self.objects.intern(Object::Module(module));
        let exports = self.objects.intern(Object::Exports(module));
        let node = self.field_node(object, Field::Named(self.known.exports));
        self.add_object(node, exports);
        let require = self.apis.root(Link::Global(self.known.require));
        let require = self.objects.intern(Object::Api(require));
        let node = self.field_node(object, Field::Named(self.known.require));
        self.add_object(node, require);
    }
}
