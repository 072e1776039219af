//! Clauses 14.2.2, 14.2.3 and 14.2.7: what listed data is used for, as far as the address that it goes to tells.

use std::collections::BTreeSet;

use super::super::hosts::Recipient;
use super::super::text::words_apart;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, data_title};
use super::{about, in_brackets, of_flow};
use crate::base::Text;
use crate::models::{RecipientKind, Sensitivity};
use crate::taint::{Flow, Form};

/// The judgement of a flow whose destination tells a purpose.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    if flow.source.confidence == Confidence::Low {
        return None;
    }
    if flow.sink.kind == "display" || case.is_fetched(flow) {
        let found = picture(case, index, flow);
        if found.is_some() || flow.sink.kind == "display" {
            return found;
        }
    }
    if !matches!(flow.sink.kind.as_str(), "network" | "cloud" | "analytics" | "message") {
        return None;
    }
    // Where it is one of several, the first stands for all.
    let whole = flow.sink.destination.as_deref().filter(|to| !to.is_empty());
    let destination = whole.or_else(|| Case::destinations(flow).into_iter().next()).unwrap_or_default();
    let is_listed =
        super::sharing::LISTED.contains(&flow.data.as_str()) || matches!(flow.data.as_str(), "nickname" | "avatar");
    let is_platform_data = !case.is_typed(flow) && flow.source.model != super::super::SERVER_DATA;
    let says = |what: &'static str| {
        Case::leads_to(flow, |to| {
            let path = to.split_once("://").map_or(to, |(_, rest)| rest);
            words(what).are_in(path) || words(what).are_in(&words_apart(path))
        })
    };
    let is_lookup =
        matches!(case.recipient(flow), Recipient::ThirdParty(party) if party.kind == Some(RecipientKind::Data));
    if is_listed && (is_lookup || says("lookup")) {
        let message = about(
            case,
            flow,
            &format!("{{}}被用于查询类服务{}", in_brackets(destination)),
            &format!("{{}} is used with a look-up service, {destination}"),
        );
        return Some(finding(case, index, flow, "14.2.3", message));
    }
    if is_listed && flow.form != Form::Encrypted && says("marketing") {
        let message = about(
            case,
            flow,
            &format!("{{}}被用于营销类接口{}", in_brackets(destination)),
            &format!("{{}} is used with a marketing endpoint, {destination}"),
        );
        return Some(finding(case, index, flow, "14.2.2", message));
    }
    if flow.sink.kind == "analytics" && is_listed && Case::is_plain(flow) {
        let message = about(case, flow, "{}被用于数据统计", "{} is used for analytics");
        return Some(finding(case, index, flow, "14.2.2", message));
    }
    if flow.sink.kind == "message" && is_listed && Case::is_plain(flow) {
        let message = about(case, flow, "{}被写入发给他人的消息", "{} is written into a message to others");
        return Some(finding(case, index, flow, "14.2.2", message));
    }
    let is_worth = case.sensitivity(&flow.data) != Sensitivity::Low && case.is_personal(&flow.data);
    if is_platform_data && is_worth && says("eligibility") {
        let message = about(
            case,
            flow,
            &format!("从微信获得的{{}}被用于资格或额度判断{}", in_brackets(destination)),
            &format!("{{}} received from WeChat is used to decide on eligibility, {destination}"),
        );
        return Some(finding(case, index, flow, "14.2.7", message));
    }
    None
}

/// Verdicts of the program's own that depend on what the platform gives.
pub fn decided(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for it in &case.consent.decided {
        let is_worth = case.is_personal(&it.data) && case.sensitivity(&it.data) != Sensitivity::Low;
        if !is_worth || !seen.insert((it.source, &it.data)) {
            continue;
        }
        let title = data_title(&it.data, case.models);
        let message = Text::new(
            format!("程序按从微信获得的{}作出资格或额度判断", title.zh),
            format!("the program decides on eligibility by {} received from WeChat", title.en),
        );
        findings.push(Finding {
            confidence: Confidence::Medium,
            data: vec![it.data.clone()],
            related: vec![
                (it.source, Text::new("数据从这里进入程序", "the data enters the program here")),
                (it.verdict, Text::new("在这里给出结论", "the verdict is given here")),
            ],
            help: Text::new(
                "不要用从微信获得的数据决定是否批准、拒绝或给出何种条件；改由用户主动提交材料，由正式流程审核",
                "do not approve, refuse or set terms by data received from WeChat; let users hand in what the decision is \
                 made by, in a procedure of its own",
            ),
            ..Finding::at("14.2.7", Level::Warning, it.test, message)
        });
    }
}

/// A picture that somebody else looks up by listed data of a person's.
fn picture(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_listed = super::sharing::LISTED.contains(&flow.data.as_str()) && case.is_typed(flow);
    let url = flow.sink.destination.as_deref().filter(|_| flow.sink.model != super::others::TEXT)?;
    if !is_listed || !Case::is_plain(flow) {
        return None;
    }
    let name = match case.recipient(flow) {
        Recipient::ThirdParty(party) => party.name,
        Recipient::Platform => Text::new("平台", "the platform"),
        _ => return None,
    };
    let message = about(
        case,
        flow,
        &format!("用{{}}向{}查询图片（{url}）", name.zh),
        &format!("{{}} is used to look up a picture at {}, {url}", name.en),
    );
    Some(finding(case, index, flow, "14.2.3", message))
}

fn finding(case: &Case<'_>, index: usize, flow: &Flow, clause: &'static str, message: Text) -> Finding {
    Finding {
        confidence: Confidence::Medium,
        also: vec!["14.2.4"],
        help: Text::new(
            "若确有此用途，须取得用户与平台的授权并写入隐私保护指引；否则请停止传输",
            "if this is the purpose, the user and the platform must have authorised it and the guideline must say so; else stop sending it",
        ),
        ..of_flow(case, index, flow, clause, Level::Warning, message)
    }
}
