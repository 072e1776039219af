//! What the framework calls and wires, as data: constructors, lifecycles, methods of instances, navigation.

use serde::Deserialize;

/// The runtime of a mini-program, from `runtime.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Runtime {
    /// Names of the global object.
    pub global_aliases: Vec<String>,
    /// Name spaces that hold what another one does.
    pub mirrors: Vec<Mirror>,
    /// Options of asynchronous calls that hold callbacks.
    pub option_callbacks: Vec<String>,
    /// Those of them that get what the call brings back.
    pub response_callbacks: Vec<String>,
    /// Options of code that is not known which hold callbacks for what comes back from elsewhere.
    pub answer_callbacks: Vec<String>,
    /// What options of requests call their heads.
    pub header_options: Vec<String>,
    /// What stands before the event in an attribute that binds a handler, longest first.
    pub event_prefixes: Vec<String>,
    /// What stands before an attribute that is bound in both directions.
    pub two_way_prefix: String,
    /// The events that bring what such an attribute takes.
    pub two_way_events: Vec<String>,
    /// What stands before the name of an attribute whose changes a function of the view is called with.
    pub change_prefix: String,
    /// Functions that register an app, a page, a component or a behaviour.
    pub constructors: Vec<Constructor>,
    /// Calls of functions of the program that run elsewhere.
    pub remote_calls: Vec<RemoteCall>,
    /// The export of a module that such a call runs.
    pub remote_entry: String,
    /// Lifecycles whose first parameter is the query that the page was opened with.
    pub query_lifecycles: Vec<String>,
    /// The properties of a constructor's argument.
    pub sections: Sections,
    /// Options of calls that are called when the user refuses, or something else fails.
    pub refusal_callbacks: Vec<String>,
    /// How programs tell what users answered.
    pub answers: Answers,
    /// Events that come without an act of the user.
    pub passive_events: Vec<String>,
    /// Lifecycles that each object of the framework's goes through once.
    pub once_lifecycles: Vec<String>,
    /// What programs call such an object inside its own functions.
    pub receivers: Vec<String>,
    /// Routers inside such functions.
    pub routers: Vec<Router>,
    /// Stores whose state every page and component has.
    pub shared_stores: Vec<SharedStore>,
    /// Calls that write properties which may be named by paths.
    pub path_writes: Vec<PathWrite>,
    /// Methods that every instance has.
    pub instance_methods: Vec<InstanceMethod>,
    /// Methods by which things from elsewhere give what they hold under the name that they are given.
    pub named_getters: Vec<String>,
    /// The route of the component that the app puts under its pages.
    pub tab_bar: String,
    /// What stands before the name of a generic in an attribute that says which component it is.
    pub generic_prefix: String,
    /// Texts that the platform gives.
    pub constants: Vec<Constant>,
    /// Objects that are there by a global name.
    pub globals: Vec<Global>,
    /// Functions that give instances.
    pub instances: Vec<InstanceGetter>,
    /// Functions that open a page.
    pub navigation: Vec<Navigation>,
    /// The type of what a page and its opener talk through.
    pub channel_type: String,
    /// Tags that open a page.
    pub links: Vec<Link>,
    /// The properties of an event.
    pub event: Event,
    /// The type of what handlers in the view get of the page or component.
    pub descriptor_type: String,
    /// Attributes that every tag has: no component is given anything by them.
    pub common_attributes: Vec<String>,
    /// Tags that components whose code is not in the tree stand for.
    pub stand_ins: Vec<StandIn>,
    /// Attributes that tell what is typed.
    pub hints: HintAttributes,
}

/// Name spaces that hold what another does: those of frameworks what one of the platform holds, packages of several names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mirror {
    /// Global names.
    #[serde(default)]
    pub globals: Vec<String>,
    /// Packages, of which the default export is meant too.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Members of global names: `wx.pro`.
    #[serde(default)]
    pub members: Vec<String>,
    /// The global name or the package (`require('events')`) of what they hold.
    pub of: String,
}

/// A component whose code is not in the tree and which has a certain attribute stands for a tag of the platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// The attribute.
    pub attribute: String,
    /// The tag.
    pub tag: String,
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
    /// Those that hold what was typed.
    pub typed: Vec<String>,
    /// Those that, when true, keep people from typing anything.
    pub inert: Vec<String>,
}

/// A function that registers something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constructor {
    /// Its callee path.
    pub call: String,
    /// Callee paths of what libraries put in its place.
    #[serde(default)]
    pub also: Vec<String>,
    /// What it registers.
    pub role: UnitRole,
    /// The functions that the framework calls, in the argument itself or in a section of it.
    pub lifecycles: Vec<String>,
    /// Whether parts of the state may be computed without anything mixed in.
    #[serde(default)]
    pub computes: bool,
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

