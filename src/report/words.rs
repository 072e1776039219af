//! The words that formats share, in both languages. Knows the report, and not the looks of any format.

use super::Titled;
use super::model::{Flow, Party, Report, Step, SuppressedBy, Suppression};
use crate::base::Text;
use crate::base::text::{Lang, spaced};
use crate::consent::Status as Consent;
use crate::models::RecipientKind;
use crate::rules::parties::Sign;
use crate::rules::{Confidence, Level, Status, sink_act, sink_title};
use crate::taint::{Form, StepKind};

/// A destination longer than this (characters) is cut where it stands among other words.
const MAX_DESTINATION: usize = 80;
/// Destinations of which a flow goes to one that are named.
const MAX_NAMED: usize = 4;

/// What happens at a step: `into request() as parameter`.
pub fn step(step: &Step, titled: Titled) -> Text {
    let note = step.note.as_str();
    let flow = titled.flow;
    match step.kind {
        StepKind::Source => {
            let (zh, en) = (titled.data(Lang::Zh), titled.data(Lang::En));
            let model = &flow.source.model;
            Text::new(spaced(&["来源：", zh, &format!("（{model}）")]), format!("source: {en} ({model})"))
        }
        StepKind::Sink => {
            let (sink, model, to) = (sink_title(&flow.sink.kind), &flow.sink.model, destination(flow));
            Text::new(format!("流出：{}{to}（{model}）", sink.zh), format!("sink: {}{to} ({model})", sink.en))
        }
        StepKind::Call => {
            let function = function(note);
            Text::new(format!("作为参数传入{}", function.zh.trim_end()), format!("into {} as parameter", function.en))
        }
        StepKind::Return => {
            let function = function(note);
            Text::new(format!("由{}返回", function.zh), format!("returned from {}", function.en))
        }
        kind => plain_step(kind, note),
    }
}

/// Where a flow goes, if that is one place, with a blank before it; long ones are cut.
fn destination(flow: &Flow) -> String {
    let Some(to) = flow.sink.destination.as_deref().filter(|to| !to.is_empty()) else { return String::new() };
    format!(" {}", shortened(to))
}

fn shortened(destination: &str) -> String {
    match destination.char_indices().nth(MAX_DESTINATION) {
        Some((end, _)) => format!("{}…", &destination[..end]),
        None => destination.to_owned(),
    }
}

/// What happens at a step of which neither source nor sink is known.
pub fn plain_step(kind: StepKind, note: &str) -> Text {
    match kind {
        StepKind::Source => Text::new("起点", "from"),
        StepKind::Sink => Text::new("到达", "arrives"),
        StepKind::Call => named(&Text::new("作为参数传入", "as parameter into"), note),
        StepKind::Return => named(&Text::new("返回自", "returned from"), note),
        StepKind::Field => field(note),
        StepKind::Step if !note.is_empty() => Text::new(format!("经由 {note}()"), format!("through {note}()")),
        kind => named(&plain(kind), note),
    }
}

fn plain(kind: StepKind) -> Text {
    match kind {
        StepKind::Assign => Text::new("赋值或求值", "assigned or computed"),
        StepKind::Callback => Text::new("传给回调", "to the callback"),
        StepKind::Await => Text::new("await 取得结果", "awaited"),
        StepKind::Capture => Text::new("被闭包捕获", "captured by a closure"),
        StepKind::Throw => Text::new("随异常抛出", "thrown"),
        StepKind::Event => Text::new("随事件传递", "carried by the event"),
        StepKind::Binding => Text::new("数据绑定", "bound in the template"),
        StepKind::Navigate => Text::new("随页面跳转传递", "carried to the page"),
        StepKind::Storage => Text::new("经由存储", "through storage"),
        StepKind::Step => Text::new("经此处理", "through"),
        StepKind::Unknown => Text::new("经过未知代码", "through unknown code"),
        StepKind::Source | StepKind::Sink | StepKind::Call | StepKind::Return | StepKind::Field => Text::default(),
    }
}

fn named(words: &Text, note: &str) -> Text {
    if note.is_empty() {
        return words.clone();
    }
    Text::new(format!("{} {note}", words.zh), format!("{} {note}", words.en))
}

