//! `wxray config show`: what is in force, and where each setting comes from. Knows the settings, and not what they do.

use std::fmt::Write;

use clap::ValueEnum;
use serde_json::json;

use super::file::{ConfigFile, lines_of_keys};
use super::{InForce, NAME};
use crate::base::Text;
use crate::base::text::Lang;

/// The settings as TOML, with the origin of each behind it.
pub fn text(in_force: &InForce, lang: Lang) -> String {
    let origins = Origins::new(in_force, lang);
    let word = |value: Option<clap::builder::PossibleValue>| json!(value.map(|value| value.get_name().to_owned()));
    let paths =
        |paths: &[std::path::PathBuf]| json!(paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>());
    let mut rows = vec![
        ("lang", word(in_force.lang.to_possible_value())),
        ("fail-on", word(in_force.fail_on.to_possible_value())),
        ("models", paths(&in_force.models.paths)),
        ("default-models", json!(!in_force.models.no_default_models)),
        ("only", json!(in_force.only)),
    ];
    rows.extend(in_force.baseline.as_ref().map(|path| ("baseline", json!(path.display().to_string()))));
    rows.extend(in_force.release.map(|day| ("release-date", json!(day.to_string()))));
    rows.push(("packs", json!(in_force.packs)));
    let operator = in_force.operator();
    rows.push(("operator.own-hosts", json!(operator.own_hosts)));
    rows.push(("operator.own-app-ids", json!(operator.own_app_ids)));
    let names: Vec<&str> = operator.third_parties.iter().map(|party| party.name.as_str()).collect();
    rows.push(("operator.third-parties", json!(names)));
    rows.extend(operator.category.as_ref().map(|category| ("operator.category", json!(category))));
    let declared = operator.guideline.as_ref().map(|declared| declared.keys().collect::<Vec<_>>());
    rows.extend(declared.map(|keys| ("operator.guideline", json!(keys))));
    let attested: Vec<&str> = operator.attestations.iter().map(|it| it.clause.as_str()).collect();
    rows.push(("operator.attestations", json!(attested)));
    let entries = in_force.found.as_ref().map_or(0, |found| found.file.ignore.len());
    rows.push(("ignore", json!(entries)));
    let mut out = origins.head();
    for (key, value) in rows {
        let line = format!("{key} = {value}");
        let _ = writeln!(out, "{line:40} # {}", origins.of(in_force, key));
    }
    out
}

/// Where settings come from.
struct Origins {
    name: Option<String>,
    lines: std::collections::BTreeMap<String, usize>,
    lang: Lang,
}

impl Origins {
    fn new(in_force: &InForce, lang: Lang) -> Self {
        let found = in_force.found.as_ref();
        let lines = found.map(|found| lines_of_keys(&found.text)).unwrap_or_default();
        Self { name: found.map(|found| found.path.display().to_string()), lines, lang }
    }

    fn head(&self) -> String {
        if let Some(name) = &self.name {
            return format!("# {name}\n");
        }
        let text = Text::new(format!("# 没有 {NAME}"), format!("# no {NAME}"));
        format!("{}\n", text.get(self.lang))
    }

    /// An option counts where what is in force is not what the file says.
    fn of(&self, in_force: &InForce, key: &str) -> String {
        let built_in = Text::new("默认", "default");
        let option = Text::new("命令行", "command line");
        let file = in_force.found.as_ref().map(|found| found.file.clone()).unwrap_or_default();
        match (is_given(in_force, &file, key), self.lines.get(key), &self.name) {
            (true, ..) => option.get(self.lang).to_owned(),
            (false, Some(line), Some(name)) => format!("{name}:{line}"),
            _ => built_in.get(self.lang).to_owned(),
        }
    }
}

fn is_given(in_force: &InForce, file: &ConfigFile, key: &str) -> bool {
    use super::{FailOn, LangChoice};
    match key {
        "lang" => in_force.lang != file.lang.unwrap_or(LangChoice::Auto),
        "fail-on" => in_force.fail_on != file.fail_on.unwrap_or(FailOn::Violation),
        "models" => in_force.models.paths.len() != file.models.len(),
        "default-models" => in_force.models.no_default_models != (file.default_models == Some(false)),
        "only" => in_force.only != file.only,
        "packs" => in_force.packs != file.packs,
        "release-date" => in_force.release != file.release_date.map(|day| day.0),
        _ => false,
    }
}
