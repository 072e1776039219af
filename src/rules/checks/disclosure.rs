//! Clauses 14.3.4 and 14.3.7: data to third parties and to other mini-programs. Knows recipients by host and app id.

use super::super::hosts::{Recipient, ThirdParty, host, is_sealed};
use super::super::operator;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use super::{about, of_flow};
use crate::base::Text;
use crate::models::{RecipientKind, Sensitivity};
use crate::taint::{Flow, Form};

/// The judgement of a flow to somebody else.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    if case.sensitivity(&flow.data) == Sensitivity::Low || flow.form == Form::Encrypted || flow.form == Form::Masked {
        return None;
    }
    match flow.sink.kind.as_str() {
        "app" | "cross-app" => other_app(case, index, flow),
        "plugin" => {
            let message = about(
                case,
                flow,
                "{}被交给由第三方提供的插件",
                "{} is handed to a plugin, which somebody else provides",
            );
            Some(third_party(case, index, flow, Level::Warning, message))
        }
        "network" | "web-view" | "analytics" => to_host(case, index, flow),
        _ => None,
    }
}

fn other_app(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_account = matches!(flow.data.as_str(), "openid" | "unionid" | "login-code");
    if !case.is_personal(&flow.data) && !is_account {
        return None;
    }
    let app = flow.sink.destination.as_deref().or_else(|| app_of_tag(case, flow));
    let is_own = |app: &str| {
        case.operator.own_app_ids.iter().any(|own| own == app) || case.project.app_id.as_deref() == Some(app)
    };
    if app.is_some_and(is_own) {
        return None;
    }
    let is_known = app.is_some_and(|app| app.starts_with("wx") && !app.contains('…'));
    let level = if is_known && Case::is_certain(flow) { Level::Violation } else { Level::Warning };
    let is_its = |party: &&operator::ThirdParty| app.is_some_and(|app| party.app_ids.iter().any(|own| own == app));
    let party = case.operator.third_parties.iter().find(is_its);
    let name = party.map(|party| Text::new(format!("（{}）", party.name), format!(" ({})", party.name)));
    let name = name.unwrap_or_default();
    let message = match app.filter(|_| is_known) {
        Some(app) => about(
            case,
            flow,
            &format!("{{}}被传给另一个小程序 {app}{}", name.zh),
            &format!("{{}} is passed to another mini-program, {app}{}", name.en),
        ),
        None => about(case, flow, "{}被传给其他小程序或应用", "{} is passed to another mini-program or app"),
    };
    Some(Finding {
        also: vec!["14.3.4"],
        help: Text::new(
            "只传订单号等业务编号，由对方小程序自行向用户取得同意并采集",
            "pass an order number or the like only, and let the other mini-program ask its user itself",
        ),
        ..of_flow(case, index, flow, "14.3.7", level, message)
    })
}

/// The other mini-program as the tag around an attribute names it.
fn app_of_tag<'a>(case: &Case<'a>, flow: &Flow) -> Option<&'a str> {
    let file = case.input().project.files.get(flow.sink.span.file);
    let at = flow.sink.span.start as usize;
    let start = file.text.get(..at)?.rfind('<')?;
    let end = file.text[at..].find('>').map_or(file.text.len(), |end| at + end);
    let tag = file.text.get(start..end)?;
    words("app_id_attribute").captures(tag).into_iter().next().map(|range| &tag[range])
}

fn to_host(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let recipients = case.recipients(flow);
    if let [_, _, ..] = recipients.as_slice() {
        // The code sends it to one or the other.
        let parties = recipients.iter().filter_map(|recipient| match recipient {
            Recipient::ThirdParty(party) => to_party(case, index, flow, party),
            _ => None,
        });
        let found = parties.max_by_key(|finding| finding.level)?;
        let level = found.level.min(Level::Warning);
        return Some(Finding { level, confidence: found.confidence.max(Confidence::Medium), ..found });
    }
    match case.recipient(flow) {
        Recipient::ThirdParty(party) => to_party(case, index, flow, &party),
        Recipient::Unknown(host) if flow.sink.kind == "web-view" && case.is_personal(&flow.data) => {
            let message = about(
                case,
                flow,
                &format!("{{}}被带进网页 {host}"),
                &format!("{{}} is taken into a web page at {host}"),
            );
            Some(third_party(case, index, flow, Level::Warning, message))
        }
        _ => None,
    }
}

