//! The words of the text report in both languages. Knows the report, and not its looks.

use crate::base::Text;
use crate::report::model::{Flow, Report, Step};
use crate::rules::{Level, sink_title};
use crate::taint::StepKind;

/// What happens at a step: `into request(), parameter`.
pub fn step(step: &Step, flow: &Flow) -> Text {
    let note = step.note.as_str();
    match step.kind {
        StepKind::Source => {
            let model = if note.is_empty() { &flow.source.model } else { note };
            Text::new(format!("来源 {model}"), format!("source {model}"))
        }
        StepKind::Sink => {
            let model = if note.is_empty() { &flow.sink.model } else { note };
            Text::new(format!("流出 {model}"), format!("sink {model}"))
        }
        StepKind::Call => {
            let name = call(note);
            Text::new(format!("作为参数传入 {name}"), format!("into {name}, parameter"))
        }
        StepKind::Return => {
            let name = call(note);
            Text::new(format!("由 {name} 返回"), format!("returned from {name}"))
        }
        kind => named(&plain(kind), note),
    }
}

fn plain(kind: StepKind) -> Text {
    match kind {
        StepKind::Assign => Text::new("赋值", "assigned"),
        StepKind::Field => Text::new("字段", "field"),
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
        StepKind::Source | StepKind::Sink | StepKind::Call | StepKind::Return => Text::default(),
    }
}

fn named(words: &Text, note: &str) -> Text {
    if note.is_empty() {
        return words.clone();
    }
    Text::new(format!("{} {note}", words.zh), format!("{} {note}", words.en))
}

fn call(name: &str) -> String {
    match name {
        "" => "function".to_owned(),
        name if name.ends_with(')') => name.to_owned(),
        name => format!("{name}()"),
    }
}

/// A flow that no finding judges, in a sentence.
pub fn flow(flow: &Flow) -> Text {
    let sink = sink_title(&flow.sink.kind);
    let to = flow.sink.destination.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
    let (data, source) = (&flow.data, &flow.source.model);
    Text::new(
        format!("{data} 从 {source} 流向{}{to}", sink.zh),
        format!("{data} from {source} flows to {}{to}", sink.en),
    )
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
