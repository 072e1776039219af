//! What the numbers in marks and in deep steps stand for.

use crate::base::pattern::Pattern;
use crate::graph::Via;
use crate::ir::{Tag, Val};
use crate::models::Effect;

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// Data of an output of a source comes in (indices).
    Source { source: u32, output: u32 },
    /// Data comes in of which only the names of its fields can tell what it is.
    Unnamed,
    /// An input of a sink (indices).
    Sink { sink: u32, input: u32 },
    /// Where a sink sends to.
    Destination { sink: u32 },
    /// A value that says whether there is consent: the gate, and which of its results.
    Gate { gate: u32, result: u32 },
    /// A text that decides whether a call is one of a gate: the gate, and its condition.
    GateText { gate: u32, condition: u32 },
    /// A value by which a call of a gate only tells and asks nothing: the gate, and the truth value that it then is.
    GateNotice { gate: u32, is: bool },
}

/// A text is masked if an argument is a constant that matches.
#[derive(Clone, Debug)]
pub struct Mask {
    /// The argument, a value of the same function.
    pub val: Val,
    /// What it must match.
    pub pattern: Pattern,
}

#[derive(Clone, Debug)]
struct Deep {
    effect: Effect,
    via: Via,
    mask: Option<Mask>,
    is_shallow: bool,
}

/// The meaning of all numbers given out so far.
#[derive(Debug, Default)]
pub struct Tags {
    kinds: Vec<TagKind>,
    deeps: Vec<Deep>,
}

impl Tags {
    /// A number for a mark.
    pub fn mark(&mut self, kind: TagKind) -> u32 {
        self.kinds.push(kind);
        self.kinds.len() as u32 - 1
    }

    /// What a mark stands for.
    pub fn kind(&self, tag: u32) -> Option<TagKind> {
        self.kinds.get(tag as usize).copied()
    }

    /// The sink whose destination a mark gives.
    pub fn destination_of(&self, tag: u32) -> Option<u32> {
        match self.kind(tag)? {
            TagKind::Destination { sink } => Some(sink),
            _ => None,
        }
    }

    /// A number for a deep step.
    pub fn deep_step(&mut self, effect: Effect, via: Via, mask: Option<Mask>) -> Tag {
        self.deeps.push(Deep { effect, via, mask, is_shallow: false });
        Tag(self.deeps.len() as u32 - 1)
    }

    /// A number for a step that only a text takes: objects are not looked into.
    pub fn text_step(&mut self) -> Tag {
        self.deeps.push(Deep { effect: Effect::Value, via: Via::Step, mask: None, is_shallow: true });
        Tag(self.deeps.len() as u32 - 1)
    }

    /// Whether a step stops at objects.
    pub fn is_shallow(&self, tag: Tag) -> bool {
        self.deeps.get(tag.0 as usize).is_some_and(|deep| deep.is_shallow)
    }

    /// What a deep step does.
    pub fn deep(&self, tag: Tag) -> (Effect, Via) {
        self.deeps.get(tag.0 as usize).map_or((Effect::Taint, Via::Step), |deep| (deep.effect, deep.via))
    }

    /// When the result of a deep step is masked.
    pub fn mask(&self, tag: Tag) -> Option<&Mask> {
        self.deeps.get(tag.0 as usize)?.mask.as_ref()
    }
}