/// How programs tell what users answered, and where they send them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Answers {
    /// A pattern: the text of a test that is true where the user refused.
    pub refused: String,
    /// The same of one that is true where the user agreed.
    pub agreed: String,
    /// The text of a test of what the platform gave back.
    pub platform: String,
    /// Calls by which users leave the page or the program.
    pub leaving: Vec<String>,
    /// The text of a verdict on somebody who asks for money, or for a right.
    pub verdict: String,
    /// Members of a list that tell of it that it is not empty.
    pub filled: Vec<String>,
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
    /// What a library computes of the state.
    pub computing: Computing,
    /// Stores of a library that the instance is bound to.
    pub bindings: Bindings,
    /// What is mixed in.
    pub behaviors: String,
    /// The function in what is mixed in that is called with the options that it is mixed into.
    pub filter: String,
    /// The function that gives what others get instead of the component.
    pub export: String,
    /// The initial value of a property.
    pub property_value: String,
    /// The type of a property.
    pub property_type: String,
    /// The function called when a property changes.
    pub property_observer: String,
    /// The query, as a property of the instance.
    pub options: String,
    /// Other components that it belongs together with, by path.
    pub relations: String,
    /// Functions in a relation that get the other component.
    pub relation_handlers: Vec<String>,
}

/// How a library computes parts of the state.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Computing {
    /// What is mixed into the options that have these sections.
    pub behaviors: Vec<String>,
    /// Functions of the state under the names of what they compute.
    pub computed: String,
    /// Functions called when state changes, by path.
    pub watched: String,
}

/// How an instance is bound to stores: one object or a list of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bindings {
    /// Where the bindings stand: in the options or on the instance.
    pub option: String,
    /// In such an object, the store: what it holds is part of the state, and its functions are methods.
    pub store: String,
    /// Functions of the store under the names of what they compute.
    pub fields: String,
    /// Names of functions of the store under the names of methods.
    pub actions: String,
}

/// A store of a library whose state is a part of the state of every page and component.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedStore {
    /// Makes it.
    pub call: String,
    /// Its state: a property of the store, and under the same name a part of the state of each instance.
    pub state: String,
    /// The option that holds methods for each instance.
    pub methods: String,
    /// The options that hold lifecycles for each.
    pub lifetimes: Vec<String>,
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
    /// Calls its argument.
    Run,
    /// Gives a component in its template, by selector.
    Select,
    /// Gives an array of them.
    SelectAll,
    /// Gives the one in whose template it is used.
    Owner,
    /// Gives an array of those that it has a relation to.
    Related,
    /// Gives the bar that the app puts under its pages.
    TabBar,
    /// Gives the page's end of the channel to its opener.
    Channel,
}

/// A text that the platform gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The path of a property.
    pub read: String,
    /// What it says.
    pub text: String,
}

/// An object that is there by a global name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Global {
    /// The name.
    pub name: String,
    /// The type, of which steps speak.
    #[serde(rename = "type")]
    pub ty: String,
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
    /// What a plugin exports.
    Plugin,
    /// The same in a promise.
    LatePlugin,
    /// What the host exports to the plugin.
    Host,
}

/// A function that opens a page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Navigation {
    /// Its callee path.
    pub call: String,
    /// The property of its first argument that holds the URL.
    pub url: String,
    /// The property of what it brings back that holds a channel to the page.
    pub channel: Option<String>,
    /// The property of its first argument that holds listeners of that channel.
    pub events: Option<String>,
    /// What lies below the page that it opens.
    #[serde(default)]
    pub below: Below,
}

/// What lies below a page that was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Below {
    /// The page that opened it.
    #[default]
    Opener,
    /// What lay below the page that opened it.
    SameAsOpener,
    /// Nothing.
    Nothing,
    /// It is not known which of these.
    Unknown,
}

/// A call of a function of the program that runs elsewhere: the properties of its options and of what comes back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteCall {
    /// Its callee path.
    pub call: String,
    /// The name of the function.
    pub name: String,
    /// What it is given.
    pub data: String,
    /// What it returned.
    pub result: String,
}

/// A router inside a function that runs elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Router {
    /// The method that adds a route: its name or names, then its handlers.
    pub route: String,
    /// The method that adds handlers for every event.
    pub middleware: String,
    /// The property of the event that names the route.
    pub key: String,
    /// The property of the context that holds the request.
    pub request: String,
    /// The property of the request that holds the event.
    pub event: String,
    /// The property of the context that holds the answer.
    pub answer: String,
}

/// A call that writes properties which may be named by paths.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathWrite {
    /// Its callee path.
    pub call: String,
    /// The property of its options that holds what it writes; none where its first argument is written to itself.
    #[serde(default)]
    pub data: Option<String>,
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
    /// A tag's own name.
    pub id: String,
    /// Marks on the way.
    pub mark: String,
    /// What event it is.
    pub kind: String,
    /// What handlers in the view get of the page or component.
    pub descriptor: String,
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
