//! Chooses, when the program is built, by which grams each literal is looked up, and fills the tables of the prefilter.
//!
//! A literal may be looked up by any two grams, two bytes apart, that it covers, or by one where it is short (one byte of a gram
//! may lie beside it; it then counts for each byte that may stand there). Each literal needs a choice for either parity of its
//! position. Literals share eight buckets, those of one gram the first; a place is hot when both grams are of the same bucket, and
//! a [`sample`] of source text tells how often that is. Greedy, rarest choice first for the worst literals, then some rounds of
//! taking each out and putting it in where it costs least ([`bucket`]).
//!
//! Counted with 3,104 literals on 23 MB of sources that were not in the sample, a million bytes: 30,700 hot places where grams were taken
//! to stand beside each other by chance, with one bucket for short literals; 16,500 with the sample and two of them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "literals have at most 64 bytes, gates 16 bits"
)]

mod bucket;
pub mod sample;
mod slots;

use super::{
    byteset::ByteSet,
    tables::{BUCKETS, GATES, KEYS, Key, LONE, Window, gate_of},
};
use bucket::Bucket;
use sample::{Gated, Sample};

/// Look-ups that a place must pass to be hot: the last one and the one before it.
const PLACES: usize = 2;
/// What comparing a literal costs against sifting a hot place: without it, all that begins with `https://` is filed by that.
const CROWD: f64 = 1.0;
/// How much rarer a key is for each byte more that it has.
const LONGER: f64 = 0.3;
/// Rounds of improvement; more change nothing measurable.
const ROUNDS: usize = 4;
/// Choices that are kept for each literal and parity.
const CHOICES: usize = 8;

/// A literal to be planned.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its bytes; in lower case if case is ignored.
    pub bytes: Vec<u8>,
    /// Whether other cases count, too.
    pub ignore_case: bool,
    /// The bytes that may stand before it.
    pub left: ByteSet,
    /// The bytes that may stand behind it.
    pub right: ByteSet,
}

/// The filled tables.
#[derive(Debug)]
pub struct Tables {
    /// See `Prefilter`.
    pub multiplier: u32,
    /// See `Prefilter`.
    pub gates: Vec<u16>,
    /// See `Prefilter`.
    pub keys: Vec<u64>,
    /// See `Prefilter`.
    pub slots: Vec<u16>,
    /// See `Prefilter`.
    pub windows: Vec<Window>,
    /// Expected hot places in a million.
    pub cost: f64,
}

/// One way to look a literal up.
#[derive(Debug, Clone)]
struct Choice {
    literal: usize,
    /// From the literal's start to the last look-up.
    offset: i32,
    /// The gates of the last look-up and of the one before; `None`: any.
    gates: [Option<Vec<u16>>; PLACES],
    /// The buckets whose key the literal covers.
    buckets: u8,
    /// What it costs that three bytes of it stand where it does not.
    crowd: f64,
    /// The share of text in which both hold.
    cost: f64,
}

/// Plans the tables for some literals with the best of a few multipliers.
pub fn plan(literals: &[Planned], sample: &Sample) -> Tables {
    let multipliers = (0..4_u32).map(|seed| (0x9E37_79B1_u32.wrapping_add(seed.wrapping_mul(0x6A09_E668)) | 1) << 8);
    multipliers
        .map(|multiplier| Planner { multiplier, text: sample.gated(multiplier) }.plan(literals))
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
        .expect("there are multipliers")
}

struct Planner {
    multiplier: u32,
    text: Gated,
}

impl Planner {
    fn plan(&self, literals: &[Planned]) -> Tables {
        let mut items: Vec<Vec<Choice>> = Vec::new();
        for (index, literal) in literals.iter().enumerate() {
            items.extend((0..2).map(|parity| self.choices(index, literal, parity)));
        }
        items.sort_by(|a, b| b[0].cost.total_cmp(&a[0].cost).then(a[0].literal.cmp(&b[0].literal)));
        let mut buckets: Vec<Bucket> = (0..BUCKETS).map(|_| Bucket::new()).collect();
        let mut placed: Vec<Option<(usize, usize)>> = vec![None; items.len()];
        for _ in 0..=ROUNDS {
            for (item, place) in items.iter().zip(&mut placed) {
                if let Some((choice, bucket)) = *place {
                    buckets[bucket].take(&item[choice], &self.text);
                }
                let (choice, bucket) = self.cheapest(item, &buckets);
                buckets[bucket].put(&item[choice], &self.text);
                *place = Some((choice, bucket));
            }
        }
        let cost = buckets.iter().map(|bucket| bucket.cost(&self.text)).sum::<f64>() * 1e6;
        let entries = items.iter().zip(&placed).filter_map(|(item, place)| place.map(|(choice, bucket)| (&item[choice], bucket)));
        self.fill(literals, &entries.collect::<Vec<_>>(), cost)
    }

