//! Regular expressions on texts that are known: those of the language that come to an end in linear time, which is all but
//! look-around and references back.

use regex::{Regex, RegexBuilder};

use super::machine::Machine;
use super::value::{Key, Prop, Value};

/// Regular expressions that are kept.
const MAX_KEPT: usize = 1_000;

impl Machine<'_> {
    /// The first match in `text` from character `from` on, as `{ index, end, list, groups }`, or null; something unknown where
    /// that is not known.
    pub(super) fn match_text(&self, args: &[Value]) -> Value {
        let (Some(Value::Str(source)), Some(Value::Str(flags)), Some(Value::Str(text)), Some(Value::Num(from))) =
            (args.first(), args.get(1), args.get(2), args.get(3))
        else {
            return self.mixed(args);
        };
        self.charge_text(text.len());
        let Some(regex) = self.regex(source, flags) else { return self.mixed(args) };
        let Some((from, _)) = text.char_indices().chain([(text.len(), ' ')]).nth(*from as usize) else {
            return Value::Null;
        };
        let Some(found) = regex.captures_at(text, from) else { return Value::Null };
        let group = |range: Option<regex::Match<'_>>| range.map_or(Value::Undefined, |part| Value::str(part.as_str()));
        let at = |bytes: usize| Value::Num(text[..bytes].chars().count() as f64);
        let (start, end) = found.get(0).map_or((0, 0), |all| (all.start(), all.end()));
        let groups = if regex.capture_names().flatten().next().is_some() {
            let groups = self.plain();
            for name in regex.capture_names().flatten() {
                self.define(groups, Key::str(name), Prop::data(group(found.name(name))));
            }
            Value::Obj(groups)
        } else {
            Value::Undefined
        };
        let list = self.array(found.iter().map(group).collect());
        self.object_of([("index", at(start)), ("end", at(end)), ("list", list), ("groups", groups)])
    }

    fn regex(&self, source: &str, flags: &str) -> Option<Regex> {
        let key = format!("{flags}/{source}");
        if let Some(regex) = self.record.borrow().regexes.get(&key) {
            return regex.clone();
        }
        let regex = compile(source, flags);
        let kept = &mut self.record.borrow_mut().regexes;
        if kept.len() < MAX_KEPT {
            kept.insert(key, regex.clone());
        }
        regex
    }
}

fn compile(source: &str, flags: &str) -> Option<Regex> {
    // `g` is up to who asks.
    if flags.contains(['y', 'v']) {
        return None;
    }
    let has = |flag: char| flags.contains(flag);
    RegexBuilder::new(&translated(source)?)
        .case_insensitive(has('i'))
        .multi_line(has('m'))
        .dot_matches_new_line(has('s'))
        .size_limit(1 << 20)
        .build()
        .ok()
}

/// A regular expression of the language as the crate writes it; `None` where it means something else there.
fn translated(source: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = source;
    let mut is_in_class = false;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                length += escaped.len_utf8();
                match (escaped, is_in_class) {
                    ('d', false) => out += "[0-9]",
                    ('d', true) => out += "0-9",
                    ('w', false) => out += "[A-Za-z0-9_]",
                    ('w', true) => out += "A-Za-z0-9_",
                    ('b', false) => out += r"(?-u:\b)",
                    ('D' | 'W', false) => out += if escaped == 'D' { "[^0-9]" } else { "[^A-Za-z0-9_]" },
                    ('s' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' | 'x' | 'u', _) => out.extend(['\\', escaped]),
                    (other, _) if other.is_ascii_punctuation() => out.extend(['\\', other]),
                    (other, _) if !other.is_alphanumeric() => out.push(other),
                    _ => return None,
                }
            }
            '[' if rest.starts_with("[^]") => (out, length) = (out + r"[\s\S]", 3),
            '[' if rest.starts_with("[]") => (out, length) = (out + r"[^\s\S]", 2),
            '[' if is_in_class => out += r"\[",
            '[' | ']' => {
                is_in_class = c == '[';
                out.push(c);
            }
            '&' | '~' if is_in_class => out.extend(['\\', c]),
            '{' if !is_in_class && !is_quantifier(rest) => out += r"\{",
            '{' if !is_in_class => {
                length = rest.find('}')? + 1;
                out += &rest[..length];
            }
            '}' if !is_in_class => out += r"\}",
            '(' if !is_in_class && ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| rest.starts_with(look)) => {
                return None;
            }
            _ => out.push(c),
        }
        rest = &rest[length..];
    }
    Some(out)
}

/// Whether `{2}`, `{2,}` or `{2,3}` stands in front.
fn is_quantifier(rest: &str) -> bool {
    let inner = rest[1..].split('}').next().filter(|inner| rest.len() > inner.len() + 1);
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    inner.is_some_and(|inner| match inner.split_once(',') {
        Some((least, most)) => !least.is_empty() && digits(least) && digits(most),
        None => !inner.is_empty() && digits(inner),
    })
}

#[cfg(test)]
mod tests {
    use super::compile;

    fn matched<'t>(source: &str, text: &'t str) -> Option<&'t str> {
        compile(source, "").and_then(|regex| regex.find(text).map(|found| found.as_str()))
    }

    #[test]
    fn means_what_the_language_means() {
        assert_eq!(matched(r"{{(\w+)}}", "a {{b}} c"), Some("{{b}}"));
        assert_eq!(matched(r"^[^]{2,3}$", "a\n"), Some("a\n"));
        assert_eq!(matched(r"[[\]]+", "x[]"), Some("[]"));
        assert_eq!(matched(r"\d", "\u{663}"), None);
        assert_eq!(matched(r"\/\-", "a/-"), Some("/-"));
        assert_eq!(matched(r"a|ab", "ab"), Some("a"));
        assert!(compile(r"(a)\1", "").is_none() && compile("a(?=b)", "").is_none());
    }
}
