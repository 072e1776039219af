//! The words of the text report in both languages. Knows the report, and not its looks.

use super::Titled;
use crate::base::Text;
use crate::base::text::Lang;
use crate::report::model::{Report, Step};
use crate::rules::{Level, sink_title};
use crate::taint::{Form, StepKind};

/// What happens at a step: `into request() as parameter`.
pub(super) fn step(step: &Step, titled: Titled) -> Text {
    let note = step.note.as_str();
    let flow = titled.flow;
    match step.kind {
        StepKind::Source => {
            let (zh, en) = (titled.data(Lang::Zh), titled.data(Lang::En));
            let model = &flow.source.model;
            Text::new(format!("来源：{zh}（{model}）"), format!("source: {en} ({model})"))
        }
        StepKind::Sink => {
            let (sink, model) = (sink_title(&flow.sink.kind), &flow.sink.model);
            Text::new(format!("流出：{}（{model}）", sink.zh), format!("sink: {} ({model})", sink.en))
        }
        StepKind::Call => {
            let function = function(note);
            Text::new(format!("作为参数传入{}", function.zh), format!("into {} as parameter", function.en))
        }
        StepKind::Return => {
            let function = function(note);
            Text::new(format!("由{}返回", function.zh.trim_start()), format!("returned from {}", function.en))
        }
        StepKind::Field => field(note),
        kind => named(&plain(kind), note),
    }
}

fn plain(kind: StepKind) -> Text {
    match kind {
        StepKind::Assign => Text::new("赋值", "assigned"),
        StepKind::Callback => Text::new("传给回调", "to the callback"),
        StepKind::Await => Text::new("await 取得结果", "awaited"),
        StepKind::Capture => Text::new("被闭包捕获", "captured by a closure"),
        StepKind::Throw => Text::new("随异常抛出", "thrown"),
        StepKind::Event => Text::new("随事件传递", "carried by the event"),
        StepKind::Binding => Text::new("数据绑定", "bound in the template"),
        StepKind::Navigate => Text::new("随页面跳转传递", "carried to the page"),
        StepKind::Storage => Text::new("经由存储", "through storage"),
        StepKind::Step => Text::new("经过", "through"),
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
pub(super) fn flow_sentence(titled: Titled) -> Text {
    let flow = titled.flow;
    let sink = sink_title(&flow.sink.kind);
    let to = flow.sink.destination.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
    let (zh, en, source) = (titled.data(Lang::Zh), titled.data(Lang::En), &flow.source.model);
    Text::new(format!("{zh}从 {source} 流向{}{to}", sink.zh), format!("{en} from {source} flows to {}{to}", sink.en))
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
    let (zh, en) = match form {
        Form::Raw => return None,
        Form::Derived => ("派生", "derived"),
        Form::Masked => ("已脱敏", "masked"),
        Form::Hashed => ("已哈希", "hashed"),
        Form::Encrypted => ("已加密", "encrypted"),
    };
    Some(Text::new(format!("形态：{zh}"), format!("form: {en}")))
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
    if failed == 0 {
        return Text::new(zh, en);
    }
    Text::new(format!("{zh}；{failed} 个文件无法解析"), format!("{en}; {} could not be parsed", plural(failed, "file")))
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
