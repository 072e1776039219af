//! What the platform itself asks the user, and since when. Which APIs it asks for is data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::models::Source;

/// A day, as `2023-10-17`: the digits as one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

impl Date {
    /// Reads `2023-10-17`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return None };
        let number = |text: &str, length: usize| {
            (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u32>().ok())
        };
        let (year, month, day) = (number(year, 4)??, number(month, 2)??, number(day, 2)??);
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Self(year * 10_000 + month * 100 + day))
    }

    /// Whether a rule that began on a day is in force on this one.
    fn is_from(self, begin: &str) -> bool {
        Self::parse(begin).is_some_and(|begin| self >= begin)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    mechanism_since: String,
    required_private_infos_since: String,
    asks_each_time: Vec<String>,
}

static PLATFORM: LazyLock<Option<Platform>> =
    LazyLock::new(|| serde_json::from_str(include_str!("platform.json")).ok());

/// Whether the platform itself asks before a source gives data, in a program released on that day; without a day the
/// rules of the present are in force.
pub fn asks_for(source: &Source, release: Option<Date>) -> bool {
    let Some(platform) = &*PLATFORM else { return false };
    let has_mechanism = release.is_none_or(|release| release.is_from(&platform.mechanism_since));
    let is_in_table = source.about.privacy_authorization.is_some() && has_mechanism;
    is_in_table || source.about.scope.is_some()
}

/// Whether the user hands over one thing, knowingly, each time.
pub fn asks_each_time(source: &Source) -> bool {
    PLATFORM.as_ref().is_some_and(|platform| platform.asks_each_time.contains(&source.id))
}

/// Whether an interface that is not listed in the configuration fails, in a program released on that day.
pub fn requires_private_infos(release: Option<Date>) -> bool {
    let is_from = |begin: &str| release.is_none_or(|release| release.is_from(begin));
    PLATFORM.as_ref().is_some_and(|platform| is_from(&platform.required_private_infos_since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_strictly_and_compare() {
        let day = |text| Date::parse(text).unwrap();
        assert!(day("2022-07-13") < day("2022-07-14") && day("2023-01-02") < day("2023-10-01"));
        for text in ["2023", "2023-1-2", "2023-13-01", "2023-00-10", "today", "2023-10-17T00"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_data_is_well_formed_and_names_sources_that_exist() {
        let models = crate::models::Models::load(true, &[]).unwrap();
        let platform = PLATFORM.as_ref().unwrap();
        let unknown: Vec<_> =
            platform.asks_each_time.iter().filter(|id| !models.sources.iter().any(|source| source.id == **id)).collect();
        assert_eq!(unknown, [""; 0].iter().collect::<Vec<_>>());
        assert!(Date::parse(&platform.mechanism_since).is_some());
    }
}
