//! Who gets data: third parties by host, by package and by the sinks that are theirs.
//! Knows the form of a host name, and not one company.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Models;
use crate::base::Text;

/// Someone outside the program who gets data.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Its name in entries and reports.
    pub id: String,
    /// Its name for people.
    pub title: Text,
    /// What it does with data.
    pub kind: RecipientKind,
    /// Its hosts; those below them are its too.
    pub hosts: Vec<String>,
    /// Packages whose use hands data to it.
    pub packages: Vec<String>,
    /// Where the fact comes from.
    pub verified: Option<String>,
}

/// What a recipient does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientKind {
    /// The developer's own: no third party.
    Own,
    /// Counts and profiles.
    Analytics,
    /// Collects errors and timings.
    Crash,
    /// Maps, places and weather.
    Map,
    /// Advertising.
    Ads,
    /// Keeps files.
    Storage,
    /// Runs the program's server side.
    Backend,
    /// Chats.
    Messaging,
    /// Sound and pictures as they happen.
    Rtc,
    /// Notifications.
    Push,
    /// Tells people from machines.
    Captcha,
    /// Recognises, speaks, answers.
    Ai,
    /// Answers look-ups.
    Data,
    /// Pays.
    Payment,
    /// Publishes what people say.
    Social,
    /// The platform itself, and who runs it.
    Platform,
}

impl Models {
    /// The recipient with this name.
    pub fn recipient(&self, id: &str) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.id == id)
    }

    /// Whose host this is. The longest name that fits counts: `apis.map.qq.com` before `qq.com`.
    pub fn recipient_of_host(&self, host: &str) -> Option<&Recipient> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let of_host = |own: &String| {
            host.strip_suffix(own.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        let longest = |recipient: &Recipient| recipient.hosts.iter().filter(|own| of_host(own)).map(String::len).max();
        let fitting = self.recipients.iter().filter_map(|recipient| Some((longest(recipient)?, recipient)));
        // Of two that are as long, the later entry is the user's.
        fitting.max_by_key(|(length, _)| *length).map(|(_, recipient)| recipient)
    }

    /// Whose package this is; a path in it (`pkg/dist/a`) is of it too.
    pub fn recipient_of_package(&self, request: &str) -> Option<&Recipient> {
        let is_of = |package: &String| {
            request.strip_prefix(package.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.recipients.iter().rev().find(|recipient| recipient.packages.iter().any(is_of))
    }

    /// Who gets what goes to a sink: whose host the destination is, else whose sink it is.
    pub fn recipient_of_flow(&self, sink: &str, destination: Option<&str>) -> Option<&Recipient> {
        let by_host = destination.and_then(host_of).and_then(|host| self.recipient_of_host(host));
        by_host.or_else(|| {
            let sink = self.sinks.iter().find(|other| other.id == sink)?;
            self.recipient(sink.recipient.as_deref()?)
        })
    }
}

/// The host of a URL, where the text has a scheme and the host is wholly known.
pub fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://").or_else(|| Some(("", url.strip_prefix("//")?)))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty() && !host.contains('…')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models() -> Models {
        let text = r#"{ "recipients": [
            { "id": "big", "zh": "大", "en": "Big", "kind": "platform", "hosts": ["big.com"] },
            { "id": "map", "zh": "图", "en": "Map", "kind": "map", "hosts": "map.big.com", "packages": "map-sdk" } ],
          "sinks": [{ "id": "s", "call": "s", "args": "all", "kind": "network", "recipient": "map" }] }"#;
        Models::load(false, &[("a.json".into(), text.into())]).expect("a model file")
    }

    #[test]
    fn the_longest_host_counts() {
        let models = models();
        let of = |host: &str| models.recipient_of_host(host).map(|recipient| recipient.id.clone());
        assert_eq!(of("api.map.big.com").as_deref(), Some("map"));
        assert_eq!(of("BIG.com").as_deref(), Some("big"));
        assert_eq!(of("notbig.com"), None);
        assert_eq!(of("big.com.evil.org"), None);
    }

    #[test]
    fn a_flow_goes_to_whose_host_or_sink_it_is() {
        let models = models();
        let of = |sink: &str, to: Option<&str>| models.recipient_of_flow(sink, to).map(|who| who.id.clone());
        assert_eq!(of("s", Some("https://x.big.com:443/a?b")).as_deref(), Some("big"));
        assert_eq!(of("s", Some("https://…/a")).as_deref(), Some("map"));
        assert_eq!(of("s", None).as_deref(), Some("map"));
        assert_eq!(of("other", Some("key")), None);
        assert!(models.recipient_of_package("map-sdk/dist/x").is_some());
        assert!(models.recipient_of_package("map-sdk-two").is_none());
    }

    #[test]
    fn hosts_are_read_out_of_urls() {
        assert_eq!(host_of("wss://user@a.b.com:8080/x"), Some("a.b.com"));
        assert_eq!(host_of("//a.b/c"), Some("a.b"));
        assert_eq!(host_of("/path"), None);
        assert_eq!(host_of("https://…"), None);
    }
}
