//! The shape of a model file: what serde reads and what the JSON Schema describes.
//! Knows keys, not what they come to mean (`normalize.rs` does).

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

use super::gate::raw::{RawAnswer, RawCoverage, RawElsewhere, RawSetting, RawTexts, RawValues};
use super::spanned::{Each, Many, Spanned};
use super::{
    About, Authorization, Confidence, Effect, GateRole, Interaction, NameWords, RecipientKind, Sensitivity, SourceRole,
    Takes, Writing,
};

type Word = Spanned<String>;

/// A file of models: sources, sinks, flow steps, consent gates and categories of data.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
pub(super) struct RawFile {
    /// The schema that the file follows, for editors.
    #[serde(rename = "$schema")]
    pub(super) _schema: Option<String>,
    /// The family of all entries that name none themselves.
    pub(super) family: Option<String>,
    /// Kinds of data.
    pub(super) categories: Each<RawCategory>,
    /// Where data comes in.
    pub(super) sources: Each<RawSource>,
    /// Where data goes out.
    pub(super) sinks: Each<RawSink>,
    /// What calls do to values.
    pub(super) steps: Each<RawStep>,
    /// Where people are asked for consent.
    pub(super) gates: Each<RawGate>,
    /// Third parties, by host and package.
    pub(super) recipients: Each<RawRecipient>,
    /// Libraries of which programs carry copies.
    pub(super) libraries: Each<RawLibrary>,
    /// What names of properties, and labels of inputs, say of the data behind them.
    pub(super) names: Each<RawName>,
    /// Words that change what names mean.
    pub(super) name_words: NameWords,
    /// Properties whose value says nothing of what they are read from, such as `length`.
    pub(super) clearing_properties: Vec<String>,
}

/// A kind of data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawCategory {
    /// Its name in entries and reports, in kebab case.
    pub(super) slug: String,
    /// Its name in Chinese.
    pub(super) zh: String,
    /// Its name in English.
    pub(super) en: String,
    /// The key of the platform's privacy guideline.
    #[serde(default)]
    pub(super) privacy_key: Option<String>,
    /// How much harm a leak does.
    #[serde(default)]
    pub(super) sensitivity: Sensitivity,
    /// How such data is written: a label cannot make digits of what takes letters only.
    #[serde(default)]
    pub(super) writing: Option<Writing>,
}

/// Someone outside the program who gets data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawRecipient {
    /// Its name in entries and reports, in kebab case.
    pub(super) id: String,
    /// Its name in Chinese.
    pub(super) zh: String,
    /// Its name in English.
    pub(super) en: String,
    /// What it does with data; `own` for servers of the developer's.
    pub(super) kind: RecipientKind,
    /// Its hosts; those below them are its too.
    #[serde(default)]
    pub(super) hosts: Many<Word>,
    /// Packages whose use hands data to it.
    #[serde(default)]
    pub(super) packages: Many<String>,
    /// Where the fact comes from.
    #[serde(default)]
    pub(super) verified: Option<String>,
}

/// A library that programs carry copies of. What entries say of its package holds for a copy, too.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawLibrary {
    /// The package that entries speak of: `crypto-js`.
    pub(super) package: String,
    /// What copies of its file are called, as `md5` is for `utils/md5.min.js`: besides the name of the package, if that is
    /// one of several words.
    #[serde(default)]
    pub(super) copies: Many<String>,
    /// Whether entries tell all that it does: they then count instead of its code.
    #[serde(default)]
    pub(super) complete: bool,
    /// What folders that hold its components are called, where it is a library of components: what goes into one of them,
    /// or comes out, does so where a program uses it.
    #[serde(default)]
    pub(super) components: Many<String>,
    /// What its tags begin with by custom (`van-`), where entries tell all that its components do: they then count instead
    /// of their code.
    pub(super) tags: Option<String>,
    /// What its components are called, where programs keep their own in the same folder; all that lie there are its if none
    /// is named.
    #[serde(default)]
    pub(super) told: Many<String>,
    /// Those of its components whose code counts all the same: other code of the library speaks to them.
    #[serde(default)]
    pub(super) followed: Many<String>,
}

