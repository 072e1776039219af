//! The comments of scripts and templates with their places. Knows nothing of what they say.

use swc_common::comments::SingleThreadedComments;

use super::script;
use super::span_of;
use crate::base::{FileId, FileKind, Span};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// All of it, with its marks.
    pub span: Span,
    /// What stands between the marks.
    pub text: String,
}

/// The comments of a file, in order. JSON has none; of a file that cannot be parsed there are those before the mistake.
pub fn comments(file: FileId, kind: FileKind, text: &str) -> Vec<Comment> {
    match kind {
        FileKind::Json => Vec::new(),
        FileKind::Wxml => in_template(file, text),
        _ => in_script(file, kind, text),
    }
}

fn in_script(file: FileId, kind: FileKind, text: &str) -> Vec<Comment> {
    let found = SingleThreadedComments::default();
    script::parse_for_comments(kind, text, &found);
    let (leading, trailing) = found.take_all();
    let all = [leading, trailing];
    let mut comments: Vec<Comment> = all
        .iter()
        .flat_map(|map| map.borrow().values().flatten().cloned().collect::<Vec<_>>())
        .map(|comment| Comment { span: span_of(file, comment.span), text: comment.text.to_string() })
        .collect();
    comments.sort_by_key(|comment| comment.span);
    // Between two tokens a comment may belong to both.
    comments.dedup();
    comments
}

/// Text between `<!--` and `-->`; without an end it goes on to the end of the file.
fn in_template(file: FileId, text: &str) -> Vec<Comment> {
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("<!--") {
        let start = at + found;
        let inner = start + 4;
        let length = text[inner..].find("-->");
        let end = length.map_or(text.len(), |length| inner + length + 3);
        let body = &text[inner..length.map_or(text.len(), |length| inner + length)];
        comments.push(Comment { span: Span::new(file, start as u32, end as u32), text: body.to_owned() });
        at = end;
    }
    comments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: FileKind, text: &str) -> Vec<(String, String)> {
        let all = comments(FileId(0), kind, text);
        all.into_iter().map(|comment| (text[comment.span.range()].to_owned(), comment.text)).collect()
    }

    #[test]
    fn comments_of_scripts_are_no_texts_and_no_patterns() {
        let text = "// a\nlet s = '// no', r = /\\/\\/no/ // b\n/* c\n */ f(/* d */)\n";
        let found = shown(FileKind::JavaScript, text);
        assert_eq!(
            found.iter().map(|(whole, _)| whole.as_str()).collect::<Vec<_>>(),
            ["// a", "// b", "/* c\n */", "/* d */"]
        );
        assert_eq!(found[1].1, " b");
        assert_eq!(shown(FileKind::TypeScript, "let a: number = 1 // t").len(), 1);
        assert_eq!(shown(FileKind::Wxs, "\u{feff}// w")[0].0, "// w");
    }

    #[test]
    fn comments_of_templates_stand_in_their_own_marks() {
        let found = shown(FileKind::Wxml, "<view/><!-- a --><!--b-->\n<!-- open");
        let whole: Vec<&str> = found.iter().map(|(whole, _)| whole.as_str()).collect();
        assert_eq!(whole, ["<!-- a -->", "<!--b-->", "<!-- open"]);
        assert_eq!(found[0].1, " a ");
    }
}
