//! Names of the platform that no model needs to speak of, and why. Knows where they are listed, and not what any is.

use serde::Deserialize;

/// A reason, and the names that it holds for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neutral {
    /// The reason in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Calls (`wx.hideLoading`), methods of classes (`Canvas.getContext`), events (`<video> play`) and attributes
    /// (`<video loop>`).
    pub names: Vec<String>,
}

/// All of them as compiled in; a test holds that the file is well formed.
pub fn neutral() -> Vec<Neutral> {
    serde_json::from_str(include_str!("neutral.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn the_built_in_file_is_well_formed() {
        let all = neutral();
        assert!(!all.is_empty());
        let mut names: Vec<&String> = all.iter().flat_map(|it| &it.names).collect();
        let n = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(n, names.len(), "a name with two reasons");
    }
}
