//! Sets that keep the order in which their members came: small ones are lists, larger ones are looked up by hash.

use smallvec::SmallVec;

/// What is a number in a set.
pub(super) trait Member: Copy + Eq {
    /// A number that no member has.
    const NONE: Self;

    /// The number; different for each.
    fn number(self) -> u32;
}

/// A set in the order of discovery.
#[derive(Debug)]
pub(super) struct Listed<T> {
    list: SmallVec<[T; 4]>,
    index: Index<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { list: SmallVec::new(), index: Index::default() }
    }
}

/// From this many members on they are looked up by hash.
const INDEXED_FROM: usize = 16;

impl<T: Member> Listed<T> {
    /// Adds a member; whether it is new.
    #[inline]
    pub fn insert(&mut self, member: T) -> bool {
        let is_new = !self.contains(member);
        if is_new {
            self.push(member);
        }
        is_new
    }

    /// Adds what is no member yet.
    pub fn push(&mut self, member: T) {
        self.list.push(member);
        if self.list.len() >= INDEXED_FROM {
            self.index.note(&self.list);
        }
    }

    /// Whether something is a member.
    #[inline]
    pub fn contains(&self, member: T) -> bool {
        if self.index.is_empty() { self.list.contains(&member) } else { self.index.contains(member) }
    }

    /// The members.
    #[inline]
    pub fn list(&self) -> &[T] {
        &self.list
    }
}

/// The members of a set by hash, with open addressing: the table is a power of two long and at most half full; or nothing.
#[derive(Debug)]
struct Index<T>(Box<[T]>);

impl<T> Default for Index<T> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<T: Member> Index<T> {
    /// The golden ratio, as in Fibonacci hashing.
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

    #[inline]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a member is, or where it would be.
    #[inline]
    fn place(&self, member: T) -> usize {
        let mask = self.0.len() - 1;
        let mut at = (u64::from(member.number()).wrapping_mul(Self::FACTOR) >> 32) as usize & mask;
        while self.0[at] != member && self.0[at] != T::NONE {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn contains(&self, member: T) -> bool {
        self.0[self.place(member)] == member
    }

    /// Takes in the last member of a list, or all where the table is too small for them.
    fn note(&mut self, list: &[T]) {
        let mut from = list.len() - 1;
        if self.0.len() < list.len() * 2 {
            self.0 = vec![T::NONE; list.len().next_power_of_two() * 2].into();
            from = 0;
        }
        for &member in &list[from..] {
            let place = self.place(member);
            self.0[place] = member;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::objects::ObjId;

    #[test]
    fn members_keep_their_order_and_come_once() {
        let mut set = Listed::default();
        let all: Vec<ObjId> = (0..1000).map(|at| ObjId(at * 7919 % 1000)).collect();
        assert!(all.iter().all(|obj| !set.contains(*obj) && set.insert(*obj)));
        assert!(all.iter().all(|obj| set.contains(*obj) && !set.insert(*obj)));
        assert_eq!(set.list(), all);
        assert!(!set.contains(ObjId(1000)));
    }
}
