//! Whose host it is, as reports have it, and hosts in addresses. Knows names of hosts only.

use crate::report::model::Party;
use crate::rules::Operator;
use crate::rules::hosts::{Recipient, recipient};

/// Whose a destination is, and the name of a third party; `None` where it is no host.
pub fn party_of(destination: &str, operator: &Operator) -> Option<(Party, Option<String>)> {
    match recipient(Some(destination), operator) {
        Recipient::Own => Some((Party::Own, None)),
        Recipient::Platform => Some((Party::Platform, None)),
        Recipient::ThirdParty { name, .. } => Some((Party::ThirdParty, Some(name))),
        Recipient::Unknown(_) => Some((Party::Unstated, None)),
        Recipient::Nobody => None,
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
        let operator = Operator { own_hosts: vec!["*.own.example".to_owned()], ..Operator::default() };
        assert_eq!(party_of("https://api.own.example:443/x", &operator), Some((Party::Own, None)));
        assert_eq!(party_of("https://notown.example", &operator), Some((Party::Unstated, None)));
        assert_eq!(party_of("storage key", &operator), None);
    }
}
