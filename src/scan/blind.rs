//! Faults inside of contents whose places are told last: objects of a repository.

use std::collections::BTreeSet;

use crate::model::{ContentId, Fault, within};

/// How many are kept one by one: a repository may hold any number of broken archives.
const KEPT: usize = 10_000;

/// What could not be read of contents, until their places are known. Those that are kept do not depend on which came first.
#[derive(Debug, Default)]
pub(super) struct Blind {
    /// With the number of the content.
    waiting: BTreeSet<(ContentId, Fault, u32)>,
    /// How many faults there were beyond those that are kept.
    pub more: u64,
}

impl Blind {
    /// Keeps one until its place is known.
    pub fn add(&mut self, (content, number): (ContentId, u32), fault: Fault) {
        self.waiting.insert((content, fault, number));
        if self.waiting.len() > KEPT {
            self.waiting.pop_last();
            self.more += 1;
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Tells each with the name of its content before it.
    pub fn settle(self, name: &dyn Fn((ContentId, u32)) -> String, each: &mut dyn FnMut(Fault)) {
        for (content, fault, number) in self.waiting {
            each(Fault { path: within(&name((content, number)), &fault.path), ..fault });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Blind, KEPT};
    use crate::model::{ContentId, Fault, FaultKind};

    #[test]
    fn a_flood_is_counted_and_the_kept_ones_do_not_depend_on_the_order() {
        let numbers = || 0..u32::try_from(KEPT).expect("a small number") + 500;
        let told = |numbers: &mut dyn Iterator<Item = u32>| {
            let (mut blind, mut told) = (Blind::default(), Vec::new());
            for number in numbers {
                let id = ContentId::new(&[&number.to_be_bytes()[..], &[0; 16]].concat()).expect("twenty bytes");
                blind.add((id, number), Fault::new(FaultKind::Malformed, "", "broken"));
            }
            assert_eq!(blind.more, 500);
            blind.settle(&|(_, number)| number.to_string(), &mut |fault| told.push(fault.path));
            told
        };
        assert_eq!(told(&mut numbers()), told(&mut numbers().rev()));
    }
}
