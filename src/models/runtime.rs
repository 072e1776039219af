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
    /// What stands before the event in an attribute that binds a handler, longest first.
    pub event_prefixes: Vec<String>,
    /// What stands before an attribute that is bound in both directions.
    pub two_way_prefix: String,
    /// The events that bring what such an attribute takes.
    pub two_way_events: Vec<String>,
    /// Functions that register an app, a page, a component or a behaviour.
    pub constructors: Vec<Constructor>,
    /// Lifecycles whose first parameter is the query that the page was opened with.
    pub query_lifecycles: Vec<String>,
    /// The properties of a constructor's argument.
    pub sections: Sections,
    /// Methods that every instance has.
    pub instance_methods: Vec<InstanceMethod>,
    /// Functions that give instances.
    pub instances: Vec<InstanceGetter>,
    /// Functions that open a page.
    pub navigation: Vec<Navigation>,
    /// Tags that open a page.
    pub links: Vec<Link>,
    /// The properties of an event.
    pub event: Event,
    /// Attributes that tell what is typed.
    pub hints: HintAttributes,
}

/// Attributes of a tag that tell what is typed into it, the most telling first.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HintAttributes {
    /// Those that are texts for people.
    pub texts: Vec<String>,
    /// Those of the tags around it.
    pub around: Vec<String>,
    /// Those that are names of the program's.
    pub names: Vec<String>,
}

/// A function that registers something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constructor {
    /// Its callee path.
    pub call: String,
    /// What it registers.
    pub role: UnitRole,
    /// The functions that the framework calls, in the argument itself or in a section of it.
    pub lifecycles: Vec<String>,
}

/// What a constructor registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitRole {
    /// The app.
    App,
    /// A page.
    Page,
    /// A component.
    Component,
    /// Something that others mix in.
    Behavior,
}

/// Names of the properties of a constructor's argument.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sections {
    /// The initial state.
    pub data: String,
    /// State given from outside.
    pub properties: String,
    /// Methods.
    pub methods: String,
    /// Lifecycles.
    pub lifetimes: Vec<String>,
    /// Functions called when state changes, by path.
    pub observers: String,
    /// What is mixed in.
    pub behaviors: String,
    /// The initial value of a property.
    pub property_value: String,
    /// The function called when a property changes.
    pub property_observer: String,
    /// The query, as a property of the instance.
    pub options: String,
}

/// A method of every instance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceMethod {
    /// Its name.
    pub name: String,
    /// What it does.
    pub role: MethodRole,
}

/// What a method of an instance does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodRole {
    /// Writes state by paths.
    SetData,
    /// Sends an event to the parent.
    TriggerEvent,
}

/// A function that gives instances.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceGetter {
    /// Its callee path.
    pub call: String,
    /// Which instances.
    pub role: GetterRole,
}

/// Which instances a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GetterRole {
    /// The app.
    App,
    /// An array of pages.
    Pages,
}

/// A function that opens a page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Navigation {
    /// Its callee path.
    pub call: String,
    /// The property of its first argument that holds the URL.
    pub url: String,
}

/// A tag that opens a page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The tag.
    pub tag: String,
    /// The attribute that holds the URL.
    pub attribute: String,
}

/// Names of the properties of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What the event brings along.
    pub detail: String,
    /// The tags concerned.
    pub targets: Vec<String>,
    /// A tag's data set.
    pub dataset: String,
    /// Marks on the way.
    pub mark: String,
}

impl Runtime {
    /// The runtime as compiled in; a test holds that the file is well formed.
    pub fn built_in() -> Self {
        serde_json::from_str(include_str!("runtime.json")).unwrap_or_default()
    }

    /// The event that an attribute binds a handler to, in lower case.
    pub fn event_of(&self, attribute: &str) -> Option<String> {
        let event = self.event_prefixes.iter().find_map(|prefix| attribute.strip_prefix(prefix.as_str()))?;
        (!event.is_empty()).then(|| event.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::Runtime;

    #[test]
    fn the_built_in_file_is_well_formed() {
        let runtime: Runtime = serde_json::from_str(include_str!("runtime.json")).expect("runtime.json");
        assert_eq!(runtime.event_of("capture-bind:touchStart").as_deref(), Some("touchstart"));
        assert_eq!(runtime.event_of("bindtap").as_deref(), Some("tap"));
        assert_eq!(runtime.event_of("value"), None);
    }
}
