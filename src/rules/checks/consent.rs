//! Clauses 14.1.1, 14.2.4 and 14.4.1: collection and sending that nobody asks for, collection before any act, and
//! whether the program says anywhere what it does. Knows consent as the step before found it.

use super::super::hosts::Recipient;
use super::super::inputs::asked_at;
use super::super::operator::{is_declared, privacy_key};
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, SERVER_DATA, data_title, leaves_page};
use super::{about, of_flow};
use crate::base::{FileKind, Span, Text};
use crate::consent::{Answer, Consent, Question, Status, platform};
use crate::models::{Anchor, Sensitivity, Source};
use crate::taint::{Flow, Form, Step, StepKind};

/// Functions that run before the user can have done anything.
const AT_LAUNCH: [&str; 8] = ["onLaunch", "onShow", "onLoad", "onReady", "created", "attached", "ready", "show"];

/// The judgement of a flow by the consent to it.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let leaves = leaves_page(&flow.sink.kind) && flow.sink.kind != "log";
    let is_judged = leaves && case.is_personal(&flow.data) && !is_protected(flow) && !Case::is_vague(flow);
    if !is_judged || flow.source.model == SERVER_DATA {
        return None;
    }
    let consent = case.consent_to(index);
    match consent.status {
        Status::None => Some(ungated(case, index, flow, consent)),
        Status::Platform if is_of_any_end(case, flow) && !consent.is_tested => Some(after_any_end(case, index, flow)),
        Status::Platform if !consent.is_act && !case.source(flow).is_some_and(platform::gives_what_was_picked) => {
            at_launch(case, index, flow, consent)
        }
        Status::Platform if is_sent_on_leaving(consent) => Some(on_leaving(case, index, flow, consent)),
        Status::Platform if flow.data == "contact" => Some(of_another(case, index, flow)),
        _ => None,
    }
}

/// Whether data that the platform asks for comes to a callback that runs after a refusal, too. What a picker hands over is
/// there only if it was picked.
fn is_of_any_end(case: &Case<'_>, flow: &Flow) -> bool {
    let options = case.slice(flow.source.span);
    let is_picked = case.source(flow).is_some_and(platform::asks_each_time);
    let is_named = |step: &Step| words("any_end").are_in(&step.note) || !words("granted_end").are_in(options);
    let callback = flow.steps.get(1).filter(|step| step.kind == StepKind::Callback);
    !is_picked && words("any_end").are_in(options) && callback.is_some_and(is_named)
}

/// The platform asks, but what is done with the answer does not depend on it.
fn after_any_end(case: &Case<'_>, index: usize, flow: &Flow) -> Finding {
    let message = about(
        case,
        flow,
        "{}在 complete 回调中使用，用户拒绝后同样会执行，等于没有征得同意",
        "{} is used in a callback that runs whether the user agreed or not, so that nothing depends on the consent",
    );
    let level = if Case::is_certain(flow) { Level::Violation } else { Level::Warning };
    Finding {
        span: flow.source.span,
        also: vec!["14.2.4"],
        related: vec![(flow.sink.span, Text::new("从这里发送", "it is sent from here"))],
        help: Text::new(
            "把使用数据的代码移到 success 回调，拒绝时在 fail 中处理",
            "move what uses the data to the success callback, and handle a refusal in fail",
        ),
        ..of_flow(case, index, flow, "14.1.1", level, message)
    }
}

/// Whether data is sent as a page is left, whatever the user was about to do with it.
fn is_sent_on_leaving(consent: &Consent) -> bool {
    consent.sent_from.as_ref().is_some_and(|(name, _)| words("leaving_page").are_in(name))
}

/// What was handed over for one purpose goes out when the user turns away.
fn on_leaving(case: &Case<'_>, index: usize, flow: &Flow, consent: &Consent) -> Finding {
    let name = consent.sent_from.as_ref().map_or("", |(name, _)| name.as_str());
    let message = about(
        case,
        flow,
        &format!("离开页面时自动发送{{}}（{name}），用户并未提交"),
        &format!("{{}} is sent as the page is left ({name}), and the user has not submitted it"),
    );
    Finding {
        confidence: Confidence::Medium,
        also: vec!["14.1.1"],
        help: Text::new(
            "说明用途，由用户点击提交后再发送，不需要时清除缓存",
            "say what for, send it when the user submits it, and clear what is kept when it is no longer needed",
        ),
        ..of_flow(case, index, flow, "14.2.4", Level::Warning, message)
    }
}

fn is_protected(flow: &Flow) -> bool {
    matches!(flow.form, Form::Masked | Form::Encrypted)
}

