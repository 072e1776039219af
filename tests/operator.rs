//! What the operator says against what the program does, packs, and what is explained, as users run it.
//! Knows the command line, and nothing of the insides.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use program::{json, run, stdout, tree};
use serde_json::Value;

const PAGE: &str = "Page({
  submit(e) {
    const { realName, phone } = e.detail.value
    wx.request({ url: 'https://api.mine.example/save', method: 'POST', data: { realName, phone } })
  },
})";

const FORM: &str = r#"<form bindsubmit="submit">
  <input name="realName" placeholder="真实姓名" />
  <input name="phone" placeholder="手机号" />
  <button form-type="submit">提交</button>
</form>
<text>注销账号</text><text>编辑资料</text><text>隐私政策</text>
"#;

const SETTINGS: &str = r#"[operator]
own-hosts = ["*.mine.example"]
category = "在线影音"

[operator.guideline]
PhoneNumber = "联系你"
Location = "附近门店"
Email = ""

[[operator.attestations]]
clause = "14.3.6"
statement = "有应急预案"
by = "安全部"
until = "2020-01-01"

[[operator.attestations]]
clause = "14.1.5"
statement = "停止运营即删除"
by = "安全部"
until = "2999-01-01"
"#;

fn scanned(settings: &str, more: &[&str]) -> Value {
    let folder = tree(&[
        ("app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("pages/a/a.js", PAGE),
        ("pages/a/a.wxml", FORM),
        ("wxray.toml", settings),
    ]);
    json(&run(folder.path(), &[&["scan", ".", "-f", "json", "--fail-on", "never"], more].concat()))
}

/// Clause, level and data of the findings, in the order of the report.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().expect("findings").iter();
    let of = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    all.map(|it| {
        format!("{} {} {}", of(it, "clause"), of(it, "level"), it["message"]["en"].as_str().unwrap_or_default())
    })
    .collect()
}

fn status(report: &Value, clause: &str) -> String {
    let rows = report["clauses"].as_array().expect("clauses");
    let row = rows.iter().find(|row| row["id"] == clause).expect("a row");
    row["status"].as_str().expect("a status").to_owned()
}

#[test]
fn declared_is_compared_with_observed_both_ways() {
    let report = scanned(SETTINGS, &[]);
    let all = findings(&report).join("\n");
    assert!(all.contains("14.1.1 violation real name is collected, but the guideline does not list it"), "{all}");
    assert!(!all.contains("phone number is collected, but the guideline"), "{all}");
    assert!(all.contains("14.1.1 note the guideline lists Location, but the code does not use it"), "{all}");
    assert!(all.contains("14.1.1 warning the guideline gives no purpose for Email"), "{all}");
}

#[test]
fn what_the_service_does_not_need_is_named() {
    let all = findings(&scanned(SETTINGS, &[])).join("\n");
    assert!(all.contains("14.1.3 warning real name is not among the data"), "{all}");
    let shop = SETTINGS.replace("在线影音", "网上购物");
    let all = findings(&scanned(&shop, &[])).join("\n");
    assert!(!all.contains("14.1.3"), "{all}");
}

#[test]
fn an_attestation_counts_to_its_last_day_and_is_a_finding_behind_it() {
    let report = scanned(SETTINGS, &[]);
    assert_eq!(status(&report, "14.1.5"), "satisfied");
    assert_eq!(status(&report, "14.3.6"), "suspected");
    let all = findings(&report).join("\n");
    assert!(all.contains("14.3.6 warning the operator's statement expired on 2020-01-01"), "{all}");
    assert_eq!(status(&scanned("", &[]), "14.1.5"), "needs-attestation");
}

#[test]
fn a_rule_of_a_pack_is_attested_like_a_clause() {
    let settings = "[operator]\nattestations = [\
                    { clause = \"9.9\", statement = \"没有插件\", by = \"法务\", until = 2999-01-01 }, \
                    { clause = \"16.7.2\", statement = \"先询问\", by = \"法务\", until = 2020-01-01 }]\n";
    let report = scanned(settings, &["--pack", "neighbours"]);
    assert_eq!((status(&report, "9.9").as_str(), status(&report, "16.7.2").as_str()), ("satisfied", "suspected"));
    assert_eq!(status(&scanned("", &["--pack", "neighbours"]), "9.9"), "needs-attestation");
    // Of a pack that was not asked for nothing is said.
    assert!(!findings(&scanned(settings, &[])).join("\n").contains("16.7.2"));
}

