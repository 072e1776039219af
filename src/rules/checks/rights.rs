//! Clauses 14.1.4 and 14.3.9: whether users find a way to delete and to correct what was sent of them. Absence is a
//! hint and no more.

use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, data_title, leaves_page};
use crate::base::{FileKind, Span, Text};
use crate::models::Sensitivity;

/// Looks for both ways where sensitive data that users gave is sent.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let kept = case.flows.iter().enumerate().find(|(_, flow)| {
        Case::is_live(flow)
            && matches!(flow.sink.kind.as_str(), "network" | "cloud")
            && leaves_page(&flow.sink.kind)
            && case.is_typed(flow)
            && !case.is_short_part(flow)
            && flow.source.confidence != Confidence::Low
            && case.is_personal(&flow.data)
            && case.sensitivity(&flow.data) == Sensitivity::High
    });
    let Some((index, flow)) = kept else { return };
    let title = data_title(&flow.data, case.models);
    let base = |clause: &'static str, message: Text, help: Text| Finding {
        confidence: Confidence::Low,
        data: vec![flow.data.clone()],
        flow: Some(index),
        help,
        ..Finding::at(clause, Level::Warning, flow.sink.span, message)
    };
    if find(case, "delete_path").is_none() {
        let message = Text::new(
            format!("{}被发送并保存，但小程序中找不到注销账号或删除数据的入口", title.zh),
            format!("{} is sent and kept, but the program offers no way to delete an account or its data", title.en),
        );
        let help = Text::new(
            "在设置页提供“注销账号”或“删除我的数据”，并调用服务端删除接口；若由客服处理，请在 wxray.toml 中声明",
            "offer to delete the account or the data on the settings page, and have the server do it; if support does it, say so in wxray.toml",
        );
        findings.push(Finding { also: vec!["14.3.9"], ..base("14.1.4", message, help) });
    }
    if find(case, "edit_path").is_none() {
        let message = Text::new(
            format!("{}被发送并保存，但小程序中找不到修改的入口", title.zh),
            format!("{} is sent and kept, but the program offers no way to correct it", title.en),
        );
        let help = Text::new(
            "提供“编辑资料”页面，读取并重新提交这些字段",
            "offer a page that loads these fields and submits them again",
        );
        findings.push(base("14.3.9", message, help));
    }
}

/// Where the program offers it.
pub fn find(case: &Case<'_>, what: &str) -> Option<Span> {
    let sources = case.texts.iter().filter(|source| source.kind != FileKind::Json || source.is_shipped);
    sources.into_iter().find_map(|source| {
        let range = words(what).find(&source.text)?;
        Some(Span::new(source.file, range.start as u32, range.end as u32))
    })
}
