//! Examples of whole projects in memory, one for each rule of loading and resolving.
//! Knows the public interface of the step only.

use super::*;
use crate::base::fs::MemoryFs;
use crate::base::{Level, Problem};

fn load_at(path: &str, files: &[(&str, &str)]) -> Result<(Project, Vec<Problem>), LoadError> {
    load(&MemoryFs::new(files.iter().map(|&(path, text)| (path, text))), path)
}

fn loaded(files: &[(&str, &str)]) -> (Project, Vec<Problem>) {
    load_at("", files).expect("project")
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

fn paths_of(project: &Project) -> Vec<&str> {
    project.files.iter().map(|(_, file)| file.path.as_str()).collect()
}

fn unit<'p>(project: &'p Project, route: &str) -> &'p Unit {
    project.unit(project.unit_by_route(route).unwrap_or_else(|| panic!("no unit {route}")))
}

fn component<'p>(project: &'p Project, route: &str, tag: &str) -> Option<&'p str> {
    unit(project, route).components.get(tag).map(|&id| project.unit(id).route.as_str())
}

fn resolved(project: &Project, from: &str, request: &str) -> String {
    let from = project.files.find(from).expect("file");
    match project.resolve_module(from, request) {
        Resolution::File(file) => project.files.get(file).path.clone(),
        Resolution::Package(name) => format!("package {name}"),
        Resolution::Missing => "missing".into(),
    }
}

