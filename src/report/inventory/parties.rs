//! Whose host it is: the operator's own, that of somebody who is named, or one of which nothing is said.
//! Knows names of hosts only.

use crate::report::model::Party;

/// What is said of hosts. `*.example.com` stands for all below `example.com`.
#[derive(Clone, Debug, Default)]
pub struct Parties {
    /// The operator's own.
    pub own: Vec<String>,
    /// Those of others: a name and its hosts.
    pub others: Vec<(String, Vec<String>)>,
}

impl Parties {
    /// Whose a host is, and the name of a third party.
    pub fn of(&self, host: &str) -> (Party, Option<&str>) {
        let host = host.split(':').next().unwrap_or(host);
        if self.own.iter().any(|pattern| is_match(pattern, host)) {
            return (Party::Own, None);
        }
        let other = self.others.iter().find(|(_, hosts)| hosts.iter().any(|pattern| is_match(pattern, host)));
        other.map_or((Party::Unstated, None), |(name, _)| (Party::ThirdParty, Some(name)))
    }
}

fn is_match(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => pattern.eq_ignore_ascii_case(host),
    }
}

/// The host of an address, with its port; `None` for what is no address, or whose host is not known.
pub fn host_of(destination: &str) -> Option<&str> {
    let (scheme, rest) = destination.split_once("://")?;
    let is_scheme =
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    (is_scheme && !host.is_empty() && !host.contains('…')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_stand_between_scheme_and_path() {
        assert_eq!(host_of("https://a.example:8443/x?y"), Some("a.example:8443"));
        assert_eq!(host_of("wss://u:p@b.example"), Some("b.example"));
        assert_eq!([host_of("/relative"), host_of("https://…/x"), host_of("user key"), host_of("://x")], [None; 4]);
    }

    #[test]
    fn hosts_belong_to_whom_the_settings_say() {
        let parties = Parties {
            own: vec!["*.own.example".to_owned()],
            others: vec![("Maps".to_owned(), vec!["maps.example".to_owned()])],
        };
        assert_eq!(parties.of("api.own.example:443"), (Party::Own, None));
        assert_eq!(parties.of("MAPS.example"), (Party::ThirdParty, Some("Maps")));
        assert_eq!(parties.of("own.example"), (Party::Unstated, None));
        assert_eq!(parties.of("notown.example"), (Party::Unstated, None));
    }
}
