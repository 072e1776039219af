//! What is asked about one program or two: `diff`, `why` and `graph`. Knows the command line, and nothing of the insides.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use program::{DEMO, LEAK, MODELS, json, leaking, reason, run, stdout, tree};

const OTHER: &str = r#"{
  "sources": [{ "id": "test.name", "call": "nameOf", "returns": { "data": "real-name" } }],
  "sinks": [{ "id": "test.log", "call": "tellOthers", "args": "all", "kind": "log" }]
}"#;

#[test]
fn reports_and_programs_are_compared() {
    let folder = tree(&[
        ("models/a.json", MODELS),
        ("models/b.json", OTHER),
        ("old/a.js", LEAK),
        ("new/a.js", "\n\nsink(source())\nsink(nameOf())\n"),
        ("gone/a.js", "tellOthers(source())\n"),
    ]);
    let diff = |base: &str, head: &str, more: &[&str]| {
        run(folder.path(), &[&["diff", base, head, "--models", "models"], more].concat())
    };
    let new = json(&diff("old", "new", &["-f", "json"]));
    assert_eq!(new["new_data"], serde_json::json!(["real-name"]));
    assert_eq!(new["new_recipients"], serde_json::json!([]));
    assert_eq!(new["new_pairs"].as_array().map(Vec::len), Some(1));
    let counts = |key: &str| new[key].as_array().map(Vec::len);
    assert_eq!((counts("new_findings"), counts("gone_findings")), (Some(1), Some(0)));
    assert_eq!(reason(&diff("old", "new", &[])), "exit 0: nothing new that fails");
    assert_eq!(reason(&diff("old", "new", &["--fail-on", "new-recipient"])), "exit 0: nothing new that fails");
    assert_eq!(reason(&diff("old", "new", &["--fail-on", "new-data,new-recipient"])), "exit 1: 1 new category of data");
    assert_eq!(reason(&diff("old", "gone", &["--fail-on", "new-recipient"])), "exit 1: 1 new recipient");
    run(folder.path(), &["scan", "old", "--models", "models", "-o", "old.json"]);
    assert_eq!(stdout(&diff("old.json", "new", &[])), stdout(&diff("old", "new", &[])));
    assert!(stdout(&diff("old.json", "old", &["--lang", "zh"])).starts_with("没有差异"));
    let text = stdout(&diff("old", "gone", &["--lang", "zh"]));
    assert!(
        text.contains("新增的接收方\n  日志\n") && text.contains("已消除的发现\n  a.js:1:1: 提示[14.2.4] "),
        "{text}"
    );
    assert!(stdout(&diff("old", "gone", &["-f", "markdown"])).contains("### New recipients\n\n- a log\n"));
    let wrong = diff("models/a.json", "old", &[]);
    assert!(reason(&wrong).starts_with("exit 2: models/a.json is no report: "), "{wrong:?}");
    assert!(reason(&diff("old", "absent", &[])).starts_with("exit 3: "));
}

#[test]
fn a_new_path_of_an_unknown_host_is_no_new_recipient() {
    let sending = |path: &str| {
        format!(
            "wx.getClipboardData({{ success: r => wx.request({{ url: getApp().host + '{path}', data: r.data }}) }})\n"
        )
    };
    let folder = tree(&[("old/a.js", &sending("/a")), ("new/a.js", &(sending("/a") + &sending("/b")))]);
    let output = run(folder.path(), &["diff", "old", "new", "--fail-on", "new-recipient,new-pair"]);
    assert_eq!(reason(&output), "exit 0: nothing new that fails");
    let text = stdout(&run(folder.path(), &["inventory", "new", "--lang", "zh"]));
    assert!(text.contains("网络请求：主机未知（…/a、…/b）"), "{text}");
}

