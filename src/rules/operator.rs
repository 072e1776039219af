//! What the operator says of itself: hosts, partners, the published guideline, the kind of service, attestations; and
//! whether the program agrees. Knows the shape of it, not where it is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::Error;

use super::{Case, Confidence, Finding, Level};
use crate::base::text::nearest;
use crate::base::{Date, Span, Text};
use crate::taint::Flow;

/// What the operator says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Operator {
    /// Hosts of the operator's own servers; `*.example.com` stands for all below.
    #[serde(deserialize_with = "hosts")]
    pub own_hosts: Vec<String>,
    /// App ids of this mini-program: data may not leave for any other.
    pub own_app_ids: Vec<String>,
    /// Others that receive data.
    pub third_parties: Vec<ThirdParty>,
    /// Kinds of data in the published guideline (its keys, such as `PhoneNumber`, or categories), with their purposes.
    /// Without it nothing is compared.
    pub guideline: Option<BTreeMap<String, String>>,
    /// The type of service: a number or a name of the 39 types of apps whose necessary data is laid down.
    #[serde(deserialize_with = "service")]
    #[schemars(schema_with = "services")]
    pub category: Option<String>,
    /// What code cannot show.
    pub attestations: Vec<Attestation>,
}

/// Somebody else who receives data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ThirdParty {
    /// What people call it.
    pub name: String,
    /// Its hosts; `*.example.com` stands for all below.
    #[serde(default, deserialize_with = "hosts")]
    pub hosts: Vec<String>,
    /// Its app ids.
    #[serde(default)]
    pub app_ids: Vec<String>,
    /// The contract: a number, a path, a date.
    #[serde(default)]
    pub contract: Option<String>,
}

/// A statement about a clause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attestation {
    /// The clause, or the rule of a pack.
    #[serde(deserialize_with = "rule")]
    pub clause: String,
    /// What is stated.
    pub statement: String,
    /// By whom.
    #[serde(default)]
    pub by: String,
    /// The last day on which it holds: `2027-01-31`.
    #[serde(default, deserialize_with = "day")]
    pub until: Option<String>,
    /// Where the evidence lies.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// A day, written as a date of the settings' language or as a text.
fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(value) = Option::<toml::Value>::deserialize(deserializer)? else { return Ok(None) };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.parse::<Date>() {
        Ok(_) => Ok(Some(text)),
        Err(()) => Err(D::Error::custom(format!("{text}{}", crate::base::NO_DAY))),
    }
}

/// What is said of an address where a host belongs; the host that stands in it follows.
pub const NO_HOST: &str = " is no host; write ";

/// Hosts. What is written as an address would never be met.
fn hosts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let hosts = Vec::<String>::deserialize(deserializer)?;
    let Some(wrong) = hosts.iter().find(|host| host.contains(['/', ':', ' '])) else { return Ok(hosts) };
    let rest = wrong.split_once("://").map_or(wrong.as_str(), |(_, rest)| rest);
    let host = rest.trim().split(['/', ':', ' ']).next().unwrap_or_default();
    Err(D::Error::custom(format!("{wrong}{NO_HOST}{host}")))
}

/// The number or the name of a type of service.
fn service<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "invalid type: something else, expected a string")]
    enum Written {
        Number(u32),
        Name(String),
    }
    let name = Option::<Written>::deserialize(deserializer)?.map(|written| match written {
        Written::Number(number) => number.to_string(),
        Written::Name(name) => name,
    });
    match name.as_deref().filter(|name| service_type(name).is_none()) {
        Some(wrong) => Err(unknown(wrong, service_types().iter().flat_map(|ty| [&*ty.name.zh, &*ty.name.en]))),
        None => Ok(name),
    }
}

/// What [`service`] takes, for editors.
fn services(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = service_types().iter().flat_map(|ty| [&*ty.name.zh, &*ty.name.en]).collect();
    schemars::json_schema!({
        "anyOf": [
            { "enum": names },
            { "type": "integer", "minimum": 1, "maximum": service_types().len() },
            { "type": "string", "pattern": "^[1-9][0-9]?$" },
            { "type": "null" },
        ],
    })
}

/// The number of a clause, or of a rule of some pack.
fn rule<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if super::packs::is_rule(&id) {
        return Ok(id);
    }
    Err(unknown(&id, super::clauses().iter().map(|clause| clause.id.as_str())))
}

/// What is said of a name that is none of those that are known, in the words of the settings' language.
fn unknown<'a, E: Error>(name: &str, known: impl Iterator<Item = &'a str>) -> E {
    let known: Vec<String> = known.map(|known| format!("`{known}`")).collect();
    E::custom(format!("unknown variant `{name}`, expected one of {}", known.join(", ")))
}