/// Names and labels that say the same. Names are matched by whole words (`userPhone`, `user_phone`, `USERPHONE`), the
/// last of which decide.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawName {
    /// The category; left out where the names only look like personal data (`email subject`).
    #[serde(default)]
    pub(super) data: Option<Word>,
    /// Names in lower case, their words separated by spaces: `id card`.
    #[serde(default)]
    pub(super) names: Many<Word>,
    /// Parts of labels and placeholders: 手机号.
    #[serde(default)]
    pub(super) labels: Many<Word>,
    /// How much the name alone says; `high` if left out.
    #[serde(default)]
    pub(super) confidence: Confidence,
    /// Words of which one must stand before the name, in it or in the name of what it is read from.
    #[serde(default)]
    pub(super) of: Many<String>,
    /// Whether a word for a person before the name will do too (`name_words.people`).
    #[serde(default)]
    pub(super) of_person: bool,
    /// Words that must not stand before the name.
    #[serde(default)]
    pub(super) not_of: Many<String>,
    /// Words that may stand behind the name, beside those of `name_words.suffixes`.
    #[serde(default)]
    pub(super) suffixes: Many<String>,
    /// Labels that, right before a value that is shown, tell what it is; nothing else may stand in them but words of
    /// `name_words.whose`.
    #[serde(default)]
    pub(super) shown: Many<Word>,
    /// Whether the names speak of something as a whole: what is stored under them is that, too.
    #[serde(default)]
    pub(super) whole: bool,
}

