//! JSON becomes [`Models`]: what is personal data, where it comes in, where it goes out, and what calls do to values.
//! Knows the form of a model and not one API by name.

mod about;
mod cursor;
mod dates;
pub mod error;
pub mod gate;
pub mod lexicon;
pub mod library;
pub mod load;
mod neutral;
mod normalize;
pub mod path;
pub mod platform;
pub mod port;
mod raw;
pub mod recipient;
pub mod runtime;
mod sense;
mod spanned;
mod tree;
mod when;
mod writing;

#[cfg(test)]
mod port_tests;
#[cfg(test)]
mod tests;

pub use about::{About, Authorization, Interaction};
pub use cursor::NotationError;
pub use dates::Change;
pub use error::ModelError;
pub use gate::{Ask, AskResult, Condition, Coverage, Covers, Gate, GateAnchor, GateRole};
pub use lexicon::{Lexicon, Meaning, NameEntry, NameWords, Said};
pub use library::Library;
pub use load::schema;
pub use neutral::{Neutral, neutral};
pub use path::{CallPath, Root, Segment};
pub use platform::Platform;
pub use port::{Access, Base, Port};
pub use recipient::{Recipient, RecipientKind, host_of};
pub use runtime::Runtime;
pub use when::{Computed, Fit, When, Written};
pub use writing::{Takes, Writing};

use crate::base::Text;
use crate::base::pattern::Pattern;

/// All models in force, in their normal form.
#[derive(Debug, Default)]
pub struct Models {
    /// Kinds of personal data.
    pub categories: Vec<Category>,
    /// Where data comes in.
    pub sources: Vec<Source>,
    /// Where data goes out.
    pub sinks: Vec<Sink>,
    /// What calls do to values.
    pub steps: Vec<Step>,
    /// Where people are told and asked.
    pub gates: Vec<Gate>,
    /// The gates as the analysis asks for them.
    pub asks: Vec<Ask>,
    /// Third parties.
    pub recipients: Vec<Recipient>,
    /// Libraries of which programs carry copies.
    pub libraries: Vec<Library>,
    /// What names and labels say of the data behind them.
    pub names: Vec<NameEntry>,
    /// Words that change what names mean.
    pub name_words: NameWords,
    /// Properties whose value says nothing of the value that they are read from (`length`).
    pub clearing_properties: Vec<String>,
    /// What the framework calls and wires.
    pub runtime: Runtime,
    /// What the platform says of privacy.
    pub platform: Platform,
}

/// A kind of data, such as a phone number.
#[derive(Clone, Debug)]
pub struct Category {
    /// Name in reports: `phone-number`.
    pub slug: String,
    /// Name for people.
    pub title: Text,
    /// The key of the platform's privacy guideline (`PhoneNumber`), where it has one.
    pub privacy_key: Option<String>,
    /// `low`, `medium` or `high`.
    pub sensitivity: Sensitivity,
    /// How such data is written; without it in any way.
    pub writing: Option<Writing>,
}

/// How much harm a leak does.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Little by itself.
    Low,
    /// Some.
    #[default]
    Medium,
    /// Sensitive personal information in the sense of the law.
    High,
}

/// How far something rests on the code, and not on names or custom.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Wholly.
    #[default]
    High,
    /// For the most part.
    Medium,
    /// In part.
    Low,
}

/// What an entry speaks of: the place in a program where it applies.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// A call to one of these.
    Call(Vec<CallPath>),
    /// A read of one of these properties, without a call.
    Read(Vec<CallPath>),
    /// A component in WXML: an event of it (sources) or an attribute (sinks).
    Component(ComponentAnchor),
    /// A parameter of a function that the framework calls: `Page.onLoad`, index 0.
    Parameter {
        /// Constructor and function name with a dot between.
        of: String,
        /// Counted from 0.
        index: u32,
    },
    /// What a function that the framework calls returns: `Page.onShareAppMessage`.
    Returned {
        /// Constructor and function name with a dot between.
        of: String,
    },
    /// Text that WXML shows.
    Text,
}

/// A component, or some of its uses.
#[derive(Clone, Debug)]
pub struct ComponentAnchor {
    /// Tag names; `*` is any.
    pub tags: Vec<String>,
    /// What its attributes must be.
    pub when: Vec<When>,
    /// The event, lower case without its prefix (sources).
    pub event: Option<String>,
    /// The attributes whose value matters (sinks).
    pub attributes: Vec<String>,
    /// The event that a tag around it must have a handler for, lower case without its prefix (sinks).
    pub within: Option<String>,
    /// Whether only components are meant whose code is not in the tree.
    pub is_absent: bool,
}

