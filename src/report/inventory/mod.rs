//! Which personal data a program has: collected where, kept where, sent to whom, and which code of the platform's list of
//! private APIs it holds. Knows flows and texts, and no clause.

mod parties;
pub mod presence;
pub mod render;

use std::collections::{BTreeMap, BTreeSet};

pub use parties::{host_of, infos, name_of, party_of};

use super::model::{Collected, Finding, Flow, InventoryItem, Kept, Sent};
use super::places::Places;
use crate::consent::CallState;
use crate::models::Models;
use crate::rules::{self, Operator};

/// Kinds of sinks in which data stays with the user's device for later.
const KEEPING: [&str; 2] = ["storage", "file"];

/// One entry for each category that some flow carries or some call brings in, by name.
pub fn items(
    flows: &[Flow],
    findings: &[Finding],
    calls: &[CallState],
    places: &Places,
    models: &Models,
    operator: &Operator,
) -> Vec<InventoryItem> {
    let mut clauses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings {
        let own = clauses.entry(finding.flow.as_deref().unwrap_or_default()).or_default();
        own.insert(&finding.clause);
        own.extend(finding.also.iter().map(String::as_str));
    }
    let mut by_data: BTreeMap<&str, Vec<&Flow>> = BTreeMap::new();
    for flow in flows {
        by_data.entry(&flow.data).or_default().push(flow);
    }
    let unused = unused(flows, calls, places, models);
    for data in unused.keys() {
        by_data.entry(data).or_default();
    }
    let items = by_data.into_iter().map(|(data, flows)| InventoryItem {
        data: data.to_owned(),
        title: rules::data_title(data, models),
        sources: sorted(
            flows
                .iter()
                .map(|flow| flow.source.model.as_str())
                .chain(unused.get(data).into_iter().flatten().map(|own| own.model.as_str())),
        ),
        sinks: sorted(flows.iter().map(|flow| flow.sink.kind.as_str())),
        destinations: sorted(flows.iter().flat_map(|flow| flow.sink.all_destinations())),
        collected: [collected(&flows), unused.get(data).cloned().unwrap_or_default()].concat(),
        kept: kept(&flows),
        sent: sent(&flows, &clauses, operator, models),
    });
    items.collect()
}

/// The name of the package that a file of others' code belongs to: `@scope/name` or `name`.
pub fn package_of(path: &str) -> Option<&str> {
    let start = ["miniprogram_npm/", "node_modules/"].iter().filter_map(|mark| {
        let at = path.rfind(mark)?;
        (at == 0 || path[..at].ends_with('/')).then_some(at + mark.len())
    });
    let inner = &path[start.max()?..];
    let parts = if inner.starts_with('@') { 2 } else { 1 };
    let end = inner.match_indices('/').nth(parts - 1).map(|(at, _)| at)?;
    Some(&inner[..end])
}

/// What calls bring in and no flow carries on, by category.
fn unused<'m>(
    flows: &[Flow],
    calls: &[CallState],
    places: &Places,
    models: &'m Models,
) -> BTreeMap<&'m str, Vec<Collected>> {
    let carried: BTreeSet<_> = flows.iter().map(|flow| (&*flow.data, &flow.source.location)).collect();
    let mut unused: BTreeMap<&str, Vec<Collected>> = BTreeMap::new();
    for call in calls {
        let Some(source) = models.sources.iter().find(|source| source.id == call.model) else { continue };
        let location = places.location(call.place);
        let own: BTreeSet<&str> = source.outputs.iter().map(|output| output.data.as_str()).collect();
        let is_told = source.role.gives_data() && !source.role.is_unnamed();
        for data in own.into_iter().filter(|data| is_told && !carried.contains(&(*data, &location))) {
            unused.entry(data).or_default().push(Collected {
                model: call.model.clone(),
                confidence: crate::rules::Confidence::High,
                location: location.clone(),
                consent: Vec::new(),
            });
        }
    }
    unused
}

fn collected(flows: &[&Flow]) -> Vec<Collected> {
    let mut places: BTreeMap<_, Collected> = BTreeMap::new();
    for flow in flows {
        let entry = places.entry((flow.source.location.clone(), flow.source.model.as_str()));
        let own = entry.or_insert_with(|| Collected {
            model: flow.source.model.clone(),
            confidence: flow.source.confidence,
            location: flow.source.location.clone(),
            consent: Vec::new(),
        });
        own.consent.push(flow.consent.status);
    }
    places
        .into_values()
        .map(|mut own| {
            own.consent.sort_unstable();
            own.consent.dedup();
            own
        })
        .collect()
}

