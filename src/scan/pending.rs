use std::collections::HashMap;

use super::ledger::Sighted;
use crate::{
    engine::judge::{
        self,
        place::{self, Place},
    },
    model::{Confidence, Observed},
};

/// Repetitions are thrown out when there are so many, and whenever there are twice as many since.
const SIFTED: usize = 1 << 16;

/// Sightings of what may be credentials, until their places are known.
#[derive(Debug, Default)]
pub(super) struct Pending {
    waiting: Vec<(Sighted, Observed)>,
    sifted: usize,
    raised: HashMap<u32, Confidence>,
    dropped: bool,
}

impl Pending {
    /// Keeps one until its place is known.
    pub fn add(&mut self, sighted: Sighted, observed: Observed) {
        self.waiting.push((sighted, observed));
        if self.waiting.len() >= SIFTED.max(self.sifted * 2) {
            self.sift();
        }
    }

    fn sift(&mut self) {
        self.waiting.sort_unstable();
        self.waiting.dedup();
        self.sifted = self.waiting.len();
    }

    /// Judges all by the paths of their contents; what passes anywhere is told.
    pub fn settle(&mut self, paths: &mut dyn FnMut(u32) -> Vec<String>, each: &mut dyn FnMut(Sighted)) {
        self.sift();
        let mut places: HashMap<u32, Vec<Place>> = HashMap::new();
        for (seen, observed) in std::mem::take(&mut self.waiting) {
            let places = places.entry(seen.content).or_insert_with(|| of(&paths(seen.content)));
            let Some(level) = places.iter().filter_map(|place| judge::level(observed, *place)).max() else {
                self.dropped = true;
                continue;
            };
            let raised = self.raised.entry(seen.credential).or_insert(level);
            *raised = level.max(*raised);
            each(seen);
        }
    }

    /// Whether some were none.
    pub fn dropped(&self) -> bool {
        self.dropped
    }

    /// How sure the places of a credential made it.
    pub fn raised(&self, credential: u32) -> Option<Confidence> {
        self.raised.get(&credential).copied()
    }
}

/// The sorts of text at some paths, each once; what has no path may be anything.
fn of(paths: &[String]) -> Vec<Place> {
    let mut places: Vec<Place> = paths.iter().map(|path| place::of(path)).collect();
    places.sort_unstable();
    places.dedup();
    if places.is_empty() { vec![Place::Unknown] } else { places }
}