#[test]
fn code_that_nobody_runs_uses_nothing() {
    let page = "Page({ go() { wx.chooseAddress({ success: (it) => wx.request({ url: 'https://api.mine.example/a', data: it }) }) } })";
    let scan = |view: &str| {
        let folder = tree(&[
            ("app.json", r#"{ "pages": ["pages/a/a"] }"#),
            ("pages/a/a.js", page),
            ("pages/a/a.wxml", view),
            ("wxray.toml", "[operator.guideline]\nAlbum = \"头像\"\n"),
        ]);
        findings(&json(&run(folder.path(), &["scan", ".", "-f", "json", "--fail-on", "never"]))).join("\n")
    };
    assert!(scan("<button bindtap=\"go\" />").contains("but the guideline does not list it"));
    assert!(!scan("<view />").contains("but the guideline does not list it"));
}

#[test]
fn another_mini_program_bears_the_name_that_the_operator_gives_it() {
    let page = "Page({ go() { wx.chooseAddress({ success: (it) => wx.navigateToMiniProgram({ \
                appId: 'wx00000000000000ff', extraData: { tel: it.telNumber } }) }) } })";
    let folder = tree(&[
        ("app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("pages/a/a.js", page),
        ("pages/a/a.wxml", "<button bindtap=\"go\" />"),
        ("wxray.toml", "[operator]\nthird-parties = [{ name = \"Sister\", app-ids = [\"wx00000000000000ff\"] }]\n"),
    ]);
    let all = findings(&json(&run(folder.path(), &["scan", ".", "-f", "json", "--fail-on", "never"]))).join("\n");
    assert!(
        all.contains("14.3.7 violation phone number is passed to another mini-program, wx00000000000000ff (Sister)"),
        "{all}"
    );
}

#[test]
fn what_is_declared_and_goes_to_the_operators_own_server_is_business_as_usual() {
    let declared = "[operator]\nown-hosts = [\"*.mine.example\"]\n[operator.guideline]\nPhoneNumber = \"联系你\"\nreal-name = \"称呼你\"\n";
    let all = findings(&scanned(declared, &[]));
    assert!(all.iter().all(|finding| finding.contains(" note ")), "{all:#?}");
}

#[test]
fn packs_add_rows_that_follow_the_clauses() {
    let report = scanned("", &["--pack", "neighbours", "--pack", "pipl"]);
    let rows: Vec<&str> =
        report["clauses"].as_array().expect("clauses").iter().filter_map(|row| row["id"].as_str()).collect();
    assert!(rows.len() > 27 && rows.contains(&"16.5.4") && rows.contains(&"pipl.13"), "{rows:?}");
    assert_eq!(scanned("", &[])["clauses"].as_array().map(Vec::len), Some(27));
}

#[test]
fn a_clause_a_model_and_a_rule_of_a_pack_are_explained_in_both_languages() {
    let folder = tree(&[]);
    let explain = |what: &str, lang: &str| stdout(&run(folder.path(), &["explain", what, "--lang", lang]));
    let clause = explain("14.2.4", "zh");
    assert!(clause.contains("不允许在未经用户明确同意") && clause.contains("15.2.4"), "{clause}");
    assert!(explain("14.2.4", "en").contains("What is not looked for"));
    assert!(explain("wx.getLocation", "zh").contains("scope.userLocation"));
    let rule = explain("16.5.4", "en");
    assert!(rule.starts_with("16.5.4 ") && rule.contains("recording begins as soon as the page opens"), "{rule}");
    assert!(explain("16.5.5", "zh").contains("- 14.3.1\n"));
    // A name without data, a component, a step, a category, a package and a host.
    assert!(explain("wx.getWindowInfo", "zh").contains("用于布局"));
    assert!(explain("<video>", "en").contains("no personal data"));
    assert!(explain("button", "en").contains("open-type=\"getPhoneNumber\""));
    assert!(explain("JSON.stringify", "zh").contains("数据步骤"));
    assert!(explain("phone-number", "en").contains("PhoneNumber"));
    assert_eq!(explain("umtrack-wx", "en"), explain("umeng", "en"));
    assert!(explain("apis.map.qq.com", "zh").contains("接收方"));
    // The number that the clause has now.
    assert!(explain("15.2.4", "zh").starts_with("14.2.4 "));
    let unknown = program::reason(&run(folder.path(), &["explain", "wx.getLocaton"]));
    assert_eq!(
        unknown,
        "exit 2: there is no clause, model, API, category, recipient or finding wx.getLocaton; did you mean wx.getLocation?"
    );
}

#[test]
fn a_finding_is_explained_by_its_fingerprint() {
    let folder = tree(&[
        ("app/app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("app/pages/a/a.js", PAGE),
        ("app/pages/a/a.wxml", FORM),
    ]);
    let report = json(&run(folder.path(), &["scan", "app", "-f", "json", "--fail-on", "never"]));
    let finding = &report["findings"][0];
    let id = finding["id"].as_str().expect("an id");
    let told = stdout(&run(folder.path(), &["explain", id, "--project", "app", "--lang", "zh"]));
    assert!(told.contains(finding["message"]["zh"].as_str().expect("a message")), "{told}");
    assert!(told.contains("app/pages/a/a.") && told.contains("## 如何修改"), "{told}");
    let absent = program::reason(&run(folder.path(), &["explain", "0123456789abcdef", "--project", "app"]));
    assert!(absent.starts_with("exit 2: there is no finding 0123456789abcdef in app"), "{absent}");
}

#[test]
fn a_date_is_a_date_wherever_it_stands() {
    let dated = SETTINGS.replace("\"2999-01-01\"", "2999-01-01");
    let report = scanned(&dated, &[]);
    let row = report["clauses"].as_array().expect("clauses").iter().find(|row| row["id"] == "14.1.5");
    assert_eq!(row.expect("a row")["attestation"]["until"], "2999-01-01");
}
