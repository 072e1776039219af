//! A page is opened by a URL: what stands in its query arrives in the first lifecycle of the page that it names.

use petgraph::Direction;
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashSet;

use super::super::objects::{Field, ObjId, Object};
use super::super::solver::constraints::Rule;
use super::super::solver::{HOLE, Solver};
use super::super::{InstId, NodeId};
use super::queries::Parameter;
use crate::base::Span;
use crate::models::runtime::Below;
use crate::project::{UnitId, UnitKind};

/// A URL that a page is opened with.
#[derive(Clone, Debug)]
pub struct Url {
    node: NodeId,
    /// The page that opens it, if that is known.
    from: Option<UnitId>,
    place: Option<u32>,
    /// The opener's end of a channel to the page.
    end: Option<ObjId>,
    /// What lies below the page.
    below: Below,
}

/// Nodes that are looked at for the parts that a URL is made of.
const MAX_LOOK_BACK: usize = 64;

impl Solver<'_> {
    /// A page is opened with what `node` turns out to be.
    pub(super) fn navigate(
        &mut self,
        node: NodeId,
        inst: InstId,
        place: Option<Span>,
        end: Option<ObjId>,
        below: Below,
    ) {
        let from = self.unit_behind(inst);
        let place = place.map(|place| self.place(place));
        let id = self.runtime.urls.len() as u32;
        self.runtime.urls.push(Url { node, from, place, end, below });
        self.attach(node, Rule::Url(id));
    }

    /// The URL turns out to be `object`.
    pub fn url_object(&mut self, url: u32, object: ObjId) {
        let Url { node, from, place, end, below } = self.runtime.urls[url as usize].clone();
        let Object::Text(text) = self.objects.kind(object) else {
            // Nothing is known of the URL: any page may be meant, but what stands in it is not each of their parameters.
            for unit in 0..self.project.units.len() {
                if self.project.units[unit].kind == UnitKind::Page {
                    self.open_channel(end, unit as u32, place);
                    self.page_opened(UnitId(unit as u32), from, below);
                }
            }
            return;
        };
        let text = self.symbols.text(text).to_owned();
        let (path, query) = text.split_once('?').unwrap_or((text.as_str(), ""));
        let units: Vec<u32> = if path.contains(HOLE) {
            let pages = self.project.units.iter().enumerate().filter(|(_, unit)| unit.kind == UnitKind::Page);
            pages.map(|(at, _)| at as u32).collect()
        } else {
            let from = from.map(|unit| &*self.project.unit(unit).route);
            self.project.resolve_page(from, path).map(|unit| unit.0).into_iter().collect()
        };
        let parts = self.parts_of(node, &text);
        for unit in units {
            let object = self.query_of(unit);
            self.fill_query(object, path.len() + 1, query, &parts, node, place);
            self.open_channel(end, unit, place);
            self.page_opened(UnitId(unit), from, below);
        }
    }

    fn open_channel(&mut self, end: Option<ObjId>, unit: u32, place: Option<u32>) {
        if let Some(end) = end {
            let other = self.page_end(unit);
            self.connect(end, other, place);
        }
    }

    /// `key=value` pairs become properties; a value that is not known comes from the part that stands there.
    fn fill_query(
        &mut self,
        object: ObjId,
        start: usize,
        query: &str,
        parts: &[(usize, NodeId)],
        url: NodeId,
        place: Option<u32>,
    ) {
        let mut offset = start;
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value_at = offset + key.len() + 1;
            let inside = |from: usize, to: usize| -> Vec<NodeId> {
                parts.iter().filter(|(at, _)| (from..to).contains(at)).map(|&(_, part)| part).collect()
            };
            let field = if key.contains(HOLE) { Field::Any } else { Field::Named(self.symbols.intern(key)) };
            let node = self.field_node(object, field);
            if field == Field::Any || value.contains(HOLE) {
                let from = if field == Field::Any { offset } else { value_at };
                let parts = inside(from, offset + pair.len());
                let parameter = Parameter { query: object, field, parts, url, place };
                if field == Field::Any || self.has_any_name(&parameter) {
                    self.runtime.named_by_values.push(parameter);
                } else {
                    self.fill_parameter(&parameter);
                }
            } else if !value.is_empty() {
                let sym = self.symbols.intern(value);
                let text = self.objects.intern(Object::Text(sym));
                self.add_object(node, text);
            }
            offset += pair.len() + 1;
        }
    }

    /// The parts that a text is made of, with their offsets in it, where the text can be traced back to its making.
    fn parts_of(&self, node: NodeId, text: &str) -> Vec<(usize, NodeId)> {
        let mut seen = FxHashSet::default();
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            if seen.len() > MAX_LOOK_BACK || !seen.insert(node) {
                continue;
            }
            if let Some(&made) = self.text_of.get(&node)
                && let Some(parts) = self.align(&self.texts[made as usize].parts, text)
            {
                return parts;
            }
            let before = self.graph.edges_directed(node, Direction::Incoming);
            work.extend(before.filter(|edge| edge.weight().is_value).map(|edge| edge.source()));
        }
        Vec::new()
    }

    /// Where the parts that are not known stand in a text.
    fn align(&self, parts: &[NodeId], text: &str) -> Option<Vec<(usize, NodeId)>> {
        let mut holes = Vec::new();
        self.align_from(parts, text, 0, &mut FxHashSet::default(), &mut holes).then_some(holes)
    }

    /// The same from an offset on. A part may be one of several texts, the empty one among them, or not be known: what does
    /// not lead to the end of the text is remembered and tried once.
    fn align_from(
        &self,
        parts: &[NodeId],
        text: &str,
        offset: usize,
        tried: &mut FxHashSet<(usize, usize)>,
        holes: &mut Vec<(usize, NodeId)>,
    ) -> bool {
        let Some((&part, behind)) = parts.split_first() else { return offset == text.len() };
        if !tried.insert((parts.len(), offset)) {
            return false;
        }
        let rest = &text[offset..];
        let mut constants: Vec<&str> =
            self.objects_of(part).iter().filter_map(|obj| self.text_at(*obj, rest)).collect();
        constants.sort_unstable_by_key(|known| std::cmp::Reverse(known.len()));
        let unknown = rest.starts_with(HOLE).then(|| &rest[..HOLE.len_utf8()]);
        constants.into_iter().chain(unknown).any(|taken| {
            let n_holes = holes.len();
            // A part that is itself put together: its holes are its own, as far as this text goes.
            holes.extend(taken.match_indices(HOLE).map(|(at, _)| (offset + at, part)));
            let is_aligned = self.align_from(behind, text, offset + taken.len(), tried, holes);
            if !is_aligned {
                holes.truncate(n_holes);
            }
            is_aligned
        })
    }

    /// The text that an object is, if another one begins with it.
    fn text_at<'t>(&self, obj: ObjId, rest: &'t str) -> Option<&'t str> {
        let Object::Text(sym) = self.objects.kind(obj) else { return None };
        let known = self.symbols.text(sym);
        rest.starts_with(known).then(|| &rest[..known.len()])
    }
}