const SHOP: &[(&str, &str)] = &[
    ("project.config.json", r#"{"miniprogramRoot": "mp/", "appid": "wx1"}"#),
    ("project.private.config.json", r#"{"libVersion": "3.0.0"}"#),
    (
        "mp/app.json",
        r#"{ // the app
            "pages": ["pages/home/home", "pages/gone/gone", "pages/home/home"],
            "subPackages": [{"root": "pkg", "pages": ["list/list"], "plugins": {"live": {"provider": "wx9"}}}],
            "usingComponents": {"x-card": "/components/card/card", "x-icon": "components/icon"},
            "tabBar": {"custom": true, "list": []},
            "workers": "workers", "entryPagePath": "pkg/list/list",
            "resolveAlias": {"@/*": "/*"},
        }"#,
    ),
    ("mp/app.ts", ""),
    ("mp/app.js", ""),
    ("mp/pages/home/home.js", ""),
    ("mp/pages/home/home.wxml", ""),
    (
        "mp/pages/home/home.json",
        r#"{"usingComponents": {"x-icon": "./icon", "p-live": "plugin://live/player", "no": "../no"},
            "componentGenerics": {"row": {"default": "/components/row"}, "cell": true}}"#,
    ),
    ("mp/pages/home/icon.js", ""),
    ("mp/pages/home/icon.wxml", ""),
    ("mp/pkg/list/list.js", ""),
    ("mp/pkg/list/list.wxml", ""),
    ("mp/components/card/card.js", ""),
    ("mp/components/card/card.json", r#"{"component": true, "usingComponents": {"inner": "inner"}}"#),
    ("mp/components/card/inner.wxml", ""),
    ("mp/components/icon/index.js", ""),
    ("mp/components/icon/index.wxml", ""),
    ("mp/components/row.wxml", ""),
    ("mp/components/old.js", ""),
    ("mp/components/old.json", r#"{"component": true, "usingComponents": {"older": "./older"}}"#),
    ("mp/components/older.js", ""),
    ("mp/custom-tab-bar/index.js", ""),
    ("mp/custom-tab-bar/index.wxml", ""),
    ("mp/pages/unlisted.js", ""),
    ("mp/pages/unlisted.wxml", ""),
    ("mp/utils/a.js", ""),
    ("mp/utils/a.wxs", ""),
    ("cloudfunctions/login/index.js", ""),
    ("cloudfunctions/pay/package.json", r#"{"main": "src/main"}"#),
    ("cloudfunctions/pay/src/main.js", ""),
    ("cloudfunctions/pay/index.js", ""),
    ("cloudfunctions/common/readme.json", "{}"),
];

#[test]
fn units_are_sorted_by_kind_and_route_and_know_how_they_are_reached() {
    let (project, _) = loaded(SHOP);
    let units: Vec<_> = project.units.iter().map(|unit| (unit.kind, &*unit.route, unit.reachable)).collect();
    assert_eq!(
        units,
        [
            (UnitKind::App, "app", true),
            (UnitKind::Page, "pages/home/home", true),
            (UnitKind::Page, "pages/unlisted", false),
            (UnitKind::Page, "pkg/list/list", true),
            (UnitKind::Component, "components/card/card", true),
            (UnitKind::Component, "components/card/inner", true),
            (UnitKind::Component, "components/icon/index", true),
            (UnitKind::Component, "components/old", false),
            (UnitKind::Component, "components/older", false),
            (UnitKind::Component, "components/row", true),
            (UnitKind::Component, "custom-tab-bar/index", true),
            (UnitKind::Component, "pages/home/icon", true),
        ]
    );
    assert_eq!(project.kind, ProjectKind::MiniProgram);
    assert_eq!((project.mini_root.as_str(), project.app_id.as_deref()), ("mp", Some("wx1")));
}

#[test]
fn own_components_beat_the_global_ones() {
    let (project, _) = loaded(SHOP);
    assert_eq!(component(&project, "pages/home/home", "x-card"), Some("components/card/card"));
    assert_eq!(component(&project, "pages/home/home", "x-icon"), Some("pages/home/icon"));
    assert_eq!(component(&project, "pages/home/home", "p-live"), None);
    assert_eq!(component(&project, "pkg/list/list", "x-icon"), Some("components/icon/index"));
    assert_eq!(component(&project, "components/card/card", "inner"), Some("components/card/inner"));
    assert_eq!(component(&project, "app", "x-card"), Some("components/card/card"));
    let generics = &unit(&project, "pages/home/home").generics;
    assert_eq!(
        generics.iter().map(|(name, &id)| (&**name, &*project.unit(id).route)).collect::<Vec<_>>(),
        [("row", "components/row")]
    );
}

#[test]
fn what_is_missing_is_said_at_its_place() {
    let (project, problems) = loaded(SHOP);
    let said: Vec<_> = problems
        .iter()
        .map(|problem| (problem.level, problem.code, project.files.slice(problem.span.expect("span"))))
        .collect();
    assert_eq!(
        said,
        [
            (Level::Warning, "missing-page", "\"pages/gone/gone\""),
            (Level::Warning, "unresolved-component", "\"../no\""),
            (Level::Note, "duplicate-page", "\"pages/home/home\""),
            (Level::Note, "external-component", "\"plugin://live/player\""),
        ]
    );
}

#[test]
fn the_typescript_of_a_unit_wins() {
    let (project, _) = loaded(SHOP);
    let script = unit(&project, "app").script.expect("script");
    assert_eq!(project.files.get(script).path, "mp/app.ts");
    assert_eq!(project.files.find("mp/app.js"), None);
    assert_eq!(project.unit_of_script(script), project.unit_by_route("app"));
    assert_eq!(project.unit_of_script(project.files.find("mp/utils/a.js").expect("file")), None);
}

#[test]
fn cloud_functions_plugins_and_settings_are_found() {
    let (project, _) = loaded(SHOP);
    let functions: Vec<_> = project
        .cloud_functions
        .iter()
        .map(|function| (&*function.name, &*project.files.get(function.entry).path))
        .collect();
    assert_eq!(functions, [("login", "cloudfunctions/login/index.js"), ("pay", "cloudfunctions/pay/src/main.js")]);
    assert_eq!(project.plugins.iter().map(|plugin| &*plugin.provider).collect::<Vec<_>>(), ["wx9"]);
    assert_eq!(project.workers.as_deref(), Some("mp/workers"));
    assert_eq!(project.entry_page, project.unit_by_route("pkg/list/list"));
    let app = project.config(project.app_config.expect("app.json")).expect("JSON");
    assert!(app.get("tabBar").is_some());
    let config = project.project_config.expect("project.config.json");
    assert_eq!(project.files.get(config).path, "project.config.json");
}

#[test]
fn modules_templates_and_wxs_resolve() {
    let (project, _) = loaded(SHOP);
    assert_eq!(resolved(&project, "mp/app.ts", "utils/a"), "mp/utils/a.js");
    assert_eq!(resolved(&project, "mp/pages/home/home.js", "../../utils/a.js"), "mp/utils/a.js");
    assert_eq!(resolved(&project, "mp/pages/home/home.js", "@/utils/a"), "mp/utils/a.js");
    assert_eq!(resolved(&project, "mp/pages/home/home.js", "/utils/a"), "mp/utils/a.js");
    assert_eq!(resolved(&project, "cloudfunctions/login/index.js", "wx-server-sdk"), "package wx-server-sdk");
    let home = project.files.find("mp/pages/home/home.wxml").expect("file");
    let template = |src| project.resolve_template(home, src).map(|file| project.files.get(file).path.as_str());
    assert_eq!(template("icon.wxml"), Some("mp/pages/home/icon.wxml"));
    assert_eq!(template("/components/row"), Some("mp/components/row.wxml"));
    assert_eq!(template("../gone"), None);
    assert_eq!(project.resolve_wxs(home, "../../utils/a.wxs"), project.files.find("mp/utils/a.wxs"));
    assert_eq!(project.resolve_wxs(home, "/utils/a"), project.files.find("mp/utils/a.wxs"));
}

#[test]
fn urls_lead_to_pages_without_their_query() {
    let (project, _) = loaded(SHOP);
    let list = project.unit_by_route("pkg/list/list");
    assert_eq!(project.resolve_page(None, "/pkg/list/list?id=1#x"), list);
    assert_eq!(project.resolve_page(None, "pkg/list/list"), list);
    assert_eq!(project.resolve_page(Some("pages/home/home"), "../../pkg/list/list?a=b/c"), list);
    assert_eq!(project.resolve_page(Some("pages/home/home"), "pkg/list/list"), list);
    assert_eq!(project.resolve_page(Some("pkg/list/list"), "./home"), None);
    assert_eq!(project.resolve_page(None, "/components/row"), None);
    assert_eq!(project.resolve_page(None, "plugin://live/room"), None);
    assert_eq!(project.resolve_page(None, "?a=1"), None);
}

#[test]
fn one_file_brings_only_what_it_reaches() {
    let files = [
        ("src/a.js", "import b from './lib/b'; require('lodash'); require('/src/other')"),
        ("src/lib/b.js", "module.exports = require('../c.json'); import('./d')"),
        ("src/lib/d/index.ts", "import './../../../up'"),
        ("up.js", "require('./src/a')"),
        ("src/c.json", "{}"),
        ("src/other.js", ""),
    ];
    let (project, problems) = load_at("src/a.js", &files).expect("project");
    assert_eq!(project.kind, ProjectKind::Modules);
    assert_eq!(paths_of(&project), ["src/a.js", "src/c.json", "src/lib/b.js", "src/lib/d/index.ts", "up.js"]);
    assert_eq!(project.entry, project.files.find("src/a.js"));
    assert_eq!(resolved(&project, "src/a.js", "lodash"), "package lodash");
    assert!(problems.is_empty());
}

#[test]
fn a_plain_folder_is_loose_modules() {
    let (project, _) = loaded(&[("a.js", ""), ("b/b.ts", ""), ("b/b.js", ""), ("node_modules/x/index.js", "")]);
    assert_eq!(project.kind, ProjectKind::Modules);
    assert_eq!(paths_of(&project), ["a.js", "b/b.js", "b/b.ts"]);
    assert!(project.units.is_empty() && project.entry.is_none());
}

#[test]
fn units_among_loose_modules_belong_to_the_nearest_program() {
    let (project, problems) = loaded(&[
        ("a/app.json", "{}"),
        ("b/app.json", "{}"),
        ("b/p.js", "require('/u')"),
        ("b/p.wxml", ""),
        ("b/p.json", r#"{"usingComponents": {"c": "/c"}}"#),
        ("b/c.js", ""),
        ("b/u.js", ""),
    ]);
    assert_eq!(codes(&problems), ["several-programs"]);
    assert!(unit(&project, "b/p").reachable);
    assert_eq!(component(&project, "b/p", "c"), Some("b/c"));
    assert_eq!(resolved(&project, "b/p.js", "/u"), "b/u.js");
}

#[test]
fn nothing_to_analyse_is_an_error_in_both_languages() {
    let files = [("readme.md", ""), ("x/app.json", "{}"), ("y/z.wxml", "")];
    let error = load_at("", &files).expect_err("no scripts");
    assert_eq!(error, LoadError::NothingToAnalyse { path: String::new() });
    assert!(matches!(load_at("y/z.wxml", &files), Err(LoadError::NothingToAnalyse { .. })));
    let error = load_at("gone", &files).expect_err("no such path");
    assert_eq!(error, LoadError::NotFound { path: "gone".into() });
    assert!(error.message().en.contains("gone") && error.message().zh.contains("gone"));
    assert!(matches!(load_at("../x", &files), Err(LoadError::NotFound { .. })));
}

#[test]
fn installed_packages_are_read_when_they_are_used_and_not_built() {
    let (project, problems) = loaded(&[
        ("app.json", r#"{"pages": ["p/p"], "usingComponents": {"van-button": "@vant/weapp/button/index"}}"#),
        ("app.js", "require('dayjs'); require('built'); require('fs-like/sub/x')"),
        ("p/p.js", ""),
        ("node_modules/dayjs/package.json", r#"{"main": "dayjs.min.js"}"#),
        ("node_modules/dayjs/dayjs.min.js", "require('./locale'); require('deep')"),
        ("node_modules/dayjs/locale.js", ""),
        ("node_modules/dayjs/unused.js", ""),
        ("node_modules/dayjs/node_modules/deep/index.js", ""),
        ("node_modules/fs-like/sub/x.js", ""),
        ("node_modules/built/index.js", ""),
        ("miniprogram_npm/built/index.js", ""),
        ("node_modules/unused/index.js", ""),
        ("node_modules/@vant/weapp/package.json", r#"{"miniprogram": "lib"}"#),
        ("node_modules/@vant/weapp/lib/button/index.js", ""),
        (
            "node_modules/@vant/weapp/lib/button/index.json",
            r#"{"component": true, "usingComponents": {"i": "../icon/index"}}"#,
        ),
        ("node_modules/@vant/weapp/lib/icon/index.js", ""),
        ("node_modules/@vant/weapp/src/button.js", ""),
    ]);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(resolved(&project, "app.js", "dayjs"), "node_modules/dayjs/dayjs.min.js");
    assert_eq!(resolved(&project, "node_modules/dayjs/dayjs.min.js", "./locale"), "node_modules/dayjs/locale.js");
    assert_eq!(
        resolved(&project, "node_modules/dayjs/dayjs.min.js", "deep"),
        "node_modules/dayjs/node_modules/deep/index.js"
    );
    assert_eq!(resolved(&project, "app.js", "built"), "miniprogram_npm/built/index.js");
    assert_eq!(resolved(&project, "app.js", "fs-like/sub/x"), "node_modules/fs-like/sub/x.js");
    assert_eq!(component(&project, "p/p", "van-button"), Some("node_modules/@vant/weapp/lib/button/index"));
    assert!(unit(&project, "node_modules/@vant/weapp/lib/icon/index").reachable);
    let read = paths_of(&project);
    assert!(!read.iter().any(|path| path.contains("unused") || path.ends_with("src/button.js")), "{read:?}");
}

#[test]
fn a_plugin_has_its_pages_components_and_interface() {
    let (project, _) = loaded(&[
        ("project.config.json", r#"{"miniprogramRoot": "mp", "pluginRoot": "plugin", "compileType": "plugin"}"#),
        ("mp/app.json", r#"{"pages": ["p"], "usingComponents": {"g": "/g"}}"#),
        ("mp/p.js", ""),
        ("mp/g.js", ""),
        (
            "plugin/plugin.json",
            r#"{"publicComponents": {"c": "components/c"}, "pages": {"h": "h"}, "main": "index.js"}"#,
        ),
        ("plugin/index.js", "require('/u')"),
        ("plugin/u.js", ""),
        ("plugin/h.js", ""),
        ("plugin/components/c.js", ""),
    ]);
    assert_eq!(project.kind, ProjectKind::MiniProgram);
    assert_eq!(project.plugin_main, project.files.find("plugin/index.js"));
    assert_eq!(resolved(&project, "plugin/index.js", "/u"), "plugin/u.js");
    assert_eq!(unit(&project, "plugin/h").kind, UnitKind::Page);
    assert!(unit(&project, "plugin/components/c").components.is_empty());
    assert!(component(&project, "p", "g").is_some());
    let (alone, _) = loaded(&[("plugin.json", r#"{"main": "a.js"}"#), ("a.js", "")]);
    assert_eq!(alone.kind, ProjectKind::Plugin);
    assert_eq!(alone.plugin_main, alone.files.find("a.js"));
}

#[test]
fn broken_configurations_leave_the_scripts() {
    let (project, problems) = loaded(&[("app.json", "{\"pages\": [\"a\""), ("a.js", ""), ("a.wxml", "")]);
    assert_eq!(codes(&problems), ["no-page", "json-syntax"]);
    assert!(unit(&project, "a").reachable, "which pages it has is not known");
    let (_, problems) = loaded(&[("app.json", r#"{"pages": {}, "usingComponents": []}"#), ("a.js", "")]);
    assert_eq!(codes(&problems), ["config-type", "config-type"]);
}

#[test]
fn components_of_extended_libraries_are_external() {
    let (_, problems) = loaded(&[
        (
            "app.json",
            r#"{"useExtendedLib": {"weui": true}, "usingComponents": {"d": "weui-miniprogram/dialog/dialog"}}"#,
        ),
        ("app.js", ""),
    ]);
    assert_eq!(codes(&problems), ["external-component"]);
}

#[test]
fn an_absent_package_is_said_once_and_a_wrong_path_each_time() {
    let (project, problems) = loaded(&[
        (
            "app.json",
            r#"{"usingComponents": {"a": "ui/a/a", "b": "ui/b/b", "c": "components/c", "d": "components/d"}}"#,
        ),
        ("app.js", ""),
        ("components/other.js", ""),
    ]);
    let said: Vec<_> = problems.iter().map(|problem| project.files.slice(problem.span.expect("span"))).collect();
    assert_eq!(said.len(), 3);
    assert!(said.contains(&"\"components/c\"") && said.contains(&"\"components/d\""));
    assert_eq!(codes(&problems), ["unresolved-component"; 3]);
}

#[test]
fn a_mini_game_is_a_program_without_pages() {
    let (project, _) = loaded(&[("game.json", r#"{"deviceOrientation": "portrait"}"#), ("game.js", "")]);
    assert_eq!((project.kind, project.units.len()), (ProjectKind::MiniProgram, 1));
    assert_eq!(unit(&project, "game").kind, UnitKind::App);
}

#[test]
fn components_that_use_each_other_end() {
    let (project, _) = loaded(&[
        ("app.json", r#"{"usingComponents": {"a": "/a"}}"#),
        ("a.js", ""),
        ("a.json", r#"{"usingComponents": {"b": "b", "self": "a"}}"#),
        ("b.js", ""),
        ("b.json", r#"{"usingComponents": {"a": "a"}}"#),
    ]);
    assert_eq!(component(&project, "b", "a"), Some("a"));
    assert_eq!(component(&project, "a", "self"), Some("a"));
}
