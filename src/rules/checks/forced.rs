//! Clause 14.1.3: refusal that ends the program, dialogs without a way to refuse, a first page that is a wall. Which answer
//! leads to a call is known from the step before; what is called at the end is data.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::case::Source;
use super::super::packs;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use super::{about, of_flow};
use crate::base::{FileKind, Span, Text};
use crate::consent::{Answer, CallState, Question};
use crate::project::{Unit, UnitKind};
use crate::taint::Flow;

/// Bytes of a tag in which what it says is looked for.
const IN_TAG: usize = 400;

/// Looks through scripts and the first page.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for source in case.texts.iter().filter(|source| source.is_shipped && source.kind != FileKind::Json) {
        for range in words("forced_text").find_all(&source.text) {
            forced_text(source, &range, findings);
        }
    }
    for call in &case.consent.calls {
        findings.extend(exit(case, call).or_else(|| asked_again(case, call)));
    }
    wall(case, findings);
    demanded(case, findings);
}

/// A request that is made once more as soon as it was refused.
fn asked_again(case: &Case<'_>, call: &CallState) -> Option<Finding> {
    let (first, again) = call.answers.iter().find_map(|answer| match answer {
        Answer::Refused(Question::Call { model, place }, again) if *model == call.model => Some((*place, *again)),
        _ => None,
    })?;
    // The same call asks again: what leads back to it is the cause.
    let place = if first == call.place { again } else { call.place };
    let message = Text::new("用户拒绝后立即再次请求授权", "what was refused is asked for again at once");
    Some(Finding {
        confidence: Confidence::Medium,
        also: packs::in_force(case, "16.6.2").into_iter().collect(),
        related: vec![(first, Text::new("在这里请求", "it is asked for here"))],
        help: Text::new(
            "拒绝后不再询问，等用户再次触发该功能时再请求，并说明用途",
            "ask no more after a refusal until the user wants the function again, and say what for",
        ),
        ..Finding::at("14.1.3", Level::Warning, place, message)
    })
}

/// The end of the program behind a refusal: in the handler of a refusing button, or where something was refused.
fn exit(case: &Case<'_>, call: &CallState) -> Option<Finding> {
    if !words("exit_call").are_in(&call.model) {
        return None;
    }
    let place = call.answers.iter().find_map(|answer| refusal(case, answer))?;
    let message = Text::new("用户拒绝授权后直接退出小程序", "the mini-program closes when the user refuses");
    Some(Finding {
        also: vec!["14.1.1"],
        related: vec![(place, Text::new("在这里被拒绝", "it is refused here"))],
        help: Text::new(
            "拒绝后返回浏览，只停用相关功能；在用户再次触发该功能时再询问",
            "let users browse on after a refusal, disable only the function concerned, and ask again when they want it",
        ),
        ..Finding::at("14.1.3", Level::Violation, call.place, message)
    })
}

/// Where consent is refused by an answer.
fn refusal(case: &Case<'_>, answer: &Answer) -> Option<Span> {
    match answer {
        Answer::Agreed => None,
        Answer::Tapped(tag) => words("refuse_text").are_in(&text_of_tag(case, *tag)).then_some(*tag),
        Answer::Refused(question, _) => match question {
            Question::Call { place, .. } => Some(*place),
            Question::Dialog { place, is_of_consent } => is_of_consent.then_some(*place),
            Question::Value { place, is_of_platform } => {
                (*is_of_platform || words("consent_text").are_in(case.slice(*place))).then_some(*place)
            }
        },
    }
}

/// What people read in a tag.
fn text_of_tag(case: &Case<'_>, tag: Span) -> String {
    let text = &case.project.files.get(tag.file).text;
    let rest = text.get(tag.start as usize..).unwrap_or_default();
    let name: String = rest.chars().skip(1).take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
    let mut end = end.min(IN_TAG);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    rest[..end].split('<').filter_map(|part| part.split_once('>')).map(|(_, shown)| shown).collect()
}

fn forced_text(source: &Source, range: &Range<usize>, findings: &mut Vec<Finding>) {
    let from = source.text[..range.start].rfind("wx.").unwrap_or(range.start);
    let to = (range.end + 300).min(source.text.len());
    let call = source.text.get(from..to).unwrap_or_default();
    if source.kind == FileKind::Wxml || !words("show_cancel_off").are_in(call) {
        return;
    }
    let message = Text::new(
        "以“不授权就不能使用”的弹窗要求用户提供信息，且没有取消按钮",
        "a dialog without a way to cancel tells users that they must agree before they can go on",
    );
    findings.push(Finding {
        confidence: Confidence::Medium,
        help: Text::new("保留取消按钮，取消后允许继续浏览", "keep the cancel button, and let users browse on"),
        ..Finding::at("14.1.3", Level::Warning, Span::new(source.file, range.start as u32, range.end as u32), message)
    });
}

