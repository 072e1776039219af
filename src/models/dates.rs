//! The models as they are for a release of one day: what has changed until then, and which gates are in force.
//! Knows dates only as texts such as `2023-10-17`, whose order is that of the days.

use super::{Gate, Models, Source};

/// A change of what a source gives.
#[derive(Clone, Debug)]
pub struct Change {
    /// The first day on which releases get the new data.
    pub from: String,
    /// What changed, for people.
    pub note: Option<String>,
    /// Categories, and what they become; `None` where nothing is given any more.
    pub data: Vec<(String, Option<String>)>,
}

impl Models {
    /// Takes the models to the state that holds for a release of this day.
    pub fn settle(&mut self, day: &str) {
        for source in &mut self.sources {
            source.settle(day);
        }
        self.gates.retain(|gate| gate.is_in_force(day));
        self.asks = super::gate::asks(&self.gates, &self.platform);
        self.name_categories();
    }
}

impl Source {
    fn settle(&mut self, day: &str) {
        for change in self.changes.iter().filter(|change| change.from.as_str() <= day) {
            self.outputs.retain_mut(|output| {
                let new = change.data.iter().find(|(old, _)| *old == output.data);
                if let Some((_, Some(slug))) = new {
                    output.data.clone_from(slug);
                }
                !matches!(new, Some((_, None)))
            });
        }
    }
}

impl Gate {
    /// Whether the platform does so for a release of this day.
    pub fn is_in_force(&self, day: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= day) && self.until.as_deref().is_none_or(|until| day < until)
    }
}

/// Whether a text is a day in the form that the order of texts needs.
pub(super) fn is_day(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
    let fits = |month: u32, day: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
    text.len() == 10 && matches!(parts[..], [Some(_), Some(month), Some(day)] if fits(month, day))
}

#[cfg(test)]
mod tests {
    use crate::models::Models;

    #[test]
    fn data_becomes_what_the_platform_makes_of_it() {
        let text = r#"{ "sources": [{ "id": "a", "call": "a", "returns": { "fields": { "x": "name", "y": "gender" } },
            "changes": [{ "from": "2021-04-28", "data": { "name": "nobody" } },
                        { "from": "2021-10-20", "data": { "gender": null } }] }],
          "gates": [{ "id": "g", "call": "g", "role": "consent", "from": "2021-05-01", "until": "2022-01-01" }] }"#;
        let state = |day: &str| {
            let mut models = Models::load(false, &[("a.json".into(), text.into())]).expect("a model file");
            models.settle(day);
            let data = models.sources[0].outputs.iter().map(|output| output.data.clone()).collect::<Vec<_>>();
            (data, models.gates.len())
        };
        assert_eq!(state("2021-04-27"), (vec!["name".into(), "gender".into()], 0));
        assert_eq!(state("2021-05-01"), (vec!["nobody".into(), "gender".into()], 1));
        assert_eq!(state("2026-01-01"), (vec!["nobody".into()], 0));
    }
}