/// A field by name, an element by position; `*` is any of them.
fn field(name: &str) -> Text {
    match name {
        "" => Text::new("字段", "field"),
        "*" => Text::new("某个字段或元素", "some field or element"),
        index if index.bytes().all(|byte| byte.is_ascii_digit()) => {
            Text::new(format!("元素 [{index}]"), format!("element [{index}]"))
        }
        name => Text::new(format!("字段 .{name}"), format!("field .{name}")),
    }
}

fn function(name: &str) -> Text {
    match name {
        "" => Text::new("函数", "a function"),
        name => Text::new(format!(" {name}() "), format!("{name}()")),
    }
}

/// What a flow that no finding judges is called.
pub fn flow() -> Text {
    Text::new("数据流", "flow")
}

/// A flow that no finding judges, in a sentence.
pub fn flow_sentence(titled: Titled) -> Text {
    let flow = titled.flow;
    let sink = sink_title(&flow.sink.kind);
    let to = flow.sink.destination.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
    let (zh, en, source) = (titled.data(Lang::Zh), titled.data(Lang::En), &flow.source.model);
    let act = sink_act(&flow.sink.kind);
    Text::new(spaced(&[zh, &act, &to]), format!("{en} from {source} flows to {}{to}", sink.en))
}

/// The level of a finding.
pub fn level(level: Level) -> Text {
    let zh = match level {
        Level::Violation => "违规",
        Level::Warning => "警告",
        Level::Note => "提示",
    };
    Text::new(zh, level.name())
}

/// The level of a problem, as the report has it.
pub fn problem(level: &str) -> Text {
    let zh = match level {
        "error" => "错误",
        "warning" => "警告",
        _ => "提示",
    };
    Text::new(zh, level)
}

/// What the data looks like at the end; nothing is said where it is as it came.
pub fn form(form: Form) -> Option<Text> {
    if form == Form::Raw {
        return None;
    }
    let name = form_name(form);
    Some(Text::new(format!("形态：{}", name.zh), format!("form: {}", name.en)))
}

/// What the data looks like, in a word.
pub fn form_name(form: Form) -> Text {
    let (zh, en) = match form {
        Form::Raw => ("原始", "raw"),
        Form::Derived => ("派生", "derived"),
        Form::Masked => ("已脱敏", "masked"),
        Form::Hashed => ("已哈希", "hashed"),
        Form::Encrypted => ("已加密", "encrypted"),
    };
    Text::new(zh, en)
}

/// What is special about the way of a flow; a mark that has no words names itself.
pub fn feature(mark: &str) -> Text {
    use crate::taint::feature;
    let (zh, en) = match mark {
        feature::JSON => ("经过 JSON 转换", "by way of JSON"),
        feature::STORAGE => ("经过本地存储", "by way of storage"),
        feature::UNKNOWN_CALL => ("经过未知代码", "through code that is not known"),
        feature::BROADENED => (
            "途中的部分调用路径或对象是合并分析的，数据不一定真能走到这里",
            "call paths or objects were merged on the way, so that the data may not really get here",
        ),
        feature::ANY_KEY => ("途中的属性名无法确定", "through a property whose name is not known"),
        feature::OF_SEVERAL => ("去向为多个地址之一", "to one of several destinations"),
        feature::UNREACHABLE => ("途经不会执行的代码", "through code that is never run"),
        _ => (mark, mark),
    };
    Text::new(zh, en)
}

/// The same, with the destinations where there are several.
pub fn feature_of(mark: &str, flow: &Flow) -> Text {
    let words = feature(mark);
    let mut named: Vec<&str> = flow.sink.all_destinations().collect();
    if mark != crate::taint::feature::OF_SEVERAL || named.is_empty() {
        return words;
    }
    let all = named.len();
    named.truncate(MAX_NAMED);
    let list = |comma: &str| named.iter().map(|to| shortened(to)).collect::<Vec<_>>().join(comma);
    if all <= MAX_NAMED {
        return Text::new(format!("{}：{}", words.zh, list("、")), format!("{}: {}", words.en, list(", ")));
    }
    Text::new(
        format!("{}：{} 等 {all} 个", words.zh, list("、")),
        format!("{}: {} and {} more", words.en, list(", "), all - MAX_NAMED),
    )
}

/// What is known of a clause, in a word.
pub fn status(status: Status) -> Text {
    let (zh, en) = match status {
        Status::Violated => ("违反", "violated"),
        Status::Suspected => ("疑似", "suspected"),
        Status::Satisfied => ("符合", "satisfied"),
        Status::NeedsAttestation => ("需运营方说明", "needs attestation"),
        Status::NotApplicable => ("不涉及", "not applicable"),
    };
    Text::new(zh, en)
}

