//! Clauses 14.4.1 to 14.4.4: purpose texts and declarations, collection that nothing uses, purposes that drift, devices
//! and fleets that location drives. Which interfaces there are comes from the models.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::operator::attested;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use super::{about, in_brackets, of_flow};
use crate::base::json::Json;
use crate::base::{FileKind, Span, Text};
use crate::consent::{CallState, Use as Done, platform};
use crate::models::{Covers, Source, SourceRole};
use crate::taint::Flow;

/// The permission whose purpose text the platform shows.
const SCOPE: &str = "scope.userLocation";

/// Configuration, and what is done around location.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let used = used(case);
    purpose_text(case, &used, findings);
    declarations(case, &used, findings);
    unused(case, findings);
    control(case, findings);
    dispatch(case, findings);
}

/// An interface for location and a place where the program calls it.
pub struct Use<'a> {
    /// The model.
    pub source: &'a Source,
    /// The call.
    pub place: Span,
}

/// All interfaces for location that shipped code calls.
pub fn used<'a>(case: &Case<'a>) -> Vec<Use<'a>> {
    let mut found = Vec::new();
    for source in case.models.sources.iter().filter(|source| source.family == "location") {
        let call = case.consent.calls.iter().find(|call| call.model == source.id);
        let place = match (call, source.role) {
            (Some(call), _) => Some(call.place),
            // What only starts a collection leaves no trace among the flows.
            (None, SourceRole::Trigger) => trigger(case, source),
            _ => None,
        };
        found.extend(place.map(|place| Use { source, place }));
    }
    found
}

fn trigger(case: &Case<'_>, source: &Source) -> Option<Span> {
    let name = source.id.rsplit('.').next().filter(|name| source.id.contains('.') && name.len() > 6)?;
    let call = format!(".{name}(");
    let scripts = case.texts.iter().filter(|source| source.is_shipped && source.kind.is_script());
    scripts.into_iter().find_map(|source| {
        let at = source.text.find(&call)?;
        Some(Span::new(source.file, at as u32 + 1, (at + call.len() - 1) as u32))
    })
}

fn config<'a>(case: &Case<'a>) -> Option<&'a Json> {
    let project: &'a crate::project::Project = case.project;
    project.config(project.app_config?)
}

/// The scope dialog shows a purpose, which the configuration has to give.
fn purpose_text(case: &Case<'_>, used: &[Use<'_>], findings: &mut Vec<Finding>) {
    let needs = |it: &&Use<'_>| {
        it.source.about.scope.as_deref().is_some_and(|scope| scope.starts_with(SCOPE))
            && it.source.role != SourceRole::Propagator
    };
    // Picking a point on a map shows what it is for.
    let Some(it) = used.iter().filter(needs).find(|it| !platform::asks_each_time(it.source)) else { return };
    let Some(config) = config(case) else { return };
    let permission = config.get("permission").and_then(|permission| permission.get(SCOPE));
    let line = Text::new(
        format!("在 app.json 中加入：\"permission\": {{ \"{SCOPE}\": {{ \"desc\": \"用于……（具体用途）\" }} }}"),
        format!("add to app.json: \"permission\": {{ \"{SCOPE}\": {{ \"desc\": \"用于……\" }} }} with the purpose"),
    );
    let related = vec![(it.place, Text::new("在这里获取位置", "location is asked for here"))];
    let Some(desc) = permission.and_then(|scope| scope.get("desc")) else {
        let place = config.entry("permission").map_or_else(|| case.config_place(), |entry| entry.key_span);
        let message = Text::new(
            format!("使用了位置接口，但 app.json 没有为 {SCOPE} 填写用途说明"),
            format!("location is used, but app.json gives no purpose for {SCOPE}"),
        );
        findings.push(Finding {
            also: vec!["14.1.1"],
            data: vec!["location".to_owned()],
            help: line,
            related,
            ..Finding::at("14.4.1", Level::Violation, place, message)
        });
        return;
    };
    let text = desc.as_str().unwrap_or_default();
    if words("vague_purpose").are_in(text) {
        let is_empty = text.trim().is_empty();
        let message = Text::new(
            format!("位置的用途说明“{text}”没有说清用途"),
            format!("the purpose given for location, “{text}”, says nothing of what it is for"),
        );
        findings.push(Finding {
            also: vec!["14.1.1"],
            data: vec!["location".to_owned()],
            confidence: if is_empty { Confidence::High } else { Confidence::Medium },
            help: Text::new(
                "把 desc 改为具体用途，例如“用于查找你附近的门店”",
                "make desc say what it is for: “to find shops near you”, say",
            ),
            related,
            ..Finding::at("14.4.1", if is_empty { Level::Violation } else { Level::Warning }, desc.span, message)
        });
    }
}

