//! The pages of the clauses: one Markdown file each, in both languages, with examples that tests run. Knows their
//! layout, and not what they say.

use include_dir::{Dir, include_dir};

use crate::base::text::Lang;

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/rules/pages");

/// The line that divides the Chinese part from the English one.
const DIVIDER: &str = "\n<!-- en -->\n";

/// The line before the examples.
const EXAMPLES: &str = "\n<!-- examples -->\n";

/// A page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    zh: &'static str,
    en: &'static str,
    examples: &'static str,
}

impl Page {
    /// The part in a language, and the examples.
    pub fn text(self, lang: Lang) -> String {
        let text = match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        };
        if self.examples.is_empty() {
            return text.to_owned();
        }
        format!("{text}\n\n{}", in_language(&without_markers(self.examples), lang))
    }
}

/// Headings have both languages: `## 违反 / violating`.
fn in_language(text: &str, lang: Lang) -> String {
    let line = |line: &str| match (line.strip_prefix("## ").and_then(|head| head.split_once(" / ")), lang) {
        (Some((zh, _)), Lang::Zh) => format!("## {zh}"),
        (Some((_, en)), Lang::En) => format!("## {en}"),
        (None, _) => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The page of a clause.
pub fn page(id: &str) -> Option<Page> {
    let text = PAGES.get_file(format!("{id}.md"))?.contents_utf8()?;
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body);
    let (zh, rest) = body.split_once(DIVIDER)?;
    let (en, examples) = rest.split_once(EXAMPLES).unwrap_or((rest, ""));
    Some(Page { zh: zh.trim(), en: en.trim(), examples: examples.trim() })
}

/// The markers that tests read, with the blanks before them.
fn without_markers(text: &str) -> String {
    let line = |line: &str| {
        let end = line.find("//~").or_else(|| line.find("<!--~")).unwrap_or(line.len());
        line[..end].trim_end().to_owned()
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_in_one_language() {
        assert_eq!(in_language("## 违反 / violating\n`a / b`", Lang::Zh), "## 违反\n`a / b`");
        assert_eq!(in_language("## 违反 / violating", Lang::En), "## violating");
    }

    #[test]
    fn every_clause_has_a_page_in_both_languages_and_no_page_is_an_orphan() {
        for clause in super::super::clauses() {
            let page = page(&clause.id).unwrap_or_else(|| panic!("{} has no page", clause.id));
            assert!(page.zh.contains("##") && page.en.contains("##"), "{}", clause.id);
        }
        let orphans: Vec<_> = PAGES
            .files()
            .filter(|file| {
                let stem = file.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                super::super::clause(&stem).is_none()
            })
            .collect();
        assert!(orphans.is_empty(), "{orphans:?}");
    }
}
