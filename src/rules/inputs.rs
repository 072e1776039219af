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
    taker.map_or(input, |(unit, step)| tag(case, unit, own, step).unwrap_or(step))
}

fn unit<'a>(case: &Case<'a>, file: FileId) -> Option<&'a Unit> {
    case.input().project.units.iter().find(|unit| [unit.script, unit.template].contains(&Some(file)))
}

/// The tag of a component in the template of a unit whose event the method gets in which a step lies.
fn tag(case: &Case<'_>, unit: &Unit, component: &Unit, step: Span) -> Option<Span> {
    let template = unit.template?;
    if step.file == template {
        return Some(step);
    }
    let before = case.project.files.get(step.file).text.get(..step.end as usize)?;
    let is_callback = |name: &str| words("not_a_method").are_in(name);
    let methods = words("method").captures(before).into_iter().map(|found| &before[found]);
    let method = methods.filter(|name| !is_callback(name)).last()?;
    let text = &case.project.files.get(template).text;
    let mut tags = unit.components.iter().filter(|(_, id)| std::ptr::eq(case.project.unit(**id), component));
    tags.find_map(|(name, _)| {
        let (name, method) = (regex::escape(name), regex::escape(method));
        let tag = pattern::compile(&format!(r#"<{name}\b[^>]*"{method}"[^>]*>"#)).ok()?;
        let found = tag.find(text)?;
        Some(Span::new(template, found.start() as u32, found.end() as u32))
    })
}
