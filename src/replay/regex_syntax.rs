//! Regular expressions of the language as the crate runs them: those that come to an end in linear time, which is all but
//! look-around and references back.

use regex::{Regex, RegexBuilder};

/// Texts of one line, of which an expression that takes all leaves nothing.
const PROBES: [&str; 6] = ["a", "7", " ", "\u{4e2d}", "@", " !#%&-_.+*/:;<=>?@[]{}|~ azAZ09 \u{e9}\u{4e2d}\u{6587}"];

/// A regular expression with these flags; `None` where it is not one of those, or not understood.
pub fn compile(source: &str, flags: &str) -> Option<Regex> {
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

/// Whether replacing what an expression finds leaves nothing of any text.
pub fn takes_all(source: &str, flags: &str) -> bool {
    let Some(regex) = compile(source, flags) else { return false };
    let limit = usize::from(!flags.contains('g'));
    PROBES.iter().all(|text| regex.replacen(text, limit, "").is_empty())
}

/// Whether what an expression finds is one of the texts that it spells out.
pub fn is_spelled_out(source: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || " _-,:;/@#%&='\"!<>~`|()^$".contains(c);
    source.replace("(?:", "(").chars().all(is_plain)
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
    use super::{compile, is_spelled_out, takes_all};

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
    #[test]
    fn knows_what_is_left() {
        for (source, flags) in [(".", "g"), ("[^]", "g"), (r"[\s\S]", "g"), (r"[\s\S]*", ""), ("^.*$", "")] {
            assert!(takes_all(source, flags), "{source}");
        }
        for (source, flags) in [(".", ""), (r"\d", "g"), (r"\w", "g"), ("[^@]", "g"), (".{2,}", "g"), ("^.", "g")] {
            assert!(!takes_all(source, flags), "{source}");
        }
        assert!(is_spelled_out("^(?:never|ever)$") && !is_spelled_out("never.") && !is_spelled_out(r"\w"));
    }
}
