//! What the platform says of privacy, as data: the types of its guideline, its permissions, how refusals look, and when
//! its rules changed.

use serde::Deserialize;

/// Facts about the platform, from `platform.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The version of the official typings that the models were checked against.
    pub typings: String,
    /// Types of data of the platform's privacy guideline (用户隐私保护指引).
    pub privacy_types: Vec<PrivacyType>,
    /// Permissions that people give.
    pub scopes: Vec<Scope>,
    /// How a call fails that is refused.
    pub refusals: Vec<Refusal>,
    /// What changed when, oldest first.
    pub timeline: Vec<Event>,
}

/// A type of data of the privacy guideline.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyType {
    /// Its key in the platform's interfaces: `PhoneNumber`.
    pub key: String,
    /// Its name in kebab case.
    pub slug: String,
    /// Its official name.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The calls and components that the platform's authorisation covers; none for types that are only declared.
    #[serde(default)]
    pub apis: Vec<String>,
    /// Those of plugins.
    #[serde(default)]
    pub plugin_apis: Vec<String>,
}

/// A permission.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// `scope.userLocation` and the like.
    pub scope: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The calls and components that need it.
    pub apis: Vec<String>,
    /// The categories of data that they give.
    #[serde(default)]
    pub data: Vec<String>,
    /// Whether it is no longer asked for: that it is given proves nothing.
    #[serde(default)]
    pub abolished: bool,
}

/// How a call fails that is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The number, if it has one.
    #[serde(default)]
    pub errno: Option<i64>,
    /// Parts of the message, any of them.
    pub messages: Vec<String>,
    /// Who refuses.
    pub by: Refuser,
    /// What it means.
    pub meaning: String,
    /// Where the fact comes from.
    pub verified: String,
}

/// Who refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refuser {
    /// The person that was asked.
    Person,
    /// The configuration of the project.
    Project,
    /// The platform.
    Platform,
    /// The operating system.
    System,
}

/// A change of the platform's rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The day, as `2023-10-17`.
    pub date: String,
    /// What changed.
    pub what: String,
    /// Where the fact comes from.
    pub verified: String,
}

impl Platform {
    /// The facts as compiled in; a test holds that the file is well formed.
    pub fn built_in() -> Self {
        serde_json::from_str(include_str!("platform.json")).unwrap_or_default()
    }

    /// The privacy type with this key.
    pub fn privacy_type(&self, key: &str) -> Option<&PrivacyType> {
        self.privacy_types.iter().find(|ty| ty.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn the_built_in_file_is_well_formed() {
        let platform: Platform = serde_json::from_str(include_str!("platform.json")).expect("platform.json");
        assert!(platform.privacy_type("PhoneNumber").is_some_and(|ty| !ty.apis.is_empty()));
        assert!(platform.timeline.is_sorted_by_key(|event| &event.date));
    }
}
