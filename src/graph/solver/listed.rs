//! Sets that keep the order in which their members came: small ones are lists, larger ones are looked up by hash.
//! There are two for each node of a graph of millions, of a few members as a rule: what such a set takes counts.

/// What is a number in a set.
pub(in crate::graph) trait Member: Copy + Eq {
    /// A number that no member has.
    const NONE: Self;

    /// The number; different for each.
    fn number(self) -> u32;
}

/// Members that a set has in itself.
const FEW: usize = 5;
/// From this many members on they are looked up by hash.
const INDEXED_FROM: usize = 16;

/// A set in the order of discovery.
#[derive(Debug)]
pub(in crate::graph) enum Listed<T> {
    /// So many of them.
    Few(u8, [T; FEW]),
    /// More than fit in here.
    Many(Box<Many<T>>),
}

/// The members of a larger set.
#[derive(Debug)]
pub(in crate::graph) struct Many<T> {
    list: Vec<T>,
    index: Index<T>,
}

impl<T: Member> Default for Listed<T> {
    fn default() -> Self {
        Self::Few(0, [T::NONE; FEW])
    }
}

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
        match self {
            Self::Few(len, few) => match few.get_mut(usize::from(*len)) {
                Some(free) => {
                    *free = member;
                    *len += 1;
                }
                None => *self = Self::Many(Box::new(Many::of(few, member))),
            },
            Self::Many(many) => many.push(member),
        }
    }

    /// Whether something is a member.
    #[inline]
    pub fn contains(&self, member: T) -> bool {
        match self {
            // No member is `NONE`, which is what the free places hold.
            Self::Few(_, few) => few.contains(&member),
            Self::Many(many) => many.contains(member),
        }
    }

    /// The members.
    #[inline]
    pub fn list(&self) -> &[T] {
        match self {
            Self::Few(len, few) => &few[..usize::from(*len)],
            Self::Many(many) => &many.list,
        }
    }
}

impl<T: Member> Many<T> {
    fn of(few: &[T], member: T) -> Self {
        let mut list = Vec::with_capacity(FEW * 2);
        list.extend_from_slice(few);
        list.push(member);
        Self { list, index: Index::default() }
    }

    fn push(&mut self, member: T) {
        self.list.push(member);
        if self.list.len() >= INDEXED_FROM {
            self.index.note(&self.list);
        }
    }

    fn contains(&self, member: T) -> bool {
        if self.index.is_empty() { self.list.contains(&member) } else { self.index.contains(member) }
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
        assert_eq!(size_of::<Listed<ObjId>>(), 24);
    }
}
