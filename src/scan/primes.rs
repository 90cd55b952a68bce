//! The RSA keys of a run, compared with each other.

use std::collections::BTreeSet;

use crate::{analyze::primes, model::Credential};

use super::Surveyed;

/// What keys are called that were not compared.
const SKIPPED: &str = "RSA keys not compared with each other for common primes (too many)";

/// The moduli of keys that have a prime in common with another key of the run, whichever target it lies in.
#[derive(Debug, Default)]
pub(super) struct Shared(BTreeSet<Vec<u8>>);

impl Shared {
    /// Compares all keys; where they are too many, none, and that is counted.
    pub fn of(surveyed: &mut [Surveyed]) -> Self {
        let mut all: BTreeSet<&[u8]> = BTreeSet::new();
        let mut keys = 0;
        for (_, modulus) in surveyed.iter().flat_map(|one| one.ledger.moduli()) {
            all.insert(modulus);
            keys += 1;
        }
        let all: Vec<&[u8]> = all.into_iter().collect();
        let uncounted = all.first().is_some_and(|first| first.is_empty());
        let Some(found) = primes::shared(&all).filter(|_| !uncounted) else {
            surveyed.iter_mut().take(1).for_each(|first| first.ledger.skip(SKIPPED, keys));
            return Self::default();
        };
        Self(all.iter().zip(found).filter(|(_, shared)| *shared).map(|(modulus, _)| modulus.to_vec()).collect())
    }

    /// The numbers of the credentials of one target that have one of these moduli.
    pub fn among(&self, surveyed: &Surveyed) -> BTreeSet<u32> {
        if self.0.is_empty() {
            return BTreeSet::new();
        }
        surveyed.ledger.moduli().filter(|(_, modulus)| self.0.contains(*modulus)).map(|(number, _)| number).collect()
    }

    /// Notes it on a credential.
    pub fn note(credential: &mut Credential) {
        credential.attributes.insert("shared-prime".to_owned(), "yes".to_owned());
    }
}
