//! Clause 14.3.1: keys and passwords in the package; 14.3.5: users whom it names. What is found is never shown in full.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::case::Source;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use crate::base::{FileKind, Span, Text};

/// Bits for each character below which a text is no key.
const MIN_ENTROPY: f64 = 2.8;

/// Looks through every text.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for source in &case.texts {
        let text = &case.project.files.get(source.file).text;
        let mut seen = BTreeSet::new();
        for (range, value) in keys(text) {
            if seen.insert(range.start) {
                // A key that stands for itself has no name before it.
                let before = text[range.clone()].split(['=', ':']).next().filter(|_| text[range.clone()] != value);
                let name = before.unwrap_or_default().trim().trim_matches(['"', '\'', '?', '&']);
                findings.push(key(source, &range, name, &value));
            }
        }
        if source.is_shipped && source.kind != FileKind::Json {
            exchange(source, findings);
            session(source, findings);
            findings.extend(people(source));
        }
    }
}

/// The keys in a text with where they stand: those that have a name, then those that look like nothing else.
pub fn keys(text: &str) -> Vec<(Range<usize>, String)> {
    let mut keys = words("secret_name").groups(text);
    keys.extend(words("secret_query").groups(text));
    keys.retain(|(_, value)| is_key(value));
    let logins = words("login_secret").groups(text).into_iter();
    keys.extend(logins.filter(|(range, value)| is_login(text, range.start) && is_secret(value)));
    let known = words("secret_value").find_all(text).into_iter().map(|range| (range.clone(), text[range].to_owned()));
    keys.extend(known.filter(|(_, value)| !words("secret_test").are_in(value)));
    keys
}

fn key(source: &Source, range: &Range<usize>, name: &str, value: &str) -> Finding {
    let shown = masked(value);
    let named = if name.is_empty() { String::new() } else { format!(" {name}") };
    // Keys of that name are often meant to be public: of maps, for one.
    // A password that everybody would try first is no secret, and opens what should be closed.
    let is_mild = words("mild_key").are_in(name) || words("weak_password").are_in(value);
    let level = if source.is_shipped && !is_mild { Level::Violation } else { Level::Warning };
    let (where_zh, where_en) =
        if source.is_shipped { ("代码包", "the package") } else { ("云函数代码", "code of the cloud") };
    let message = Text::new(
        format!("{where_zh}中写有密钥{named}（{}）", masked_zh(value)),
        format!("{where_en} contains a key{named} ({shown})"),
    );
    let help = Text::new(
        "立即在后台重置该密钥，并移到服务端的环境变量或密钥服务中；小程序端只向自己的服务端请求结果",
        "reset the key at once, and keep it in the server's environment or key service; let the mini-program ask its own \
         server for results",
    );
    finding(source, range, level, message, help)
}

/// Sessions are exchanged for secrets on the server only.
fn exchange(source: &Source, findings: &mut Vec<Finding>) {
    findings.extend(words("secret_url").find_all(&source.text).into_iter().map(|range| {
        let message = Text::new(
            "小程序端直接调用需要 AppSecret 的接口",
            "the mini-program itself calls an interface that needs the AppSecret",
        );
        let help = Text::new(
            "只把登录 code 发给自己的服务端，由服务端换取会话",
            "send the login code to your own server, and let the server exchange it",
        );
        finding(source, &range, Level::Violation, message, help)
    }));
}

/// The key of a session belongs to the server.
fn session(source: &Source, findings: &mut Vec<Finding>) {
    findings.extend(words("session_key_kept").find_all(&source.text).into_iter().map(|range| {
        // A token of the program's own may bear the name.
        let is_read = words("session_key_read").are_in(&source.text[range.clone()]);
        let level = if is_read { Level::Violation } else { Level::Warning };
        let message = match level {
            Level::Violation => Text::new("小程序端保存了 session_key", "the mini-program keeps a session key"),
            _ => Text::new(
                "小程序端以 session_key 的名义保存数据，请确认不是微信会话密钥",
                "the mini-program keeps something called a session key: make sure that it is not that of WeChat",
            ),
        };
        let help = Text::new(
            "session_key 只留在服务端，小程序只保存自定义登录态",
            "keep the session key on the server, and a token of your own in the program",
        );
        finding(source, &range, level, message, help)
    }));
}

