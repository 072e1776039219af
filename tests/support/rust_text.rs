//! Rust source as text: without comments, without test items. Knows the lexical rules that this needs, and no grammar.

/// The text with comments overwritten by spaces; lines stay where they are.
pub fn code(text: &str) -> String {
    masked(text, &[Kind::Comment])
}

/// The text without the items behind `#[cfg(test)]`, as spaces.
pub fn without_tests(text: &str) -> String {
    let bare = masked(text, &[Kind::Comment, Kind::Literal]);
    let mut kept = text.as_bytes().to_vec();
    for (start, _) in bare.match_indices("#[cfg(test)]") {
        let end = item_end(&bare, start);
        for byte in &mut kept[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(kept).expect("whole characters are overwritten")
}

/// Where the item that starts at `start` ends: behind its closing brace, or its semicolon.
fn item_end(bare: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in bare.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    bare.len()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// Overwrites the pieces of these kinds with spaces, byte by byte.
fn masked(text: &str, kinds: &[Kind]) -> String {
    let mut masked = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, length) = piece(rest);
        let bytes = rest[..length].bytes();
        let hide = kinds.contains(&kind);
        masked.extend(bytes.map(|byte| if hide && byte != b'\n' { b' ' } else { byte }));
        rest = &rest[length..];
    }
    String::from_utf8(masked).expect("whole characters are overwritten")
}

/// The kind and length of what the text begins with.
fn piece(text: &str) -> (Kind, usize) {
    if text.starts_with("//") {
        return (Kind::Comment, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (Kind::Comment, text.find("*/").map_or(text.len(), |end| end + 2));
    }
    if let Some(length) = raw_string(text) {
        return (Kind::Literal, length);
    }
    if text.starts_with('"') {
        return (Kind::Literal, quoted(text, '"'));
    }
    if text.starts_with("'\\") || (text.starts_with('\'') && text.chars().nth(2) == Some('\'')) {
        return (Kind::Literal, quoted(text, '\''));
    }
    (Kind::Code, text.chars().next().map_or(0, char::len_utf8))
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?;
    let n_hashes = hashes.len() - hashes.trim_start_matches('#').len();
    let body = hashes[n_hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(n_hashes));
    let end = body.find(&close)?;
    Some(1 + n_hashes + 1 + end + close.len())
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        assert_eq!(
            code("a(\"// no\"); // yes 手\nb('\"') /* c */ + 'd"),
            format!("a(\"// no\"); {}\nb('\"') {} + 'd", " ".repeat(10), " ".repeat(7))
        );
    }

    #[test]
    fn test_items_go_whole() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { \"}\"; '{'; r#\"}\"#; } }\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let left = without_tests(text);
        assert_eq!(left.split_whitespace().collect::<Vec<_>>().join(" "), "fn a() {} fn c() {} fn e() {}");
        assert_eq!(left.len(), text.len());
    }
}
