//! Gates: where people are told and asked, what shows their answer, and which data the answer covers.
//! Knows the form of a gate, not where in a program its answer holds.

mod ask;
mod normalize;
pub(super) mod raw;

pub(super) use ask::asks;
pub use ask::{Ask, AskResult, Covers};

use super::{About, CallPath, ComponentAnchor, Port};
use crate::base::pattern::Pattern;

/// A gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name in reports.
    pub id: String,
    /// The family (the file's, if it gives none itself).
    pub family: String,
    /// What it is worth.
    pub role: GateRole,
    /// Where it applies.
    pub anchor: GateAnchor,
    /// Whether it asks the person; otherwise it only tells what was answered before.
    pub asks: bool,
    /// Each of them shows that the person agreed.
    pub granted: Vec<Condition>,
    /// Each of them shows that the person refused.
    pub refused: Vec<Condition>,
    /// It is a gate only if the text at one of these ports matches.
    pub when: Vec<(Port, Pattern)>,
    /// Of a component: what its own text must match.
    pub says: Option<Pattern>,
    /// Of a component: what the text beside it must match, where its own need not.
    pub beside: Option<Pattern>,
    /// Of a component: what its text, and that beside it, must not match.
    pub unless: Option<Pattern>,
    /// Of a component: what the template around it must match somewhere.
    pub page: Option<Pattern>,
    /// Under any of these it only tells and does not ask (a dialog without a way to refuse).
    pub notice_when: Vec<Condition>,
    /// What the answer speaks of.
    pub covers: Coverage,
    /// The first day on which it is in force, as `2023-10-17`.
    pub from: Option<String>,
    /// The first day on which it is no longer.
    pub until: Option<String>,
    /// Facts for people.
    pub about: About,
}

/// What a gate is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateRole {
    /// The person agrees, and the program is told so: it can make what it does depend on it.
    Consent,
    /// The platform asks by itself when something is called.
    Platform,
    /// The person is told; nothing is agreed to.
    Notice,
    /// The project's configuration bears on it.
    Setting,
    /// The person takes back what was agreed.
    Withdrawal,
    /// It looks like consent and is none.
    Never,
    /// It tells that the program runs where those who make it try it, and not with its users.
    Trial,
}

/// Where a gate applies.
#[derive(Clone, Debug)]
pub enum GateAnchor {
    /// A call to one of these.
    Call(Vec<CallPath>),
    /// A component in WXML, by its event or by being there.
    Component(ComponentAnchor),
    /// A key in the project's configuration: `permission["scope.userLocation"].desc` in `app.json`.
    Setting {
        /// File names.
        files: Vec<String>,
        /// Paths in them.
        keys: Vec<String>,
    },
    /// Something that a program makes itself, known by its texts and names.
    Texts(Box<Texts>),
    /// Every call, property and component that the gate covers, without a word in the program.
    Covered,
    /// Outside the program: the platform's console, its settings for people.
    Outside,
}

/// The texts and names by which something is known that a program makes itself. What is absent does not count.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Tags of the control; any if empty.
    pub tags: Vec<String>,
    /// What stands in or beside it.
    pub label: Option<Pattern>,
    /// On what agrees.
    pub agree: Option<Pattern>,
    /// On what refuses.
    pub refuse: Option<Pattern>,
    /// A field, a storage key or a variable that keeps the answer.
    pub flag: Option<Pattern>,
    /// The path of a page.
    pub page: Option<Pattern>,
    /// The address of a request.
    pub request: Option<Pattern>,
}

/// Something that holds at a port.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// A function that is called (`arg[0].success`), a promise that is resolved (`return.@promise`), a value in what
    /// comes back (`arg[0].success.param[0].confirm`), an event that comes (`detail`) or a value in it.
    pub port: Port,
    /// The value; that it comes at all, if absent. `true` and `false` stand for tests of truth too.
    pub equals: Option<serde_json::Value>,
}

/// What the answer at a gate speaks of. Several of them add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Categories of data, by slug.
    pub data: Vec<String>,
    /// Permissions of the platform; `*` is any.
    pub scopes: Vec<String>,
    /// The argument that names the permission.
    pub scope_at: Option<Port>,
    /// Whether the permission is the key at which a condition stands (`authSetting[*]`).
    pub scope_key: bool,
    /// Whatever the platform's privacy authorisation covers.
    pub privacy_types: bool,
    /// What the call or event itself gives, and nothing else.
    pub result: bool,
    /// Whatever the program does under it.
    pub guarded: bool,
}