/// Data that comes in at a port.
#[derive(Clone, Debug)]
pub struct Output {
    /// Where: `arg[0].success.param[0].latitude`. For component events the root is `detail`; for parameters it is `param`.
    pub port: Port,
    /// Category slug.
    pub data: String,
}

/// A source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in reports.
    pub id: String,
    /// The family (the file's, if it gives none itself).
    pub family: String,
    /// Where it applies.
    pub anchor: Anchor,
    /// What comes in.
    pub outputs: Vec<Output>,
    /// The argument or option without which nothing does.
    pub given: Option<Port>,
    /// What kind of entry it is.
    pub role: SourceRole,
    /// What the field takes, for those that texts and names around tell of; without it anything.
    pub takes: Option<Takes>,
    /// What became of the data since, oldest change first.
    pub changes: Vec<Change>,
    /// Facts for people.
    pub about: About,
}

impl Source {
    /// Whether it gives data again and again, to a function that listens for it.
    pub fn is_listener(&self) -> bool {
        self.outputs.iter().any(|output| {
            matches!(
                (&output.port.base, output.port.accesses.first()),
                (port::Base::Arg(_), Some(port::Access::Param(_)))
            )
        })
    }
}

/// What an entry among the sources is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourceRole {
    /// Gives data.
    #[default]
    Source,
    /// Starts a collection and gives nothing itself.
    Trigger,
    /// Gives out what was put in elsewhere.
    Propagator,
    /// Gives data that is known by the names of its fields.
    Keyword,
    /// Gives data that is known by the texts and names around it.
    Labelled,
    /// Gives what stands in the named inputs within it, by their names.
    Form,
    /// Shows data that the program itself never sees.
    Rendered,
}

impl SourceRole {
    /// Whether data comes in by it.
    pub fn gives_data(self) -> bool {
        !matches!(self, Self::Trigger | Self::Propagator | Self::Rendered)
    }

    /// Whether only the names of its fields tell what it gives.
    pub fn is_unnamed(self) -> bool {
        self == Self::Keyword
    }
}

/// A sink.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Its name in reports.
    pub id: String,
    /// The family (the file's, if it gives none itself).
    pub family: String,
    /// Where it applies.
    pub anchor: Anchor,
    /// `network`, `storage`, `display` and so on.
    pub kind: String,
    /// The kind where data stands in the query of an address that the device asks for.
    pub fetched: Option<String>,
    /// Whether data goes out in such an address alone.
    pub is_only_fetched: bool,
    /// The ports whose whole contents go out.
    pub inputs: Vec<Port>,
    /// The port that tells where to: a URL, a storage key.
    pub destination: Option<Port>,
    /// Who gets the data, wherever it is sent: the name of a recipient.
    pub recipient: Option<String>,
    /// Facts for people.
    pub about: About,
}

/// What a call does to values.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name in witnesses; the first callee, if it gives none.
    pub id: String,
    /// The family (the file's, if it gives none itself).
    pub family: String,
    /// The callees.
    pub callees: Vec<CallPath>,
    /// The type of the object that the call makes and returns, if it makes one (`Promise`, `Array`).
    pub makes: Option<String>,
    /// Whether methods of that type count only for objects that are known to be of it; else their names are enough where
    /// no type is known.
    pub exact: bool,
    /// What goes where.
    pub flows: Vec<StepFlow>,
    /// Function ports that are called, even where no flow names a parameter or a result of theirs.
    pub calls: Vec<Port>,
}

/// One way through a call.
#[derive(Clone, Debug)]
pub struct StepFlow {
    /// Where the value is taken.
    pub from: Port,
    /// Where it arrives.
    pub to: Port,
    /// What becomes of it.
    pub effect: Effect,
    /// The flow is there only if an argument is not given.
    pub unless_given: Option<Port>,
    /// The flow is there only if an argument is no function.
    pub unless_called: Option<Port>,
    /// The flow is there only if a list holds nothing.
    pub unless_held: Option<Port>,
    /// If an argument is a constant that matches, the result is masked.
    pub mask_when: Option<(Port, Pattern)>,
}

/// What becomes of a value on its way through a call.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The value itself is handed on: the same object, the same text, or an encoding of it.
    #[default]
    Value,
    /// A text made from it and all that it holds; it says the same.
    Taint,
    /// A part of it, or something computed from it.
    Derive,
    /// Masked (`138****0000`).
    Mask,
    /// Hashed.
    Hash,
    /// Encrypted.
    Encrypt,
}
