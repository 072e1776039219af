//! Clause 14.3.5: how data travels and is kept: in the clear, to a bare address, in URLs, logs and plain storage.

use std::collections::{BTreeMap, BTreeSet};

use super::super::hosts;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, SERVER_DATA, data_title};
use crate::base::{Span, Text};
use crate::models::Sensitivity;
use crate::taint::{Flow, Form, Step, StepKind, common_destination};

/// Further places that a finding names.
const MAX_PLACES: usize = 8;

/// Data that must not lie about in full.
const SECRET: [&str; 4] = ["password", "id-number", "phone-number", "bank-card"];

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Cleartext,
    Address,
    InUrl,
    Logged,
    Stored,
    WeakHash,
}

impl Fault {
    /// Whether the address is what is wrong, whatever goes there.
    fn is_of_address(self) -> bool {
        matches!(self, Self::Cleartext | Self::Address)
    }
}

/// A flow with something wrong.
struct Faulty {
    flow: usize,
    /// Where it goes, as far as that is what is wrong.
    url: String,
    /// Whether the code proves it, wherever the flow goes.
    is_proof: bool,
}

/// One finding for each sink and fault, with all data that is proven to be concerned, and one with what may be.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let mut found: BTreeMap<(Span, Fault), Vec<Faulty>> = BTreeMap::new();
    for (index, flow) in case.flows.iter().enumerate().filter(|&(index, flow)| case.is_met(index, flow)) {
        for (fault, url, is_certain) in faults(case, flow) {
            let is_proof = is_certain && Case::is_certain(flow);
            // Where call paths were put together, one cause seems to be at fault in many places.
            let is_vague = Case::is_broadened(flow) && !fault.is_of_address();
            let place = if is_vague { flow.source.span } else { flow.sink.span };
            found.entry((place, fault)).or_default().push(Faulty { flow: index, url, is_proof });
        }
    }
    let end = |it: &Faulty| (case.flows[it.flow].sink.span, case.flows[it.flow].data.as_str());
    let is_proven: BTreeSet<_> = found
        .iter()
        .flat_map(|((_, fault), flows)| flows.iter().filter(|it| it.is_proof).map(move |it| (*fault, end(it))))
        .collect();
    // What is proven of a source at one place is mended there: call paths that were put together add no other cause.
    let sources: BTreeSet<_> = found
        .iter()
        .flat_map(|((_, fault), flows)| flows.iter().filter(|it| it.is_proof).map(move |it| (*fault, it.flow)))
        .map(|(fault, flow)| (fault, case.flows[flow].source.span))
        .collect();
    for ((_, fault), flows) in &found {
        let is_echo = |it: &Faulty| {
            let flow = &case.flows[it.flow];
            Case::is_broadened(flow) && !fault.is_of_address() && sources.contains(&(*fault, flow.source.span))
        };
        let (proven, likely): (Vec<&Faulty>, Vec<&Faulty>) = flows
            .iter()
            .filter(|it| it.is_proof || !(is_proven.contains(&(*fault, end(it))) || is_echo(it)))
            .partition(|it| it.is_proof);
        // An address that is wrong for one thing need not be told of again for another.
        let likely = if fault.is_of_address() && !proven.is_empty() { Vec::new() } else { likely };
        for flows in [proven, likely].iter().filter(|flows| !flows.is_empty()) {
            findings.push(finding(case, *fault, flows));
        }
    }
}

