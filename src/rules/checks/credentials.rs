//! Clauses 14.2.9 and 14.1.2: accounts and passwords of other services that are asked for and leave. Knows inputs by
//! the words around them.

use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level, leaves_page};
use super::{about, of_flow};
use crate::base::Text;
use crate::taint::Flow;

/// The judgement of a flow of typed credentials.
pub fn judge(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let leaves = (leaves_page(&flow.sink.kind) && flow.sink.kind != "log") || flow.sink.kind == "storage";
    if !leaves || case.is_fetched(flow) || !case.is_typed(flow) || !Case::is_plain(flow) {
        return None;
    }
    let label = case.lines(flow.source.span);
    let is_account = matches!(flow.data.as_str(), "wechat-id" | "qq");
    let is_secret = matches!(flow.data.as_str(), "password" | "user-input");
    if is_account || (is_secret && words("wechat_credentials").are_in(label)) {
        return Some(tencent(case, index, flow));
    }
    if (is_secret || flow.data == "bank-card") && words("bank_credentials").are_in(label) {
        return Some(tencent(case, index, flow));
    }
    if flow.data == "bank-card" {
        let message = about(case, flow, "要求用户填写{}并发送", "{} is asked for and sent");
        return Some(Finding {
            confidence: Confidence::Medium,
            help: Text::new(
                "若非金融类服务，请改用微信支付等方式，不要收集银行卡号",
                "unless this is a financial service, use the platform's payment and do not collect card numbers",
            ),
            ..of_flow(case, index, flow, "14.2.9", Level::Warning, message)
        });
    }
    (is_secret && words("other_credentials").are_in(label)).then(|| {
        let message =
            Text::new("要求用户填写其他服务的密码并发送", "the password of another service is asked for and sent");
        Finding {
            also: vec!["14.2.9", "14.1.3"],
            help: help(),
            ..of_flow(case, index, flow, "14.1.2", Level::Warning, message)
        }
    })
}

/// Groups and their members that go to a server.
pub fn relations(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_sent = matches!(flow.sink.kind.as_str(), "network" | "cloud");
    if flow.data != "social-relation" || !is_sent || flow.source.confidence != Confidence::High {
        return None;
    }
    let message = Text::new(
        "群标识或成员信息被发送到服务端，可用于建立用户关系链",
        "identifiers of a group or its members go to a server, from which relations can be built",
    );
    Some(Finding {
        confidence: Confidence::Medium,
        also: vec!["14.2.3"],
        help: Text::new(
            "只用于当次的群功能，不与用户标识一起长期保存",
            "use them for the function at hand only, and do not keep them together with users' identifiers",
        ),
        ..of_flow(case, index, flow, "14.2.9", Level::Warning, message)
    })
}

fn tencent(case: &Case<'_>, index: usize, flow: &Flow) -> Finding {
    let is_sure = flow.source.confidence != Confidence::Low && !Case::is_vague(flow);
    let level = if is_sure { Level::Violation } else { Level::Warning };
    let message = match flow.data.as_str() {
        "password" | "user-input" => Text::new(
            "要求用户填写并收集微信、QQ 或银行的密码",
            "the user is asked for a password of WeChat, QQ or a bank, and it is collected",
        ),
        _ => about(case, flow, "要求用户填写并收集{}", "the user is asked for a {}, and it is collected"),
    };
    let also = if flow.data == "password" { vec!["14.1.2", "14.1.3"] } else { vec!["14.1.3"] };
    Finding { also, help: help(), ..of_flow(case, index, flow, "14.2.9", level, message) }
}

fn help() -> Text {
    Text::new(
        "删除该输入项：登录改用微信登录，联系用户改用客服消息",
        "remove the input: log in through WeChat, and reach users through customer-service messages",
    )
}
