//! The pages that are open, as code sees them that runs for one of them: that page on top, below it one from which it
//! may have been opened, further down any. Knows nothing of what pages hold.

use super::super::objects::{Field, ObjId};
use super::super::solver::Solver;
use super::super::{InstId, NodeId, Via};
use crate::models::runtime::Below;
use crate::project::{UnitId, UnitKind};

/// The page on top, and the one below it, as keys that count from the end.
const TOP: &str = "-1";
const BELOW: &str = "-2";
/// The bottom of the stack, the only other place that programs name.
const BOTTOM: &str = "0";

impl Solver<'_> {
    /// The list of open pages for a call in an instance.
    pub(super) fn page_stack(&mut self, inst: InstId) -> ObjId {
        let page = self.unit_behind(inst).filter(|unit| self.project.unit(*unit).kind == UnitKind::Page);
        if let Some(&stack) = self.runtime.stacks.get(&page) {
            return stack;
        }
        let stack = self.fresh_array(self.module_of_instance(inst));
        let all = self.all_pages();
        let rest = match page {
            Some(page) => {
                let top = self.stack_field(stack, TOP);
                if let Some(&instance) = self.runtime.units[page.0 as usize].instances.first() {
                    self.add_object(top, instance);
                }
                let (below, known) = (self.stack_field(stack, BELOW), self.below(page));
                self.runtime.asked_below.push(known);
                self.flow(known, below, Via::Assign, None, None);
                self.stack_field(stack, BOTTOM)
            }
            None => self.field_node(stack, Field::Any),
        };
        self.flow(all, rest, Via::Assign, None, None);
        self.runtime.stacks.insert(page, stack);
        stack
    }

    /// A page is opened, by code that runs for another if that is known.
    pub(super) fn page_opened(&mut self, page: UnitId, from: Option<UnitId>, how: Below) {
        let below = self.below(page);
        let from = from.filter(|unit| self.project.unit(*unit).kind == UnitKind::Page);
        if how == Below::Nothing {
            return;
        }
        let Some(from) = from else {
            let all = self.all_pages();
            return self.flow(all, below, Via::Assign, None, None);
        };
        if how != Below::SameAsOpener
            && let Some(&instance) = self.runtime.units[from.0 as usize].instances.first()
        {
            self.add_object(below, instance);
        }
        if how != Below::Opener {
            let same = self.below(from);
            self.flow(same, below, Via::Assign, None, None);
        }
    }

    /// Pages below which some are asked for, and that no known call opens, may be opened from anywhere; whether there are
    /// new ones.
    pub fn open_unopened(&mut self) -> bool {
        let asked: Vec<NodeId> = self.runtime.asked_below.drain(..).collect();
        let unopened: Vec<NodeId> = asked.into_iter().filter(|node| self.objects_of(*node).is_empty()).collect();
        let all = self.all_pages();
        unopened.iter().for_each(|below| self.flow(all, *below, Via::Assign, None, None));
        !unopened.is_empty()
    }

    /// The unit whose script is at the beginning of the call path to an instance.
    pub(super) fn unit_behind(&self, inst: InstId) -> Option<UnitId> {
        let root = self.instances[inst.0 as usize].root;
        let module = self.program.modules().get(root as usize)?;
        self.project.unit_of_script(module.file)
    }

    /// The node of what may lie below a page.
    fn below(&mut self, page: UnitId) -> NodeId {
        if let Some(&node) = self.runtime.below.get(&page) {
            return node;
        }
        let node = self.passage();
        self.runtime.below.insert(page, node);
        node
    }

    fn all_pages(&mut self) -> NodeId {
        if let Some(all) = self.runtime.pages {
            return all;
        }
        let all = self.passage();
        self.runtime.pages = Some(all);
        all
    }

    pub(super) fn is_open_page(&mut self, page: ObjId) {
        let all = self.all_pages();
        self.add_object(all, page);
    }

    fn stack_field(&mut self, stack: ObjId, key: &str) -> NodeId {
        let key = Field::Named(self.symbols.intern(key));
        self.field_node(stack, key)
    }
}
