//! Faults of one sort, told up to a bound and then counted.

use super::losses::NAMED;
use crate::model::{Fault, FaultKind};

/// Collects faults of one sort.
pub struct Few {
    kind: FaultKind,
    what: &'static str,
    told: Vec<Fault>,
    count: usize,
}

impl Few {
    /// Faults of `kind`; `what` names the sort for the count.
    pub fn new(kind: FaultKind, what: &'static str) -> Self {
        Self { kind, what, told: Vec::new(), count: 0 }
    }

    /// Adds one.
    pub fn add(&mut self, path: String, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < NAMED {
            self.told.push(Fault::new(self.kind, path, what()));
        }
    }

    /// Gives them away.
    pub fn tell(self, place: &str, faults: &mut Vec<Fault>) {
        let more = self.count - self.told.len();
        faults.extend(self.told);
        if more > 0 {
            faults.push(Fault::new(self.kind, place, format!("{more} more {}; {} in all", self.what, self.count)));
        }
    }
}
