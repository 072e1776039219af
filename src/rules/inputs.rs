//! Where a program asks for what is typed: at an input, or at the tag of a component that shows one for others. Knows no
//! clause.

use super::Case;
use super::words::words;
use crate::base::{FileId, Span, pattern};
use crate::project::{Unit, UnitKind};
use crate::taint::Flow;

/// Where the program asks for the data of a flow: the input; where a component shows that for others and says nothing of
/// the data itself, the tag of the component, or else what takes over what was typed there.
pub fn asked_at(case: &Case<'_>, flow: &Flow) -> Span {
    let input = flow.source.span;
    let own = unit(case, input.file).filter(|unit| unit.kind == UnitKind::Component);
    let Some(own) = own.filter(|_| case.is_typed(flow) && !case.is_labelled(flow)) else { return input };
    let taker = flow.steps.iter().map(|step| step.span).find_map(|step| {
        let unit = unit(case, step.file).filter(|unit| unit.script != own.script)?;
        Some((unit, step))
    });
    taker.map_or(input, |(unit, step)| tag(case, unit, own, step, &flow.data).unwrap_or(step))
}

fn unit<'a>(case: &Case<'a>, file: FileId) -> Option<&'a Unit> {
    case.input().project.units.iter().find(|unit| [unit.script, unit.template].contains(&Some(file)))
}

/// The tag of a component in the template of a unit where data is typed that the method gets in which a step lies.
fn tag(case: &Case<'_>, unit: &Unit, component: &Unit, step: Span, data: &str) -> Option<Span> {
    let template = unit.template?;
    if step.file == template {
        return Some(step);
    }
    let before = case.project.files.get(step.file).text.get(..step.end as usize)?;
    let is_callback = |name: &str| words("not_a_method").are_in(name);
    let mut methods = words("method").captures(before).into_iter().map(|found| &before[found]);
    let method = methods.rfind(|name| !is_callback(name))?;
    let text = &case.project.files.get(template).text;
    let mut tags = unit.components.iter().filter(|(_, id)| std::ptr::eq(case.project.unit(**id), component));
    tags.find_map(|(name, _)| {
        let tag = pattern::compile(&format!(r"<{}\b[^>]*>", regex::escape(name))).ok()?;
        let handles = |tag: &regex::Match<'_>| tag.as_str().contains(&format!("\"{method}\""));
        let names = |tag: &regex::Match<'_>| case.speaks_of(tag.as_str(), data);
        let all = || tag.find_iter(text);
        // Several may have one handler, and events of one component may have been put together: the data tells.
        let found = all().find(|tag| handles(tag) && names(tag)).or_else(|| all().find(names));
        let found = found.or_else(|| all().find(handles))?;
        Some(Span::new(template, found.start() as u32, found.end() as u32))
    })
}
