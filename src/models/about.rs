//! Facts about an entry for people and for rules; the solver needs none of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Sensitivity;

/// Facts about an entry that the solver does not need.
#[derive(Clone, Debug, Default, Serialize)]
pub struct About {
    /// What the platform's documentation calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The type of the platform's privacy guideline that it belongs to (`PhoneNumber`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_type: Option<String>,
    /// How much harm a leak of it does, where its categories do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// What people see of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction: Option<Interaction>,
    /// The permission that the platform asks for, such as `scope.userLocation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The name that `app.json` must list under `requiredPrivateInfos`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_private_info: Option<String>,
    /// Whether the platform's privacy authorisation comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_authorization: Option<Authorization>,
    /// The calls and components that start the collection, for entries that only receive.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<String>,
    /// Base library version or date of its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Since when it is deprecated, and what for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// The same in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated_zh: Option<String>,
    /// The rules that it bears on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// Where the fact comes from: `typings`, `docs`, `unverified` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The same in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_zh: Option<String>,
}

/// How the platform's privacy authorisation covers an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authorization {
    /// The call or component stands in the platform's table.
    Direct,
    /// What starts the collection (`triggers`) does.
    ThroughTrigger,
}

/// What people see of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Interaction {
    /// Nothing.
    Silent,
    /// The platform asks for a permission, once.
    ScopePopup,
    /// They pick it, each time.
    NativePicker,
    /// A button opens a sheet of the platform.
    ButtonPopup,
    /// They confirm it, each time.
    NativeConfirm,
    /// They type it.
    Typed,
    /// They see the component that takes it.
    ComponentVisible,
}
