//! What has certainly happened where control is: consent to categories of data, and an act of the user's. A set of bits,
//! so that ways that join keep what they have in common. Knows no way.

use crate::models::{Category, Covers};

/// The bit for an act of the user's.
const ACT: u128 = 1 << 127;
/// The bit that only places have that control never gets to.
const NEVER: u128 = 1 << 126;
/// The bit for code that runs only where the program is tried by those who make it.
const TRIAL: u128 = 1 << 125;
/// Categories beyond share the last of these bits.
const MAX_CATEGORIES: usize = 124;

/// Consents that certainly were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grants(u128);

impl Grants {
    /// Nothing has happened.
    pub const NONE: Self = Self(0);
    /// Control never gets there: whatever may be asked holds.
    pub const NEVER: Self = Self(u128::MAX);
    /// The user has acted.
    pub const ACT: Self = Self(ACT);

    /// The consent to what a gate covers.
    pub fn of(covers: &Covers, categories: &[Category]) -> Self {
        let bits = |is_covered: &dyn Fn(&Category) -> bool| {
            let covered = categories.iter().enumerate().filter(|(_, category)| is_covered(category));
            Self(covered.fold(0, |bits, (at, _)| bits | bit(at)))
        };
        match covers {
            Covers::All => Self(!(ACT | NEVER | TRIAL)),
            Covers::Nobody => Self(TRIAL),
            Covers::Platform => bits(&|category| category.privacy_key.is_some()),
            Covers::Data(data) => bits(&|category| data.contains(&category.slug)),
        }
    }

    /// What two ways that join have in common.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What has happened when something more has.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is consent to a category, by its number.
    pub fn has(self, category: usize) -> bool {
        self.0 & bit(category) != 0
    }

    /// The same without the act.
    #[must_use]
    pub fn without_act(self) -> Self {
        Self(self.0 & !ACT)
    }

    /// Whether there is consent to anything.
    pub fn is_consent(self) -> bool {
        self != Self::NEVER && self.0 & !(ACT | TRIAL) != 0
    }

    /// Whether no user is there.
    pub fn is_trial(self) -> bool {
        self != Self::NEVER && self.0 & TRIAL != 0
    }

    /// Whether the user has acted.
    pub fn is_act(self) -> bool {
        self.0 & ACT != 0
    }
}

fn bit(category: usize) -> u128 {
    1 << category.min(MAX_CATEGORIES)
}
