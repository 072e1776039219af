//! Who receives data: the operator, a third party that the operator or the models know, nobody knows whom.
//! Knows addresses, and no flow and no company.

use core::net::Ipv4Addr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::operator::Operator;
use crate::base::Text;
use crate::models::{self, Models, RecipientKind};

/// Who receives data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The operator, as it says.
    Own,
    /// The platform.
    Platform,
    /// Somebody else.
    ThirdParty(ThirdParty),
    /// A host that neither the operator nor the tool knows.
    Unknown(String),
    /// No host: a part of the program, or a text that is not known.
    Nobody,
}

/// Somebody else who receives data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThirdParty {
    /// Its name in the models, if it is known from there.
    pub id: Option<String>,
    /// Its name for people.
    pub name: Text,
    /// What it does, if that is known.
    pub kind: Option<RecipientKind>,
    /// Whether the operator has a contract.
    pub has_contract: bool,
}

impl ThirdParty {
    /// Whether it keeps or serves what is the operator's, on the operator's behalf.
    pub fn is_processor(&self) -> bool {
        matches!(self.kind, Some(RecipientKind::Storage | RecipientKind::Backend))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vouchers {
    tokens: Vec<String>,
    /// By category of data: the sources that give it sealed for the operator's server only.
    sealed: BTreeMap<String, Vec<String>>,
}

static VOUCHERS: LazyLock<Option<Vouchers>> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/vouchers.json")).ok());

/// Who receives what goes into a sink with this destination: whose host it is, else whose sink.
pub fn recipient(sink: &str, destination: Option<&str>, operator: &Operator, models: &Models) -> Recipient {
    let host = destination.and_then(host);
    if let Some(host) = host {
        if operator.own_hosts.iter().any(|own| covers(own, host)) {
            return Recipient::Own;
        }
        let is_its = |party: &&super::operator::ThirdParty| party.hosts.iter().any(|known| covers(known, host));
        if let Some(party) = operator.third_parties.iter().find(is_its) {
            let known = models.recipient_of_host(host);
            return Recipient::ThirdParty(ThirdParty {
                id: known.map(|known| known.id.clone()),
                name: Text::new(&party.name, &party.name),
                kind: known.map(|known| known.kind),
                has_contract: party.contract.is_some(),
            });
        }
    }
    match (models.recipient_of_flow(sink, destination), host) {
        (Some(known), _) => of_known(known, operator, models),
        (None, Some(host)) => Recipient::Unknown(host.to_owned()),
        (None, None) => Recipient::Nobody,
    }
}

fn of_known(known: &models::Recipient, operator: &Operator, models: &Models) -> Recipient {
    match known.kind {
        RecipientKind::Own => return Recipient::Own,
        RecipientKind::Platform => return Recipient::Platform,
        RecipientKind::Map if is_of_platform(known, models) => return Recipient::Platform,
        _ => {}
    }
    let names = [&known.id, &known.title.zh, &known.title.en];
    let told = operator.third_parties.iter().find(|party| names.contains(&&party.name));
    Recipient::ThirdParty(ThirdParty {
        id: Some(known.id.clone()),
        name: known.title.clone(),
        kind: Some(known.kind),
        has_contract: told.is_some_and(|party| party.contract.is_some()),
    })
}

/// Whether a service runs under a host of the platform's.
fn is_of_platform(service: &models::Recipient, models: &Models) -> bool {
    let platforms = models.recipients.iter().filter(|other| other.kind == RecipientKind::Platform);
    let mut hosts = platforms.flat_map(|platform| &platform.hosts);
    hosts.any(|above| {
        service.hosts.iter().any(|host| host.strip_suffix(above.as_str()).is_some_and(|it| it.ends_with('.')))
    })
}

/// Whether what a source gives is a voucher that only the operator's server can redeem, and not the data itself.
pub fn is_token(source: &str) -> bool {
    VOUCHERS.as_ref().is_some_and(|vouchers| vouchers.tokens.iter().any(|token| token == source))
}

/// Whether what a source gives of a category is of use to nobody but the operator's server.
pub fn is_sealed(source: &str, data: &str) -> bool {
    let sealed = |vouchers: &Vouchers| vouchers.sealed.get(data).is_some_and(|ids| ids.iter().any(|id| id == source));
    is_token(source) || VOUCHERS.as_ref().is_some_and(sealed)
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
        let models = Models::load(true, &[]).unwrap();
        let of = |url| recipient("wx.request", Some(url), &operator, &models);
        let kind = |url| match of(url) {
            Recipient::ThirdParty(party) => party.kind,
            _ => None,
        };
        assert_eq!(of("https://api.shop.example/x"), Recipient::Own);
        assert_eq!(kind("https://a.umeng.com/x"), Some(RecipientKind::Analytics));
        assert_eq!(kind("https://bucket.cos.ap-x.myqcloud.com/x"), Some(RecipientKind::Storage));
        assert_eq!(of("https://apis.map.qq.com/ws"), Recipient::Platform);
        assert_eq!(kind("https://bugly.qq.com/x"), Some(RecipientKind::Crash));
        assert_eq!(
            recipient("umeng.track", None, &operator, &models),
            recipient("", Some("https://a.umeng.com/"), &operator, &models)
        );
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
