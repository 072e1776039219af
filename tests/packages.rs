//! Programs that were packed are analysed as those they were made from: every fixture is packed and compared.
//! Knows the form of packages through `support/pack.rs`, and nothing of how they are read.

#[expect(dead_code, reason = "the fixtures are read as in the tests of the markers")]
mod harness;
#[path = "support/pack.rs"]
mod pack;
#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::collections::BTreeMap;

use harness::cases::{self, Case, Setting};
use harness::{compare, engine};
use wxray::models::Models;
use wxray::package::{self, Packed};
use wxray::project::Project;
use wxray::{Analysis, Config};

type Files = BTreeMap<String, String>;

/// The files that a package would hold of a case; `None` where it is no JavaScript mini-program.
fn shipped(case: &Case) -> Option<Files> {
    let files = compare::prepare(case).files;
    let config = files.get("project.config.json").and_then(|text| serde_json::from_str(text).ok());
    let config: serde_json::Value = config.unwrap_or_default();
    let root = config["miniprogramRoot"].as_str().unwrap_or_default().trim_matches('/').to_owned();
    let inner = |path: &str| {
        if root.is_empty() { Some(path.to_owned()) } else { path.strip_prefix(&format!("{root}/")).map(str::to_owned) }
    };
    let shipped: Files = files
        .iter()
        .filter_map(|(path, text)| Some((inner(path)?, text.clone())))
        .filter(|(path, _)| {
            path != "project.config.json" && !path.starts_with("cloudfunctions/") && !path.contains("node_modules/")
        })
        .collect();
    let is_packable = |path: &String| !pack::is(path, "ts") && !path.ends_with("plugin.json");
    let is_program = shipped.contains_key("app.json") && shipped.keys().all(is_packable);
    (is_program && case.setting != Setting::Language).then_some(shipped)
}

fn analyse(project: &Project) -> Analysis {
    wxray::analyze(project, &Models::load(true, &[]).expect("the built-in models"), &Config::default())
}

/// What is the same of a flow wherever its text stands.
fn flows(analysis: &Analysis) -> Vec<String> {
    let consents = analysis.consent.flows.iter();
    let mut flows: Vec<String> = analysis
        .flows
        .iter()
        .zip(consents)
        .map(|(flow, consent)| {
            format!(
                "{} {:?} {} -> {} {} {:?} {:?} {:?}",
                flow.data,
                flow.form,
                flow.source.model,
                flow.sink.model,
                flow.sink.kind,
                flow.sink.destination,
                consent.status,
                flow.features,
            )
        })
        .collect();
    flows.sort();
    flows
}

fn recovered(files: &Files) -> (Project, Vec<wxray::base::Problem>) {
    let packed = files
        .iter()
        .map(|(path, text)| Packed { path: path.clone(), inner: path.clone(), text: text.clone() })
        .collect();
    wxray::project::load_recovered(package::recover(packed)).unwrap_or_else(|error| panic!("{error:?}"))
}

#[test]
fn packed_programs_have_the_flows_of_their_sources() {
    let wanted = std::env::var("WXRAY_CASE").unwrap_or_default();
    let (mut n_programs, mut n_flows, mut wrong) = (0, 0, Vec::new());
    for case in cases::all().iter().filter(|case| case.name.contains(&wanted)) {
        let Some(files) = shipped(case) else { continue };
        let (_, plain) = engine::analyze(files.clone(), None, engine::Order::Sorted);
        let packed = pack::compile(&files);
        let (project, problems) = recovered(&packed);
        let from_package = analyse(&project);
        let unread: Vec<_> = problems.iter().filter(|problem| problem.code == "template-not-read").collect();
        let (expected, found) = (flows(&plain), flows(&from_package));
        if expected != found || !unread.is_empty() {
            let lost: Vec<_> = expected.iter().filter(|flow| !found.contains(flow)).collect();
            let new: Vec<_> = found.iter().filter(|flow| !expected.contains(flow)).collect();
            wrong.push(format!("{}: lost {lost:#?} new {new:#?} {unread:?}", case.name));
        }
        for flow in &from_package.flows {
            for span in flow.steps.iter().map(|step| step.span).chain([flow.source.span, flow.sink.span]) {
                let place = project.files.place(span);
                let file = project.files.get(place.file);
                assert!(packed.contains_key(&file.path), "{}: {}", case.name, file.path);
                assert!(file.text.get(place.range()).is_some(), "{}: {place:?}", case.name);
            }
        }
        n_programs += 1;
        n_flows += found.len();
    }
    assert!(wrong.is_empty(), "{}\n{} of {n_programs} differ", wrong.join("\n"), wrong.len());
    assert!(!wanted.is_empty() || (n_programs > 50 && n_flows > 200), "{n_programs} programs, {n_flows} flows");
}