/// Interfaces that the configuration must list, and those that it lists for nothing.
fn declarations(case: &Case<'_>, used: &[Use<'_>], findings: &mut Vec<Finding>) {
    let Some(config) = config(case) else { return };
    if !platform::requires_private_infos(case.release) {
        return;
    }
    let listed = config.get("requiredPrivateInfos");
    let names: Vec<&str> = listed.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let needed: BTreeSet<&str> =
        used.iter().filter_map(|it| it.source.about.required_private_info.as_deref()).collect();
    let missing: Vec<&str> = needed.iter().copied().filter(|name| !names.contains(name)).collect();
    if !missing.is_empty() {
        let place = config.entry("requiredPrivateInfos").map_or_else(|| case.config_place(), |entry| entry.key_span);
        let all = needed.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let message = Text::new(
            format!("requiredPrivateInfos 未声明 {}，调用会失败", missing.join("、")),
            format!("requiredPrivateInfos does not list {}, so that the calls fail", missing.join(", ")),
        );
        findings.push(Finding {
            help: Text::new(
                format!("在 app.json 中写：\"requiredPrivateInfos\": [{all}]"),
                format!("write in app.json: \"requiredPrivateInfos\": [{all}]"),
            ),
            ..Finding::at("14.4.1", Level::Note, place, message)
        });
    }
    let of_location = |name: &&&str| {
        case.models
            .sources
            .iter()
            .any(|source| source.family == "location" && source.about.required_private_info.as_deref() == Some(**name))
    };
    let extra: Vec<&str> = names.iter().filter(of_location).copied().filter(|name| !needed.contains(name)).collect();
    if let (Some(listed), false) = (listed, extra.is_empty()) {
        let message = Text::new(
            format!("声明了 {}，但代码中没有使用", extra.join("、")),
            format!("{} is declared, but the code does not use it", extra.join(", ")),
        );
        findings.push(Finding {
            help: Text::new("从 requiredPrivateInfos 中删除", "take it out of requiredPrivateInfos"),
            ..Finding::at("14.4.4", Level::Note, listed.span, message)
        });
    }
}

/// Location that comes in and is read nowhere.
fn unused(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let is_location = |id: &str| {
        case.models.sources.iter().any(|source| {
            source.id == id
                && source.family == "location"
                && source.outputs.iter().any(|output| output.data == "location" || output.data == "fuzzy-location")
        })
    };
    for call in case.consent.calls.iter().filter(|call| is_location(&call.model) && call.used != Done::Taken) {
        if case.flows.iter().any(|flow| flow.source.span == call.place) {
            continue;
        }
        let (level, message) = if call.used == Done::Kept {
            let words = Text::new(
                "获取了用户位置并保存，但没有任何地方使用",
                "the user's location is collected and kept, and nothing uses it",
            );
            (Level::Warning, words)
        } else {
            let words = Text::new(
                "获取了用户位置，但没有任何地方使用",
                "the user's location is collected, and nothing uses it",
            );
            (Level::Violation, words)
        };
        findings.push(Finding {
            data: vec!["location".to_owned()],
            also: vec!["14.1.1"],
            help: Text::new(
                "删除该调用，并从 app.json 中去掉相应声明",
                "remove the call, and what app.json declares for it",
            ),
            ..Finding::at("14.4.4", level, call.place, message)
        });
    }
}

