//! Finds the other half of a credential some lines around a hit.

use std::ops::Range;

use super::{
    byteset::ByteSet,
    pattern::{Pattern, Slots},
};

/// How far the other half may lie away in bytes, however long the lines: minified code has one.
const FARTHEST: usize = 4096;

/// What the other half looks like and where it may be.
#[derive(Debug)]
pub struct Other {
    /// Its pattern.
    pub pattern: Pattern,
    /// The bytes of which it is made: one of them beside a match makes it part of something longer.
    pub alphabet: ByteSet,
    /// How many lines away it may be.
    pub lines: usize,
}

impl Other {
    /// Reports each secret half near `hit` that is not part of something longer, in order.
    pub fn near(&self, bytes: &[u8], hit: &Range<usize>, slots: &mut Slots, each: &mut dyn FnMut(Range<usize>)) {
        let around = lines_around(bytes, hit, self.lines);
        self.within(bytes, around.start..hit.start, slots, each);
        self.within(bytes, hit.end..around.end, slots, each);
    }

    fn within(&self, bytes: &[u8], mut rest: Range<usize>, slots: &mut Slots, each: &mut dyn FnMut(Range<usize>)) {
        while let Some(found) = self.pattern.first(bytes, rest.clone(), slots) {
            let longer = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| self.alphabet.has(*byte));
            let secret = found.secret;
            rest.start = found.whole.end.max(rest.start + 1);
            if longer(secret.start.checked_sub(1)) || longer(Some(secret.end)) {
                let run = bytes[secret.start..rest.end.max(secret.end)].iter().take_while(|byte| self.alphabet.has(**byte)).count();
                rest.start = rest.start.max(secret.start + run);
            } else {
                each(secret);
            }
            if rest.start >= rest.end {
                return;
            }
        }
    }
}

/// The stretch from `lines` lines before to `lines` lines after some bytes.
pub(super) fn lines_around(bytes: &[u8], hit: &Range<usize>, lines: usize) -> Range<usize> {
    let first = hit.start.saturating_sub(FARTHEST);
    let last = (hit.end + FARTHEST).min(bytes.len());
    let start = memchr::memrchr_iter(b'\n', &bytes[first..hit.start]).nth(lines).map_or(first, |at| first + at + 1);
    let end = memchr::memchr_iter(b'\n', &bytes[hit.end..last]).nth(lines).map_or(last, |at| hit.end + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::{ByteSet, Other, Pattern};

    #[test]
    fn only_whole_words_within_the_lines_count() {
        let other = Other {
            pattern: Pattern::new("(?<secret>[a-z]{4})".into(), 4, 0),
            alphabet: ByteSet::of(|byte| byte.is_ascii_lowercase()),
            lines: 1,
        };
        let text = b"far! \nnear toolong\nHIT=ABC also\nthis\nthat";
        let (start, mut found) = (19, Vec::new());
        other.near(text, &(start..start + 7), &mut Vec::new(), &mut |range| found.push(String::from_utf8_lossy(&text[range]).into_owned()));
        assert_eq!(found, ["near", "also", "this"]);
    }
}
