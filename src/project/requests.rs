//! Finds the modules that a text asks for by literal requests, to know which files are worth reading.
//! Knows four spellings, and nothing else of JavaScript: what it finds too much does no harm.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern;

static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let spelling =
        r#"\b(?:require(?:\.async)?\s*\(|import\s*\(|import|from)\s*(?:"([^"\n]+)"|'([^'\n]+)'|`([^`$\n]+)`)"#;
    pattern::compile(spelling).ok()
});

/// The requests in the order of the text: `require('x')`, `from 'x'`, `import 'x'`, `import('x')`.
pub(super) fn requests(text: &str) -> impl Iterator<Item = &str> {
    let matches = REQUEST.as_ref().into_iter().flat_map(move |regex| regex.captures_iter(text));
    matches.filter_map(|captures| captures.iter().skip(1).flatten().next().map(|found| found.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_spellings_are_found() {
        let text = "const a = require ( './a' )\nimport b, {c} from \"./b\"\nexport * from'./c'\nimport './d';\n\
                    import(`./e`); require.async('./f'); import(`./${x}`); required('./no'); from(x, './no')";
        assert_eq!(requests(text).collect::<Vec<_>>(), ["./a", "./b", "./c", "./d", "./e", "./f"]);
    }
}
