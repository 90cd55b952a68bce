//! Finds the runs that may say something, at the speed of memory.
//!
//! Base64 of text has a pattern: of each four letters the first three can take less than half of their values. Eight bytes are
//! looked at together: are all of them letters, and does the pattern fit in any of its phases? Both are answered without a
//! branch, so that the words of a source, which nearly all fall here, cost a few instructions each.

use std::ops::Range;

use super::{base64::VALUES, hex};

/// Shortest run that is looked at.
pub(super) const SHORTEST: usize = 24;

/// Every run of 24 holds the first half of such a block, and four letters more before or behind it.
const BLOCK: usize = 16;
const HALF: usize = BLOCK / 2;
/// Blocks that are looked at together.
const TOGETHER: usize = 64;

/// What a letter may be at each place, modulo eight: bits 0 to 3 are the phases of base64 of text, 4 to 11 those of base64 of
/// UTF-16, 12 and 13 those of hexadecimal text.
static PHASES: [[u16; 256]; 8] = phases();

#[expect(clippy::cast_possible_truncation, reason = "counts to 255")]
const fn phases() -> [[u16; 256]; 8] {
    let mut table = [[0; 256]; 8];
    let mut place = 0;
    while place < 8 {
        let mut byte = 0;
        while byte < 256 {
            let mut phase = 0;
            while phase < 8 {
                let value = VALUES[byte];
                if phase < 4 && value < 64 && text(value, (place + phase) % 4) {
                    table[place][byte] |= 1 << phase;
                }
                if value < 64 && wide(value, (place + phase) % 8) {
                    table[place][byte] |= 1 << (4 + phase);
                }
                if phase < 2 && digit(byte as u8, (place + phase) % 2) {
                    table[place][byte] |= 1 << (12 + phase);
                }
                phase += 1;
            }
            byte += 1;
        }
        place += 1;
    }
    table
}

/// Whether a value can stand at a place of four where three bytes of printable ASCII or white space are said.
const fn text(value: u8, place: usize) -> bool {
    match place {
        0 => value < 32 && (value > 7 || value == 2 || value == 3),
        1 => value & 15 < 8,
        2 => value & 3 < 2,
        _ => true,
    }
}

/// Whether a value can stand at a place of eight where six bytes say three characters of UTF-16, little end first.
const fn wide(value: u8, place: usize) -> bool {
    match place {
        0 => value < 32,
        1 => value.is_multiple_of(16),
        2 => value < 2,
        3 => true,
        4 | 7 => value == 0,
        5 => value < 8,
        _ => value.is_multiple_of(4),
    }
}

/// Whether a byte can be a digit of a legible pair.
const fn digit(byte: u8, place: usize) -> bool {
    match place {
        0 => matches!(byte, b'0' | b'2'..=b'7'),
        _ => hex::digit(byte).is_some(),
    }
}

/// Tells the runs that touch a stretch and may be legible.
pub(super) fn promising(bytes: &[u8], range: Range<usize>, each: &mut dyn FnMut(Range<usize>)) {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let last = range.end.div_ceil(BLOCK).min(blocks.len());
    let mut at = (range.start / BLOCK).min(last);
    let mut found = Found { bytes, done: 0, each };
    let mut lettered_before = 0;
    while at < last {
        let group = &blocks[at..(at + TOGETHER).min(last)];
        let mut lettered = 0_u64;
        for (number, block) in group.iter().enumerate() {
            lettered |= u64::from(wordy(block)) << number;
        }
        // Four blocks one after the other, the last of them in this group.
        let runs = lettered
            & (lettered << 1 | lettered_before >> 63)
            & (lettered << 2 | lettered_before >> 62)
            & (lettered << 3 | lettered_before >> 61);
        for number in ones(lettered) {
            let alive = phases_of(&group[number]);
            if alive != 0 {
                found.text((at + number) * BLOCK, alive);
            }
            if runs >> number & 1 == 1 {
                found.long((at + number) * BLOCK);
            }
        }
        lettered_before = lettered;
        at += TOGETHER;
    }
    // The last block may be cut.
    if range.end > blocks.len() * BLOCK && rest.len() >= HALF {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        found.text(blocks.len() * BLOCK, phases_of(&block));
    }
}

/// The phases in which the first half of a block says something.
#[inline]
fn phases_of(block: &[u8; BLOCK]) -> u16 {
    let half: &[u8; HALF] = block.first_chunk().expect("a block has two halves");
    half.iter().zip(&PHASES).fold(u16::MAX, |alive, (byte, phases)| alive & phases[usize::from(*byte)])
}

/// The places of the bits that are set.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        next
    })
}

/// Whether the first half of a block lies between `+` and `z`, as the letters of base64 do.
#[inline]
fn wordy(block: &[u8; BLOCK]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let half = u64::from_le_bytes(*block.first_chunk().expect("a block has two halves"));
    let at_least = half.wrapping_add(ONES * (0x80 - u64::from(b'+')));
    let at_most = half.wrapping_add(ONES * (0x7f - u64::from(b'z')));
    (half | at_most | !at_least) & HIGH == 0
}

/// The runs found so far, in order.
struct Found<'f> {
    bytes: &'f [u8],
    done: usize,
    each: &'f mut dyn FnMut(Range<usize>),
}

impl Found<'_> {
    /// Looks whether eight letters that say something in some phases do so with those before or behind them.
    fn text(&mut self, at: usize, alive: u16) {
        // Places repeat after eight: the four letters behind have the phases of the first four, those before of the last four.
        let behind = || self.goes_on(alive, Some(at + HALF), &PHASES[..4]);
        let before = || self.goes_on(alive, at.checked_sub(4), &PHASES[4..]);
        if at >= self.done && (behind() || before()) {
            self.run(at);
        }
    }

    /// Whether one of the phases goes on for four letters more.
    fn goes_on(&self, alive: u16, at: Option<usize>, phases: &[[u16; 256]]) -> bool {
        let Some(letters) = at.and_then(|at| self.bytes.get(at..at + 4)) else { return false };
        letters.iter().zip(phases).fold(alive, |alive, (byte, phase)| alive & phase[usize::from(*byte)]) != 0
    }

    /// Looks at a long run, which may be an archive.
    fn long(&mut self, at: usize) {
        if at >= self.done && self.bytes[at..].iter().take(HALF).all(|b| VALUES[usize::from(*b)] < 64) {
            self.run(at);
        }
    }

    fn start(&self, at: usize) -> usize {
        at - self.bytes[self.done..at].iter().rev().take_while(|b| VALUES[usize::from(**b)] < 64).count()
    }

    /// Tells the run around a place.
    fn run(&mut self, at: usize) {
        let start = self.start(at);
        let end = at + self.bytes[at..].iter().take_while(|b| VALUES[usize::from(**b)] < 64).count();
        self.done = end;
        if end - start >= SHORTEST {
            (self.each)(start..end);
        }
    }
}
