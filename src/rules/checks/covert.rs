//! Clause 14.1.2: what is read without any act of the user's, and leaves. Knows which data gives itself without a sheet.

use super::super::{Case, Confidence, Finding, Level, leaves_page};
use super::{about, of_flow};
use crate::base::Text;
use crate::consent::Status;
use crate::taint::Flow;

/// Data that can be read behind the user's back.
const QUIET: [&str; 5] = ["clipboard", "voice", "camera-image", "screen-capture", "biometric"];

/// The judgement of such a flow.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let consent = case.consent_to(index);
    let is_covert = QUIET.contains(&flow.data.as_str())
        && !consent.is_act
        && !matches!(consent.status, Status::Gated | Status::Unknown);
    if !is_covert || !leaves_page(&flow.sink.kind) || flow.sink.kind == "log" || !Case::is_certain(flow) {
        return None;
    }
    let message = about(case, flow, "未经用户操作读取{}并发送", "{} is read without an act of the user's, and sent");
    let mut related = vec![(flow.source.span, Text::new("在这里读取", "it is read here"))];
    related.extend(consent.entry.iter().map(|(name, place)| {
        (
            *place,
            Text::new(
                format!("从 {name} 开始，没有用户操作"),
                format!("begins at {name}, without an act of the user's"),
            ),
        )
    }));
    Some(Finding {
        confidence: Confidence::Medium,
        also: vec!["14.1.1"],
        related,
        help: Text::new(
            "改为由用户点击按钮后再读取，并说明用途",
            "read it after the user has tapped a button that says what for",
        ),
        ..of_flow(case, index, flow, "14.1.2", Level::Warning, message)
    })
}