/// Defines the shape of an entry with the facts for people behind its own keys: serde cannot flatten them in without
/// losing the places of mistakes.
macro_rules! entry {
    ($(#[$attributes:meta])* $name:ident { $($fields:tt)* }) => {
        $(#[$attributes])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, expecting = "an object")]
        pub(super) struct $name {
            /// Its name in reports; a later file replaces an earlier entry of the same name.
            pub(super) id: Word,
            /// The group of APIs that it belongs to.
            #[serde(default)]
            pub(super) family: Option<String>,
            /// What the platform's documentation calls it.
            #[serde(default)]
            doc: Option<String>,
            /// The type of the platform's privacy guideline that it belongs to (`PhoneNumber`).
            #[serde(default)]
            pub(super) privacy_type: Option<Word>,
            /// How much harm a leak of it does, where its categories do not tell.
            #[serde(default)]
            sensitivity: Option<Sensitivity>,
            /// What people see of it.
            #[serde(default)]
            interaction: Option<Interaction>,
            /// The permission that the platform asks for, such as `scope.userLocation`.
            #[serde(default)]
            pub(super) scope: Option<Word>,
            /// The name that `app.json` must list under `requiredPrivateInfos`.
            #[serde(default)]
            pub(super) required_private_info: Option<Word>,
            /// Whether the platform's privacy authorisation comes first.
            #[serde(default)]
            privacy_authorization: Option<Authorization>,
            /// The calls and components that start the collection, for entries that only receive.
            #[serde(default)]
            triggers: Vec<String>,
            /// Base library version or date of its start.
            #[serde(default)]
            since: Option<String>,
            /// Since when it is deprecated, and what for.
            #[serde(default)]
            deprecated: Option<String>,
            /// The same in Chinese.
            #[serde(default)]
            deprecated_zh: Option<String>,
            /// The rules that it bears on.
            #[serde(default)]
            pub(super) clauses: Vec<Word>,
            /// Where the fact comes from: `typings`, `docs`, `unverified` and so on.
            #[serde(default)]
            verified: Option<String>,
            /// Anything else.
            #[serde(default)]
            note: Option<String>,
            /// The same in Chinese.
            #[serde(default)]
            note_zh: Option<String>,
            $($fields)*
        }

        impl $name {
            /// Takes the facts for people out of the entry.
            pub(super) fn take_about(&mut self) -> About {
                About {
                    doc: self.doc.take(),
                    privacy_type: self.privacy_type.take().map(|word| word.value),
                    sensitivity: self.sensitivity.take(),
                    interaction: self.interaction.take(),
                    scope: self.scope.take().map(|word| word.value),
                    required_private_info: self.required_private_info.take().map(|word| word.value),
                    privacy_authorization: self.privacy_authorization.take(),
                    triggers: std::mem::take(&mut self.triggers),
                    since: self.since.take(),
                    deprecated: self.deprecated.take(),
                    deprecated_zh: self.deprecated_zh.take(),
                    clauses: std::mem::take(&mut self.clauses).into_iter().map(|word| word.value).collect(),
                    verified: self.verified.take(),
                    note: self.note.take(),
                    note_zh: self.note_zh.take(),
                }
            }
        }
    };
}

entry! {
    /// A place where data comes in. One of `call`, `read`, `component` and `parameter` says where.
    RawSource {
        /// Calls to these callees.
        #[serde(default)]
        pub(super) call: Many<Word>,
        /// Reads of these properties, without a call.
        #[serde(default)]
        pub(super) read: Many<Word>,
        /// An event of a component in WXML.
        #[serde(default)]
        pub(super) component: Option<RawComponent>,
        /// A parameter of a function that the framework calls.
        #[serde(default)]
        pub(super) parameter: Option<RawParameter>,
        /// Data in what the call returns, or in the property that is read.
        #[serde(default)]
        pub(super) returns: Option<Spanned<RawOut>>,
        /// Data in the returned promise; `false` if `success` has data and no promise is returned.
        #[serde(default)]
        pub(super) promise: Option<Spanned<RawPromise>>,
        /// Data for the `success` and `complete` options of the first argument, and for the returned promise.
        #[serde(default)]
        pub(super) success: Option<Spanned<RawOut>>,
        /// Data for a function that is the first argument.
        #[serde(default)]
        pub(super) listener: Option<Spanned<RawOut>>,
        /// Data in `detail` of the event.
        #[serde(default)]
        pub(super) detail: Option<Spanned<RawOut>>,
        /// Data in the parameter.
        #[serde(default)]
        pub(super) param: Option<Spanned<RawOut>>,
        /// Data at other ports.
        #[serde(default)]
        pub(super) outputs: Vec<RawOutput>,
        /// What the entry is; a `source` if it does not say.
        #[serde(default)]
        pub(super) role: SourceRole,
        /// The argument or option that must be given, and count as true, for data to come.
        #[serde(default)]
        pub(super) given: Option<Word>,
        /// What a field takes: `digits` or a `choice` of what is offered; anything if left out.
        #[serde(default)]
        pub(super) takes: Option<Takes>,
        /// What the platform has made of the data since, oldest change first.
        #[serde(default)]
        pub(super) changes: Vec<RawChange>,
    }
}

/// A change of what a source gives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawChange {
    /// The first day on which releases get the new data: `2021-04-28`.
    pub(super) from: Word,
    /// What changed.
    #[serde(default)]
    pub(super) note: Option<String>,
    /// Categories, and what they become; `null` where nothing is given any more.
    pub(super) data: IndexMap<String, Option<String>>,
}

entry! {
    /// A place where data goes out. One of `call`, `component`, `returned` and `text` says where.
    RawSink {
        /// Calls to these callees.
        #[serde(default)]
        pub(super) call: Many<Word>,
        /// Attributes of a component in WXML.
        #[serde(default)]
        pub(super) component: Option<RawComponent>,
        /// What a function that the framework calls returns.
        #[serde(default)]
        pub(super) returned: Option<RawReturned>,
        /// Text that WXML shows.
        #[serde(default)]
        pub(super) text: bool,
        /// Where data goes: `network`, `storage`, `display`, `share`, `log`, `cloud`, `app`, `page`, `file` and so on.
        #[serde(default)]
        pub(super) kind: Option<Word>,
        /// The same where data stands in the query of an address: the device asks for what is there. Without a `kind`
        /// nothing else goes out.
        #[serde(default)]
        pub(super) fetched: Option<Word>,
        /// The ports whose contents go out, or `all` for every argument.
        #[serde(default)]
        pub(super) args: Many<Word>,
        /// The properties of the returned object that go out; all of them if absent.
        #[serde(default)]
        pub(super) paths: Many<Word>,
        /// The port that tells where to: a URL or a storage key.
        #[serde(default)]
        pub(super) destination: Option<Word>,
        /// Who gets the data, wherever it is sent: the name of a recipient.
        #[serde(default)]
        pub(super) recipient: Option<Word>,
    }
}

entry! {
    /// Where people are told or asked. One of `call`, `component`, `setting`, `texts` and `elsewhere` says where.
    RawGate {
        /// Calls to these callees.
        #[serde(default)]
        pub(super) call: Many<Word>,
        /// A component in WXML; its event, if it has one.
        #[serde(default)]
        pub(super) component: Option<RawComponent>,
        /// A key of the project's configuration.
        #[serde(default)]
        pub(super) setting: Option<RawSetting>,
        /// Something that programs make themselves, by its texts and names.
        #[serde(default)]
        pub(super) texts: Option<RawTexts>,
        /// Gates that no program mentions.
        #[serde(default)]
        pub(super) elsewhere: Option<RawElsewhere>,
        /// What it is worth.
        pub(super) role: GateRole,
        /// Whether it asks the person, and does not only tell what was answered before.
        #[serde(default)]
        pub(super) asks: bool,
        /// What shows that the person agreed.
        #[serde(default)]
        pub(super) granted: RawAnswer,
        /// What shows that the person refused.
        #[serde(default)]
        pub(super) refused: RawAnswer,
        /// It is a gate only if the text at one of these ports matches.
        #[serde(default)]
        pub(super) when: Vec<RawMask>,
        /// What the component's own text must match.
        #[serde(default)]
        pub(super) says: Option<Word>,
        /// What the text beside the component must match, where its own need not.
        #[serde(default)]
        pub(super) beside: Option<Word>,
        /// What these texts must not match.
        #[serde(default)]
        pub(super) unless: Option<Word>,
        /// What the template around the component must match somewhere.
        #[serde(default)]
        pub(super) page: Option<Word>,
        /// Values of arguments under which it only tells and does not ask.
        #[serde(default)]
        pub(super) notice_when: RawValues,
        /// What the answer speaks of.
        #[serde(default)]
        pub(super) covers: RawCoverage,
        /// The first day on which it is in force: `2023-10-17`.
        #[serde(default)]
        pub(super) from: Option<Word>,
        /// The first day on which it is no longer.
        #[serde(default)]
        pub(super) until: Option<Word>,
    }
}

/// A component in WXML.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawComponent {
    /// Tag names; `*` is any.
    pub(super) tag: Many<String>,
    /// Attributes that must have one of these values; an empty text stands for an absent attribute, `*` for one that is
    /// there.
    #[serde(default)]
    pub(super) when: IndexMap<String, Many<String>>,
    /// The event, in lower case without `bind` (sources).
    #[serde(default)]
    pub(super) event: Option<String>,
    /// The attributes whose value goes out (sinks); `*` is any of which no other entry speaks.
    #[serde(default)]
    pub(super) attribute: Many<String>,
    /// The event that a tag around it must have a handler for, in lower case without `bind` (sinks).
    #[serde(default)]
    pub(super) within: Option<String>,
    /// Whether only components are meant whose code is not in the tree.
    #[serde(default)]
    pub(super) absent: bool,
}

