//! `wxray init`: a settings file with comments, in which stands what was found in the program.
//! Knows the report, and not where the file goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::base::text::Lang;
use crate::base::{Files, Text};
use crate::report::Report;
use crate::report::inventory::host_of;
use crate::report::text::clean;

/// The text of the file.
pub fn text(report: &Report, files: &Files, lang: Lang) -> String {
    let mut out = String::new();
    let mut say = |zh: &str, en: &str| {
        let _ = write!(out, "{}", Text::new(zh, en).get(lang));
    };
    say(HEAD.0, HEAD.1);
    say("\n[operator]\n", "\n[operator]\n");
    say(
        "# 自有服务器的域名。以下为程序中发现的域名，属于自己的请去掉行首的 #：\n",
        "# Hosts of your own servers. These were found in the program; take the # from those that are yours:\n",
    );
    out.push_str("own-hosts = [\n");
    for (host, data) in hosts(report) {
        let data: Vec<&str> = data.into_iter().collect();
        let _ = writeln!(out, "  # {}, # {}", quoted(&host), clean(&data.join(", ")));
    }
    out.push_str("]\n");
    third_parties(files, lang, &mut out);
    out.push_str(Text::new(OPERATOR.0, OPERATOR.1).get(lang));
    data(report, lang, &mut out);
    let _ = write!(out, "{}", Text::new(IGNORE.0, IGNORE.1).get(lang));
    out
}

/// A TOML string; JSON's are such strings too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(clean(text)).to_string()
}

/// Hosts that data goes to, with the categories.
fn hosts(report: &Report) -> BTreeMap<String, BTreeSet<&str>> {
    let mut hosts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for flow in &report.flows {
        for host in flow.sink.all_destinations().filter_map(host_of) {
            hosts.entry(host.to_owned()).or_default().insert(&flow.data);
        }
    }
    hosts
}

fn third_parties(files: &Files, lang: Lang, out: &mut String) {
    let head = Text::new(
        "\n# 接收数据的第三方，一方一节：\n# [[operator.third-parties]]\n# name = \"…\"\n# hosts = [\"*.example.com\"]\n",
        "\n# Others that receive data, a section each:\n# [[operator.third-parties]]\n# name = \"…\"\n# hosts = [\"*.example.com\"]\n",
    );
    out.push_str(head.get(lang));
    let packages: BTreeSet<&str> =
        files.iter().filter_map(|(_, file)| crate::report::inventory::package_of(&file.path)).collect();
    if packages.is_empty() {
        return;
    }
    let head = Text::new("# 程序中包含的第三方代码包：\n", "# Packages of others in the program:\n");
    out.push_str(head.get(lang));
    for package in packages {
        let _ = writeln!(out, "#   {}", clean(package));
    }
}

fn data(report: &Report, lang: Lang, out: &mut String) {
    if report.inventory.data.is_empty() {
        return;
    }
    let head = Text::new("\n# 程序中发现的个人信息：\n", "\n# Personal data found in the program:\n");
    out.push_str(head.get(lang));
    for item in &report.inventory.data {
        let _ = writeln!(
            out,
            "#   {} ({}): {}",
            clean(item.title.get(lang)),
            clean(&item.data),
            clean(&item.sources.join(", "))
        );
    }
}

const HEAD: (&str, &str) = (
    "# wxray 的设置。`wxray config show` 显示生效的设置及其来源。\n\n\
     # 报告语言：\"zh\"、\"en\" 或 \"auto\"\nlang = \"auto\"\n\n\
     # 从哪一级发现起判为不通过：\"violation\"、\"warning\"、\"note\" 或 \"never\"\nfail-on = \"violation\"\n\n\
     # 自己的模型（数据来源、流出点、步骤）：JSON 文件或文件夹，相对于本文件\n# models = [\"wxray-models\"]\n\n\
     # 已有的发现不计入：先运行 `wxray scan --write-baseline wxray-baseline.json`\n# baseline = \"wxray-baseline.json\"\n",
    "# Settings of wxray. `wxray config show` tells what is in force and where it comes from.\n\n\
     # Language of reports: \"zh\", \"en\" or \"auto\".\nlang = \"auto\"\n\n\
     # The level of findings from which on a run fails: \"violation\", \"warning\", \"note\" or \"never\".\n\
     fail-on = \"violation\"\n\n\
     # Models of your own (sources, sinks, steps): JSON files or folders, relative to this file.\n\
     # models = [\"wxray-models\"]\n\n\
     # What was found before does not count: run `wxray scan --write-baseline wxray-baseline.json` first.\n\
     # baseline = \"wxray-baseline.json\"\n",
);

const OPERATOR: (&str, &str) = (
    "\n# 已发布的隐私保护指引：信息种类（平台的键名或本工具的类别）与用途。写明后会与代码逐项核对\n\
     # [operator.guideline]\n# PhoneNumber = \"用于注册账号\"\n# Location = \"用于查找附近门店\"\n\
     \n# 服务类型：39 类常见 App 必要个人信息中的编号或名称，用于核对必填项；写在上面的 [operator] 一节\n\
     # category = \"网上购物\"\n\
     \n# 代码无法证明、由运营者说明的条款\n\
     # [[operator.attestations]]\n# clause = \"14.1.4\"\n# statement = \"客服受理注销，15 日内删除\"\n# by = \"…\"\n# until = 2027-01-31\n",
    "\n# The published guideline: kinds of data (the platform's keys, or categories of this tool) with their purposes. Once it\n\
     # stands here it is compared with the code.\n\
     # [operator.guideline]\n# PhoneNumber = \"to register\"\n# Location = \"to find shops nearby\"\n\
     \n# The type of service, by number or name among the 39 whose necessary data is laid down; goes under [operator] above.\n\
     # category = \"online shopping\"\n\
     \n# What code cannot show and the operator states.\n\
     # [[operator.attestations]]\n# clause = \"14.1.4\"\n# statement = \"support deletes an account within 15 days\"\n# by = \"…\"\n# until = 2027-01-31\n",
);

const IGNORE: (&str, &str) = (
    "\n# 认可的发现，必须写明理由；也可在代码中写 `// wxray-ignore 14.2.4: 理由 (until 2027-01-31)`\n\
     # [[ignore]]\n# clause = \"14.2.4\"\n# files = [\"pages/demo/**\"]\n# reason = \"…\"\n# until = 2027-01-31\n",
    "\n# Findings that are accepted, with a reason; or in the code: `// wxray-ignore 14.2.4: reason (until 2027-01-31)`.\n\
     # [[ignore]]\n# clause = \"14.2.4\"\n# files = [\"pages/demo/**\"]\n# reason = \"…\"\n# until = 2027-01-31\n",
);
