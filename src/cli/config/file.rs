//! The shape of `wxray.toml`, and how its text is read. Knows neither the disk nor the command line's options.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::super::args::{FailOn, LangChoice};
use crate::base::text::nearest;
use crate::base::{Date, NO_DAY, Text};
use crate::rules::Operator;

/// Settings of a program. Paths are relative to the folder of the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConfigFile {
    /// Language of messages and reports.
    pub lang: Option<LangChoice>,
    /// The level of findings from which on a run fails.
    pub fail_on: Option<FailOn>,
    /// Files or folders of models beside the built-in ones.
    pub models: Vec<String>,
    /// Whether the built-in models are in force.
    pub default_models: Option<bool>,
    /// Clauses whose findings are reported; all of them if empty.
    pub only: Vec<String>,
    /// A file with findings that were there before.
    pub baseline: Option<String>,
    /// The day on which the program was released: which rules of the platform are in force.
    #[schemars(with = "Option<String>")]
    pub release_date: Option<Day>,
    /// Packs of further rules.
    pub packs: Vec<String>,
    /// Findings that are accepted.
    #[schemars(with = "Vec<Ignore>")]
    pub ignore: Vec<Spanned<Ignore>>,
    /// Who operates the program, and who else receives its data.
    pub operator: Operator,
}

/// A finding that is accepted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ignore {
    /// The clause, such as `14.2.4`; needed unless `finding` is there.
    pub clause: Option<String>,
    /// The fingerprint of a finding.
    pub finding: Option<String>,
    /// Patterns of paths, relative to the folder of this file; `**` goes through folders. All files if empty.
    #[serde(default)]
    pub files: Vec<String>,
    /// Why it is accepted.
    #[serde(default)]
    pub reason: String,
    /// The last day on which it is accepted: `2027-01-31`.
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
}

/// A day, written as a TOML date or as a text.
#[derive(Clone, Copy, Debug)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        let text = match &value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let date = text.parse().map_err(|()| serde::de::Error::custom(format!("{text}{NO_DAY}")));
        date.map(Self)
    }
}

/// What is wrong with a text, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// In bytes.
    pub range: Range<usize>,
    /// What, and what to do.
    pub message: Text,
}

/// Reads the text of a settings file.
pub fn read(text: &str) -> Result<ConfigFile, Mistake> {
    toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        Mistake { range, message: words(error.message()) }
    })
}

/// The line (from 1) on which each key at the top, or in a table at the top (`operator.own-hosts`), stands.
pub fn lines_of_keys(text: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    let Ok(table) = DeTable::parse(text) else { return lines };
    let line = |at: usize| text[..at].bytes().filter(|&byte| byte == b'\n').count() + 1;
    for (key, value) in table.get_ref() {
        lines.insert(key.get_ref().to_string(), line(key.span().start));
        if let Some(inner) = value.get_ref().as_table() {
            let inner =
                inner.keys().map(|own| (format!("{}.{}", key.get_ref(), own.get_ref()), line(own.span().start)));
            lines.extend(inner);
        }
    }
    lines
}

/// The parser's words, with the nearest of the names that are known where a name is not.
fn words(said: &str) -> Text {
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let is_name = said.starts_with("unknown field") || said.starts_with("unknown variant");
    let [wrong, known @ ..] = quoted.as_slice() else { return of_type(said) };
    if !is_name {
        return of_type(said);
    }
    let near = nearest(wrong, known.iter().copied(), |name| name.len().div_ceil(3));
    let list = known.join(", ");
    match near {
        Some(near) => Text::new(
            format!("没有名为 {wrong} 的设置或取值，是否为 {near}？"),
            format!("there is no {wrong}; did you mean {near}?"),
        ),
        None => Text::new(
            format!("没有名为 {wrong} 的设置或取值，可用：{list}"),
            format!("there is no {wrong}; known are {list}"),
        ),
    }
}