/// A package of the demo in a folder, and its files.
fn packed_demo() -> (tempfile::TempDir, Files) {
    let demo = cases::all().into_iter().find(|case| case.name.ends_with("fixtures/demo")).expect("the demo");
    let packed = pack::compile(&shipped(&demo).expect("a program"));
    let folder = program::tree(&[]);
    std::fs::write(folder.path().join("demo.wxapkg"), pack::contain(&packed)).expect("a package");
    (folder, packed)
}

/// Flows of a report without their places.
fn ends(report: &serde_json::Value) -> Vec<String> {
    let flows = report["flows"].as_array().expect("flows").iter();
    let mut ends: Vec<String> = flows
        .map(|flow| format!("{} {} {}", flow["data"], flow["source"]["model"], flow["sink"]["destination"]))
        .collect();
    ends.sort();
    ends
}

#[test]
fn a_package_is_scanned_unpacked_and_scanned_again() {
    let (folder, packed) = packed_demo();
    let scan = |paths: &[&str]| {
        let output = program::run(folder.path(), &[&["scan", "-f", "json"], paths].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        program::json(&output)
    };
    let report = scan(&["demo.wxapkg"]);
    assert_eq!(report["project"]["kind"], "wxapkg");
    assert!(!ends(&report).is_empty());
    let steps =
        report["flows"].as_array().expect("flows").iter().flat_map(|flow| flow["steps"].as_array().expect("steps"));
    let files: std::collections::BTreeSet<&str> =
        steps.map(|step| step["location"]["file"].as_str().expect("a file")).collect();
    assert_eq!(files.into_iter().collect::<Vec<_>>(), ["app-service.js", "page-frame.html"]);

    let output = program::run(folder.path(), &["unpack", "demo.wxapkg", "-o", "out"]);
    assert!(program::reason(&output).starts_with("exit 0: 3 files"), "{output:?}");
    assert_eq!(program::stdout(&output), "app-config.json\napp-service.js\npage-frame.html\n");
    for (path, text) in &packed {
        assert_eq!(&std::fs::read_to_string(folder.path().join("out").join(path)).expect("a file"), text);
    }
    let unpacked = scan(&["out"]);
    assert_eq!(unpacked["flows"], report["flows"]);
    assert_eq!(unpacked["project"]["kind"], "wxapkg");

    // The text report shows the line of the package.
    let output = program::run(folder.path(), &["scan", "demo.wxapkg"]);
    assert!(program::stdout(&output).contains("app-service.js:"), "{}", program::stdout(&output));
}

#[test]
fn nothing_is_overwritten_and_nothing_written_through_links() {
    let (folder, _) = packed_demo();
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    std::fs::write(folder.path().join("out/app-service.js"), "mine").expect("a file");
    let unpack = |more: &[&str]| program::run(folder.path(), &[&["unpack", "demo.wxapkg", "-o", "out"], more].concat());
    assert!(program::reason(&unpack(&[])).starts_with("exit 2: "));
    assert_eq!(std::fs::read_dir(folder.path().join("out")).expect("a folder").count(), 1);
    assert!(program::reason(&unpack(&["--force"])).starts_with("exit 0: "));
    #[cfg(unix)]
    {
        std::fs::write(folder.path().join("target"), "mine").expect("a file");
        std::fs::remove_file(folder.path().join("out/app-service.js")).expect("gone");
        std::os::unix::fs::symlink(folder.path().join("target"), folder.path().join("out/app-service.js"))
            .expect("a link");
        assert!(program::reason(&unpack(&["--force"])).contains("is a link"));
        assert_eq!(std::fs::read_to_string(folder.path().join("target")).expect("a file"), "mine");
    }
}

#[test]
fn packages_that_are_hostile_or_none_are_told_of() {
    let folder =
        program::tree(&[("plain.wxapkg", "PK\u{3}\u{4} no package at all"), ("locked.wxapkg", "V1MMWX and so on")]);
    let evil: Files =
        [("../evil.js", "x"), ("app-service.js", "define(")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    std::fs::write(folder.path().join("evil.wxapkg"), pack::contain(&evil)).expect("a package");
    for (file, words) in [("plain.wxapkg", "marks"), ("locked.wxapkg", "encrypted"), ("evil.wxapkg", "")] {
        for command in [&["scan", file][..], &["unpack", file, "-o", "out"]] {
            let output = program::run(folder.path(), command);
            assert!(program::reason(&output).starts_with("exit 3: "), "{output:?}");
            assert!(program::reason(&output).contains(words), "{output:?}");
        }
    }
    let out: Vec<_> =
        std::fs::read_dir(folder.path().join("out")).expect("a folder").flatten().map(|it| it.file_name()).collect();
    assert_eq!(out, ["app-service.js"]);
    assert!(!folder.path().join("evil.js").exists());
}

#[test]
fn a_package_of_which_nothing_is_read_says_why() {
    let folder = program::tree(&[("all/plain.wxapkg", "PK\u{3}\u{4} no package at all")]);
    let told = |path: &str| program::reason(&program::run(folder.path(), &["scan", path]));
    let refused = "not a package: the marks are missing";
    assert_eq!(told("all"), format!("exit 3: cannot analyse all: {refused}"));
    std::fs::write(folder.path().join("all/short.wxapkg"), "x").expect("a file");
    let reason = format!("none of 2 packages can be read; plain.wxapkg: {refused}");
    assert_eq!(told("all"), format!("exit 3: cannot analyse all: {reason}"));
    for (name, files, words) in [
        ("pictures", &[("a.png", "x"), ("b.png", "y")][..], "from its 2 files, 0 of which may hold code"),
        ("broken", &[("app-service.js", "define(((")], "from its 1 files, 1 of which may hold code; app-service.js: "),
        ("empty", &[], "from its 0 files, 0 of which may hold code"),
    ] {
        let files: Files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        std::fs::write(folder.path().join(name).with_extension("wxapkg"), pack::contain(&files)).expect("a package");
        let told = told(&format!("{name}.wxapkg"));
        assert!(
            told.starts_with(&format!("exit 3: cannot analyse {name}.wxapkg: no script could be recovered ")),
            "{told}"
        );
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_package_that_cannot_be_read_is_named_beside_the_others() {
    let (folder, _) = packed_demo();
    std::fs::write(folder.path().join("sub.wxapkg"), "PK\u{3}\u{4} no package at all").expect("a file");
    let report = program::json(&program::run(folder.path(), &["scan", ".", "-f", "json"]));
    assert!(!ends(&report).is_empty());
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    let named = |one: &serde_json::Value| one["code"] == "unreadable-package" && one["path"] == "sub.wxapkg";
    assert!(diagnostics.iter().any(named), "{diagnostics:?}");
}

#[test]
fn packages_of_one_program_are_scanned_together() {
    let (_, packed) = packed_demo();
    let service = &packed["app-service.js"];
    // Utilities in a package of their own: what is sent through them is found only with both.
    let cut = service.find("define(\"utils/request.js\"").expect("a module");
    let end = cut + service[cut..].find("\n});\n").expect("its end") + 5;
    let mut main = packed.clone();
    main.insert("app-service.js".to_owned(), format!("{}{}", &service[..cut], &service[end..]));
    let sub: Files = [("utils/app-service.js".to_owned(), service[cut..end].to_owned())].into();
    let folder = program::tree(&[]);
    std::fs::create_dir(folder.path().join("all")).expect("a folder");
    for (name, files) in [("all/main.wxapkg", &main), ("all/sub.wxapkg", &sub), ("whole.wxapkg", &packed)] {
        std::fs::write(folder.path().join(name), pack::contain(files)).expect("a package");
    }
    let scan = |paths: &[&str]| program::json(&program::run(folder.path(), &[&["scan", "-f", "json"], paths].concat()));
    let whole = ends(&scan(&["whole.wxapkg"]));
    assert!(ends(&scan(&["all/main.wxapkg"])) != whole);
    assert_eq!(ends(&scan(&["all/main.wxapkg", "all/sub.wxapkg"])), whole);
    assert_eq!(ends(&scan(&["all"])), whole);
}

#[test]
fn templates_without_end_are_survived() {
    let frame = "$gwx=function(path,global){
        function gz$gwx_1(){(function(z){var a=11;function Z(ops){z.push(ops)}
            Z([3,'text']);Z([a,z[0],z[0]]);Z([[2,'+'],z[1],z[1]]);Z([[9],[[7],[3,'no name']],[1]]);Z(z[9]);Z([a,z[6],z[7][1],z[1][0][0]])
        })(1)}
        var x=['./a.wxml'];
        var m0=function(e,s,r,gg){
            var z=gz$gwx_1()
            var a=_n('view'),b=_v()
            _(a,b);_(b,a);_(r,a);_(r,a);_(r,r)
            var l=function(e,s,r,gg){_2z(z,0,l,e,s,gg,r,'i','j','');return r}
            _2z(z,0,l,e,s,gg,b,'i','j','')
            var c=_mz(z,'a b',['on\"x',2,'x',-9,'y',7],[],e,s,gg)
            _(a,c)
            var d=_oz(z,2,e,s,gg)
            _(a,d)
            while(1){}
            return r}
        e_[x[0]]={f:m0}}";
    let files = [
        ("app-service.js", "define('a.js',function(require,module,exports){Page({})})"),
        ("app-config.json", r#"{"pages":["a"]}"#),
        ("page-frame.js", frame),
    ];
    let files: Files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    let (project, problems) = recovered(&files);
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&"template-not-read"), "{problems:?}");
    assert!(project.units.iter().any(|unit| unit.template.is_some()), "{problems:?}");
}
