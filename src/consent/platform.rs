//! What the platform itself asks the user, and since when. Which APIs it asks for is data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::Date;
use crate::models::{Access, Base, Output, Source};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    mechanism_since: String,
    required_private_infos_since: String,
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

/// Whether a call of a source asks the user for something, on some day at least.
pub fn asks(source: &Source) -> bool {
    source.about.scope.is_some() || source.about.privacy_authorization.is_some() || asks_each_time(source)
}

/// Whether the user hands over one thing, knowingly, each time: in a picker, a sheet or a dialog of the platform.
pub fn asks_each_time(source: &Source) -> bool {
    use crate::models::Interaction::{ButtonPopup, NativeConfirm, NativePicker};
    matches!(source.about.interaction, Some(NativePicker | ButtonPopup | NativeConfirm))
}

/// Whether what a source gives at once is what the user has picked before, on a page of its own.
pub fn gives_what_was_picked(source: &Source) -> bool {
    let is_at_once = |output: &Output| {
        output.port.base == Base::Return && !matches!(output.port.accesses.first(), Some(Access::Content(_)))
    };
    asks_each_time(source) && source.outputs.iter().all(is_at_once)
}

/// Whether an interface that is not listed in the configuration fails, in a program released on that day.
pub fn requires_private_infos(release: Option<Date>) -> bool {
    PLATFORM.as_ref().is_some_and(|platform| is_in_force(&platform.required_private_infos_since, release))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_in_force_from_their_day_on() {
        let platform = PLATFORM.as_ref().unwrap();
        assert!(is_in_force(&platform.mechanism_since, "2023-10-17".parse().ok()));
        assert!(!is_in_force(&platform.mechanism_since, "2023-10-16".parse().ok()));
    }
}
