//! Chooses, when the program is built, by which grams each literal is looked up, and fills the tables of the prefilter.
//!
//! A literal may be looked up by any two grams, two bytes apart, that it covers, or by one where it is short (one byte of a gram
//! may lie beside it; it then counts for each byte that may stand there). Each literal needs a choice for either parity of its
//! position. Literals share eight buckets, those of one gram the first; a place is hot when both grams are of the same bucket,
//! so the cost of a bucket is the share of its first grams times the share of its second grams in source text. Greedy, rarest choice first for the worst literals, then some rounds of
//! taking each out and putting it in where it costs least.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "literals have at most 64 bytes, gates 16 bits"
)]

use super::{
    byteset::ByteSet,
    tables::{BUCKETS, GATES, KEY_WORDS, KEYS, Key, LONE, SLOTS, Window, bits_of, gate_of, slot_of},
};

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

/// What lies in a bucket: how often each gate is used by the last look-up and by the one before.
struct Bucket {
    used: [Vec<u16>; PLACES],
    any: [u32; PLACES],
    share: [f64; PLACES],
}

/// Reads the table of grams: parts per million by folded gram.
pub fn read_grams(text: &str) -> Vec<(u32, f64)> {
    let gram = |line: &str| {
        let (gram, share) = line.split_once('\t')?;
        Some((u32::from_str_radix(gram, 16).ok()?.swap_bytes() >> 8, share.parse::<f64>().ok()? / 1e6))
    };
    text.lines().filter_map(gram).collect()
}

/// Plans the tables for some literals with the best of a few multipliers.
pub fn plan(literals: &[Planned], grams: &[(u32, f64)]) -> Tables {
    let multipliers = (0..4_u32).map(|seed| (0x9E37_79B1_u32.wrapping_add(seed.wrapping_mul(0x6A09_E668)) | 1) << 8);
    multipliers
        .map(|multiplier| Planner::new(grams, multiplier).plan(literals))
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
        .expect("there are multipliers")
}

struct Planner {
    multiplier: u32,
    /// The share of text at each gate.
    shares: Vec<f64>,
}

impl Planner {
    fn new(grams: &[(u32, f64)], multiplier: u32) -> Self {
        let listed: f64 = grams.iter().map(|(_, share)| share).sum();
        // What is not listed lies anywhere.
        let mut shares = vec![(1.0 - listed).max(0.02) / GATES as f64; GATES];
        for (gram, share) in grams {
            shares[gate_of(*gram, multiplier)] += share;
        }
        Self { multiplier, shares }
    }

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
                    buckets[bucket].take(&item[choice], &self.shares);
                }
                let (choice, bucket) = self.cheapest(item, &buckets);
                buckets[bucket].put(&item[choice], &self.shares);
                *place = Some((choice, bucket));
            }
        }
        let cost = buckets.iter().map(Bucket::cost).sum::<f64>() * 1e6;
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
        let share =
            |gates: &Option<Vec<u16>>| gates.as_ref().map_or(1.0, |gates| gates.iter().map(|gate| self.shares[usize::from(*gate)]).sum());
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
            buckets[bucket].cost_with(&item[choice], &self.shares) - buckets[bucket].cost() + crowd
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
        let (keys, slots, windows) = fill_slots(literals, entries);
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

