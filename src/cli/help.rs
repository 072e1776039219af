//! The definition of the arguments with its help in the language of the user. Knows the words of the help, and not what
//! arguments do. The English ones stand beside the arguments, the Chinese ones in `help.zh.json`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::LazyLock;

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::args::Args;
use super::settings;
use crate::base::text::Lang;

/// The help of one command.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Help {
    about: String,
    after: Option<String>,
    args: BTreeMap<String, String>,
}

/// By the names of commands (`models list`); `*` holds arguments of all of them.
static CHINESE: LazyLock<BTreeMap<String, Help>> =
    LazyLock::new(|| serde_json::from_str(include_str!("help.zh.json")).unwrap_or_default());

const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The definition with its help in a language.
pub fn command(lang: Lang) -> Command {
    match lang {
        Lang::En => Args::command(),
        Lang::Zh => translated(Args::command().disable_help_flag(true).disable_version_flag(true), ""),
    }
}

/// The language that arguments ask for, before they are read: help is given without reading them all.
pub fn lang_of(arguments: &[OsString]) -> Lang {
    let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let behind = texts.iter().position(|text| *text == "--lang").and_then(|at| texts.get(at + 1).copied());
    let chosen = texts.iter().find_map(|text| text.strip_prefix("--lang=")).or(behind);
    match chosen {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        _ => settings::locale(),
    }
}

fn translated(command: Command, name: &str) -> Command {
    let is_root = name.is_empty();
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .disable_help_subcommand(true)
        .arg(flag("help", 'h', ArgAction::Help));
    if is_root {
        command = command.arg(flag("version", 'V', ArgAction::Version));
    }
    if let Some(help) = CHINESE.get(name) {
        let line = help.about.lines().next().unwrap_or_default().to_owned();
        command = command.about(line).long_about(help.about.clone());
        if let Some(after) = &help.after {
            command = command.after_help(after.clone());
        }
    }
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in ids {
        command = command.mut_arg(&id, |arg| translated_arg(arg, name, &id));
    }
    let names: Vec<String> = command.get_subcommands().map(|own| own.get_name().to_owned()).collect();
    for own in names {
        let path = if is_root { own.clone() } else { format!("{name} {own}") };
        command = command.mut_subcommand(&own, |inner| translated(inner.disable_help_flag(true), &path));
    }
    command
}

fn translated_arg(arg: Arg, command: &str, id: &str) -> Arg {
    let heading = if arg.is_positional() { "参数" } else { "选项" };
    let is_valued = arg.get_action().takes_values();
    let arg = arg.help_heading(heading).hide_possible_values(is_valued).hide_default_value(is_valued);
    match words(command, id) {
        Some(help) => arg.help(help).long_help(help),
        None => arg,
    }
}

fn words(command: &str, id: &str) -> Option<&'static str> {
    let of = |name: &str| CHINESE.get(name).and_then(|help| help.args.get(id));
    of(command).or_else(|| of("*")).map(String::as_str)
}

fn flag(name: &'static str, short: char, action: ArgAction) -> Arg {
    Arg::new(name).short(short).long(name).action(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(command: &Command, name: &str, found: &mut Vec<String>) {
        if CHINESE.get(name).is_none_or(|help| help.about.is_empty()) {
            found.push(format!("{name}: about"));
        }
        let help = CHINESE.get(name);
        if command.get_after_help().is_some() != help.is_some_and(|help| help.after.is_some()) {
            found.push(format!("{name}: after"));
        }
        let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
        for arg in shown.filter(|arg| words(name, arg.get_id().as_str()).is_none()) {
            found.push(format!("{name}: {}", arg.get_id()));
        }
        for own in command.get_subcommands() {
            let path = if name.is_empty() { own.get_name().to_owned() } else { format!("{name} {}", own.get_name()) };
            missing(own, &path, found);
        }
    }

    #[test]
    fn all_help_is_there_in_chinese() {
        let mut found = Vec::new();
        missing(&Args::command(), "", &mut found);
        assert!(found.is_empty(), "{found:#?}");
        command(Lang::Zh).debug_assert();
    }

    #[test]
    fn the_language_is_told_before_the_rest_is_read() {
        let lang = |arguments: &[&str]| lang_of(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(lang(&["wxray", "scan", "--lang", "zh", "--help"]), Lang::Zh);
        assert_eq!(lang(&["wxray", "--lang=en"]), Lang::En);
    }
}
