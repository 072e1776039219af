//! Whose a recipient is, as reports have it, and hosts in addresses. Knows names of hosts only.

use crate::models::{Models, RecipientKind};
use crate::report::model::{Flow, Location, Party, PartyInfo, PartyPlace, RecipientName};
use crate::report::places::Places;
use crate::rules;
use crate::rules::Operator;
use crate::rules::hosts::{Recipient, recipient};

/// Whose a sink is; `None` where data goes to nobody who has a name.
pub fn party_of(sink: &str, destination: Option<&str>, operator: &Operator, models: &Models) -> Option<Party> {
    match recipient(sink, destination, operator, models) {
        Recipient::Own => Some(Party::Own),
        Recipient::Platform => Some(Party::Platform),
        Recipient::ThirdParty(_) => Some(Party::ThirdParty),
        Recipient::Unknown(_) => Some(Party::Unstated),
        Recipient::Nobody => None,
    }
}

/// The third party that gets data in a sink, or the service of the platform's that has a name of its own.
pub fn name_of(sink: &str, destination: Option<&str>, operator: &Operator, models: &Models) -> Option<RecipientName> {
    match recipient(sink, destination, operator, models) {
        Recipient::ThirdParty(party) => Some(RecipientName { id: party.id, title: party.name }),
        Recipient::Platform => {
            let known = models.recipient_of_flow(sink, destination)?;
            let is_service = known.kind != RecipientKind::Platform;
            is_service.then(|| RecipientName { id: Some(known.id.clone()), title: known.title.clone() })
        }
        _ => None,
    }
}

/// Third parties that show in the program, with the data that reaches each.
pub fn infos(found: &[rules::parties::Party], flows: &[Flow], models: &Models, places: &Places) -> Vec<PartyInfo> {
    let info = |party: &rules::parties::Party| {
        let known = models.recipient(&party.recipient)?;
        let reaches = |flow: &&Flow| flow.sink.recipient.as_ref().is_some_and(|to| to.id.as_ref() == Some(&known.id));
        let place = |&(span, by): &(crate::base::Span, rules::parties::Sign)| {
            let location: Location = places.location(span);
            PartyPlace { by, location }
        };
        Some(PartyInfo {
            id: known.id.clone(),
            title: known.title.clone(),
            kind: known.kind,
            data: super::sorted(flows.iter().filter(reaches).map(|flow| flow.data.as_str())),
            places: party.places.iter().map(place).collect(),
        })
    };
    found.iter().filter_map(info).collect()
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
}
