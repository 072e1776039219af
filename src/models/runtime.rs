//! What the framework calls and wires, as data: constructors, lifecycles, methods of instances, navigation.

use serde::Deserialize;

/// The runtime of a mini-program, from `runtime.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Runtime {
    /// Names of the global object.
    pub global_aliases: Vec<String>,
    /// Options of asynchronous calls that hold callbacks.
    pub option_callbacks: Vec<String>,
}
