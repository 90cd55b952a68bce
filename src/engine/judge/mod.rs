//! Judges the value of a name: how likely it is a credential, and what speaks for and against it.
//!
//! Everything that is observed is an [`evidence::Evidence`] with a weight and a sentence, so that a verdict can be explained and argued with.
//! What depends on the path ([`place`]) is added last: the contents of a git history are read before their paths are known.

pub mod evidence;
mod joint;
pub mod likeness;
mod line;
mod name;
mod notes;
pub mod place;
mod shapes;
mod value;
mod words;

use super::assignment::{Assignment, Sort};
use crate::model::{Confidence, Observed};
use notes::Notes;
use place::Place;

/// The shortest value that can be a password, and the shortest that can be a token.
const SHORTEST: (usize, usize) = (4, 7);

/// From these scores on a value is a credential of low, medium and high confidence.
const LEVELS: [(i32, Confidence); 3] =
    [(THRESHOLDS[0], Confidence::High), (THRESHOLDS[1], Confidence::Medium), (THRESHOLDS[2], Confidence::Low)];

/// The least scores of high, medium and low confidence.
pub const THRESHOLDS: [i32; 3] = [40, 22, 10];

/// The sum of all weights at a place.
pub fn score(observed: Observed, place: Place) -> i32 {
    evidence::weights(observed, place).map(|(_, weight, _)| weight).sum()
}

/// How sure it is that a value is a credential at a place; `None`: it is none.
pub fn level(observed: Observed, place: Place) -> Option<Confidence> {
    of_score(score(observed, place))
}

/// How sure it may be at best, whatever the place.
pub fn best(observed: Observed) -> Option<Confidence> {
    let mut sums = [0_i32; 4];
    for (_, weights, _) in evidence::TABLE.iter().filter(|row| observed.has(row.0 as u8)) {
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
    }
    of_score(sums.into_iter().max()?)
}

fn of_score(score: i32) -> Option<Confidence> {
    LEVELS.iter().find(|(least, _)| score >= *least).map(|(_, level)| *level)
}

/// Observes all that speaks for or against the value of a name; `None` where it is certainly no credential.
pub fn observe(bytes: &[u8], found: &Assignment) -> Option<Observed> {
    let text = &bytes[found.value.clone()];
    let shortest = if found.sort == Sort::Password { SHORTEST.0 } else { SHORTEST.1 };
    if text.len() < shortest || value::hopeless(text, found) || shapes::reference(text, found.quote.is_some()) {
        return None;
    }
    let mut seen = Notes::default();
    joint::observe(bytes, found, &mut seen);
    value::observe(text, found, &mut seen);
    name::observe(bytes, found, &mut seen);
    line::observe(bytes, found, &mut seen);
    Some(seen.0)
}