/// How sure a finding is, in a word.
pub fn confidence(confidence: Confidence) -> Text {
    let (zh, en) = match confidence {
        Confidence::High => ("高", "high"),
        Confidence::Medium => ("中", "medium"),
        Confidence::Low => ("低", "low"),
    };
    Text::new(zh, en)
}

/// What is known of the consent to a flow, in a word.
pub fn consent(status: Consent) -> Text {
    let (zh, en) = match status {
        Consent::Gated => ("已征得同意", "agreed to"),
        Consent::Platform => ("由平台征得", "asked by the platform"),
        Consent::None => ("未征得同意", "not agreed to"),
        Consent::Unknown => ("未知", "unknown"),
    };
    Text::new(zh, en)
}

/// The same as programs read it.
pub fn consent_name(status: Consent) -> &'static str {
    match status {
        Consent::Gated => "gated",
        Consent::Platform => "platform",
        Consent::None => "none",
        Consent::Unknown => "unknown",
    }
}

/// Why a finding does not count, with the reason that was given.
pub fn suppression(suppression: &Suppression) -> Text {
    let (zh, en) = match suppression.by {
        SuppressedBy::Comment => ("代码注释", "a comment"),
        SuppressedBy::Config => ("配置文件", "the settings"),
        SuppressedBy::Baseline => ("基线", "the baseline"),
    };
    let reason = suppression.reason.as_str();
    if reason.is_empty() {
        return Text::new(format!("已由{zh}忽略"), format!("ignored by {en}"));
    }
    Text::new(format!("已由{zh}忽略：{reason}"), format!("ignored by {en}: {reason}"))
}

/// What is to be said of a place, and the place.
pub fn at_place(message: &Text, place: &str) -> Text {
    Text::new(format!("{}：{place}", message.zh), format!("{}: {place}", message.en))
}

/// What stands before the id of a finding.
pub fn finding_id() -> Text {
    Text::new("编号：", "id: ")
}

/// What stands before the help of a finding.
pub fn help() -> Text {
    Text::new("建议：", "help: ")
}

/// That steps are left out.
pub fn hidden_steps(count: usize) -> Text {
    let steps = plural(count, "step");
    let verb = if count == 1 { "is" } else { "are" };
    Text::new(format!("另有 {count} 个步骤未显示（-v 显示全部）"), format!("{steps} {verb} not shown (-v shows all)"))
}

/// That a place where the report is read shows fewer annotations than there are.
pub fn not_shown(count: usize) -> Text {
    Text::new(
        format!("另有 {count} 条未在此显示，请查看完整报告"),
        format!("{count} more not shown here; see the whole report"),
    )
}

/// That a log holds more results than code scanning shows.
pub fn beyond_limit(count: usize, limit: usize) -> Text {
    Text::new(
        format!("共 {count} 项发现，GitHub 只接收或显示其中 {limit} 项；可用 --only 分条款上传，或建立基线"),
        format!(
            "{count} findings, of which GitHub takes or shows {limit}; upload some clauses at a time with --only, or \
             write a baseline"
        ),
    )
}

/// What paths are relative to.
pub fn root_of_paths() -> Text {
    Text::new("代码仓库的根目录，即运行 wxray 的目录", "the root of the repository, where wxray was run")
}

/// What the clauses are.
pub fn taxonomy() -> Text {
    Text::new(
        "《微信小程序平台运营规范》第 14 节：用户数据",
        "Section 14 of the WeChat mini-program platform rules: user data",
    )
}

/// Where to read more on a clause, and how a finding of it is accepted.
pub fn more_on(clause: &str) -> Text {
    Text::new(
        format!(
            "详见 `wxray explain {clause}`。确认无误的发现可在其所在行或上一行注明：`// wxray-ignore {clause}: 理由`。"
        ),
        format!(
            "See `wxray explain {clause}`. Where a finding is in order, say so on its line or the one above: \
             `// wxray-ignore {clause}: reason`."
        ),
    )
}