/// A position that was kept, or found in another way, once the user has refused it.
pub fn after_refusal(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_kept = matches!(flow.data.as_str(), "location" | "fuzzy-location");
    let is_substitute = matches!(flow.data.as_str(), "wifi" | "bluetooth");
    let is_it = |call: &&CallState| call.place == flow.source.span && call.model == flow.source.model;
    let told = || case.consent.calls.iter().find(is_it).filter(|_| is_substitute)?.refused.as_ref();
    let is_of_location = |(refused, _): &&(String, Span)| asks_for_location(case, refused);
    let after = case.consent_to(index).after_refusal.as_ref().filter(is_of_location);
    let place = after.or_else(|| told().filter(is_of_location))?.1;
    if Case::is_vague(flow)
        || !(is_kept || is_substitute)
        || !super::leaves_page(&flow.sink.kind)
        || flow.sink.kind == "log"
    {
        return None;
    }
    let (level, message) = if is_kept {
        let message = Text::new(
            "用户拒绝定位后，仍使用先前保存的位置",
            "a position kept from before is used after the user has refused",
        );
        let is_proof = Case::is_certain(flow) && !case.consent_to(index).is_joined;
        (if is_proof { Level::Violation } else { Level::Warning }, message)
    } else {
        let message = about(
            case,
            flow,
            "用户拒绝定位后，改用{}推断位置",
            "after the user has refused, {} tells where the user is",
        );
        (Level::Warning, message)
    };
    Some(Finding {
        also: vec!["14.1.1", "14.2.4"],
        related: vec![
            (place, Text::new("在这里被拒绝", "it is refused here")),
            (flow.source.span, Text::new("数据从这里进入程序", "the data enters the program here")),
        ],
        help: Text::new(
            "拒绝后清除已保存的位置，改为让用户自己选择城市",
            "clear what is kept, and let the user choose a city instead",
        ),
        ..of_flow(case, index, flow, "14.4.1", level, message)
    })
}

/// Whether what asks asks for location: a source of it, or a gate.
fn asks_for_location(case: &Case<'_>, model: &str) -> bool {
    let is_it = |data: &String| matches!(data.as_str(), "location" | "fuzzy-location");
    let mut sources = case.models.sources.iter().filter(|source| source.id == model);
    let mut gates = case.models.asks.iter().filter(|gate| gate.id == model);
    sources.any(|source| source.family == "location")
        || gates.any(|gate| matches!(&gate.covers, Covers::Data(data) if data.iter().any(is_it)))
}

/// Location that goes where no place matters.
pub fn drift(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    if !matches!(flow.data.as_str(), "location" | "fuzzy-location") || !Case::is_plain(flow) {
        return None;
    }
    if flow.sink.kind == "device" {
        let message = Text::new("位置数据直接写入设备指令", "location goes straight into a command to a device");
        return Some(Finding {
            confidence: Confidence::Medium,
            help: Text::new(
                "位置只用于提示，由用户点击后再发送指令",
                "use location for a hint only, and send the command when the user taps",
            ),
            ..of_flow(case, index, flow, "14.4.2", Level::Warning, message)
        });
    }
    let url = flow.sink.destination.as_deref().unwrap_or_default();
    let path = |url: &str| match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or_else(String::new, |(_, path)| format!("/{path}")),
        None => format!("/{url}"),
    };
    if flow.data == "location" && Case::leads_to(flow, |url| words("coarse_place").are_in(url)) {
        return Some(too_exact(case, index, flow));
    }
    let is_elsewhere = Case::leads_to(flow, |url| words("unrelated_place").are_in(&path(url)));
    // What stands in a header goes with every request, whatever it asks for.
    let is_everywhere = flow.sink.in_header;
    let is_unrelated =
        flow.sink.kind == "analytics" || (flow.sink.kind == "network" && (is_elsewhere || is_everywhere));
    is_unrelated.then(|| {
        let message = about(
            case,
            flow,
            &format!("{{}}被发送到与位置无关的接口{}", in_brackets(url)),
            &format!("{{}} is used for something that has nothing to do with places, {url}"),
        );
        Finding {
            confidence: Confidence::Medium,
            also: vec!["14.2.4"],
            help: Text::new(
                "只把位置发给确实需要它的接口（如附近门店）",
                "send location only to the endpoint that needs it (shops nearby, say)",
            ),
            ..of_flow(case, index, flow, "14.4.4", Level::Warning, message)
        }
    })
}

