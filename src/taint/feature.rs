//! What may be special about the way of a flow, as it stands in reports.

/// Through code that the program cannot get to.
pub const UNREACHABLE: &str = "unreachable";
/// Through a property whose name is not known.
pub const ANY_KEY: &str = "any-key";
/// Through call paths, or objects, that were put together.
pub const BROADENED: &str = "broadened";
/// Through code that is not known.
pub const UNKNOWN_CALL: &str = "via-unknown-call";
/// By way of storage.
pub const STORAGE: &str = "via-storage";
/// By way of JSON.
pub const JSON: &str = "via-json";
/// To a destination that may be several texts.
pub const OF_SEVERAL: &str = "destination-of-several";
/// Into a component whose code is not in the tree.
pub const ABSENT_COMPONENT: &str = "absent-component";