/// What is wrong with a flow, with the address concerned, and whether it is wrong wherever the flow goes.
fn faults(case: &Case<'_>, flow: &Flow) -> Vec<(Fault, String, bool)> {
    let mut faults = Vec::new();
    let says_little = Case::is_vague(flow) || case.is_short_part(flow) || case.is_of_another_use(flow);
    if says_little || matches!(flow.form, Form::Encrypted | Form::Masked) {
        return faults;
    }
    // Call paths that were put together mix what one function keeps or logs under several names.
    if Case::is_broadened(flow) && case.names_its_data(flow) == Some(false) {
        return faults;
    }
    let is_secret = SECRET.contains(&flow.data.as_str()) && !hosts::is_token(&flow.source.model) && is_full(flow);
    let is_personal =
        case.is_personal(&flow.data) || matches!(flow.data.as_str(), "password" | "openid" | "unionid" | "credential");
    let mut certain = |fault| faults.push((fault, String::new(), true));
    match flow.sink.kind.as_str() {
        "network" | "web-view" | "cloud" => {
            if SECRET.contains(&flow.data.as_str()) && is_weakly_hashed(case, flow) {
                certain(Fault::WeakHash);
            }
            if is_secret && flow.sink.in_destination {
                certain(Fault::InUrl);
            }
            let is_worth = is_personal
                && !hosts::is_sealed(&flow.source.model, &flow.data)
                && case.sensitivity(&flow.data) != Sensitivity::Low
                && flow.source.confidence != Confidence::Low;
            if is_worth {
                faults.extend(of_address(flow));
            }
        }
        // What a picture is fetched from is asked for with all that its address holds.
        "display" if is_secret && is_fetched(flow) => certain(Fault::InUrl),
        "log" if is_secret && flow.form == Form::Raw => certain(Fault::Logged),
        // A picture that users keep is theirs to see.
        "file" if words("picture_saved").are_in(&flow.sink.model) => {}
        "storage" | "file" if is_secret && !words("encrypted_call").are_in(case.slice(flow.sink.span)) => {
            certain(Fault::Stored);
        }
        _ => {}
    }
    faults
}

/// What is wrong with an address, with what all addresses have in common if it is wrong with each of them.
fn of_address(flow: &Flow) -> Option<(Fault, String, bool)> {
    let is_bare = |url: &str| hosts::host(url).is_some_and(hosts::is_public_address);
    at_fault(flow, Fault::Cleartext, hosts::is_cleartext).or_else(|| at_fault(flow, Fault::Address, is_bare))
}

fn is_fetched(flow: &Flow) -> bool {
    flow.sink.model != super::others::TEXT && Case::leads_to(flow, |url| hosts::host(url).is_some())
}

fn at_fault(flow: &Flow, fault: Fault, is_wrong: impl Fn(&str) -> bool) -> Option<(Fault, String, bool)> {
    let first = Case::destinations(flow).into_iter().find(|url| is_wrong(url))?.to_owned();
    if !Case::leads_to(flow, is_wrong) {
        return Some((fault, first, false));
    }
    Some((fault, flow.sink.destination.clone().unwrap_or(first), true))
}

/// Whether a log is the console of the user's own device.
fn is_console(case: &Case<'_>, flow: &Flow) -> bool {
    let is_shipped = case.texts.iter().any(|source| source.file == flow.sink.span.file && source.is_shipped);
    is_shipped && words("console").are_in(&flow.sink.model)
}

/// Whether some step on the way names a digest that is found by trying, or goes through code of that name.
fn is_weakly_hashed(case: &Case<'_>, flow: &Flow) -> bool {
    let is_named = |step: &Step| words("weak_hash").are_in(case.slice(step.span));
    let is_code = |step: &Step| {
        let named = [step.note.as_str(), case.path(step.span.file)];
        step.kind == StepKind::Call && named.iter().any(|name| words("digest_code").are_in(name))
    };
    match flow.form {
        Form::Hashed => flow.steps.iter().any(is_named),
        Form::Derived => flow.steps.iter().any(is_code),
        _ => false,
    }
}

/// A hash of a phone number is found by trying all numbers; a part of one is not the number.
fn is_full(flow: &Flow) -> bool {
    matches!(flow.form, Form::Raw | Form::Derived)
}

/// What addresses have in common; their scheme where they go to several hosts.
fn in_common<'a>(urls: impl Iterator<Item = &'a str>) -> String {
    let urls: BTreeSet<&str> = urls.collect();
    let all: Vec<String> = urls.iter().map(|url| (*url).to_owned()).collect();
    common_destination(&all).unwrap_or_else(|| {
        let scheme = all.first().and_then(|url| url.split_once("://")).map_or("", |(scheme, _)| scheme);
        if scheme.is_empty() { String::new() } else { format!("{scheme}://…") }
    })
}