/// The exact position, where the city would do.
fn too_exact(case: &Case<'_>, index: usize, flow: &Flow) -> Finding {
    let url = flow.sink.destination.as_deref().unwrap_or_default();
    let message = Text::new(
        format!("查询天气用了精确位置{}，城市一级的位置就够了", in_brackets(url)),
        format!("the exact position is used to ask for the weather, {url}, where the city would do"),
    );
    Finding {
        confidence: Confidence::Low,
        help: Text::new(
            "改用模糊位置接口，或让用户选择城市",
            "use the interface for a rough position, or let the user choose a city",
        ),
        ..of_flow(case, index, flow, "14.4.4", Level::Warning, message)
    }
}

/// Whether the program sends commands to devices, by any way that is known.
pub fn commands(case: &Case<'_>) -> bool {
    let sinks = |call: &CallState| case.models.sinks.iter().find(|sink| sink.id == call.model);
    case.consent.calls.iter().any(|call| {
        let text = || case.slice(call.place);
        sinks(call).is_some_and(|sink| {
            sink.kind == "device" || (sink.kind == "network" && words("device_command").are_in(text()))
        })
    })
}

/// Whether location comes in more than once for one act of the user's.
pub fn is_continuous(case: &Case<'_>) -> bool {
    let mut scripts = case.texts.iter().filter(|source| source.is_shipped && source.kind.is_script());
    used(case).iter().any(|it| it.source.is_listener()) || scripts.any(|source| tracking(&source.text).is_some())
}

/// Where a script begins to ask for location again and again: it listens, asks in a loop, or once more after a while.
fn tracking(text: &str) -> Option<Range<usize>> {
    const BODY: usize = 200;
    const ANSWER: usize = 300;
    let listening = words("track_start").find(text);
    let calls = words("location_call").find_all(text);
    if calls.is_empty() {
        return listening;
    }
    let looped = followed(text, &words("repetition").find_all(text), &calls, BODY);
    let delayed = followed(text, &calls, &words("later_again").find_all(text), ANSWER);
    [listening, looped, delayed].into_iter().flatten().min_by_key(|found| found.start)
}

/// The first of some places behind which one of others begins within so many characters, up to the end of that. Both are in
/// the order of the text.
fn followed(text: &str, first: &[Range<usize>], then: &[Range<usize>], within: usize) -> Option<Range<usize>> {
    first.iter().find_map(|from| {
        let to = then.get(then.partition_point(|to| to.start < from.end))?;
        let between = text[from.end..to.start].chars().take(within + 1).count();
        (between <= within).then_some(from.start..to.end)
    })
}

