//! Finds all literals of the built-in rules in one pass: shift-or over hashed three-byte grams, one look-up every second byte.
//!
//! An entry of `gates` speaks of eight buckets: bit `b` of its low byte is 0 if this gram may be the last look-up of a literal
//! in bucket `b`, bit `b` of its high byte if it may be the look-up before. Where an entry and the one before it agree on a
//! bucket, the place is *hot*; where the bytes around it (eight to three, by bucket) are those of some literal, as a hash of them
//! tells, that literal is compared. As only every second byte is looked up, each literal is entered twice, once for each
//! parity of its position, with the window that is rarest in source text (`plan.rs`). Letter case is folded away in the hashes (all
//! bytes `| 0x20`) and decided when literals are compared.
//!
//! Counted with 3,104 literals on source text, a million bytes: of 16,500 hot places 4,400 are left.
//!
//! One pass in general registers, without vector code: measured against a chunked AVX2 form it is at most 15 % slower and safe.

#![expect(clippy::cast_possible_truncation, reason = "the low half of a load is what is wanted")]

use super::tables::{BUCKETS, GATES, KEY_WORDS, KEYS, SLOTS, Window, bits_of, gate_of, slot_of};

/// Bytes that one step of the loop covers.
const STEP: usize = 16;
/// Steps of a block.
const STEPS: usize = 64;
/// Folds eight bytes.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// A literal and the anchors that are spelled so.
#[derive(Debug, Clone, Copy)]
pub struct Literal {
    /// Its bytes; in lower case if case is ignored.
    pub bytes: &'static [u8],
    /// Whether other cases count, too.
    pub ignore_case: bool,
    /// Its first anchor.
    pub first: u16,
    /// How many anchors share it.
    pub count: u16,
}

impl Literal {
    /// Whether the literal stands at that place.
    pub fn stands(&self, bytes: &[u8], at: usize) -> bool {
        bytes
            .get(at..at + self.bytes.len())
            .is_some_and(|text| if self.ignore_case { text.eq_ignore_ascii_case(self.bytes) } else { text == self.bytes })
    }
}

/// The tables, made by the build script.
#[derive(Debug)]
pub struct Prefilter {
    /// Multiplier of the hash of grams; its low byte is 0, so that the fourth byte of a load falls out.
    pub multiplier: u32,
    /// Which buckets a gram leaves open.
    pub gates: &'static [u16; GATES],
    /// Which keys file a literal.
    pub keys: &'static [u64; KEY_WORDS],
    /// For the hash of a key: index of its first window, 0 for none.
    pub slots: &'static [u16; SLOTS],
    /// Windows by slot, each slot ended by [`Window::END`].
    pub windows: &'static [Window],
    /// The literals.
    pub literals: &'static [Literal],
}

impl Prefilter {
    /// Reports each literal (index) and where it begins, for all that lie within `from..to`; some around it may be told, too,
    /// and none twice. Positions come nearly in order.
    ///
    /// In blocks, and in each block in three rounds (look up, sift, compare): whether a place is hot is no branch of the first two
    /// rounds, because none of them could be foretold.
    #[inline]
    pub fn scan(&self, bytes: &[u8], from: usize, to: usize, each: &mut impl FnMut(usize, usize)) {
        let to = to.min(bytes.len());
        // Before the first look-up everything is possible.
        let (mut at, mut before) = (from, 0);
        let (mut steps, mut places) = ([(0, 0); STEPS], [Place::default(); STEPS]);
        while at < to {
            let mut count = 0;
            let end = to.min(at + STEPS * STEP);
            while at < end && at + STEP + 4 <= bytes.len() {
                let hot = self.step(&bytes[at..at + STEP + 4], &mut before);
                steps[count] = (at, hot);
                count += usize::from(hot != 0);
                at += STEP;
            }
            while at < end {
                let mut padded = [0; STEP + 4];
                let rest = (bytes.len() - at).min(STEP + 4);
                padded[..rest].copy_from_slice(&bytes[at..at + rest]);
                steps[count] = (at, self.step(&padded, &mut before));
                count += 1;
                at += STEP;
            }
            if count > 0 {
                self.compare_all(bytes, &steps[..count], &mut places, each);
            }
        }
    }

    /// Looks up eight grams; one byte of the result for each, with a bit for each bucket in which the place is hot.
    #[inline]
    fn step(&self, text: &[u8], before: &mut u64) -> u64 {
        let load = |at: usize| text[at..at + 8].try_into().map_or(0, u64::from_le_bytes) | FOLD;
        let words = [load(0), load(4), load(8), load(12)];
        let (mut closed, mut last) = (*before, 0);
        for index in 0..8 {
            let gram = (words[index / 2] >> (16 * (index % 2))) as u32;
            let gate = u64::from(self.gates[gate_of(gram, self.multiplier)]);
            // Byte 0 is this place, byte 1 the next one: join, then turn to the next. (Shifts by the index would become lane inserts.)
            closed = (closed | if index == 7 { gate & 0xff } else { gate }).rotate_right(8);
            last = gate >> 8;
        }
        *before = last;
        !closed
    }

    #[inline(never)]
    fn compare_all(&self, bytes: &[u8], steps: &[(usize, u64)], places: &mut [Place; STEPS], each: &mut impl FnMut(usize, usize)) {
        let mut count = 0;
        for (at, hot) in steps {
            let mut hot = *hot;
            while hot != 0 {
                let bit = hot.trailing_zeros() as usize;
                hot &= hot - 1;
                let (at, bucket) = (at + 2 * (bit / BUCKETS), bit % BUCKETS);
                let around = load_around(bytes, at);
                let hash = KEYS[bucket].hash(around);
                places[count] = Place { at, bucket, around, slot: slot_of(hash) };
                count += self.files(hash);
                if count == STEPS {
                    places.iter().for_each(|place| self.compare(bytes, place, each));
                    count = 0;
                }
            }
        }
        places[..count].iter().for_each(|place| self.compare(bytes, place, each));
    }

    /// One if a literal may have the key with that hash. Most places end here with zero.
    #[inline]
    fn files(&self, hash: u64) -> usize {
        let has = |bit: usize| self.keys[bit / 64] >> (bit % 64) & 1;
        let [first, second] = bits_of(hash);
        (has(first) & has(second)) as usize
    }

    /// Compares the literals that may stand around a place.
    #[inline]
    fn compare(&self, bytes: &[u8], place: &Place, each: &mut impl FnMut(usize, usize)) {
        let first = usize::from(self.slots[place.slot]);
        for window in self.windows[first..].iter().take_while(|window| window.literal != u16::MAX) {
            if usize::from(window.bucket) != place.bucket || (place.around ^ window.value) & window.mask != 0 {
                continue;
            }
            let start = place.at.wrapping_add_signed(-isize::from(window.offset));
            if start < bytes.len() && (window.whole || self.literals[usize::from(window.literal)].stands(bytes, start)) {
                each(usize::from(window.literal), start);
            }
        }
    }
}

/// A hot place whose key files a literal.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    at: usize,
    bucket: usize,
    /// The bytes from three before it.
    around: u64,
    slot: usize,
}

/// The eight bytes from three before `at`; zero where the document does not reach.
#[inline]
fn load_around(bytes: &[u8], at: usize) -> u64 {
    if at >= 3
        && let Some(Ok(around)) = bytes.get(at - 3..at + 5).map(TryInto::try_into)
    {
        return u64::from_le_bytes(around);
    }
    let mut around = [0; 8];
    for (index, byte) in around.iter_mut().enumerate() {
        *byte = (at + index).checked_sub(3).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
    }
    u64::from_le_bytes(around)
}