impl Operator {
    /// The last statement on a clause or on a rule of a pack.
    pub fn attestation(&self, id: &str) -> Option<&Attestation> {
        self.attestations.iter().rfind(|it| it.clause == id)
    }
}

impl Attestation {
    /// Whether it holds on a day. One whose end cannot be read does not.
    pub fn holds(&self, today: Option<Date>) -> bool {
        match &self.until {
            None => true,
            Some(until) => until.parse().is_ok_and(|until: Date| today.is_none_or(|today| today <= until)),
        }
    }
}

/// A type of app with the data that it may demand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceType {
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: Text,
    /// Categories of data that the service needs.
    pub necessary: Vec<String>,
}

static SERVICE_TYPES: LazyLock<Vec<ServiceType>> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/service_types.json")).unwrap_or_default());

/// The 39 types.
pub fn service_types() -> &'static [ServiceType] {
    &SERVICE_TYPES
}

/// The type that a number or a name means.
pub fn service_type(name: &str) -> Option<&'static ServiceType> {
    let is_it = |ty: &&ServiceType| ty.number.to_string() == name || ty.name.zh == name || ty.name.en == name;
    service_types().iter().find(is_it)
}

/// How a statement about a clause is written down, as the end of a sentence.
pub fn attested(clause: &str) -> Text {
    let line = |statement: &str, by: &str| {
        format!(
            "attestations = [{{ clause = \"{clause}\", statement = \"{statement}\", by = \"{by}\", until = \"2027-12-31\" }}]"
        )
    };
    Text::new(
        format!("请在 wxray.toml 的 [operator] 下写明：{}", line("……", "负责人")),
        format!("write under [operator] in wxray.toml: {}", line("…", "who")),
    )
}

/// What the operator declared against what the program does, both ways.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    guideline(case, findings);
    necessary(case, findings);
    for attestation in case.operator.attestations.iter().filter(|attestation| !attestation.holds(case.today)) {
        let clause = super::clause(&attestation.clause).map(|clause| clause.id.as_str());
        let Some(clause) = clause.or_else(|| super::packs::in_force(case, &attestation.clause)) else { continue };
        let until = attestation.until.clone().unwrap_or_default();
        findings.push(Finding {
            help: Text::new(
                format!("请复核该声明；仍然属实的，在 wxray.toml 的该条 [[operator.attestations]]（clause = \"{clause}\"）中把 until 改为新的日期，并更新 evidence"),
                format!("review the statement; if it still holds, give it a new date (until) and evidence in its [[operator.attestations]] (clause = \"{clause}\") in wxray.toml"),
            ),
            ..Finding::at(
                clause,
                Level::Warning,
                case.config_place(),
                Text::new(
                    format!("运营者声明已于 {until} 到期：{}", attestation.statement),
                    format!("the operator's statement expired on {until}: {}", attestation.statement),
                ),
            )
        });
    }
}