fn kept(flows: &[&Flow]) -> Vec<Kept> {
    let keeping = flows.iter().filter(|flow| KEEPING.contains(&flow.sink.kind.as_str()));
    let mut places: BTreeMap<_, Kept> = BTreeMap::new();
    for flow in keeping {
        let key = (flow.sink.kind.as_str(), flow.sink.destination.as_deref(), flow.form);
        let own = places.entry(key).or_insert_with(|| Kept {
            kind: flow.sink.kind.clone(),
            key: flow.sink.destination.clone(),
            form: flow.form,
            locations: Vec::new(),
        });
        own.locations.push(flow.sink.location.clone());
    }
    places
        .into_values()
        .map(|mut own| {
            own.locations.sort();
            own.locations.dedup();
            own
        })
        .collect()
}

fn sent(flows: &[&Flow], clauses: &BTreeMap<&str, BTreeSet<&str>>, operator: &Operator, models: &Models) -> Vec<Sent> {
    let leaving = flows.iter().copied().filter(|flow| rules::leaves_page(&flow.sink.kind));
    let mut groups: BTreeMap<_, Vec<(&Flow, Option<&str>)>> = BTreeMap::new();
    for flow in leaving {
        let all: Vec<&str> = flow.sink.all_destinations().collect();
        let all = if all.is_empty() { vec![None] } else { all.into_iter().map(Some).collect() };
        for destination in all {
            let key = (flow.sink.kind.as_str(), at(flow, destination), flow.form, flow.consent.status);
            groups.entry(key).or_default().push((flow, destination));
        }
    }
    let sent = groups.into_iter().map(|((kind, recipient, form, consent), ways)| {
        let party = ways.iter().find_map(|(flow, to)| party_of(&flow.sink.model, *to, operator, models));
        let name = ways.iter().find_map(|(flow, to)| name_of(&flow.sink.model, *to, operator, models));
        let bearing = ways.iter().filter_map(|(flow, _)| clauses.get(flow.id.as_str())).flatten().copied();
        let mut ids: Vec<String> = ways.iter().map(|(flow, _)| flow.id.clone()).collect();
        ids.dedup();
        Sent {
            kind: kind.to_owned(),
            recipient,
            party,
            name: name.map(|name| name.title),
            form,
            consent,
            clauses: sorted(bearing),
            destinations: sorted(ways.iter().filter_map(|(_, to)| *to)),
            flows: ids,
        }
    });
    sent.collect()
}

/// Who gets the data of a flow, as far as that is one; see [`recipient_at`].
pub fn recipient(flow: &Flow) -> Option<String> {
    let mut all = flow.sink.all_destinations().map(|to| at(flow, Some(to)));
    let first = all.next().unwrap_or_else(|| at(flow, None));
    if all.all(|other| other == first) { first } else { None }
}

fn at(flow: &Flow, destination: Option<&str>) -> Option<String> {
    let named = destination.and_then(|to| recipient_at(&flow.sink.kind, to)).map(str::to_owned);
    named.or_else(|| flow.sink.recipient.as_ref()?.id.clone())
}

/// Who receives what a sink of this kind sends to a destination: the host of an address, or what else has a name. Of a
/// path without its host nobody knows whose it is.
pub fn recipient_at<'a>(kind: &str, destination: &'a str) -> Option<&'a str> {
    let host = host_of(destination);
    let named = Some(destination).filter(|to| !rules::goes_to_host(kind) && !to.is_empty() && *to != "…");
    host.or(named)
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_without_a_host_name_nobody() {
        assert_eq!(recipient_at("network", "https://a.example/x"), Some("a.example"));
        assert_eq!(recipient_at("cloud", "login"), Some("login"));
        assert_eq!(["/x", "…/x", "https://…/x", ""].map(|to| recipient_at("network", to)), [None; 4]);
        assert_eq!(recipient_at("storage", ""), None);
    }

    #[test]
    fn packages_are_named_by_their_folder() {
        assert_eq!(package_of("miniprogram_npm/axios/index.js"), Some("axios"));
        assert_eq!(package_of("a/node_modules/@x/y/lib/z.js"), Some("@x/y"));
        assert_eq!(package_of("node_modules/a/node_modules/b/i.js"), Some("b"));
        assert_eq!([package_of("my_node_modules/a/i.js"), package_of("utils/a.js")], [None, None]);
    }
}
