//! Clause 14.2.4: personal data that leaves the page of its user. Knows a flow's ends, and not how it was found.

use super::{Confidence, Finding, Level, data_title, leaves_page, sink_title};
use crate::base::Text;
use crate::models::Models;
use crate::taint::{Flow, Form};

/// The finding about a flow that leaves the page; `None` for one that stays.
///
/// It is a note and no more: whether the user agreed is not looked at, and an agreed flow is ordinary business.
pub fn judge(index: usize, flow: &Flow, models: &Models) -> Option<Finding> {
    leaves_page(&flow.sink.kind).then(|| Finding {
        clause: "14.2.4",
        also: Vec::new(),
        level: Level::Note,
        confidence: flow.source.confidence.max(Confidence::Medium),
        message: message(flow, models),
        help: help(),
        data: vec![flow.data.clone()],
        flow: Some(index),
        span: flow.sink.span,
        related: vec![(flow.source.span, Text::new("数据从这里进入程序", "the data enters the program here"))],
    })
}

fn message(flow: &Flow, models: &Models) -> Text {
    let data = data_title(&flow.data, models);
    let form = form_words(flow.form);
    let sink = sink_title(&flow.sink.kind);
    let destination = flow.sink.destination.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
    let source = &flow.source.model;
    Text::new(
        format!("{}{}从 {source} 流向{}{destination}", data.zh, form.zh, sink.zh),
        format!("{}{} from {source} flows to {}{destination}", data.en, form.en, sink.en),
    )
}

fn form_words(form: Form) -> Text {
    match form {
        Form::Raw => Text::default(),
        Form::Derived => Text::new("（派生数据）", " (derived)"),
        Form::Masked => Text::new("（已脱敏）", " (masked)"),
        Form::Hashed => Text::new("（已哈希）", " (hashed)"),
        Form::Encrypted => Text::new("（已加密）", " (encrypted)"),
    }
}

fn help() -> Text {
    Text::new(
        "请确认在此之前已向用户说明用途并取得明确同意，且隐私保护指引中已列出该信息；不需要的字段请勿发送",
        "make sure that the user was told the purpose and agreed before this point, and that the privacy guideline lists \
         this data; do not send what is not needed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Span};
    use crate::taint::{SinkEnd, SourceEnd};

    fn flow(kind: &str, destination: Option<&str>) -> Flow {
        let span = Span::new(FileId(0), 0, 1);
        let destination = destination.map(str::to_owned);
        let sink = SinkEnd { model: "t.sink".into(), kind: kind.into(), destination, span, path: None, contexts: Vec::new() };
        let source = SourceEnd { model: "t.source".into(), span, confidence: Confidence::High };
        Flow { data: "phone-number".into(), form: Form::Masked, source, sink, steps: Vec::new(), features: Vec::new() }
    }

    #[test]
    fn a_flow_that_leaves_is_told_in_both_languages() {
        let finding = judge(3, &flow("network", Some("https://a.example/x")), &Models::default()).unwrap();
        assert_eq!(finding.flow, Some(3));
        assert_eq!(finding.message.zh, "phone-number（已脱敏）从 t.source 流向网络请求 https://a.example/x");
        assert_eq!(
            finding.message.en,
            "phone-number (masked) from t.source flows to a network request https://a.example/x"
        );
    }

    #[test]
    fn a_flow_that_stays_gives_no_finding() {
        assert!(judge(0, &flow("storage", Some("phone")), &Models::default()).is_none());
    }
}
