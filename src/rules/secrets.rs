//! The keys that stand in a program, so that no report shows one: only its beginning is left, and all places stay true.

use crate::base::Files;
use crate::project::Project;
use crate::taint::Flow;

use super::checks::secrets::keys;

/// Characters of a key that are shown.
const SHOWN: usize = 3;
/// The end of a key that has a head and a foot.
const FOOT: &str = "-----END";
/// What its head begins with.
const HEAD: &str = "-----BEGIN";

/// The keys of a program.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// The longest first: one may hold another.
    values: Vec<String>,
}

impl Secrets {
    /// All that are found in the texts of a program, its comments included.
    pub fn of(project: &Project) -> Self {
        let mut values = Vec::new();
        for (_, file) in project.files.iter() {
            for (range, value) in keys(&file.text) {
                values.push(if value.starts_with(HEAD) { whole(&file.text[range.start..]).to_owned() } else { value });
            }
        }
        values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        values.dedup();
        Self { values }
    }

    /// A text without the keys in it, as long as it was; `None` where there are none.
    pub fn mask(&self, text: &str) -> Option<String> {
        let mut masked: Option<String> = None;
        for value in &self.values {
            let now = masked.as_deref().unwrap_or(text);
            if now.contains(value.as_str()) {
                masked = Some(now.replace(value.as_str(), &hidden(value)));
            }
        }
        masked
    }

    /// Takes the keys out of what flows say in words.
    pub fn mask_flows(&self, flows: &mut [Flow]) {
        for flow in flows {
            let ends = flow.sink.destination.iter_mut().chain(&mut flow.sink.destinations).chain(&mut flow.sink.path);
            let notes = flow.steps.iter_mut().map(|step| &mut step.note);
            ends.chain(notes).for_each(|text| self.mask_text(text));
        }
    }

    /// Takes the keys out of the texts that reports quote.
    pub fn mask_files(&self, files: &mut Files) {
        files.rewrite(|text| self.mask(text));
    }

    fn mask_text(&self, text: &mut String) {
        if let Some(masked) = self.mask(text) {
            *text = masked;
        }
    }
}

/// A key with a head, up to its foot or to the end of what it is quoted in.
fn whole(text: &str) -> &str {
    let end = text.find(FOOT).or_else(|| text.find(['"', '\'', '`']));
    &text[..end.unwrap_or(text.len())]
}

/// Signs take the place of all but the beginning; lines stay lines.
fn hidden(value: &str) -> String {
    let sign = |(at, sign): (usize, char)| if at < SHOWN || !sign.is_ascii_graphic() { sign } else { '*' };
    value.chars().enumerate().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_of_a_key_is_left_wherever_it_stands() {
        let secrets = Secrets { values: vec!["4f3c2b1a0e9d".to_owned()] };
        let masked = secrets.mask("a='4f3c2b1a0e9d' // 手 4f3c2b1a0e9d").expect("a key");
        assert_eq!(masked, "a='4f3*********' // 手 4f3*********");
        assert_eq!(secrets.mask("a='4f3c'"), None);
    }

    #[test]
    fn a_key_of_many_lines_is_hidden_up_to_its_foot() {
        let text = "-----BEGIN PRIVATE KEY-----\nMIIEpAIB\n-----END PRIVATE KEY-----";
        assert_eq!(hidden(whole(text)), "---******* ******* ********\n********\n");
        assert_eq!(whole("-----BEGIN X-----abc' + rest"), "-----BEGIN X-----abc");
    }
}
