//! What a call hands in: arguments become parameters, elements of rest parameters and of `arguments`; those that are spread
//! keep their positions as far as these are told apart. Knows nothing of who is called.

use super::CallSite;
use super::keyed::Given;
use crate::graph::objects::{Field, ObjId, Object, role};
use crate::graph::program::FuncId;
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::{InstId, NodeId, Via};

/// Elements of a spread list that keep their positions.
pub const TOLD_APART: usize = 6;

impl Solver<'_> {
    pub(super) fn link_arguments(&mut self, site: &CallSite, func: FuncId, inst: InstId, given: Option<Given>) {
        let function = self.program.get(func).function.clone();
        self.begin_blocks(inst, Some(site));
        for (index, &param) in function.params.iter().enumerate() {
            let param = self.value_node(inst, param);
            match given {
                Some(Given::Nothing(at)) if at as usize == index => {}
                Some(Given::Named { held: (at, src), name, .. }) if at as usize == index => {
                    let field = Field::Named(name);
                    self.tell_of(src, param, Via::Project, crate::models::Effect::Value, Some(field));
                    self.attach(src, Rule::Load { dst: param, field });
                }
                Some(Given::Object(at, object) | Given::Named { param: (at, object), .. }) if at as usize == index => {
                    self.add_object(param, object);
                    self.tell_of(site.args[index].0, param, Via::Argument, crate::models::Effect::Value, None);
                }
                _ => self.argument(site, index, param),
            }
        }
        if let Some((from, val)) = function.rest {
            let object = self.objects.intern(Object::Alloc { inst, val: role::REST, ty: self.known.ty_array });
            self.add_object(self.value_node(inst, val), object);
            self.collect_arguments(site, from as usize, object);
        }
        if let Some(val) = function.arguments {
            let object = self.objects.intern(Object::Alloc { inst, val: role::ARGUMENTS, ty: self.known.ty_array });
            self.add_object(self.value_node(inst, val), object);
            self.collect_arguments(site, 0, object);
        }
    }

    /// Argument `index` goes to `param`; behind a spread it may be any element of it.
    fn argument(&mut self, site: &CallSite, index: usize, param: NodeId) {
        for (at, &(arg, is_spread)) in site.args.iter().enumerate() {
            if !is_spread {
                if at == index {
                    self.flow(arg, param, Via::Argument, None, None);
                    return;
                }
                continue;
            }
            if at > index {
                return;
            }
            let field = Field::Named(self.index_name(index - at));
            self.tell_of(arg, param, Via::Project, crate::models::Effect::Value, Some(Field::Any));
            self.attach(arg, Rule::Load { dst: param, field });
            // Arguments behind the spread end up somewhere from here on.
            for &(later, later_spread) in &site.args[at + 1..] {
                if later_spread {
                    self.attach(later, Rule::Load { dst: param, field: Field::Any });
                } else {
                    self.flow(later, param, Via::Argument, None, None);
                }
            }
            return;
        }
    }

    /// A call with its arguments one by one, those that are spread included.
    pub fn unspread(&mut self, call: u32) -> CallSite {
        let mut site = self.calls[call as usize].clone();
        if site.args.iter().any(|(_, is_spread)| *is_spread) {
            let args = (0..TOLD_APART).map(|index| {
                let arg = self.passage();
                self.argument(&site, index, arg);
                (arg, false)
            });
            site.args = args.collect();
        }
        site
    }

    /// The arguments from `from` on become the elements of an array.
    pub fn collect_arguments(&mut self, site: &CallSite, from: usize, array: ObjId) {
        let mut is_known = true;
        for (at, &(arg, is_spread)) in site.args.iter().enumerate() {
            if is_spread {
                // Elements of the spread keep their positions as far as these are told apart.
                if is_known {
                    for index in 0..TOLD_APART {
                        if at + index < from {
                            continue;
                        }
                        let key = Field::Named(self.index_name(at + index - from));
                        let element = self.field_node(array, key);
                        let field = Field::Named(self.index_name(index));
                        self.attach(arg, Rule::Load { dst: element, field });
                    }
                    for index in TOLD_APART..TOLD_APART * 2 {
                        let any = self.field_node(array, Field::Any);
                        let field = Field::Named(self.index_name(index));
                        self.attach(arg, Rule::Load { dst: any, field });
                    }
                } else {
                    let any = self.field_node(array, Field::Any);
                    self.attach(arg, Rule::Load { dst: any, field: Field::Any });
                }
                let any = self.field_node(array, Field::Any);
                self.tell_of(arg, any, Via::Project, crate::models::Effect::Value, Some(Field::Any));
                is_known = false;
            } else if is_known {
                if at >= from {
                    let field = Field::Named(self.index_name(at - from));
                    let element = self.field_node(array, field);
                    self.flow(arg, element, Via::Argument, None, None);
                }
            } else {
                let any = self.field_node(array, Field::Any);
                self.flow(arg, any, Via::Argument, None, None);
            }
        }
    }
}