/// Commands to devices that are sent as soon as location changes.
fn control(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for call in case.consent.calls.iter().filter(|call| is_by_itself(case, call)) {
        let Some(sink) = case.models.sinks.iter().find(|sink| sink.id == call.model) else { continue };
        let told = std::iter::once(&call.place).chain(&call.through).map(|place| case.slice(*place));
        let is_command = sink.kind == "network" && told.into_iter().any(|text| words("device_command").are_in(text));
        let asks = super::super::leaves_page(&sink.kind) && (sink.kind == "device" || is_command);
        if !asks || findings.iter().any(|finding| finding.span == call.place && finding.clause == "14.4.2") {
            continue;
        }
        let message = Text::new(
            "位置一变化就自动向设备发送指令，中间没有用户操作",
            "a command goes to a device as soon as location changes, without an act of the user's",
        );
        findings.push(Finding {
            confidence: Confidence::Medium,
            data: vec!["location".to_owned()],
            help: Text::new(
                "到达范围时只点亮按钮，由用户点击后再发送指令",
                "let arrival enable a button only, and send the command when the user taps it",
            ),
            ..Finding::at("14.4.2", Level::Warning, call.place, message)
        });
    }
}

/// Whether a call runs as location comes in, without an act of the user's: each time it changes, or once it is asked for
/// when nobody has tapped.
fn is_by_itself(case: &Case<'_>, call: &CallState) -> bool {
    let behind = || case.models.sources.iter().filter(|it| it.family == "location" && call.behind.contains(&it.id));
    let is_repeated = || {
        let script = case.texts.iter().find(|source| source.file == call.place.file);
        script.is_some_and(|source| tracking(&source.text).is_some())
    };
    behind().next().is_some() && (!call.grants.is_act() || behind().any(Source::is_listener) || is_repeated())
}

/// Continuous tracking in a program that speaks of fleets and dispatch.
fn dispatch(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let is_sent =
        case.flows.iter().any(|flow| flow.data == "location" && matches!(flow.sink.kind.as_str(), "network" | "cloud"));
    let scripts = case.texts.iter().filter(|source| source.is_shipped && source.kind.is_script());
    let start = scripts.into_iter().find_map(|source| {
        let range = tracking(&source.text)?;
        Some(Span::new(source.file, range.start as u32, range.end as u32))
    });
    let shown = case.texts.iter().filter(|source| source.is_shipped && source.kind != FileKind::Wxs);
    let word = shown.into_iter().find_map(|source| {
        let range = words("dispatch").find(&source.text)?;
        Some((Span::new(source.file, range.start as u32, range.end as u32), source.text[range].to_owned()))
    });
    let (true, Some(start), Some((place, word))) = (is_sent, start, word) else { return };
    let message = Text::new(
        format!("持续上报位置，且界面或代码中出现“{word}”：可能用于调度、车队或应急"),
        format!(
            "location is reported continuously, and the program speaks of “{word}”: it may serve dispatch, a fleet or emergencies"
        ),
    );
    findings.push(Finding {
        confidence: Confidence::Medium,
        data: vec!["location".to_owned()],
        related: vec![(place, Text::new("这里提到相关业务", "the business is named here"))],
        also: vec!["14.4.4"],
        help: Text::new(
            format!(
                "提供明显的停止按钮；属配送、出行等类目且已获位置权限的，{}；否则停止持续定位",
                attested("14.4.3").zh
            ),
            format!(
                "offer a visible stop; if the category and permission are in place, {}; else stop tracking",
                attested("14.4.3").en
            ),
        ),
        ..Finding::at("14.4.3", Level::Warning, start, message)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_is_counted_in_characters() {
        let asked = |between: &str| format!("setInterval(() => {{ /* {between} */ wx.getLocation({{}}) }}, 9)");
        assert!(tracking(&asked(&"位".repeat(150))).is_some());
        assert!(tracking(&asked(&"位".repeat(250))).is_none());
    }

    #[test]
    fn the_first_place_in_the_text_counts_with_all_that_shows_it() {
        let text = "wx.getLocation({ success: show }); setTimeout(again, 9); wx.startLocationUpdate()";
        let found = tracking(text).expect("a place");
        assert_eq!(&text[found], "getLocation({ success: show }); setTimeout(again,");
    }
}
