//! What the platform itself asks the user, and since when. Which APIs it asks for is data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::Date;
use crate::models::Source;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    mechanism_since: String,
    required_private_infos_since: String,
    asks_each_time: Vec<String>,
}

static PLATFORM: LazyLock<Option<Platform>> =
    LazyLock::new(|| serde_json::from_str(include_str!("platform.json")).ok());

/// Whether a rule that began on a day is in force in a program released on another; without one the present is meant.
fn is_in_force(begin: &str, release: Option<Date>) -> bool {
    release.is_none_or(|release| begin.parse().is_ok_and(|begin: Date| begin <= release))
}

/// Whether the platform itself asks before a source gives data, in a program released on that day; without a day the
/// rules of the present are in force.
pub fn asks_for(source: &Source, release: Option<Date>) -> bool {
    let Some(platform) = &*PLATFORM else { return false };
    let has_mechanism = is_in_force(&platform.mechanism_since, release);
    let is_in_table = source.about.privacy_authorization.is_some() && has_mechanism;
    is_in_table || source.about.scope.is_some()
}

/// Whether the user hands over one thing, knowingly, each time.
pub fn asks_each_time(source: &Source) -> bool {
    asks_each_time_id(&source.id)
}

/// The same, by the id of the source.
pub fn asks_each_time_id(id: &str) -> bool {
    PLATFORM.as_ref().is_some_and(|platform| platform.asks_each_time.iter().any(|known| known == id))
}

/// Whether an interface that is not listed in the configuration fails, in a program released on that day.
pub fn requires_private_infos(release: Option<Date>) -> bool {
    PLATFORM.as_ref().is_some_and(|platform| is_in_force(&platform.required_private_infos_since, release))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_well_formed_and_names_sources_that_exist() {
        let models = crate::models::Models::load(true, &[]).unwrap();
        let platform = PLATFORM.as_ref().unwrap();
        let unknown: Vec<_> = platform
            .asks_each_time
            .iter()
            .filter(|id| !models.sources.iter().any(|source| source.id == **id))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(is_in_force(&platform.mechanism_since, "2023-10-17".parse().ok()));
        assert!(!is_in_force(&platform.mechanism_since, "2023-10-16".parse().ok()));
    }
}
