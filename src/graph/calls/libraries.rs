//! Modules that are copies of libraries: what models say of the library counts, instead of its code where they tell all.
//! Knows nothing of how copies are told.

use rustc_hash::FxHashSet;

use crate::base::FileId;
use crate::graph::NodeId;
use crate::graph::api::Link;
use crate::graph::objects::Object;
use crate::graph::solver::Solver;
use crate::models::Models;
use crate::models::library::Copy;

impl<'a> Solver<'a> {
    /// A module asks for another, which may be a copy of a library.
    pub fn import_file(&mut self, from: u32, module: u32, request: &str, dst: NodeId) {
        let copied = self.copied_library(from, module, request);
        if let Some(copy) = &copied {
            self.add_package(&copy.request, dst);
        }
        if copied.is_none()
            && let Some(library) = self.closed_library(from, module)
        {
            let library = self.objects.intern(Object::Api(library));
            self.add_object(dst, library);
            return;
        }
        // To code that models do not speak of, the same holds as to code that is not there.
        if copied.is_none_or(|copy| !copy.is_complete) {
            self.import_module(from, module, dst);
        }
    }

    /// A file that is not there, and the library that it would be a copy of: what models say of that holds all the same.
    pub fn import_missing(&mut self, request: &str, dst: NodeId) {
        self.add_package(request, dst);
        let file = format!("{}.js", request.strip_suffix(".js").unwrap_or(request));
        if let Some(copy) = self.models.copy_of_library(&file) {
            self.add_package(&copy.request, dst);
        }
    }

    /// A package that is not there, or a build that lies in it.
    pub fn import_package(&mut self, request: &str, dst: NodeId) {
        self.add_package(request, dst);
        if let Some(copy) = self.models.library_asked_for(request) {
            self.add_package(&copy.request, dst);
        }
    }

    /// What models say of a package that is asked for like this.
    fn add_package(&mut self, request: &str, dst: NodeId) {
        let request = self.symbols.intern(request);
        let api = self.apis.root(Link::Package(request));
        let package = self.objects.intern(Object::Api(api));
        self.add_object(dst, package);
    }

    /// The library that a module is a copy of, or that it was asked for as. To each other its files are code; a page may
    /// be called like one.
    fn copied_library(&self, from: u32, module: u32, request: &str) -> Option<Copy<'a>> {
        let [from, file] = [from, module].map(|module| self.program.modules()[module as usize].file);
        let models = self.models;
        let copy = models.library_asked_for(request).or_else(|| models.copy_of_library(self.path(file)))?;
        let is_unit = self.project.unit_of_script(from).is_some();
        let own = self.models.copy_of_library(self.path(from)).filter(|_| !is_unit);
        own.is_none_or(|own| own.package != copy.package).then_some(copy)
    }

    /// The files of which models say something by their paths.
    pub fn files_of(&self, is_one: impl Fn(&Models, &str) -> bool) -> FxHashSet<FileId> {
        let files = self.program.modules().iter().map(|module| module.file);
        files.filter(|file| is_one(self.models, self.path(*file))).collect()
    }

    fn path(&self, file: FileId) -> &str {
        &self.project.files.get(file).path
    }

    /// Whether models tell all that a module does.
    pub fn is_told_by_models(&self, module: u32) -> bool {
        let file = self.program.modules()[module as usize].file;
        let is_told = || self.models.copy_of_library(self.path(file)).is_some_and(|copy| copy.is_complete);
        let is_component = self.models.told_component(self.path(file)).is_some();
        is_component || (self.project.unit_of_script(file).is_none() && is_told())
    }
}
