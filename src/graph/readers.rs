//! Reads of fields that nobody has written so far: a field gets its node when something is put there, and whoever asked for
//! it before gets what comes. Knows nothing of what objects are.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::constraints::Rule;
use super::objects::{Field, ObjId};
use super::solver::Solver;
use super::{NodeId, Via};

/// Who waits for a field of an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reader {
    /// What is there goes to a node, read under this name.
    Value { dst: NodeId, read: Field },
    /// What the objects there have under a name goes to a node.
    Member { dst: NodeId, field: Field },
}

/// Those who wait, by object and field.
#[derive(Debug, Default)]
pub(super) struct Readers(FxHashMap<(ObjId, Field), SmallVec<[Reader; 1]>>);

impl Solver<'_> {
    /// What a field holds, or will hold, goes to a reader.
    pub(super) fn read_field(&mut self, obj: ObjId, field: Field, reader: Reader) {
        match self.objects.field(obj, field) {
            Some(node) => self.serve(node, reader),
            None => self.readers.0.entry((obj, field)).or_default().push(reader),
        }
    }

    /// A field is there now.
    pub(super) fn serve_readers(&mut self, obj: ObjId, field: Field, node: NodeId) {
        for reader in self.readers.0.remove(&(obj, field)).into_iter().flatten() {
            self.serve(node, reader);
        }
    }

    fn serve(&mut self, node: NodeId, reader: Reader) {
        match reader {
            Reader::Value { dst, read } => self.flow(node, dst, Via::Load, Some(read), None),
            Reader::Member { dst, field } => self.attach(node, Rule::Load { dst, field }),
        }
    }
}