    /// The best ways to look a literal up when the look-ups fall on places of that parity from its start.
    fn choices(&self, index: usize, literal: &Planned, parity: i32) -> Vec<Choice> {
        let offsets = (-1..literal.bytes.len() as i32 - 1).filter(|offset| offset.rem_euclid(2) == parity);
        let mut choices: Vec<Choice> = offsets.filter_map(|offset| self.choice(index, literal, offset)).collect();
        choices.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        choices.truncate(CHOICES);
        assert!(!choices.is_empty(), "a literal of three bytes has a gram at either parity");
        choices
    }

    fn choice(&self, index: usize, literal: &Planned, offset: i32) -> Option<Choice> {
        let last = self.gates_at(literal, offset)?;
        let gates = [Some(last), self.gates_at(literal, offset - 2)];
        let share = |gates: &Option<Vec<u16>>| {
            gates.as_ref().map_or(1.0, |gates| gates.iter().map(|gate| self.text.shares[usize::from(*gate)]).sum())
        };
        // The grams of one text go together: the rarest one tells how often it stands.
        let crowd = CROWD * gates.iter().map(share).fold(1.0, f64::min);
        let cost = gates.iter().map(share).product();
        let buckets = buckets(literal, offset, gates[1].is_none());
        (buckets != 0).then_some(Choice { literal: index, offset, buckets, cost, crowd, gates })
    }

    /// The gates of a gram that covers the literal's bytes from `offset` on; `None` if it covers fewer than two.
    fn gates_at(&self, literal: &Planned, offset: i32) -> Option<Vec<u16>> {
        let len = literal.bytes.len() as i32;
        let covered = (offset..offset + 3).filter(|place| (0..len).contains(place)).count();
        if covered < 2 {
            return None;
        }
        let mut grams = vec![0_u32];
        for place in 0..3 {
            let bytes = bytes_at(literal, offset + place);
            grams = grams.iter().flat_map(|gram| bytes.iter().map(move |byte| gram | u32::from(*byte) << (8 * place))).collect();
        }
        let mut gates: Vec<u16> = grams.iter().map(|gram| gate_of(*gram, self.multiplier) as u16).collect();
        gates.sort_unstable();
        gates.dedup();
        Some(gates)
    }

    /// The choice and bucket that raise the cost least.
    fn cheapest(&self, item: &[Choice], buckets: &[Bucket]) -> (usize, usize) {
        let ways = (0..item.len()).flat_map(|choice| item[choice].buckets().map(move |bucket| (choice, bucket)));
        let cost = |(choice, bucket): (usize, usize)| {
            let crowd = item[choice].crowd * LONGER.powi(i32::from(KEYS[bucket].count) - 3);
            buckets[bucket].cost_with(&item[choice], &self.text) - buckets[bucket].cost(&self.text) + crowd
        };
        ways.map(|way| (cost(way), way)).min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are choices and buckets").1
    }

    fn fill(&self, literals: &[Planned], entries: &[(&Choice, usize)], cost: f64) -> Tables {
        let (mut gates, mut free) = (vec![u16::MAX; GATES], 0_u16);
        for (choice, bucket) in entries {
            for (place, open) in choice.gates.iter().enumerate() {
                let bit = 1_u16 << (8 * place + bucket);
                match open {
                    Some(open) => open.iter().for_each(|gate| gates[usize::from(*gate)] &= !bit),
                    None => free |= bit,
                }
            }
        }
        for gate in &mut gates {
            *gate &= !free;
        }
        let (keys, slots, windows) = slots::fill(literals, entries);
        Tables { multiplier: self.multiplier, gates, keys, slots, windows, cost }
    }
}

impl Choice {
    /// The buckets in which it may be.
    fn buckets(&self) -> impl Iterator<Item = usize> {
        (0..BUCKETS).filter(|bucket| self.buckets >> bucket & 1 == 1)
    }
}

/// The buckets for a literal that is looked up last at `offset`: those whose key it covers. Those of one look-up have a bucket of
/// their own, because a bucket is only as narrow as its widest literal.
fn buckets(literal: &Planned, offset: i32, lone: bool) -> u8 {
    let covers = |key: &Key| {
        let first = offset - 3 + i32::from(key.first);
        first >= 0 && first + i32::from(key.count) <= literal.bytes.len() as i32
    };
    let open = (0..BUCKETS).filter(|bucket| (*bucket == LONE) == lone && covers(&KEYS[*bucket]));
    open.fold(0, |set, bucket| set | 1 << bucket)
}

/// The folded bytes that may stand at a place of the literal or beside it.
fn bytes_at(literal: &Planned, place: i32) -> Vec<u8> {
    let beside = if place < 0 { &literal.left } else { &literal.right };
    let inside = usize::try_from(place).ok().and_then(|place| literal.bytes.get(place));
    let mut bytes: Vec<u8> = inside.map_or_else(|| beside.iter().map(|byte| byte | 0x20).collect(), |byte| vec![byte | 0x20]);
    bytes.sort_unstable();
    bytes.dedup();
    bytes
}