fn finding(case: &Case<'_>, fault: Fault, flows: &[&Faulty]) -> Finding {
    let mut data: Vec<String> = flows.iter().map(|it| case.flows[it.flow].data.clone()).collect();
    data.sort();
    data.dedup();
    let titles = data.iter().map(|data| data_title(data, case.models));
    let (zh, en): (Vec<_>, Vec<_>) = titles.map(|title| (title.zh, title.en)).unzip();
    let be = if en.len() == 1 { "is" } else { "are" };
    let (zh, en) = (zh.join("、"), format!("{} {be}", en.join(", ")));
    let certain = flows.iter().find(|it| it.is_proof);
    let Faulty { flow: chosen, .. } = certain.unwrap_or(&flows[0]);
    let url = in_common(flows.iter().filter(|it| certain.is_none() || it.is_proof).map(|it| it.url.as_str()));
    let first = &case.flows[*chosen];
    let (message, help) = match fault {
        Fault::Cleartext => (
            Text::new(format!("{zh}以明文传输到 {url}"), format!("{en} sent unencrypted to {url}")),
            Text::new("改用 https:// 或 wss://", "use https:// or wss://"),
        ),
        Fault::Address => (
            Text::new(
                format!("{zh}发送到裸 IP 地址 {url}，证书无从校验"),
                format!("{en} sent to a bare address, {url}, which no certificate vouches for"),
            ),
            Text::new("改用备案域名和 HTTPS", "use a registered domain name and HTTPS"),
        ),
        Fault::InUrl => (
            Text::new(
                format!("{zh}拼在 URL 中，会留在服务器、网关等各处日志里"),
                format!("{en} put in a URL, which ends up in logs"),
            ),
            Text::new("改用 POST 请求体传输", "send it in the body of a POST request"),
        ),
        Fault::Logged => (
            Text::new(format!("{zh}完整写入日志"), format!("{en} logged in full")),
            Text::new("删除该日志，或先脱敏再记录", "remove the log call, or mask the value first"),
        ),
        Fault::WeakHash => (
            Text::new(
                format!("{zh}仅以 MD5 或 SHA-1 处理后传输，容易被还原"),
                format!("{en} sent as an MD5 or SHA-1 digest, which is easily undone"),
            ),
            Text::new(
                "直接以 HTTPS 传输，由服务端加盐慢哈希保存",
                "send it over HTTPS, and let the server keep a salted slow hash",
            ),
        ),
        Fault::Stored => (
            Text::new(format!("{zh}以明文保存在本机"), format!("{en} kept on the device in plain text")),
            Text::new(
                "不要在本机保存；确需保存时使用 encrypt: true 的异步存储，用后清除",
                "do not keep it; where it must be kept, use the asynchronous storage with encrypt: true and clear it after use",
            ),
        ),
    };
    let is_certain = certain.is_some();
    let is_first_hand = flows.iter().any(|it| case.flows[it.flow].source.model != SERVER_DATA);
    // What the server itself sent, and only the user's own device shows to those who debug it.
    let is_at_home = fault == Fault::Logged && !is_first_hand && is_console(case, first);
    // Which of several addresses gets it, or which error, is not known where call paths were put together.
    let is_vague = |it: &&Faulty| {
        let flow = &case.flows[it.flow];
        let is_error = || words("error_value").are_in(case.slice(flow.sink.span));
        if fault == Fault::InUrl { Case::is_broadened(flow) } else { is_error() }
    };
    let is_any = matches!(fault, Fault::InUrl | Fault::Logged) && flows.iter().all(is_vague);
    let level = match () {
        () if is_certain => Level::Violation,
        () if is_at_home || is_any => Level::Note,
        () => Level::Warning,
    };
    let entry = Text::new("数据从这里进入程序", "the data enters the program here");
    let mut places: Vec<Span> = flows.iter().map(|it| case.flows[it.flow].sink.span).collect();
    places.sort();
    places.dedup();
    let further = places.into_iter().filter(|place| *place != first.sink.span).take(MAX_PLACES);
    let further = further.map(|place| (place, Text::new("这里可能也有同样的问题", "the same may be wrong here")));
    let related = std::iter::once((first.source.span, entry)).chain(further).collect();
    Finding {
        confidence: if is_certain { Confidence::High } else { Confidence::Medium },
        also: if is_first_hand && fault != Fault::Logged { vec!["14.2.4"] } else { Vec::new() },
        data,
        flow: Some(*chosen),
        help,
        related,
        ..Finding::at("14.3.5", level, first.sink.span, message)
    }
}
