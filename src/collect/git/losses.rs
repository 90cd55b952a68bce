//! Objects that are there and could not be read, told once and in order, however many there are.

use std::{collections::BTreeMap, sync::Mutex};

use crate::model::{Fault, FaultKind};

/// Why an object could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its bytes, or those of an object that it is a delta of, are broken.
    Broken(&'static str),
    /// It has so many bytes.
    Large(u64),
    /// Its file ends too early.
    Cut(&'static str),
}

impl Why {
    fn kind(self) -> FaultKind {
        match self {
            Self::Broken(_) => FaultKind::Malformed,
            Self::Large(_) => FaultKind::TooLarge,
            Self::Cut(_) => FaultKind::Truncated,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Broken(what) | Self::Cut(what) => what.to_owned(),
            Self::Large(size) => format!("it has {size} bytes, which is over the size limit"),
        }
    }
}

/// How many objects of one place are named; the others are counted.
pub const NAMED: usize = 16;

/// The objects lost so far, by row: workers add in any order, the report comes out the same.
#[derive(Default)]
pub struct Losses(Mutex<BTreeMap<u32, Why>>);

impl Losses {
    /// Takes note that the object of `row` cannot be read.
    pub fn add(&self, row: u32, why: Why) {
        self.0.lock().expect("nobody panics with the lock").entry(row).or_insert(why);
    }

    /// Whether an object is lost.
    pub fn has(&self, row: u32) -> bool {
        self.0.lock().expect("nobody panics with the lock").contains_key(&row)
    }

    /// Tells the faults. `place` gives the name of the file that holds a row, `id` the object's name.
    pub fn tell(&self, place: impl Fn(u32) -> String, id: impl Fn(u32) -> String, fault: &mut dyn FnMut(Fault)) {
        let lost = self.0.lock().expect("nobody panics with the lock");
        let mut groups: BTreeMap<(String, FaultKind), (usize, u32)> = BTreeMap::new();
        for (row, why) in lost.iter() {
            let place = place(*row);
            let (count, _) = groups.entry((place.clone(), why.kind())).or_insert((0, *row));
            *count += 1;
            if *count <= NAMED {
                fault(Fault::new(why.kind(), place, format!("object {} cannot be read: {}", id(*row), why.words())));
            }
        }
        for ((place, kind), (count, _)) in groups {
            if count > NAMED {
                fault(Fault::new(kind, place, format!("{} more objects cannot be read; {count} in all", count - NAMED)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Losses, NAMED, Why};

    #[test]
    fn many_losses_are_named_up_to_a_bound_and_then_counted() {
        let losses = Losses::default();
        for row in 0..100 {
            losses.add(row, Why::Broken("bad"));
        }
        let mut told = Vec::new();
        losses.tell(|_| "pack".into(), |row| row.to_string(), &mut |fault| told.push(fault.what));
        assert_eq!(told.len(), NAMED + 1);
        assert!(told[NAMED].starts_with("84 more objects"));
    }
}