/// What tells who somebody is and where he lives, where signing up depends on it. A category of service says better what
/// is needed.
fn demanded(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.operator.category.is_some() {
        return;
    }
    let signs_up = |flow: &Flow| {
        let mut places = Case::destinations(flow).into_iter().chain([case.path(flow.source.span.file)]);
        places.any(|place| words("signing_up").are_in(place))
    };
    let mut seen = BTreeSet::new();
    for (index, flow) in case.flows.iter().enumerate().filter(|&(index, flow)| case.is_met(index, flow)) {
        let Some(test) = case.consent_to(index).own_test else { continue };
        let is_asked_for = words("demanded_data").are_in(&flow.data) && case.is_typed(flow) && !Case::is_vague(flow);
        if !is_asked_for || !signs_up(flow) || !seen.insert(flow.source.span) {
            continue;
        }
        let message =
            about(case, flow, "不填写{}就无法完成注册或登录", "nobody can sign up or log in without giving {}");
        findings.push(Finding {
            confidence: Confidence::Medium,
            span: flow.source.span,
            related: vec![(test, Text::new("在这里检查是否填写", "this is where it has to be there"))],
            help: Text::new(
                "改为选填并允许跳过；法律要求或该类服务必需的，在 wxray.toml 的 [operator] 下写明服务类目：category = \"…\"",
                "make it optional and let users skip it; if the law or the kind of service demands it, name the kind under \
                 [operator] in wxray.toml: category = \"…\"",
            ),
            ..of_flow(case, index, flow, "14.1.3", Level::Warning, message)
        });
    }
}

/// A first page on which there is nothing to do but to hand over a phone number or a profile, or such a page to which the
/// program leads by itself.
fn wall(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let first = case.project.entry_page.map(|id| case.project.unit(id)).filter(|unit| keeps_from(case, unit));
    if let Some(place) = first.and_then(|unit| only_button(case, unit)) {
        let message = Text::new(
            "首页除授权按钮外没有其他可用操作，用户不提供信息就无法使用",
            "the first page offers nothing but to hand over personal data",
        );
        findings.push(of_wall(place, message, Vec::new()));
        return;
    }
    let leaving = &case.models.runtime.answers.leaving;
    let away = case.consent.calls.iter().filter(|call| !call.grants.is_act() && leaving.contains(&call.model));
    let found = away.into_iter().find_map(|call| {
        let (name, _) = call.entry.as_ref().filter(|(name, _)| words("starting").are_in(name))?;
        let place = only_button(case, page_named(case, call.place)?)?;
        Some((name, call.place, place))
    });
    let Some((name, from, button)) = found else { return };
    let message = Text::new(
        format!("{name} 会自动跳转到只有授权按钮的页面，用户不提供信息就无法使用"),
        format!("{name} leads by itself to a page that offers nothing but to hand over personal data"),
    );
    findings.push(of_wall(from, message, vec![(button, Text::new("那个页面只有这个按钮", "all that page offers"))]));
}

fn of_wall(place: Span, message: Text, related: Vec<(Span, Text)>) -> Finding {
    Finding {
        confidence: Confidence::Medium,
        related,
        help: Text::new(
            "首页先展示内容，在需要时再请求，并提供“暂不登录”",
            "show content first, ask when it is needed, and let users skip it",
        ),
        ..Finding::at("14.1.3", Level::Warning, place, message)
    }
}

/// The button of a page by which personal data is handed over, where there is nothing else to do.
fn only_button(case: &Case<'_>, page: &Unit) -> Option<Span> {
    let source = case.texts.iter().find(|source| Some(source.file) == page.template)?;
    let range = words("login_wall").find(&source.text)?;
    let is_all = !words("other_way").are_in(&source.text);
    is_all.then(|| Span::new(source.file, range.start as u32, range.end as u32))
}

/// Whether a page keeps users from something: from other pages, from parts of its own that are not always shown, or, where
/// it says of nothing else what it is for, from all; and there is no way on for those who refuse.
fn keeps_from(case: &Case<'_>, page: &Unit) -> bool {
    let template = case.texts.iter().find(|source| Some(source.file) == page.template);
    let says_else = |text: &str| !text.trim().is_empty() && !words("sign_in_text").are_in(text);
    let is_open = |source: &Source| {
        let shown = source.text.split('<').filter_map(|part| part.split_once('>'));
        let mut shown = shown.filter(|(tag, _)| !words("login_wall").are_in(tag));
        !words("shown_if").are_in(&source.text) && shown.any(|(_, text)| says_else(text))
    };
    let has_others = case.project.units.iter().filter(|unit| unit.kind == UnitKind::Page).nth(1).is_some();
    let leaving = &case.models.runtime.answers.leaving;
    let goes_on = |call: &CallState| {
        Some(call.place.file) == page.script
            && leaving.contains(&call.model)
            && !words("exit_call").are_in(&call.model)
            && call.answers.iter().any(|answer| matches!(answer, Answer::Refused(..)))
    };
    (has_others || !template.is_some_and(is_open)) && !case.consent.calls.iter().any(goes_on)
}

/// The page of the program whose path stands in a call.
fn page_named<'a>(case: &'a Case<'_>, call: Span) -> Option<&'a Unit> {
    let texts = case.slice(call).split(['"', '\'', '`', '?']).map(|text| text.trim_start_matches(['.', '/']));
    let pages = case.project.units.iter().filter(|unit| unit.kind == UnitKind::Page);
    let route =
        |unit: &Unit| unit.script.map(|script| case.path(script).rsplit_once('.').map_or("", |(route, _)| route));
    texts
        .filter(|text| text.contains('/'))
        .find_map(|text| pages.clone().find(|unit| route(unit).is_some_and(|route| route.ends_with(text))))
}
