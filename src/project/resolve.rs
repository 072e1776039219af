//! Module, component and template resolution over the files of a project.

/// The look-up tables behind [`super::Project::resolve_module`] and its siblings.
#[derive(Debug, Default)]
pub struct Resolver {}
