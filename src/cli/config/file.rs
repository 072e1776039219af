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
use crate::rules::operator::NO_HOST;

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
    let file: ConfigFile = toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        Mistake { range, message: words(error.message()) }
    })?;
    let is_bare = |it: &&Spanned<Ignore>| it.get_ref().clause.is_none() && it.get_ref().finding.is_none();
    match file.ignore.iter().find(is_bare) {
        None => Ok(file),
        Some(entry) => Err(Mistake {
            range: entry.span(),
            message: Text::new(
                "未写明忽略什么：请补上 clause = \"14.2.4\" 或 finding = \"…\"",
                "it does not say what to ignore: add clause = \"14.2.4\" or finding = \"…\"",
            ),
        }),
    }
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
    if let ([missing], true) = (quoted.as_slice(), said.starts_with("missing field")) {
        return Text::new(
            format!("此处缺少 {missing}，请补上：{missing} = \"…\""),
            format!("{missing} is missing here; add {missing} = \"…\""),
        );
    }
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
    let said = said.trim_end();
    if let Some(text) = said.strip_suffix(NO_DAY) {
        return Text::new(format!("{text} 不是有效日期，请写作 2027-01-31"), said);
    }
    if let Some((wrong, host)) = said.split_once(NO_HOST) {
        return Text::new(format!("{wrong} 不是域名，请写作 {host}"), said);
    }
    let wanted = said.split_once(", expected ").filter(|_| said.starts_with("invalid type"));
    let wanted = wanted.map(|(_, wanted)| wanted).or_else(|| said.strip_prefix("wanted "));
    let known = wanted.and_then(|wanted| KINDS.iter().find(|(name, ..)| wanted.starts_with(name)));
    match known {
        Some((_, zh, en)) => Text::new(format!("配置有误：此处应为{zh}"), format!("{en} belongs here")),
        None => Text::new(format!("配置有误，无法按 TOML 读取此处（{said}）"), said),
    }
}

/// What the parser calls the kinds of values, and what they look like.
const KINDS: [(&str, &str, &str); 5] = [
    ("a map", "一组键值，如 名称 = \"内容\"", "a table, such as name = \"…\","),
    ("a sequence", "列表，如 [\"内容\"]", "a list, such as [\"…\"],"),
    ("a string", "字符串，如 \"内容\"", "a text, such as \"…\","),
    ("string", "字符串，如 \"内容\"", "a text, such as \"…\","),
    ("a boolean", " true 或 false", "true or false"),
];

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
        let (_, message) = mistake("[[ignore]]\nreason = \"r\"\n");
        assert!(message.starts_with("it does not say what to ignore: add clause"), "{message}");
        let (_, message) = mistake("[[ignore]]\nreason = \"r\"\nuntil = \"soon\"\n");
        assert!(message.contains("soon is no day such as 2027-01-31"), "{message}");
        let of_operator = |line: &str| mistake(&format!("[operator]\n{line}\n"));
        let (_, message) = of_operator("attestations = [{ clause = \"14.2.4\", until = \"soon\" }]");
        assert!(message.contains("soon is no day such as 2027-01-31"), "{message}");
        let (_, message) = of_operator("attestations = [{ clause = \"14.2.14\" }]");
        assert!(message.starts_with("there is no 14.2.14; did you mean 14.2.1?"), "{message}");
        let (_, message) = of_operator("category = \"网上购买\"");
        assert_eq!(message, "there is no 网上购买; did you mean 网上购物?");
        assert!(read("[operator]\ncategory = 6\n").is_ok());
        let (_, message) = of_operator("attestations = [{ statement = \"s\" }]");
        assert_eq!(message, "clause is missing here; add clause = \"…\"");
        let (_, message) = of_operator("own-hosts = [\"https://api.example.com/v1\"]");
        assert_eq!(message, "https://api.example.com/v1 is no host; write api.example.com");
        let (place, message) = of_operator("own-hosts = \"api.example.com\"");
        assert_eq!((&*place, &*message), ("\"api.example.com\"", "a list, such as [\"…\"], belongs here"));
        assert!(read("lang = ").is_err() && read("= 1").is_err() && read("[a\n").is_err());
    }
}
