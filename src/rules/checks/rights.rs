//! Clauses 14.1.4 and 14.3.9: whether users find a way to delete and to correct what was sent of them. Absence is a
//! hint and no more.

use super::super::operator::attested;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, data_title, leaves_page};
use crate::base::{FileKind, Span, Text};
use crate::models::Sensitivity;
use crate::taint::Flow;

/// Looks for both ways where sensitive data that users gave is sent.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let sent = || {
        case.flows.iter().enumerate().filter(|(_, flow)| {
            Case::is_live(flow)
                && matches!(flow.sink.kind.as_str(), "network" | "cloud")
                && leaves_page(&flow.sink.kind)
                && flow.source.confidence != Confidence::Low
                && case.is_personal(&flow.data)
        })
    };
    let is_kept = |flow: &Flow| {
        let is_asked_for = case.is_typed(flow) && !case.is_search(flow);
        // A record in a database is there to be kept.
        let is_grave =
            case.sensitivity(&flow.data) == Sensitivity::High || words("record_call").are_in(&flow.sink.model);
        is_asked_for && !case.is_short_part(flow) && is_grave
    };
    // Files are uploaded to be kept.
    let is_uploaded = |flow: &Flow| words("upload_call").are_in(&flow.sink.model) && Case::is_certain(flow);
    let typed = sent().find(|(_, flow)| is_kept(flow));
    // A file is taken back; there is nothing in it to correct.
    // What users type into a record that is there already corrects it.
    let is_corrected = || sent().any(|(_, flow)| case.is_typed(flow) && words("update_call").are_in(&flow.sink.model));
    let is_correctable = typed.is_some();
    let Some((index, flow)) = typed.or_else(|| sent().find(|(_, flow)| is_uploaded(flow))) else { return };
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
            format!("{}被提交到服务端，但小程序中找不到注销账号或删除数据的入口", title.zh),
            format!("{} is handed in, but the program offers no way to delete an account or its data", title.en),
        );
        let help = Text::new(
            format!(
                "在设置页提供“注销账号”或“删除我的数据”，并调用服务端删除接口；若由客服处理，{}",
                attested("14.1.4").zh
            ),
            format!(
                "offer to delete the account or the data on the settings page, and have the server do it; if support does it, {}",
                attested("14.1.4").en
            ),
        );
        findings.push(Finding { also: vec!["14.3.9"], ..base("14.1.4", message, help) });
    }
    if is_correctable && find(case, "edit_path").is_none() && !is_corrected() {
        let message = Text::new(
            format!("{}被提交到服务端，但小程序中找不到修改的入口", title.zh),
            format!("{} is handed in, but the program offers no way to correct it", title.en),
        );
        let help = Text::new(
            format!("提供“编辑资料”页面，读取并重新提交这些字段；若有其他更正渠道，{}", attested("14.3.9").zh),
            format!(
                "offer a page that loads these fields and submits them again; if there is another way, {}",
                attested("14.3.9").en
            ),
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
