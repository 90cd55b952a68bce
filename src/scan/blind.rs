//! Faults inside of contents whose places are told last: objects of a repository.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Fault, within};

/// How many faults of one content are kept one by one.
const KEPT: usize = 1_000;

/// What could not be read of contents, until their places are known.
#[derive(Debug, Default)]
pub(super) struct Blind {
    waiting: BTreeMap<u32, BTreeSet<Fault>>,
    /// How many faults there were beyond those that are kept.
    pub more: u64,
}

impl Blind {
    /// Keeps one until its place is known.
    pub fn add(&mut self, content: u32, fault: Fault) {
        let kept = self.waiting.entry(content).or_default();
        kept.insert(fault);
        if kept.len() > KEPT {
            kept.pop_last();
            self.more += 1;
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Tells each with the name of its content before it.
    pub fn settle(self, name: &dyn Fn(u32) -> String, each: &mut dyn FnMut(Fault)) {
        for (content, faults) in self.waiting {
            let name = name(content);
            faults.into_iter().for_each(|fault| each(Fault { path: within(&name, &fault.path), ..fault }));
        }
    }
}