/// The head of remarks that are counted and not shown one by one.
pub fn remarks_in_brief(n: usize) -> Text {
    Text::new(
        format!("提示共 {n} 项，按信息与去向合计如下，各附第一处的位置（-v 逐条显示，或用 --format html 查看）："),
        format!(
            "{n} notes, counted by data and where it goes, each with its first place (-v shows all, so does --format html):"
        ),
    )
}

/// The head of the clauses that findings speak against.
pub fn clauses_in_brief() -> Text {
    Text::new(
        "条款（`wxray explain 条款编号` 查看说明）：",
        "clauses (`wxray explain CLAUSE` tells what each demands):",
    )
}

/// What is known of a clause, in a line, with the findings that bear on it.
pub fn clause_in_brief(id: &str, status: &Text, title: &Text, counts: &Text) -> Text {
    let bracketed = |open: &str, text: &str, close: &str| {
        if text.is_empty() { String::new() } else { format!("{open}{text}{close}") }
    };
    Text::new(
        format!("{id} {}：{}{}", status.zh, title.zh, bracketed("（", &counts.zh, "）")),
        format!("{id} {}: {}{}", status.en, title.en, bracketed(" (", &counts.en, ")")),
    )
}

/// How many findings there are of each level, without those of which there are none.
pub fn counts(levels: &[(Level, usize)]) -> Text {
    let some = || levels.iter().filter(|(_, count)| 0 < *count);
    Text::new(
        some().map(|(own, count)| format!("{count} 项{}", level(*own).zh)).collect::<Vec<_>>().join("、"),
        some().map(|(own, count)| plural(*count, own.name())).collect::<Vec<_>>().join(", "),
    )
}

/// How many clauses there are beside those that findings speak against, by what is known of them.
pub fn other_clauses(statuses: &[(Status, usize)]) -> Text {
    let some = || statuses.iter().filter(|(_, count)| 0 < *count).map(|(own, count)| (status(*own), count));
    Text::new(
        format!("其余：{}", some().map(|(own, count)| format!("{count} 条{}", own.zh)).collect::<Vec<_>>().join("、")),
        format!("others: {}", some().map(|(own, count)| format!("{count} {}", own.en)).collect::<Vec<_>>().join(", ")),
    )
}

/// That the same was found at further places, which are named behind it.
pub fn same_elsewhere(n: usize) -> Text {
    let places = plural(n, "further place");
    Text::new(format!("另有 {n} 处相同的发现："), format!("the same at {places}:"))
}

/// That there are more problems of a kind.
pub fn more_alike(n: usize) -> Text {
    Text::new(format!("另有 {n} 处同类情况（-v 逐条显示）"), format!("{n} more of the kind (-v shows each)"))
}

/// Whose a recipient is, in a word.
pub fn party(party: Party) -> Text {
    let (zh, en) = match party {
        Party::Own => ("自有", "own"),
        Party::Platform => ("微信平台", "the platform"),
        Party::ThirdParty => ("第三方", "third party"),
        Party::Unstated => ("未说明归属", "not stated whose"),
    };
    Text::new(zh, en)
}

/// What stands before a place where data comes in.
pub fn collected() -> Text {
    Text::new("收集：", "collected:")
}

/// The head of the inventory.
pub fn inventory() -> Text {
    Text::new("个人信息清单", "Data inventory")
}

/// The head of the list of kinds that the platform looks for.
pub fn platform_list() -> Text {
    Text::new(
        "平台按代码检测的信息种类（须在隐私保护指引中声明）",
        "Kinds that the platform finds by the code and wants declared",
    )
}

/// The head of the list of third parties.
pub fn party_list() -> Text {
    Text::new("代码中出现的第三方（SDK、服务与主机）", "Third parties that the code names: kits, services, hosts")
}

/// How a third party shows.
pub fn sign(sign: Sign) -> Text {
    let (zh, en) = match sign {
        Sign::Package => ("引用了其代码包", "its package"),
        Sign::File => ("文件名与其 SDK 相同", "a file named after its kit"),
        Sign::Host => ("代码中写有其主机", "its host"),
    };
    Text::new(zh, en)
}

