//! Objects that others name and that are not here.

use std::collections::{BTreeSet, HashSet};

use super::{hash::Kind, losses::NAMED};
use crate::model::{ContentId, Fault, FaultKind};

/// The absent objects of each kind: counted all, named a few.
#[derive(Default)]
pub struct Absent {
    kinds: [Few; 4],
}

#[derive(Default)]
struct Few {
    seen: HashSet<u64>,
    first: BTreeSet<ContentId>,
}

impl Few {
    /// Keeps the smallest ids, in whatever order they come.
    fn name(&mut self, id: ContentId) {
        if self.first.len() < NAMED {
            self.first.insert(id);
        } else if self.first.last().is_some_and(|last| id < *last) && self.first.insert(id) {
            self.first.pop_last();
        }
    }
}

impl Absent {
    /// Takes note of an object of `kind` that somebody names.
    pub fn add(&mut self, kind: Kind, id: &[u8]) {
        let (few, Some(id)) = (&mut self.kinds[kind as usize], ContentId::new(id)) else { return };
        // Eight bytes of a hash are enough to count by.
        few.seen.insert(u64::from_be_bytes(id.as_bytes()[..8].try_into().expect("ids are longer")));
        few.name(id);
    }

    /// Takes in what others noted.
    pub fn take(&mut self, others: Self) {
        for (few, other) in self.kinds.iter_mut().zip(others.kinds) {
            if few.seen.is_empty() {
                *few = other;
            } else {
                few.seen.extend(other.seen);
                other.first.into_iter().for_each(|id| few.name(id));
            }
        }
    }

    /// Tells the faults; in a partial clone absence is agreed, so it is only counted.
    pub fn tell(&self, partial: bool, place: &str, fault: &mut dyn FnMut(Fault)) {
        for (kind, few) in Kind::ALL.into_iter().zip(&self.kinds) {
            let count = few.seen.len();
            if count == 0 {
                continue;
            }
            let plural = if count == 1 { "" } else { "s" };
            if partial {
                let what = format!("partial clone: {count} {}{plural} not here; nothing is fetched from a promisor", kind.name());
                fault(Fault::new(FaultKind::Missing, place, what));
                continue;
            }
            for id in &few.first {
                fault(Fault::new(
                    FaultKind::Missing,
                    place,
                    format!("{} {id} is missing: history names it, and it is not found here", kind.name()),
                ));
            }
            if count > few.first.len() {
                fault(Fault::new(
                    FaultKind::Missing,
                    place,
                    format!("{} more {}s are missing; {count} in all", count - few.first.len(), kind.name()),
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Absent, NAMED};
    use crate::collect::git::hash::Kind;

    #[test]
    fn who_noted_what_first_makes_no_difference() {
        // Some begin alike for longer than they are counted by.
        let ids: Vec<[u8; 20]> = (0..60u8).map(|n| std::array::from_fn(|at| if at < 8 { n / 2 } else { n })).collect();
        let told = |parts: &[Vec<[u8; 20]>]| {
            let mut all = Absent::default();
            for part in parts {
                let mut own = Absent::default();
                part.iter().for_each(|id| own.add(Kind::Tree, id));
                all.take(own);
            }
            let mut faults = Vec::new();
            all.tell(false, "place", &mut |fault| faults.push(fault));
            faults
        };
        let mut turned = ids.clone();
        turned.reverse();
        let one = told(&[ids]);
        assert_eq!(one.len(), NAMED + 1);
        assert_eq!(told(&[turned.clone()]), one);
        assert_eq!(told(&[turned[..20].to_vec(), turned[10..].to_vec()]), one);
    }
}