fn is_location(flow: &Flow) -> bool {
    matches!(flow.data.as_str(), "location" | "fuzzy-location")
}

/// Nobody asks, neither at the collection nor at the sending.
fn ungated(case: &Case<'_>, index: usize, flow: &Flow, consent: &Consent) -> Finding {
    let is_typed = case.is_typed(flow);
    let is_grave = case.sensitivity(&flow.data) == Sensitivity::High || !is_typed;
    // What the user types is given knowingly; where the program says nothing at all of it, it is collected unasked.
    let is_proof =
        Case::is_certain(flow) && is_grave && (!is_typed || (policy(case).is_none() && case.is_labelled(flow)));
    // What users type of their own accord does little harm where the program says what it does with it, or where the
    // guideline does and it goes no further than to the operator.
    let is_usual = is_declared(case, &flow.data) && case.recipient(flow) == Recipient::Own;
    let dialog = at_the_door(case, flow);
    let is_proof = is_proof && dialog.is_none() && !(is_typed && case.is_search(flow)) && !consent.asks_for_other;
    let is_mild = is_typed && !is_proof && (is_usual || (!is_grave && policy(case).is_some()));
    let level = match () {
        () if is_proof => Level::Violation,
        () if is_mild
            || dialog.is_some()
            || (is_typed && case.is_search(flow))
            || (is_typed && flow.source.confidence == Confidence::Low) =>
        {
            Level::Note
        }
        () => Level::Warning,
    };
    let clause = if is_location(flow) { "14.4.1" } else { "14.1.1" };
    let (zh, en) = if consent.asks_for_other {
        (
            "采集并发送{}，而此前征得的同意不涵盖该信息",
            "{} is collected and sent, and what the program asks for before does not cover it",
        )
    } else {
        (
            "未经用户同意采集{}并发送：从入口到这里没有任何征得同意的步骤",
            "{} is collected and sent without consent: nothing asks for it between the entry point and this place",
        )
    };
    let message = about(case, flow, zh, en);
    let also = if is_location(flow) { vec!["14.1.1", "14.2.4"] } else { vec!["14.2.4"] };
    let mut related: Vec<(Span, Text)> = Vec::new();
    if let Some((name, place)) = &consent.entry {
        related.push((*place, Text::new(format!("从 {name} 进入"), format!("entered through {name}"))));
    }
    let place = asked_at(case, flow);
    if place != flow.source.span {
        let input = Text::new("由这个组件的输入框填写", "it is typed into an input of this component");
        related.push((flow.source.span, input));
    }
    related.push((flow.sink.span, Text::new("从这里发送", "it is sent from here")));
    related.extend(dialog.map(|place| {
        let words = Text::new(
            "进入页面时在这里询问，拒绝则离开；请确认所采集的信息与用途都已写明",
            "a dialog asks here on entering the page, and a refusal leaves it: make sure that it names the data and the purpose",
        );
        (place, words)
    }));
    Finding {
        span: place,
        confidence: flow.source.confidence.max(if is_typed { Confidence::Medium } else { Confidence::High }),
        also,
        related,
        help: Text::new(
            "在采集前说明用途并征得同意（弹窗的确认分支，或未默认勾选的协议框），未同意时不采集、不发送",
            "tell the purpose and ask for consent before collecting (the confirm branch of a dialog, or an agreement box that \
             is not ticked by default); without consent neither collect nor send",
        ),
        ..of_flow(case, index, flow, clause, level, message)
    }
}

/// A dialog on privacy that asks when the page of the source is entered, and leads away from it when it is refused.
fn at_the_door(case: &Case<'_>, flow: &Flow) -> Option<Span> {
    let file = flow.source.span.file;
    let unit = case.project.units.iter().find(|unit| [unit.script, unit.template].contains(&Some(file)));
    let script = unit.and_then(|unit| unit.script)?;
    let is_entered = |entry: &Option<(String, Span)>| {
        entry.as_ref().is_some_and(|(name, place)| place.file == script && words("entering").are_in(name))
    };
    let leaving = case.consent.calls.iter().filter(|call| is_entered(&call.entry));
    leaving.flat_map(|call| &call.answers).find_map(|answer| match answer {
        Answer::Refused(Question::Dialog { place, is_of_consent: true }, _) if place.file == script => Some(*place),
        _ => None,
    })
}