fn to_party(case: &Case<'_>, index: usize, flow: &Flow, party: &ThirdParty) -> Option<Finding> {
    let is_account = matches!(flow.data.as_str(), "openid" | "unionid");
    let is_voucher = flow.data == "login-code" && flow.sink.kind != "analytics";
    // Who runs the operator's own servers is a matter of contracts; the remark on the flow names it.
    let is_theirs = !party.is_processor() && (case.is_personal(&flow.data) || is_voucher);
    let is_linked = is_account && !party.is_processor() && flow.sink.kind != "analytics";
    if !is_theirs && !is_linked {
        return None;
    }
    // Coordinates are what such a service works on.
    let is_needed = party.kind == Some(RecipientKind::Map) && flow.data.contains("location");
    let is_mild = is_needed || is_account || party.has_contract || is_sealed(&flow.source.model, &flow.data);
    let level = if is_mild { Level::Warning } else { level(case, index, flow) };
    let (is_analytics, name) = (flow.sink.kind == "analytics", &party.name);
    let message = if is_analytics {
        let (zh, en) = (
            format!("{{}}被交给第三方统计工具（{}）", name.zh),
            format!("{{}} is given to an analytics kit of a third party ({})", name.en),
        );
        about(case, flow, &zh, &en)
    } else {
        let (zh, en) = match flow.form {
            Form::Hashed => ("{}的散列值", "a digest of {}"),
            _ => ("{}", "{}"),
        };
        let zh = format!("{zh}被发送给第三方（{}）", name.zh);
        about(case, flow, &zh, &format!("{en} is sent to a third party ({})", name.en))
    };
    let mut finding = third_party(case, index, flow, level, message);
    if is_mild {
        finding.confidence = finding.confidence.max(Confidence::Medium);
    }
    if is_analytics {
        finding.also = vec!["14.2.2", "14.2.4"];
    }
    if flow.form == Form::Hashed && super::sharing::LISTED.contains(&flow.data.as_str()) {
        // A digest finds the same person in the third party's records.
        (finding.clause, finding.also) = ("14.2.3", vec!["14.3.4", "14.2.4"]);
    }
    Some(finding)
}

/// A flow that certainly reaches somebody else, and of which nobody asks whether it may. Where the user agrees to that very
/// thing, only a contract remains to be seen.
fn level(case: &Case<'_>, index: usize, flow: &Flow) -> Level {
    let is_asked = case.is_gated(index)
        && case.consent_to(index).evidence.iter().any(|place| words("separate_consent").are_in(case.slice(*place)));
    match () {
        () if is_asked => Level::Note,
        () if Case::is_certain(flow) && flow.form != Form::Hashed => Level::Violation,
        () => Level::Warning,
    }
}

fn third_party(case: &Case<'_>, index: usize, flow: &Flow, level: Level, message: Text) -> Finding {
    let (name, host) = (recipient_name(case, flow), host_of(flow).unwrap_or("…"));
    let line =
        |name: &str| format!("third-parties = [{{ name = \"{name}\", hosts = [\"{host}\"], contract = \"…\" }}]");
    Finding {
        also: vec!["14.2.4"],
        help: Text::new(
            format!(
                "停止传输，或在传输前就“向该第三方提供”单独征得同意，并在隐私保护指引的第三方章节中列明；若有合同，在 wxray.toml 的 [operator] 下写：{}",
                line(&name.zh)
            ),
            format!(
                "stop sending it, or ask separately before giving it to this third party and name the party in the guideline; if \
                 there is a contract, write under [operator] in wxray.toml: {}",
                line(&name.en)
            ),
        ),
        ..of_flow(case, index, flow, "14.3.4", level, message)
    }
}

fn recipient_name(case: &Case<'_>, flow: &Flow) -> Text {
    match case.recipient(flow) {
        Recipient::ThirdParty(party) => party.name,
        Recipient::Unknown(host) => Text::new(&host, &host),
        _ => Text::new("……", "…"),
    }
}

fn host_of(flow: &Flow) -> Option<&str> {
    Case::destinations(flow).into_iter().find_map(host)
}