#[test]
fn the_way_is_told_or_where_it_is_lost() {
    let folder = tree(&[
        ("models.json", MODELS),
        ("src/a.js", "const x = source()\nconst kept = { x }\nsend(kept.x)\nfunction send(y) {\n  sink(y)\n}\n"),
        ("src/b.js", "const x = source()\nstash.put(x)\nsink(stash.length)\nconst z = 1\nsink(z)\n"),
    ]);
    let why = |source: &str, sink: &str| {
        run(folder.path(), &["why", source, sink, "--project", "src", "--models", "models.json"])
    };
    let arrives = why("src/a.js:1", "src/a.js:5");
    assert_eq!(reason(&arrives), "exit 0: the data arrives");
    let text = stdout(&arrives);
    assert!(text.starts_with("  1. src/a.js:1:11 from  source()\n") && text.contains("send"), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.contains("src/a.js:5:")), "{text}");
    let lost = why("b.js:1", "b.js:5");
    assert_eq!(reason(&lost), "exit 0: the data does not arrive");
    assert!(stdout(&lost).contains("the step between the two is missing"), "{lost:?}");
    assert!(reason(&why("c.js:1", "b.js:5")).starts_with("exit 2: there is no file c.js"));
    assert!(reason(&why("b.js:99", "b.js:5")).starts_with("exit 2: b.js has no line 99"));
    assert!(reason(&run(folder.path(), &["why", "b.js", "b.js:5"])).starts_with("exit 2: "));
}

#[test]
fn the_way_shows_the_objects_that_carry_the_data() {
    let (source, sink) = ("miniprogram/components/address-card/address-card.js:10", "miniprogram/utils/request.js:6");
    let text = stdout(&run(Path::new(DEMO), &["why", source, sink]));
    for place in ["miniprogram/utils/cache.js:4:3 through", "miniprogram/pages/order/order.js:12:29 returned from load"]
    {
        assert!(text.contains(place), "{text}");
    }
}

#[test]
fn graphs_are_drawn_in_three_formats() {
    let demo = Path::new(DEMO);
    let report = json(&run(demo, &["scan", "-f", "json"]));
    let id = report["findings"][0]["id"].as_str().expect("a finding");
    let part = json(&run(demo, &["graph", "--finding", id, "-f", "json"]));
    let count = |graph: &serde_json::Value, key: &str| graph[key].as_array().map_or(0, Vec::len);
    let whole = json(&run(demo, &["graph", "-f", "json"]));
    assert!(1 < count(&part, "nodes") && count(&part, "nodes") < count(&whole, "nodes"));
    let ids: Vec<&serde_json::Value> =
        part["nodes"].as_array().expect("nodes").iter().map(|node| &node["id"]).collect();
    for edge in part["edges"].as_array().expect("edges") {
        assert!(ids.contains(&&edge["from"]) && ids.contains(&&edge["to"]), "{edge}");
    }
    let dot = stdout(&run(demo, &["graph", "--finding", id]));
    assert!(dot.starts_with("digraph wxray {") && dot.ends_with("}\n") && dot.contains(" -> "), "{dot}");
    let xml = stdout(&run(demo, &["graph", "--finding", id, "-f", "graphml"]));
    let mut reader = quick_xml::Reader::from_str(&xml);
    while !matches!(reader.read_event().expect("XML"), quick_xml::events::Event::Eof) {}
    assert_eq!(xml.matches("<node ").count(), count(&part, "nodes"));
    let folder = leaking();
    fs::write(folder.path().join("src/b.js"), "function quote(a) { return a['\"\\\\'] }\nsink(quote(source()))\n")
        .expect("a file");
    let own = run(folder.path(), &["graph", "src", "--function", "quote", "--models", "models.json"]);
    assert!(stdout(&own).contains("\\\"") && reason(&own).starts_with("exit 0: "), "{own:?}");
    let gone = run(folder.path(), &["graph", "src", "--finding", "0"]);
    assert_eq!(reason(&gone), "exit 2: there is no finding 0");
}
