//! Finds the long runs of letters of base64 that may say something, at the speed of memory.
//!
//! Where text is encoded, in base64 or in hexadecimal, of every four letters the first and the third are each one of about half of
//! them. Of sixty-four bytes two words tell which are ([`bitmap`]); shifted upon themselves they tell where six stand in steps of
//! four, and that is nearly nowhere in a source. Whether there are letters between is asked only there. What looks like an archive
//! is any longer run.

use std::ops::Range;

use crate::engine::bitmap::{self, BLOCK, Letters};

use super::base64::VALUES;

/// Shortest run that is looked at.
pub(super) const SHORTEST: usize = 24;

/// Half a block of letters.
const FULL: u64 = u32::MAX as u64;

/// Words that are asked for together.
const TOGETHER: usize = 32;

/// Tells the runs that touch a stretch, have at least [`SHORTEST`] letters, and may say something; perhaps some beside it.
pub(super) fn promising(bytes: &[u8], range: Range<usize>, each: &mut dyn FnMut(Range<usize>)) {
    // From a block before, because the first letters may lie there, to where a run that begins inside is seen.
    let mut at = (range.start / BLOCK).saturating_sub(1) * BLOCK;
    let end = (range.end + SHORTEST).min(bytes.len());
    let mut found = Found { bytes, done: 0, each };
    let (mut words, mut steps, mut before) = ([Letters::default(); TOGETHER], Steps::default(), 0);
    while at < end {
        let words = &mut words[..(end - at).div_ceil(BLOCK).min(TOGETHER)];
        bitmap::letters(bytes, at, words);
        for word in words {
            steps = steps.next(word);
            if steps.six != 0 {
                found.text(at, steps.six & lettered(before, word.all));
            }
            // A run of eighty letters holds one of the two.
            for half in [0, BLOCK / 2] {
                if word.all >> half & FULL == FULL {
                    found.run(at + half);
                }
            }
            before = word.all;
            at += BLOCK;
        }
    }
}

/// For each byte of a block whether it may be a first letter, or a third, and whether as the last of two, three or six first ones in
/// steps of four, with third ones between. (Of UTF-16, what stands behind the sixth first one may be no text any more.)
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    first: u64,
    third: u64,
    two: u64,
    three: u64,
    six: u64,
}

impl Steps {
    /// The same for the block behind this one.
    #[inline]
    fn next(&self, Letters { first, third, .. }: &Letters) -> Self {
        let two = first & (first << 4 | self.first >> 60) & (third << 2 | self.third >> 62);
        let three = two & (two << 4 | self.two >> 60);
        let five = three & (three << 8 | self.three >> 56);
        Self { first: *first, third: *third, two, three, six: five & (two << 16 | self.two >> 48) }
    }
}

/// For each byte of a block whether it is the twenty-first letter in a row: the sixth in steps of four from the first of them.
fn lettered(before: u64, block: u64) -> u64 {
    let one = u128::from(block) << BLOCK | u128::from(before);
    let two = one & one << 1;
    let four = two & two << 2;
    let eight = four & four << 4;
    let sixteen = eight & eight << 8;
    ((sixteen & sixteen << 5) >> BLOCK) as u64
}

/// The runs told so far, in order.
struct Found<'f> {
    bytes: &'f [u8],
    done: usize,
    each: &'f mut dyn FnMut(Range<usize>),
}

impl Found<'_> {
    /// Looks at each place of a block at which the sixth of the first letters stands.
    fn text(&mut self, block: usize, mut places: u64) {
        while places != 0 {
            self.run(block + places.trailing_zeros() as usize);
            places &= places - 1;
        }
    }

    /// Tells the run around a place, once.
    fn run(&mut self, at: usize) {
        if at < self.done {
            return;
        }
        let letter = |byte: &&u8| VALUES[usize::from(**byte)] < 64;
        let start = at - self.bytes[self.done..at].iter().rev().take_while(letter).count();
        self.done = at + self.bytes[at..].iter().take_while(letter).count();
        if self.done - start >= SHORTEST {
            (self.each)(start..self.done);
        }
    }
}
