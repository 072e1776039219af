//! Who receives what goes to a URL: the operator, a known third party, nobody knows whom. Knows no flow.

use std::net::Ipv4Addr;
use std::sync::LazyLock;

use serde::Deserialize;

use super::operator::Operator;

/// Who receives data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The operator, as it says.
    Own,
    /// The platform.
    Platform,
    /// Somebody else: a name, what it does, and whether the operator has a contract.
    ThirdParty { name: String, kind: String, has_contract: bool },
    /// A host that neither the operator nor the tool knows.
    Unknown(String),
    /// No host: a part of the program, or a text that is not known.
    Nobody,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    third_parties: Vec<Known>,
    platform: Vec<String>,
    sdks: Vec<String>,
    tokens: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    name: String,
    hosts: Vec<String>,
    kind: String,
}

static HOSTS: LazyLock<Option<Hosts>> = LazyLock::new(|| serde_json::from_str(include_str!("data/hosts.json")).ok());

/// Who receives what goes to a destination.
pub fn recipient(destination: Option<&str>, operator: &Operator) -> Recipient {
    let Some(host) = destination.and_then(host) else { return Recipient::Nobody };
    if operator.own_hosts.iter().any(|own| covers(own, host)) {
        return Recipient::Own;
    }
    if let Some(party) = operator.third_parties.iter().find(|party| party.hosts.iter().any(|known| covers(known, host)))
    {
        let kind = "service".to_owned();
        return Recipient::ThirdParty { name: party.name.clone(), kind, has_contract: party.contract.is_some() };
    }
    let Some(known) = &*HOSTS else { return Recipient::Unknown(host.to_owned()) };
    if known.platform.iter().any(|platform| covers(platform, host)) {
        return Recipient::Platform;
    }
    match known.third_parties.iter().find(|party| party.hosts.iter().any(|pattern| covers(pattern, host))) {
        Some(party) => {
            Recipient::ThirdParty { name: party.name.clone(), kind: party.kind.clone(), has_contract: false }
        }
        None => Recipient::Unknown(host.to_owned()),
    }
}

/// Whether a sink is the kit of a third party.
pub fn is_sdk(sink: &str) -> bool {
    HOSTS.as_ref().is_some_and(|hosts| hosts.sdks.iter().any(|sdk| sdk == sink))
}

/// Whether what a source gives is a voucher that only the operator's server can redeem, and not the data itself.
pub fn is_token(source: &str) -> bool {
    HOSTS.as_ref().is_some_and(|hosts| hosts.tokens.iter().any(|token| token == source))
}

/// The host of a URL, without port.
pub fn host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https" | "ws" | "wss") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host.split(':').next().unwrap_or(host);
    (!host.is_empty() && !host.contains('…')).then_some(host)
}

/// Whether a URL sends in the clear, to somewhere that is not the developer's own desk.
pub fn is_cleartext(url: &str) -> bool {
    let is_plain = url.starts_with("http://") || url.starts_with("ws://");
    is_plain && host(url).is_some_and(|host| !is_local(host))
}

/// Whether a host is a public address and no name.
pub fn is_public_address(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok() && !is_local(host)
}

/// Whether a host is the machine itself or in the same building; files for the moment have one, too.
fn is_local(host: &str) -> bool {
    match host.parse::<Ipv4Addr>() {
        Ok(address) => {
            address.is_private() || address.is_loopback() || address.is_unspecified() || address.is_link_local()
        }
        Err(_) => matches!(host, "localhost" | "tmp" | "usr" | "store"),
    }
}

/// Whether a pattern such as `*.example.com` or `example.com` means a host.
fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => pattern == host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_pattern() {
        let operator: Operator = serde_json::from_str(r#"{ "own-hosts": ["*.shop.example"] }"#).unwrap();
        let of = |url| recipient(Some(url), &operator);
        assert_eq!(of("https://api.shop.example/x"), Recipient::Own);
        assert!(matches!(of("https://a.umeng.com/x"), Recipient::ThirdParty { .. }));
        assert_eq!(of("https://notshop.example/x"), Recipient::Unknown("notshop.example".into()));
        assert_eq!(of("wxfile://usr/a"), Recipient::Nobody);
        assert_eq!(of("https://…/a"), Recipient::Nobody);
    }

    #[test]
    fn cleartext_is_told_from_local_hosts_and_temporary_files() {
        assert!(is_cleartext("http://a.example/x") && is_cleartext("ws://1.2.3.4:80"));
        assert!(!is_cleartext("http://localhost:3000") && !is_cleartext("http://192.168.1.2/x"));
        assert!(!is_cleartext("http://tmp/abc.png") && !is_cleartext("https://a.example"));
        assert!(is_public_address("47.1.2.3") && !is_public_address("10.0.0.1") && !is_public_address("a.example"));
    }
}
