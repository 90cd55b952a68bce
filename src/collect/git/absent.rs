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

impl Absent {
    /// Takes note of an object of `kind` that somebody names.
    pub fn add(&mut self, kind: Kind, id: &[u8]) {
        let (few, Some(id)) = (&mut self.kinds[kind as usize], ContentId::new(id)) else { return };
        // Eight bytes of a hash are enough to count by.
        if few.seen.insert(u64::from_be_bytes(id.as_bytes()[..8].try_into().expect("ids are longer"))) {
            few.first.insert(id);
            if few.first.len() > NAMED {
                few.first.pop_last();
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