/// Users whom the code names by their openid: who has the package knows them, and what it lets them do.
fn people(source: &Source) -> Option<Finding> {
    let has = |value: &str, is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let is_id = |value: &str| {
        let is_mixed = has(value, u8::is_ascii_digit) && has(value, u8::is_ascii_uppercase);
        is_mixed && has(value, u8::is_ascii_lowercase) && MIN_ENTROPY <= entropy(value)
    };
    let mut found = words("openid_value").groups(&source.text);
    found.retain(|(_, value)| is_id(value));
    let (range, first) = found.first()?;
    let n = found.iter().map(|(_, value)| value).collect::<BTreeSet<_>>().len();
    let message = Text::new(
        format!("代码包中写有 {n} 个用户的 openid（{}）", masked_zh(first)),
        format!("the package names users by openid: {n} ({})", masked(first)),
    );
    let help = Text::new(
        "把名单放到服务端，由服务端按登录态判断身份与权限",
        "keep the list on the server, and let the server decide by the session who may do what",
    );
    Some(Finding {
        confidence: Confidence::Medium,
        data: vec!["openid".to_owned()],
        help,
        also: vec!["14.2.4"],
        ..Finding::at("14.3.5", Level::Warning, Span::new(source.file, range.start as u32, range.end as u32), message)
    })
}

fn finding(source: &Source, range: &Range<usize>, level: Level, message: Text, help: Text) -> Finding {
    let span = Span::new(source.file, range.start as u32, range.end as u32);
    Finding {
        data: vec!["secret-key".to_owned()],
        help,
        also: vec!["14.3.5"],
        ..Finding::at("14.3.1", level, span, message)
    }
}

/// Whether what stands at a place belongs to the account of a server or a mailbox: the object around it names one.
fn is_login(text: &str, at: usize) -> bool {
    let (before, behind) = text.split_at(at);
    let start = before.rfind(['{', '}']).filter(|brace| text[*brace..].starts_with('{'));
    let object = start.map(|start| &text[start..at + behind.find('}').unwrap_or(behind.len())]);
    object.is_some_and(|object| words("login_beside").are_in(object))
}

fn is_secret(value: &str) -> bool {
    !words("secret_test").are_in(value) && !words("login_word").are_in(value)
}

/// Whether a value looks like a key and not like a sample of one.
fn is_key(value: &str) -> bool {
    let is_sample = words("secret_test").are_in(value);
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-');
    !is_sample && !is_word && MIN_ENTROPY <= entropy(value)
}

fn entropy(value: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for c in value.chars() {
        *counts.entry(c).or_insert(0_u32) += 1;
    }
    let n = f64::from(counts.values().sum::<u32>());
    counts.values().map(|&count| f64::from(count) / n).map(|p| -p * p.log2()).sum()
}

/// The beginning and the length, which is enough to find it and too little to use it.
fn masked(value: &str) -> String {
    let first: String = value.chars().take(3).collect();
    format!("begins with {first}, {} characters", value.chars().count())
}

/// The same in Chinese.
fn masked_zh(value: &str) -> String {
    let first: String = value.chars().take(3).collect();
    format!("以 {first} 开头，共 {} 位", value.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_samples_and_never_shown() {
        assert!(is_key("8f3c2b9d4e5f60718293a4b5c6d7e8f9"));
        assert!(
            !is_key("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
                && !is_key("your-app-secret-here")
                && !is_key("aaaaaaaaaaaaaaaa")
        );
        assert!(keys("{ host: 'a', user: 'root', password: 'Zx81!kkP2q' }").len() == 1);
        assert!(keys("auth: { user: 'a@b.c', pass: 'jzrfppbymhexbfdf' }").len() == 1);
        assert!(keys("rules: { user: 'required', password: 'required' }").is_empty());
        assert!(keys("label: { title: '登录', password: 'a1b2c3d4' }").is_empty());
        assert_eq!(masked("8f3c2b9d4e5f60718293a4b5c6d7e8f9"), "begins with 8f3, 32 characters");
    }
}