fn guideline(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(declared) = &case.operator.guideline else { return };
    let mut used: BTreeMap<&str, Span> = BTreeMap::new();
    let is_used = |flow: &&Flow| Case::is_live(flow) && flow.source.model != super::SERVER_DATA;
    for flow in case.flows.iter().filter(is_used) {
        used.entry(&flow.data).or_insert(flow.source.span);
    }
    let key_of = |slug: &str| privacy_key(case, slug);
    for (&slug, &place) in used.iter().filter(|(slug, _)| case.is_personal(slug) && !is_declared(case, slug)) {
        let title = super::data_title(slug, case.models);
        let key = key_of(slug).unwrap_or_else(|| slug.to_owned());
        findings.push(Finding {
            also: vec!["14.2.4"],
            data: vec![slug.to_owned()],
            help: Text::new(
                format!("在后台的隐私保护指引中补充该信息及其用途，并在 wxray.toml 的 [operator.guideline] 中加入：{key} = \"用于……\"；或停止采集"),
                format!("add it with its purpose to the platform's guideline, and to [operator.guideline] in wxray.toml: {key} = \"…\"; or stop collecting it"),
            ),
            ..Finding::at(
                "14.1.1",
                Level::Violation,
                place,
                Text::new(
                    format!("采集了{}，但隐私保护指引未列出", title.zh),
                    format!("{} is collected, but the guideline does not list it", title.en),
                ),
            )
        });
    }
    let keys: BTreeSet<String> =
        used.keys().flat_map(|slug| key_of(slug).into_iter().chain([(*slug).to_owned()])).collect();
    for (key, _) in declared.iter().filter(|(key, _)| !keys.contains(*key)) {
        if let Some(known) = misspelt(case, key) {
            findings.push(Finding {
                help: Text::new(format!("改为 {known}"), format!("write {known}")),
                ..Finding::at(
                    "14.1.1",
                    Level::Note,
                    case.config_place(),
                    Text::new(
                        format!("guideline 中没有名为 {key} 的信息类型，是否为 {known}？"),
                        format!("the guideline names {key}, which is no kind of data; did you mean {known}?"),
                    ),
                )
            });
            continue;
        }
        findings.push(Finding {
            help: Text::new(
                format!("从后台的隐私保护指引和 wxray.toml 的 [operator.guideline] 中删除 {key}"),
                format!("take {key} out of the platform's guideline and of [operator.guideline] in wxray.toml"),
            ),
            ..Finding::at(
                "14.1.1",
                Level::Note,
                case.config_place(),
                Text::new(
                    format!("隐私保护指引列出了 {key}，代码中未发现使用"),
                    format!("the guideline lists {key}, but the code does not use it"),
                ),
            )
        });
    }
    for (key, _) in declared.iter().filter(|(_, purpose)| purpose.trim().is_empty()) {
        findings.push(Finding {
            help: Text::new(
                format!("写明具体用途，例如 {key} = \"用于联系收货人\""),
                format!("state a concrete purpose, such as {key} = \"to reach who receives the goods\""),
            ),
            ..Finding::at(
                "14.1.1",
                Level::Warning,
                case.config_place(),
                Text::new(
                    format!("隐私保护指引未说明 {key} 的用途"),
                    format!("the guideline gives no purpose for {key}"),
                ),
            )
        });
    }
}

/// What a key of the guideline that is no kind of data was probably to be.
fn misspelt(case: &Case<'_>, key: &str) -> Option<String> {
    let categories = || case.models.categories.iter();
    let known =
        || categories().filter_map(|it| it.privacy_key.as_deref()).chain(categories().map(|it| it.slug.as_str()));
    if known().any(|name| name == key) {
        return None;
    }
    nearest(key, known(), |name| name.len().div_ceil(4)).map(str::to_owned)
}

/// The key of a category of data in the platform's guideline.
pub fn privacy_key(case: &Case<'_>, slug: &str) -> Option<String> {
    let category = case.models.categories.iter().find(|category| category.slug == slug);
    category.and_then(|category| category.privacy_key.clone())
}

/// Whether the published guideline lists a category of data, with a purpose or without.
pub fn is_declared(case: &Case<'_>, slug: &str) -> bool {
    let declared = case.operator.guideline.as_ref();
    let has = |key: &str| declared.is_some_and(|declared| declared.contains_key(key));
    has(slug) || privacy_key(case, slug).is_some_and(|key| has(&key))
}

/// Data that is typed although the kind of service does not need it.
fn necessary(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(ty) = case.operator.category.as_deref().and_then(service_type) else { return };
    let mut seen = BTreeSet::new();
    for flow in case.flows.iter().filter(|flow| case.is_typed(flow) && super::leaves_page(&flow.sink.kind)) {
        if !Case::is_live(flow)
            || !case.is_personal(&flow.data)
            || ty.necessary.contains(&flow.data)
            || !seen.insert((&flow.data, flow.source.span))
        {
            continue;
        }
        let title = super::data_title(&flow.data, case.models);
        findings.push(Finding {
            confidence: Confidence::Medium,
            data: vec![flow.data.clone()],
            help: Text::new("改为选填，并允许跳过", "make it optional, and let users skip it"),
            ..Finding::at(
                "14.1.3",
                Level::Warning,
                flow.source.span,
                Text::new(
                    format!("{}不属于“{}”类服务的必要个人信息", title.zh, ty.name.zh),
                    format!("{} is not among the data that a service of the type “{}” needs", title.en, ty.name.en),
                ),
            )
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_39_types_are_there_once() {
        let numbers: Vec<u32> = service_types().iter().map(|ty| ty.number).collect();
        assert_eq!(numbers, (1..=39).collect::<Vec<_>>());
        assert_eq!(service_type("婚恋相亲").map(|ty| ty.number), Some(10));
    }

    #[test]
    fn an_attestation_holds_to_its_last_day() {
        let attestation = Attestation { until: Some("2026-12-31".into()), ..Attestation::default() };
        assert!(attestation.holds("2026-12-31".parse().ok()) && !attestation.holds("2027-01-01".parse().ok()));
        let broken = Attestation { until: Some("soon".into()), ..Attestation::default() };
        assert!(!broken.holds(None));
    }
}