/// A parameter of a function that the framework calls.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawParameter {
    /// Constructor and function, such as `Page.onLoad`.
    pub(super) of: Word,
    /// Counted from 0.
    #[serde(default)]
    pub(super) index: u32,
}

/// What a function that the framework calls returns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawReturned {
    /// Constructor and function, such as `Page.onShareAppMessage`.
    pub(super) of: Word,
}

/// Which data a value holds: `data` for all of it or what lies at `path`, `fields` for one category a property.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawOut {
    /// A category.
    #[serde(default)]
    pub(super) data: Option<Word>,
    /// Where in the value: `a.b[*].c`.
    #[serde(default)]
    pub(super) path: Option<Word>,
    /// Paths in the value, and the category of each.
    #[serde(default)]
    pub(super) fields: IndexMap<Word, Word>,
}

/// Data in a promise, or whether there is one.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(super) enum RawPromise {
    /// Whether the call returns one with the same data as `success`.
    Flag(bool),
    /// What it holds.
    Out(RawOut),
}

impl<'de> Deserialize<'de> for RawPromise {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RawPromise;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object or `false`")
            }

            fn visit_bool<E>(self, flag: bool) -> Result<RawPromise, E> {
                Ok(RawPromise::Flag(flag))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawPromise, A::Error> {
                RawOut::deserialize(MapAccessDeserializer::new(map)).map(RawPromise::Out)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Data at a port.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawOutput {
    /// The port: `arg[0].success.param[0].latitude`.
    pub(super) port: Word,
    /// A category.
    pub(super) data: Word,
}

/// What a call does to values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawStep {
    /// Its name in witnesses; the first callee, if absent.
    #[serde(default)]
    pub(super) id: Option<String>,
    /// The callees.
    pub(super) call: Many<Word>,
    /// The type of the object that the call makes and returns.
    #[serde(default)]
    pub(super) makes: Option<String>,
    /// Whether methods of that type count only for objects that are known to be of it. Say so of packages whose methods
    /// have everyday names (`set`, `send`); else the name of a method is enough where the type is not known. Of a method it
    /// says so of that method alone.
    #[serde(default)]
    pub(super) exact: bool,
    /// What goes where; an empty list says that the result is clean.
    #[serde(default)]
    pub(super) flow: Vec<RawFlow>,
    /// The effect of the flows that name none.
    #[serde(default)]
    pub(super) effect: Effect,
    /// Functions that are called.
    #[serde(default)]
    pub(super) calls: Many<Word>,
}

/// One way through a call.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawFlow {
    /// The port where the value is taken.
    pub(super) from: Word,
    /// The port where it arrives.
    pub(super) to: Word,
    /// What becomes of it.
    #[serde(default)]
    pub(super) effect: Option<Effect>,
    /// The flow is there only if this argument is not given.
    #[serde(default)]
    pub(super) unless_given: Option<Word>,
    /// The flow is there only if this argument is no function.
    #[serde(default)]
    pub(super) unless_called: Option<Word>,
    /// The flow is there only if the list at this port holds nothing.
    #[serde(default)]
    pub(super) unless_held: Option<Word>,
    /// A constant argument that makes the result a masked one.
    #[serde(default)]
    pub(super) mask_when: Option<RawMask>,
}

/// A port with a constant text, and what that must match.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RawMask {
    /// The argument's port.
    pub(super) port: Word,
    /// A regular expression for its text.
    pub(super) matches: Word,
}
