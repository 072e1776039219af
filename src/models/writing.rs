//! How data is written and what fields take, so that a label does not make a licence plate of a number.
//! Knows no category and no field.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Models, Source};

/// How data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Writing {
    /// With letters.
    Letters,
    /// With digits, for the most part.
    Digits,
}

/// What a field takes, where it does not take any text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// Digits only.
    Digits,
    /// One of what it offers.
    Choice,
    /// What is hidden while it is typed: where that is certain, texts around only explain it.
    Secret,
}

impl Models {
    /// Whether a field can be filled with data of a category.
    pub fn can_take(&self, field: &Source, data: &str) -> bool {
        let category = self.categories.iter().find(|category| category.slug == data);
        match (field.takes, category.and_then(|category| category.writing)) {
            (None | Some(Takes::Secret), _) | (_, None) => true,
            (Some(takes), Some(writing)) => takes == Takes::Digits && writing == Writing::Digits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_no_plate_and_a_choice_is_no_phone() {
        let models = Models::load(true, &[]).expect("the built-in models");
        let takes = |id: &str, data: &str| {
            let field = models.sources.iter().find(|source| source.id == id).expect(id);
            models.can_take(field, data)
        };
        assert!(takes("input.number.input", "phone-number") && !takes("input.number.input", "license-plate"));
        assert!(takes("input.text.input", "license-plate") && takes("input.text.input", "phone-number"));
        assert!(takes("radio-group", "gender") && !takes("radio-group", "phone-number"));
    }
}
