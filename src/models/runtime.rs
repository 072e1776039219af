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

impl Runtime {
    /// The runtime as compiled in; a test holds that the file is well formed.
    pub fn built_in() -> Self {
        serde_json::from_str(include_str!("runtime.json")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Runtime;

    #[test]
    fn the_built_in_file_is_well_formed() {
        serde_json::from_str::<Runtime>(include_str!("runtime.json")).expect("runtime.json");
    }
}
