//! What speaks for a clause where nothing speaks against it: that the program does nothing of the kind, or that it
//! keeps to it, with the places. Absence of findings alone is no proof.

use super::super::hosts::Recipient;
use super::super::{Case, SERVER_DATA, leaves_page};
use super::{consent, location, rights};
use crate::base::{Span, Text};
use crate::consent::Status;
use crate::taint::Flow;

/// Places that a row names at most.
const MAX_PLACES: usize = 8;

/// What speaks for a clause.
pub enum Evidence {
    /// The program does nothing that the clause speaks of.
    Absent(Text),
    /// The clause is kept, as these places show.
    Kept(Vec<Span>, Text),
    /// Only the operator can say; these places help.
    Open(Vec<Span>),
}

/// What speaks for a clause.
pub fn of(case: &Case<'_>, id: &str) -> Evidence {
    if id.starts_with("14.4.") {
        return of_location(case, id);
    }
    let flows: Vec<(usize, &Flow)> = case.flows.iter().enumerate().filter(|(_, flow)| Case::is_live(flow)).collect();
    let leaving = || flows.iter().filter(|(_, flow)| leaves_page(&flow.sink.kind) && case.is_personal(&flow.data));
    let has_personal = flows.iter().any(|(_, flow)| case.is_personal(&flow.data));
    match id {
        "14.1.1" | "14.2.4" if !has_personal => {
            absent("没有发现个人信息的采集", "no personal data was found to be collected")
        }
        "14.1.1" => asked(case, &flows),
        "14.1.4" | "14.3.9" | "14.1.5" | "14.3.8" if leaving().next().is_none() => {
            absent("没有发现个人信息离开本机", "no personal data was found to leave the device")
        }
        "14.1.4" => Evidence::Open(rights::find(case, "delete_path").into_iter().collect()),
        "14.3.9" => {
            let places = ["delete_path", "edit_path"].map(|what| rights::find(case, what));
            Evidence::Open(places.into_iter().flatten().collect())
        }
        "14.2.1" | "14.2.2" | "14.2.3" | "14.2.5" | "14.2.7" | "14.2.8" if !has_personal => {
            absent("没有发现所列个人信息", "none of the personal data listed was found")
        }
        "14.3.2" | "14.3.4" => parties(case, &flows),
        "14.3.7"
            if !flows.iter().any(|(_, flow)| matches!(flow.sink.kind.as_str(), "app" | "cross-app"))
                && leaving().next().is_none() =>
        {
            absent("没有发现数据被带出本小程序", "no data was found to leave this mini-program")
        }
        _ => Evidence::Open(Vec::new()),
    }
}

fn absent(zh: &str, en: &str) -> Evidence {
    Evidence::Absent(Text::new(zh, en))
}

/// Every collection that leaves is asked for, and the policy can be found.
fn asked(case: &Case<'_>, flows: &[(usize, &Flow)]) -> Evidence {
    let of_program = flows.iter().filter(|(_, flow)| {
        leaves_page(&flow.sink.kind) && case.is_personal(&flow.data) && flow.source.model != SERVER_DATA
    });
    let mut places = Vec::new();
    let mut is_asked = false;
    for (index, _) in of_program {
        let consent = case.consent_to(*index);
        if !matches!(consent.status, Status::Gated | Status::Platform) {
            return Evidence::Open(Vec::new());
        }
        is_asked = true;
        places.extend(consent.evidence.iter().copied());
    }
    let Some(policy) = consent::policy(case).filter(|_| is_asked) else { return Evidence::Open(Vec::new()) };
    places.push(policy);
    Evidence::Kept(
        sorted(places),
        Text::new(
            "每处采集之前都已征得同意，且提供了隐私政策入口",
            "every collection is asked for first, and the policy is linked",
        ),
    )
}

/// Who gets data, for the operator to confirm.
fn parties(case: &Case<'_>, flows: &[(usize, &Flow)]) -> Evidence {
    let is_other = |flow: &Flow| {
        let all = case.recipients(flow);
        all.iter().any(|one| matches!(one, Recipient::ThirdParty(_) | Recipient::Unknown(_)))
    };
    let mut places: Vec<Span> = flows
        .iter()
        .filter(|(_, flow)| leaves_page(&flow.sink.kind) && is_other(flow))
        .map(|(_, flow)| flow.sink.span)
        .collect();
    places.extend(case.project.plugins.iter().map(|plugin| plugin.span));
    places.extend(case.parties.iter().filter_map(|party| party.places.first()).map(|(place, _)| *place));
    if places.is_empty() {
        return absent("没有发现接收数据的第三方", "no third party was found to get data");
    }
    Evidence::Open(sorted(places))
}

fn of_location(case: &Case<'_>, id: &str) -> Evidence {
    let used = location::used(case);
    let is_carried = case.flows.iter().any(|flow| flow.data.contains("location"));
    if used.is_empty() && !is_carried {
        return absent("没有使用位置接口", "location is not used");
    }
    if id == "14.4.2" && !location::commands(case) {
        return absent("没有向设备发送指令", "no command is sent to a device");
    }
    if id == "14.4.3" && !location::is_continuous(case) {
        return absent("没有持续获取位置", "location is not followed continuously");
    }
    if id != "14.4.1" {
        return Evidence::Open(sorted(used.iter().map(|it| it.place).collect()));
    }
    let config = case.project.app_config.and_then(|file| case.project.config(file));
    let permission = config.and_then(|config| config.get("permission"));
    let is_location =
        |flow: &Flow| matches!(flow.data.as_str(), "location" | "fuzzy-location") && flow.source.model != SERVER_DATA;
    let is_asked = case
        .flows
        .iter()
        .enumerate()
        .filter(|(_, flow)| is_location(flow))
        .all(|(index, _)| matches!(case.consent_to(index).status, Status::Gated | Status::Platform));
    match permission.filter(|_| is_asked) {
        Some(permission) => Evidence::Kept(
            vec![permission.span],
            Text::new(
                "已填写位置用途说明，且每处使用都经用户同意",
                "a purpose is given for location, and every use is asked for",
            ),
        ),
        None => Evidence::Open(sorted(used.iter().map(|it| it.place).collect())),
    }
}

fn sorted(mut places: Vec<Span>) -> Vec<Span> {
    places.sort_unstable();
    places.dedup();
    places.truncate(MAX_PLACES);
    places
}