/// The platform asks, but before the user has done anything.
fn at_launch(case: &Case<'_>, index: usize, flow: &Flow, consent: &Consent) -> Option<Finding> {
    let (name, place) = consent.entry.as_ref()?;
    if !AT_LAUNCH.contains(&name.as_str()) || !is_first(case, *place) || flow.source.confidence != Confidence::High {
        return None;
    }
    let clause = if is_location(flow) { "14.4.1" } else { "14.1.1" };
    let message = about(
        case,
        flow,
        &format!("小程序一启动就采集{{}}（{name}），用户尚未触发相关功能"),
        &format!("{{}} is collected as soon as the program starts ({name}), before the user has asked for anything"),
    );
    Some(Finding {
        span: flow.source.span,
        confidence: Confidence::Medium,
        also: if is_location(flow) { vec!["14.1.1"] } else { Vec::new() },
        related: vec![
            (*place, Text::new("启动时运行", "this runs at the start")),
            (flow.sink.span, Text::new("从这里发送", "it is sent from here")),
        ],
        help: Text::new(
            "改为用户触发该功能（例如点击“附近门店”）时再采集",
            "collect it when the user asks for the function (by tapping a button, say)",
        ),
        ..of_flow(case, index, flow, clause, Level::Warning, message)
    })
}

/// Whether a function belongs to the app or to the page that is shown first.
fn is_first(case: &Case<'_>, place: Span) -> bool {
    let first = case.project.entry_page.map(|id| case.project.unit(id));
    let is_page = first.is_some_and(|unit| unit.script == Some(place.file));
    let is_app = case
        .project
        .units
        .iter()
        .any(|unit| unit.kind == crate::project::UnitKind::App && unit.script == Some(place.file));
    is_page || is_app
}

/// Somebody else's data, which that person did not agree to.
fn of_another(case: &Case<'_>, index: usize, flow: &Flow) -> Finding {
    let message = about(
        case,
        flow,
        "{}被发送，而其中的联系人本人并未同意",
        "{} is sent, and the person that it is about has not agreed",
    );
    Finding {
        confidence: Confidence::Medium,
        also: vec!["14.2.4"],
        help: Text::new(
            "先用弹窗向用户说明用途并征得同意，只取所需的一项，并提供手动输入的方式",
            "say what for in a dialog and let the user agree first, take only what is needed, and let users type it instead",
        ),
        span: flow.source.span,
        ..of_flow(case, index, flow, "14.1.1", Level::Warning, message)
    }
}

/// Where the program speaks of its policy.
pub fn policy(case: &Case<'_>) -> Option<Span> {
    let shown = case.texts.iter().filter(|source| source.is_shipped && source.kind != FileKind::Json);
    shown.into_iter().find_map(|source| {
        let range = words("policy").find(&source.text)?;
        Some(Span::new(source.file, range.start as u32, range.end as u32))
    })
}

/// Whether a plugin's sheet hands the data over: it shows what, and the platform asks for nothing.
fn is_handed_over_by_plugin(source: &Source) -> bool {
    let is_asked = source.about.privacy_authorization.is_some() || source.about.scope.is_some();
    matches!(source.anchor, Anchor::Component(_)) && platform::asks_each_time(source) && !is_asked
}

/// Personal data is collected, and nothing in the program says what for.
pub fn disclosure(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.operator.guideline.is_some()
        || policy(case).is_some()
        || findings.iter().any(|finding| finding.clause == "14.1.1")
    {
        return;
    }
    let grave = case.flows.iter().enumerate().find(|(_, flow)| {
        Case::is_live(flow)
            && Case::is_certain(flow)
            && leaves_page(&flow.sink.kind)
            && flow.sink.kind != "log"
            && case.is_personal(&flow.data)
            && case.sensitivity(&flow.data) == Sensitivity::High
            && !is_location(flow)
            && !case.is_short_part(flow)
            && !case.source(flow).is_some_and(|it| platform::asks_each_time(it) && !is_handed_over_by_plugin(it))
    });
    let Some((index, flow)) = grave else { return };
    let key = privacy_key(case, &flow.data).unwrap_or_else(|| flow.data.clone());
    let level = if case.source(flow).is_some_and(is_handed_over_by_plugin) { Level::Warning } else { Level::Note };
    let title = data_title(&flow.data, case.models);
    let message = Text::new(
        format!("采集{}，但小程序中没有隐私政策入口或用途说明", title.zh),
        format!("{} is collected, but the program has no link to a policy and says nowhere what for", title.en),
    );
    findings.push(Finding {
        span: flow.source.span,
        confidence: Confidence::Low,
        help: Text::new(
            format!("在采集处附近提供隐私政策入口，并在后台填写隐私保护指引；已填写的，在 wxray.toml 的 [operator] 下写：guideline = {{ {key} = \"用于……\" }}"),
            format!("link the policy near the collection and fill in the platform's guideline; if that is done, write under [operator] in wxray.toml: guideline = {{ {key} = \"…\" }}"),
        ),
        ..of_flow(case, index, flow, "14.1.1", level, message)
    });
}
