//! A bucket of literals, and in what share of text it is hot.

use super::{Choice, PLACES, sample::Gated};
use crate::engine::tables::GATES;

/// What lies in a bucket: how often each gate is used by the last look-up and by the one before.
pub(super) struct Bucket {
    used: [Vec<u16>; PLACES],
    /// How many literals have any gate there.
    any: [u32; PLACES],
    /// The share of text at the gates that are used.
    share: [f64; PLACES],
    /// The share of the rest of the text.
    rest_share: [f64; PLACES],
    /// The share of text that is listed and has used gates at both.
    both: f64,
}

/// The gates of a choice that no other literal of a bucket uses.
type Fresh = [Vec<u16>; PLACES];

impl Bucket {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self { used: [vec![0; GATES], vec![0; GATES]], any: [0; PLACES], share: [0.0; PLACES], rest_share: [0.0; PLACES], both: 0.0 }
    }

    /// In what share of text it is hot.
    pub(super) fn cost(&self, text: &Gated) -> f64 {
        hot(text, self.any[1] > 0, self.share[0], self.rest_share, self.both)
    }

    /// The same with one literal more.
    pub(super) fn cost_with(&self, choice: &Choice, text: &Gated) -> f64 {
        let (fresh, own) = self.fresh(choice);
        let share = self.share[0] + sum(&fresh[0], &text.shares);
        let rest = [0, 1].map(|place| self.rest_share[place] + sum(&fresh[place], &text.rest_shares));
        let any = self.any[1] > 0 || choice.gates[1].is_none();
        hot(text, any, share, rest, if any { 0.0 } else { self.both + self.more(&fresh, own, text) })
    }

    /// Puts a literal in.
    pub(super) fn put(&mut self, choice: &Choice, text: &Gated) {
        self.change(choice, text, 1.0);
        self.count(choice, |count| *count += 1, |any| *any += 1);
    }

    /// Takes a literal out.
    pub(super) fn take(&mut self, choice: &Choice, text: &Gated) {
        self.count(choice, |count| *count -= 1, |any| *any -= 1);
        self.change(choice, text, -1.0);
    }

    fn change(&mut self, choice: &Choice, text: &Gated, sign: f64) {
        let (fresh, own) = self.fresh(choice);
        self.both += sign * self.more(&fresh, own, text);
        for (place, gates) in fresh.iter().enumerate() {
            self.share[place] += sign * sum(gates, &text.shares);
            self.rest_share[place] += sign * sum(gates, &text.rest_shares);
        }
    }

    fn count(&mut self, choice: &Choice, used: fn(&mut u16), any: fn(&mut u32)) {
        for (place, gates) in choice.gates.iter().enumerate() {
            match gates {
                Some(gates) => gates.iter().for_each(|gate| used(&mut self.used[place][usize::from(*gate)])),
                None => any(&mut self.any[place]),
            }
        }
    }

    /// The gates of a choice that are not used yet, and all of its look-up before the last.
    fn fresh<'c>(&self, choice: &'c Choice) -> (Fresh, &'c [u16]) {
        let gates = |place: usize| choice.gates[place].as_deref().unwrap_or_default();
        let fresh = |place: usize| gates(place).iter().copied().filter(|gate| self.used[place][usize::from(*gate)] == 0).collect();
        ([fresh(0), fresh(1)], gates(1))
    }

    /// The share of listed text that fresh gates make hot: a fresh last one behind any, and a fresh one before a used last one.
    fn more(&self, [last, before]: &Fresh, own: &[u16], text: &Gated) -> f64 {
        let opens = |gate: &u16| self.used[1][usize::from(*gate)] > 0 || own.binary_search(gate).is_ok();
        let closes = |gate: &u16| self.used[0][usize::from(*gate)] > 0;
        let behind = last.iter().flat_map(|gate| &text.before[usize::from(*gate)]).filter(|(gate, _)| opens(gate));
        let ahead = before.iter().flat_map(|gate| &text.behind[usize::from(*gate)]).filter(|(gate, _)| closes(gate));
        behind.chain(ahead).map(|(_, share)| share).sum()
    }
}

/// A bucket that any look-up may have come before is hot wherever its last one is.
fn hot(text: &Gated, any: bool, share: f64, rest: [f64; PLACES], both: f64) -> f64 {
    if any { share } else { both + text.rest * rest[0] * rest[1] }
}

fn sum(gates: &[u16], shares: &[f64]) -> f64 {
    gates.iter().map(|gate| shares[usize::from(*gate)]).sum()
}