/// `invalid type: map, expected a string`; of other words of the parser's there is no Chinese.
fn of_type(said: &str) -> Text {
    const KINDS: [(&str, &str); 9] = [
        ("map", "一组键值"),
        ("sequence", "列表"),
        ("a sequence", "列表"),
        ("string", "字符串"),
        ("a string", "字符串"),
        ("integer", "整数"),
        ("floating point", "小数"),
        ("boolean", "布尔值"),
        ("a boolean", "布尔值"),
    ];
    let kind = |word: &str| {
        // The value stands behind its type.
        let word = word.split([' ', '`', '"']).next().filter(|_| !word.starts_with("a ")).unwrap_or(word);
        KINDS.iter().find(|(name, _)| *name == word || name.split(' ').next() == Some(word)).map(|(_, zh)| *zh)
    };
    if let Some(text) = said.trim_end().strip_suffix(NO_DAY) {
        return Text::new(format!("{text} 不是有效日期，请写作 2027-01-31"), said);
    }
    let parts = said.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "));
    match parts.and_then(|(found, wanted)| Some((kind(found)?, kind(wanted)?))) {
        Some((found, wanted)) => Text::new(format!("配置有误：此处应为{wanted}，实际为{found}"), said),
        None => Text::new(format!("配置有误，无法按 TOML 读取此处（{said}）"), said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_there_is_can_be_written() {
        let text = "lang = \"zh\"\nfail-on = \"note\"\nmodels = [\"m\"]\ndefault-models = false\nonly = [\"14.2.4\"]\n\
                    baseline = \"b.json\"\n[[ignore]]\nclause = \"14.2.4\"\nfiles = [\"a/**\"]\nreason = \"r\"\n\
                    until = 2027-01-31\n[[ignore]]\nfinding = \"0\"\nreason = \"r\"\nuntil = \"2027-02-01\"\n[operator]\n\
                    own-hosts = [\"a.example\"]\nthird-parties = [{ name = \"b\", hosts = [\"b.example\"] }]\n";
        let file = read(text).expect("settings");
        assert_eq!((file.fail_on, file.default_models), (Some(FailOn::Note), Some(false)));
        let days = file.ignore.iter().filter_map(|entry| entry.get_ref().until.map(|until| until.0.to_string()));
        assert_eq!(days.collect::<Vec<_>>(), ["2027-01-31", "2027-02-01"]);
        let lines = lines_of_keys(text);
        assert_eq!((lines["fail-on"], lines["operator.own-hosts"]), (2, 17));
    }

    #[test]
    fn mistakes_have_a_place_and_a_better_name() {
        let mistake = |text: &str| {
            let mistake = read(text).expect_err("a mistake");
            (text[mistake.range].to_owned(), mistake.message.en)
        };
        assert_eq!(
            mistake("fail_on = \"note\"\n"),
            ("fail_on".into(), "there is no fail_on; did you mean fail-on?".into())
        );
        assert_eq!(mistake("lang = \"zhx\"\n"), ("\"zhx\"".into(), "there is no zhx; did you mean zh?".into()));
        let (place, message) = mistake("[operator]\ntelephone = 1\n");
        assert!(
            place == "telephone" && message.starts_with("there is no telephone; known are own-hosts, "),
            "{message}"
        );
        let (_, message) = mistake("[[ignore]]\nreason = \"r\"\nuntil = \"soon\"\n");
        assert!(message.contains("soon is no day such as 2027-01-31"), "{message}");
        let of_operator = |line: &str| mistake(&format!("[operator]\n{line}\n"));
        let (_, message) = of_operator("attestations = [{ clause = \"14.2.4\", until = \"soon\" }]");
        assert!(message.contains("soon is no day such as 2027-01-31"), "{message}");
        let (_, message) = of_operator("attestations = [{ clause = \"14.2.14\" }]");
        assert!(message.starts_with("there is no 14.2.14; did you mean 14.2.1?"), "{message}");
        let (_, message) = of_operator("category = \"网上购买\"");
        assert_eq!(message, "there is no 网上购买; did you mean 网上购物?");
        assert!(read("lang = ").is_err() && read("= 1").is_err() && read("[a\n").is_err());
    }
}
