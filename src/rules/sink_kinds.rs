//! What kinds of sinks there are: their names for people, and whether data leaves the user's page there.
//! Knows no single sink.

use std::sync::LazyLock;

use crate::base::Text;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SinkKind {
    kind: String,
    leaves_page: bool,
    /// Whether what it is sent to has a name or an address.
    #[serde(default)]
    has_recipient: bool,
    /// Whether it is a host, of which an address without one says nothing.
    #[serde(default)]
    by_host: bool,
    title: Text,
    /// What becomes of data there, in Chinese.
    act: String,
}

static SINK_KINDS: LazyLock<Vec<SinkKind>> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/sink_kinds.json")).unwrap_or_default());

fn find(kind: &str) -> Option<&'static SinkKind> {
    SINK_KINDS.iter().find(|entry| entry.kind == kind)
}

/// Whether data that arrives in a sink of this kind has left the page of its user.
///
/// A kind that is not in the table is a user's own, and counts as leaving: a sink is modelled to be seen.
pub fn leaves_page(kind: &str) -> bool {
    find(kind).is_none_or(|entry| entry.leaves_page)
}

/// Whether somebody, or some place, receives what arrives in a sink of this kind; so it is taken of a user's own.
pub fn has_recipient(kind: &str) -> bool {
    find(kind).is_none_or(|entry| entry.has_recipient)
}

/// Whether what arrives in a sink of this kind is received by a host.
pub fn goes_to_host(kind: &str) -> bool {
    find(kind).is_some_and(|entry| entry.by_host)
}

/// The name for people of a kind; a kind that is not in the table names itself.
pub fn sink_title(kind: &str) -> Text {
    find(kind).map_or_else(|| Text::new(kind, kind), |entry| entry.title.clone())
}

/// What becomes of data in a sink of this kind, in Chinese: it stands behind the name of the data.
pub fn sink_act(kind: &str) -> String {
    find(kind).map_or_else(|| format!("流向 {kind}"), |entry| entry.act.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_with_the_user_does_not_leave_the_page() {
        let staying = ["display", "page", "storage", "file", "clipboard", "phone"];
        assert!(!staying.iter().any(|kind| leaves_page(kind)));
        assert!(["network", "log", "share", "cloud", "app", "a-kind-of-my-own"].iter().all(|kind| leaves_page(kind)));
        assert_eq!(sink_title("network").zh, "网络请求");
    }
}
