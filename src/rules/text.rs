//! Texts without their comments, so that what a comment says is not taken for what users see. Knows where comments
//! stand, and no more of the languages.

use crate::base::FileKind;

/// The text with spaces in place of comments; every byte keeps its place.
pub fn without_comments(kind: FileKind, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in comments(kind, text.as_bytes()) {
        for byte in &mut bytes[range] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    // Only whole comments were blanked, and they end where characters do.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The text with `-` before capital letters that begin a word: `pushPromo` as `push-Promo`.
pub fn words_apart(text: &str) -> String {
    let mut apart = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            apart.push('-');
        }
        apart.push(c);
        before = c;
    }
    apart
}

fn comments(kind: FileKind, text: &[u8]) -> Vec<std::ops::Range<usize>> {
    if kind == FileKind::Wxml {
        return between(text, b"<!--", b"-->");
    }
    let mut found = Vec::new();
    let mut at = 0;
    let mut quote: Option<u8> = None;
    while at < text.len() {
        let byte = text[at];
        match quote {
            Some(_) if byte == b'\\' => at += 1,
            Some(open) if byte == open || (byte == b'\n' && open != b'`') => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            None if text[at..].starts_with(b"//") && (at == 0 || text[at - 1] != b'\\') => {
                let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |line| at + line);
                found.push(at..end);
                at = end;
            }
            None if text[at..].starts_with(b"/*") => {
                let end = find(&text[at + 2..], b"*/").map_or(text.len(), |length| at + 2 + length + 2);
                found.push(at..end);
                at = end - 1;
            }
            None => {}
        }
        at += 1;
    }
    found
}

fn between(text: &[u8], open: &[u8], close: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(&text[at..], open) {
        let start = at + start;
        let end = find(&text[start..], close).map_or(text.len(), |length| start + length + close.len());
        found.push(start..end);
        at = end;
    }
    found
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_blanked_and_urls_are_not() {
        let text = "a('https://x') // 越狱\n/* root */ b(\"//c\")\n`//d`";
        let blank = format!("a('https://x') {}\n{} b(\"//c\")\n`//d`", " ".repeat(9), " ".repeat(10));
        assert_eq!(without_comments(FileKind::JavaScript, text), blank);
        assert_eq!(without_comments(FileKind::Wxml, "<a/><!-- x --><b/>"), format!("<a/>{}<b/>", " ".repeat(10)));
        assert_eq!(without_comments(FileKind::JavaScript, "/* open"), " ".repeat(7));
    }
}
