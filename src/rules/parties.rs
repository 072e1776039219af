//! Third parties whose code or whose hosts stand in the program, whether data is known to reach them or not.
//! Knows packages by their names in paths and imports, and not one company.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::case::Source;
use crate::base::{Span, pattern};
use crate::models::{Models, Recipient, RecipientKind};
use crate::project::Project;

/// By what a party was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Its package is in the program, or is asked for.
    Package,
    /// A file bears the name of its package.
    File,
    /// The code names its host.
    Host,
}

/// Somebody who may receive data.
#[derive(Clone, Debug)]
pub struct Party {
    /// The recipient, by its id in the models.
    pub recipient: String,
    /// Where it shows, and how, in the order of places.
    pub places: Vec<(Span, Sign)>,
}

static IMPORTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern::compile(r#"(?:\brequire\s*\(|\bfrom|\bimport)\s*["']([^"'\s]{2,100})["']"#).ok());
static HOSTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"//([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)[/:"'`?]"#).ok());

/// All of them, by id. Of the many places of a sign in a file the first one counts.
pub fn parties(project: &Project, models: &Models, texts: &[Source]) -> Vec<Party> {
    let mut found: BTreeMap<&str, BTreeMap<(crate::base::FileId, Sign), Span>> = BTreeMap::new();
    for source in texts.iter().filter(|source| source.kind.is_script()) {
        let path = &project.files.get(source.file).path;
        let of_path = of_path(models, path).map(|(party, sign)| (party, sign, Span::file_start(source.file)));
        let named = named(models, source);
        for (party, sign, place) in of_path.into_iter().chain(named).filter(|(party, ..)| is_other(party)) {
            found.entry(&party.id).or_default().entry((source.file, sign)).or_insert(place);
        }
    }
    let party = |(recipient, places): (&str, BTreeMap<(crate::base::FileId, Sign), Span>)| Party {
        recipient: recipient.to_owned(),
        places: places.into_iter().map(|((_, sign), place)| (place, sign)).collect(),
    };
    found.into_iter().map(party).collect()
}

fn is_other(party: &Recipient) -> bool {
    !matches!(party.kind, RecipientKind::Own | RecipientKind::Platform)
}

/// Whose code a file is, by the package that it lies in or by its name.
fn of_path<'m>(models: &'m Models, path: &str) -> Option<(&'m Recipient, Sign)> {
    let inside = ["miniprogram_npm/", "node_modules/"].iter().filter_map(|mark| path.rsplit_once(mark)).map(|it| it.1);
    if let Some(party) = inside.min_by_key(|rest| rest.len()).and_then(|rest| models.recipient_of_package(rest)) {
        return Some((party, Sign::Package));
    }
    let name = path.rsplit('/').next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let copied = || models.recipient_of_package(models.copy_of_library(path)?.package);
    of_stem(models, stem).or_else(copied).map(|party| (party, Sign::File))
}

/// The party whose package a file is named after: `qqmap-wx-jssdk.min`, `amap-wx.130`.
fn of_stem<'m>(models: &'m Models, stem: &str) -> Option<&'m Recipient> {
    let is_named = |package: &String| {
        let package = package.rsplit('/').next().unwrap_or(package);
        let rest = stem.get(..package.len()).filter(|head| head.eq_ignore_ascii_case(package));
        let rest = rest.map(|_| &stem[package.len()..]);
        // A word that many files are named by would say too little.
        package.contains('-') && rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    models.recipients.iter().find(|party| party.packages.iter().any(is_named))
}

/// Whom a script names, in what it imports and in addresses.
fn named<'m>(models: &'m Models, source: &Source) -> Vec<(&'m Recipient, Sign, Span)> {
    let captures = |regex: &'static Option<Regex>| {
        let found = regex.as_ref().into_iter().flat_map(|regex| regex.captures_iter(&source.text));
        found.filter_map(|found| found.get(1))
    };
    let place = |found: regex::Match<'_>| Span::new(source.file, found.start() as u32, found.end() as u32);
    let imports = captures(&IMPORTS).filter_map(|found| {
        let request = found.as_str();
        let party = if request.starts_with(['.', '/']) {
            let name = request.rsplit('/').next().unwrap_or(request);
            of_stem(models, name.strip_suffix(".js").unwrap_or(name))
        } else {
            models.recipient_of_package(request)
        };
        Some((party?, Sign::Package, place(found)))
    });
    let hosts = captures(&HOSTS)
        .filter_map(|found| Some((models.recipient_of_host(found.as_str())?, Sign::Host, place(found))));
    imports.chain(hosts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

    fn signs(path: &str, text: &str) -> Vec<(String, Sign)> {
        let (project, _) = crate::project::load(&MemoryFs::new([(path, text)]), "").expect("a program");
        let models = Models::load(true, &[]).expect("the built-in models");
        let texts: Vec<Source> = project
            .files
            .iter()
            .map(|(file, source)| Source { file, kind: source.kind, text: source.text.to_string(), is_shipped: true })
            .collect();
        let found = parties(&project, &models, &texts).into_iter();
        found.flat_map(|it| it.places.into_iter().map(move |(_, sign)| (it.recipient.clone(), sign))).collect()
    }

    #[test]
    fn parties_show_by_package_file_and_host() {
        let one = |id: &str, sign| vec![(id.to_owned(), sign)];
        assert_eq!(signs("a.js", "require('umtrack-wx')"), one("umeng", Sign::Package));
        assert_eq!(signs("a.js", "import x from '../libs/qqmap-wx-jssdk.min.js'"), one("tencent-map", Sign::Package));
        assert_eq!(signs("libs/amap-wx.130.js", ""), one("amap", Sign::File));
        assert_eq!(signs("a.js", "const u = 'https://ulogs.umeng.com/log'"), one("umeng", Sign::Host));
        assert_eq!(signs("a.js", "const u = 'https://api.weixin.qq.com/x' + '//aumeng.com.evil/'"), vec![]);
        assert_eq!(signs("pages/upyun-list.js", "require('./bmap-wxy')"), vec![]);
    }
}