/// What a recipient does, in a word.
pub fn recipient_kind(kind: RecipientKind) -> Text {
    let (zh, en) = match kind {
        RecipientKind::Own => ("自有", "own"),
        RecipientKind::Analytics => ("数据统计", "analytics"),
        RecipientKind::Crash => ("错误与性能监控", "errors and timings"),
        RecipientKind::Map => ("地图与天气", "maps and weather"),
        RecipientKind::Ads => ("广告", "advertising"),
        RecipientKind::Storage => ("对象存储", "file storage"),
        RecipientKind::Backend => ("后端云服务", "server side"),
        RecipientKind::Messaging => ("即时通信", "chat"),
        RecipientKind::Rtc => ("实时音视频", "live audio and video"),
        RecipientKind::Push => ("消息推送", "notifications"),
        RecipientKind::Captcha => ("验证码", "captcha"),
        RecipientKind::Ai => ("人工智能服务", "recognition and answers"),
        RecipientKind::Data => ("数据查询", "look-ups"),
        RecipientKind::Payment => ("支付", "payment"),
        RecipientKind::Social => ("社交平台", "social network"),
        RecipientKind::Platform => ("微信平台", "the platform"),
    };
    Text::new(zh, en)
}

/// That the program does not get to some code.
pub fn not_reachable() -> Text {
    Text::new("未发现会被执行", "not reached")
}

/// What stands for a recipient of which nothing is known.
pub fn not_known() -> Text {
    Text::new("未知", "not known")
}

/// What stands for a host that the code does not say.
pub fn host_not_known() -> Text {
    Text::new("主机未知", "host not known")
}

/// Paths behind a recipient, some of them named.
pub fn addresses(named: &[String], count: usize) -> Text {
    if count <= named.len() {
        return Text::new(format!("（{}）", named.join("、")), format!(" ({})", named.join(", ")));
    }
    Text::new(
        format!("（{} 等 {count} 个地址）", named.join("、")),
        format!(" ({} and {} more)", named.join(", "), count - named.len()),
    )
}

/// Kinds of the platform's list of which the code names no API.
pub fn absent_kinds(keys: &[String], all: bool) -> Text {
    if all {
        return Text::new("代码中未出现该列表中的任何接口", "the code names no API of the list");
    }
    Text::new(format!("未出现：{}", keys.join("、")), format!("not there: {}", keys.join(", ")))
}

/// The heads of what two reports differ in.
pub fn new_data() -> Text {
    Text::new("新增的信息种类", "New data")
}

/// See [`new_data`].
pub fn new_recipients() -> Text {
    Text::new("新增的接收方", "New recipients")
}

/// See [`new_data`].
pub fn new_pairs() -> Text {
    Text::new("新增的信息与接收方组合", "New pairs of data and recipient")
}

/// See [`new_data`].
pub fn new_findings() -> Text {
    Text::new("新增的发现", "New findings")
}

/// See [`new_data`].
pub fn gone_findings() -> Text {
    Text::new("已消除的发现", "Findings that are gone")
}

/// That two reports differ in nothing.
pub fn no_difference() -> Text {
    Text::new("没有差异", "no difference")
}

/// The last line of a report.
pub fn summary(report: &Report) -> Text {
    let count = |level: Level| {
        report.findings.iter().filter(|finding| finding.level == level && finding.suppressed.is_none()).count()
    };
    let [violations, warnings, notes] = [Level::Violation, Level::Warning, Level::Note].map(count);
    let (files, flows, failed) = (report.stats.files, report.flows.len(), report.stats.unparsed_files);
    let zh = format!("{files} 个文件，{flows} 条数据流；发现 {violations} 项违规、{warnings} 项警告、{notes} 项提示");
    let en = [
        plural(files, "file"),
        plural(flows, "flow"),
        plural(violations, "violation"),
        plural(warnings, "warning"),
        plural(notes, "note"),
    ]
    .join(", ");
    let ignored = report.findings.iter().filter(|finding| finding.suppressed.is_some()).count();
    let mut text = Text::new(zh, en);
    if 0 < ignored {
        text = Text::new(format!("{}；{ignored} 项已忽略", text.zh), format!("{}; {ignored} ignored", text.en));
    }
    if 0 < failed {
        let files = plural(failed, "file");
        text = Text::new(
            format!("{}；{failed} 个文件无法解析", text.zh),
            format!("{}; {files} could not be parsed", text.en),
        );
    }
    let unfinished = report.stats.unfinished_files;
    if 0 < unfinished {
        let modules = plural(unfinished, "module");
        text = Text::new(
            format!("{}；{unfinished} 个模块未完整分析", text.zh),
            format!("{}; {modules} not fully analysed", text.en),
        );
    }
    text
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