/// Files the windows by their keys, in each spelling that has a hash of its own.
fn fill_slots(literals: &[Planned], entries: &[(&Choice, usize)]) -> (Vec<u64>, Vec<u16>, Vec<Window>) {
    let mut keys = vec![0_u64; KEY_WORDS];
    let mut filed = Vec::new();
    for (choice, bucket) in entries {
        let window = window(&literals[choice.literal], choice, *bucket);
        let key = &KEYS[*bucket];
        for around in spellings(&window, literals[choice.literal].ignore_case && !key.folds()) {
            let hash = key.hash(around);
            bits_of(hash).iter().for_each(|bit| keys[bit / 64] |= 1 << (bit % 64));
            filed.push((slot_of(hash), window));
        }
    }
    filed.sort_by_key(|(slot, window)| (*slot, window.literal, window.offset));
    // Two spellings may share a slot.
    filed.dedup_by_key(|(slot, window)| (*slot, window.literal, window.offset));
    let (mut slots, mut windows) = (vec![0_u16; SLOTS], vec![Window::END]);
    for group in filed.chunk_by(|a, b| a.0 == b.0) {
        slots[group[0].0] = u16::try_from(windows.len()).expect("literals are numbered in 16 bits");
        windows.extend(group.iter().map(|(_, window)| *window));
        windows.push(Window::END);
    }
    (keys, slots, windows)
}

/// What may stand around a hot place where the literal of a window does, in the bytes of its key.
fn spellings(window: &Window, any_case: bool) -> Vec<u64> {
    let key = &KEYS[usize::from(window.bucket)];
    if !any_case {
        return vec![window.value];
    }
    (key.first..key.first + key.count).fold(vec![window.value], |texts, place| {
        let bit = 0x20 << (8 * place);
        // Of a letter the window holds the large form, and does not ask for the bit of its case.
        let cased = window.mask & bit == 0;
        texts.into_iter().flat_map(|text| [Some(text), cased.then_some(text | bit)].into_iter().flatten()).collect()
    })
}

fn window(literal: &Planned, choice: &Choice, bucket: usize) -> Window {
    let (mut value, mut mask) = (0_u64, 0_u64);
    for index in 0..8 {
        if let Some(byte) = usize::try_from(choice.offset - 3 + index).ok().and_then(|place| literal.bytes.get(place)) {
            let bits = if literal.ignore_case && byte.is_ascii_alphabetic() { 0xdf } else { 0xff };
            value |= u64::from(byte & bits) << (8 * index);
            mask |= u64::from(bits) << (8 * index);
        }
    }
    let start = 3 - choice.offset;
    let whole = start >= 0 && start + literal.bytes.len() as i32 <= 8;
    Window { value, mask, literal: choice.literal as u16, offset: choice.offset as i8, bucket: bucket as u8, whole }
}

impl Bucket {
    fn new() -> Self {
        Self { used: [vec![0; GATES], vec![0; GATES]], any: [0; PLACES], share: [0.0; PLACES] }
    }

    fn cost(&self) -> f64 {
        (0..PLACES).map(|place| if self.any[place] > 0 { 1.0 } else { self.share[place] }).product()
    }

    fn cost_with(&self, choice: &Choice, shares: &[f64]) -> f64 {
        let share = |place: usize| match &choice.gates[place] {
            Some(gates) if self.any[place] == 0 => {
                let fresh = gates.iter().filter(|gate| self.used[place][usize::from(**gate)] == 0);
                self.share[place] + fresh.map(|gate| shares[usize::from(*gate)]).sum::<f64>()
            }
            _ => 1.0,
        };
        (0..PLACES).map(share).product()
    }

    fn put(&mut self, choice: &Choice, shares: &[f64]) {
        for (place, gates) in choice.gates.iter().enumerate() {
            let Some(gates) = gates else {
                self.any[place] += 1;
                continue;
            };
            for gate in gates.iter().map(|gate| usize::from(*gate)) {
                self.used[place][gate] += 1;
                if self.used[place][gate] == 1 {
                    self.share[place] += shares[gate];
                }
            }
        }
    }

    fn take(&mut self, choice: &Choice, shares: &[f64]) {
        for (place, gates) in choice.gates.iter().enumerate() {
            let Some(gates) = gates else {
                self.any[place] -= 1;
                continue;
            };
            for gate in gates.iter().map(|gate| usize::from(*gate)) {
                self.used[place][gate] -= 1;
                if self.used[place][gate] == 0 {
                    self.share[place] -= shares[gate];
                }
            }
        }
    }
}
