//! What the platform itself asks the user, and since when. Which APIs it asks for is data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::Date;
use crate::base::json::Json;
use crate::models::{Access, Base, Output, Source};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    mechanism_since: String,
    /// From when on a key of the configuration has asked for the mechanism before it was always there.
    checked_since: String,
    checked_by: String,
    required_private_infos_since: String,
}

static PLATFORM: LazyLock<Option<Platform>> =
    LazyLock::new(|| serde_json::from_str(include_str!("platform.json")).ok());

/// What tells which rules of the platform a program is under.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances {
    /// The day of its release; none is the present.
    pub release: Option<Date>,
    /// Whether its configuration asks for the mechanism.
    is_checked: bool,
}

impl Circumstances {
    /// Those of a program with this configuration.
    pub fn new(release: Option<Date>, config: Option<&Json>) -> Self {
        let asks = |platform: &Platform| config?.get(&platform.checked_by)?.as_bool();
        Self { release, is_checked: PLATFORM.as_ref().and_then(asks).unwrap_or(false) }
    }
}

/// Whether a rule that began on a day is in force in a program released on another; without one the present is meant.
fn is_in_force(begin: &str, release: Option<Date>) -> bool {
    release.is_none_or(|release| begin.parse().is_ok_and(|begin: Date| begin <= release))
}

/// Whether the platform itself asks before a source gives data; without a day of release the rules of the present are in
/// force.
pub fn asks_for(source: &Source, under: Circumstances) -> bool {
    let Some(platform) = &*PLATFORM else { return false };
    let has_mechanism = is_in_force(&platform.mechanism_since, under.release)
        || (under.is_checked && is_in_force(&platform.checked_since, under.release));
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

    #[test]
    fn the_mechanism_may_be_asked_for_before_it_is_always_there() {
        let models = crate::models::Models::load(true, &[]).unwrap();
        let source =
            models.sources.iter().find(|it| it.about.privacy_authorization.is_some() && it.about.scope.is_none());
        let asks = |day: &str, config: &str| {
            let config = crate::base::json::parse(crate::base::FileId(0), config, &mut Vec::new());
            asks_for(source.unwrap(), Circumstances::new(day.parse().ok(), config.as_ref()))
        };
        let checked = "{ \"__usePrivacyCheck__\": true }";
        assert!(asks("2023-10-17", "{}") && asks("2023-09-01", checked));
        assert!(!asks("2023-09-01", "{}") && !asks("2023-08-21", checked));
    }
}
