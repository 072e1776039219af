//! A flow with the name for people of its data. Knows the report, and no format.

use super::Report;
use super::model::Flow;
use crate::base::Text;
use crate::base::text::Lang;

/// A flow, and the name for people of its data.
#[derive(Clone, Copy, Debug)]
pub struct Titled<'a> {
    /// The flow.
    pub flow: &'a Flow,
    data: Option<&'a Text>,
}

impl<'a> Titled<'a> {
    /// The flow with what the report calls its data.
    pub fn new(flow: &'a Flow, report: &'a Report) -> Self {
        let item = report.inventory.data.iter().find(|item| item.data == flow.data);
        Self { flow, data: item.map(|item| &item.title) }
    }

    /// The name of the data.
    pub fn data(&self, lang: Lang) -> &'a str {
        self.data.map_or(self.flow.data.as_str(), |title| title.get(lang))
    }
}
