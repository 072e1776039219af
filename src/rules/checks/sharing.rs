//! Clause 14.2.1, and 14.4.4 and 14.2.9 likewise: the user's own data in what others get to see of a share. Knows which
//! data is listed, and no API.

use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use super::{about, of_flow};
use crate::base::Text;
use crate::taint::Flow;

/// Data that must not be shown to others.
pub(super) const LISTED: [&str; 8] =
    ["phone-number", "email", "birthday", "qq", "wechat-id", "real-name", "id-number", "address"];

/// The judgement of a flow into share content.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    if Case::is_vague(flow) || !Case::is_plain(flow) || super::super::hosts::is_token(&flow.source.model) {
        return None;
    }
    if words("picture_saved").are_in(&flow.sink.model) {
        return poster(case, index, flow);
    }
    if flow.sink.kind != "share" {
        return None;
    }
    let sure = if Case::is_certain(flow) { Level::Violation } else { Level::Warning };
    if LISTED.contains(&flow.data.as_str()) {
        let message = about(
            case,
            flow,
            "{}进入分享内容，收到分享的人都能看到",
            "{} gets into share content, which all who get it can see",
        );
        return Some(Finding {
            also: vec!["14.3.4"],
            help: Text::new(
                "从标题、路径与图片中去掉该字段，改传不含个人信息的业务编号",
                "take the field out of title, path and image, and pass an identifier without personal data",
            ),
            ..of_flow(case, index, flow, "14.2.1", sure, message)
        });
    }
    if matches!(flow.data.as_str(), "location" | "fuzzy-location") {
        let message = Text::new(
            "用户位置进入分享内容，会公开展示给他人",
            "the user's location gets into share content and is shown to others",
        );
        return Some(Finding {
            also: vec!["14.2.1"],
            help: Text::new(
                "不要在分享内容中携带坐标；如为“分享位置”功能，须由用户主动发起并明确提示",
                "leave coordinates out of share content; where sharing a position is the function, the user must start it and be told",
            ),
            ..of_flow(case, index, flow, "14.4.4", sure, message)
        });
    }
    if matches!(flow.data.as_str(), "openid" | "unionid") {
        let message = about(
            case,
            flow,
            "分享内容带有分享者的{}，可用于建立用户关系链",
            "share content carries the sharer's {}, from which relations can be built",
        );
        return Some(Finding {
            confidence: Confidence::Low,
            help: Text::new("改用一次性的邀请码", "use an invitation code that is good for one time"),
            ..of_flow(case, index, flow, "14.2.9", Level::Note, message)
        });
    }
    None
}

/// What is drawn on a picture that is saved goes wherever the picture is sent.
fn poster(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    if !LISTED.contains(&flow.data.as_str()) || flow.source.confidence == Confidence::Low {
        return None;
    }
    let message = about(
        case,
        flow,
        "{}画在保存到相册的图片上，图片转发后他人都能看到",
        "{} is drawn on a picture that is saved, and all who are sent the picture can see it",
    );
    Some(Finding {
        confidence: Confidence::Medium,
        also: vec!["14.3.4"],
        help: Text::new(
            "不要把该字段画到图片上，或先脱敏（如 138****0000）",
            "leave the field out of the picture, or mask it first (138****0000)",
        ),
        ..of_flow(case, index, flow, "14.2.1", Level::Warning, message)
    })
}
