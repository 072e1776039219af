//! Mistakes in the arguments, told in Chinese; clap's own words are English. Knows the sorts of mistakes, and no argument.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::{NO_DAY, NO_LINE, NO_NUMBER};

/// What is wrong with the arguments; `None` for a sort that has no words here.
pub fn in_chinese(error: &clap::Error) -> Option<String> {
    let one = |kind| error.get(kind).map(text);
    let arg = one(ContextKind::InvalidArg).unwrap_or_default();
    let value = one(ContextKind::InvalidValue).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("参数“{arg}”缺少值"),
        ErrorKind::InvalidValue => format!("参数“{arg}”的值“{value}”无效"),
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(|reason| match reason.to_string() {
                reason if reason == NO_DAY => "：应为 2023-10-17 这样的日期".to_owned(),
                reason if reason == NO_LINE => "：应为文件名与行号，如 pages/index/index.js:12".to_owned(),
                reason if reason == NO_NUMBER => "：应为不小于 1 的整数".to_owned(),
                reason => format!("：{reason}"),
            });
            let reason = reason.unwrap_or_default();
            format!("参数“{arg}”的值“{value}”无效{reason}")
        }
        ErrorKind::UnknownArgument => format!("没有参数“{arg}”"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”", one(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{arg}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => match one(ContextKind::PriorArg).filter(|prior| *prior != arg) {
            Some(prior) => format!("参数“{arg}”不能与“{prior}”同时使用"),
            None => format!("参数“{arg}”只能出现一次"),
        },
        ErrorKind::NoEquals => format!("参数“{arg}”的值须用等号给出"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("参数“{arg}”的值的个数不对"),
        ErrorKind::TooManyValues => format!("参数“{arg}”不再接受值“{value}”"),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文本".to_owned(),
        _ => return None,
    };
    let mut lines = vec![format!("错误：{said}")];
    lines.extend(one(ContextKind::ValidValue).filter(|all| !all.is_empty()).map(|all| format!("  可用的值：{all}")));
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    lines.extend(meant.into_iter().filter_map(one).map(|meant| format!("  是否想用：{meant}")));
    if let Some(usage) = one(ContextKind::Usage) {
        lines.push(format!("\n{}", usage.trim().replacen("Usage: ", "用法：", 1)));
    }
    lines.push("\n更多信息见 --help。".to_owned());
    Some(lines.join("\n") + "\n")
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join("、"),
        ContextValue::StyledStrs(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Lang;
    use crate::cli::help;

    fn said(arguments: &[&str]) -> String {
        let error = help::command(Lang::Zh).try_get_matches_from(arguments).expect_err("a mistake");
        in_chinese(&error).expect("words for it")
    }

    #[test]
    fn usual_mistakes_have_words() {
        assert!(said(&["wxray", "scn"]).starts_with("错误：没有命令“scn”\n  是否想用：scan"));
        let format = said(&["wxray", "scan", "-f", "jsn"]);
        assert!(
            format.contains("的值“jsn”无效")
                && format.contains("可用的值：text、json")
                && format.contains("是否想用：json")
        );
        assert!(said(&["wxray", "scan", "--fomat", "json"]).contains("没有参数“--fomat”"));
        assert!(said(&["wxray", "explain"]).contains("缺少参数"));
        assert!(said(&["wxray", "scan", "-j", "x"]).contains("无效"));
    }
}
