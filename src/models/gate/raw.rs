//! The shape of a gate in a model file, beside the entry itself (`models/raw.rs`).
//! Knows keys, not what they come to mean.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::models::spanned::{Many, Spanned};

type Word = Spanned<String>;
/// Paths, and the value that each must have.
pub(in crate::models) type RawValues = IndexMap<Word, Spanned<serde_json::Value>>;

/// How an answer shows. Each of them suffices; an empty object stands for coming at all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
pub(in crate::models) struct RawAnswer {
    /// The `success` option is called or the promise resolved; with these values in what it brings.
    pub(super) success: Option<RawValues>,
    /// The `fail` option is called or the promise rejected; with these values in what it brings.
    pub(super) fail: Option<RawValues>,
    /// The event comes; with these values in its `detail`.
    pub(super) detail: Option<RawValues>,
    /// At other ports.
    pub(super) ports: RawValues,
}

/// What the answer speaks of.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
pub(in crate::models) struct RawCoverage {
    /// Categories of data.
    pub(super) data: Many<String>,
    /// Permissions such as `scope.userLocation`; `*` is any.
    pub(super) scopes: Many<String>,
    /// The argument that names the permission.
    pub(super) scope_at: Option<Word>,
    /// Whether the permission is the key at which the answer stands (`authSetting[*]`).
    pub(super) scope_key: bool,
    /// Whatever the platform's privacy authorisation covers.
    pub(super) privacy_types: bool,
    /// What the call or event itself gives, and nothing else.
    pub(super) result: bool,
    /// Whatever the program does under it.
    pub(super) guarded: bool,
}

/// A key of the project's configuration.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(in crate::models) struct RawSetting {
    /// File names.
    pub(super) file: Many<String>,
    /// Paths in them.
    pub(super) key: Many<String>,
}

/// Regular expressions for texts and names of something that a program makes itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
pub(in crate::models) struct RawTexts {
    /// Tags of the control; any if absent.
    pub(super) tag: Many<String>,
    /// What stands in or beside it.
    pub(super) label: Option<Word>,
    /// On what agrees.
    pub(super) agree: Option<Word>,
    /// On what refuses.
    pub(super) refuse: Option<Word>,
    /// A field, a storage key or a variable that keeps the answer.
    pub(super) flag: Option<Word>,
    /// The path of a page.
    pub(super) page: Option<Word>,
    /// The address of a request.
    pub(super) request: Option<Word>,
}

/// Where gates are that no program mentions.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::models) enum RawElsewhere {
    /// At every call, property and component that the gate covers.
    Covered,
    /// Outside the program.
    Outside,
}
