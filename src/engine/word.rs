//! Words in front of values: where one begins, when it names no secret, and whether a value can follow at all.

use std::ops::Range;

use super::byteset::ByteSet;

/// What a value is made of that has a name in front of it.
#[derive(Debug)]
pub struct Value {
    /// Its bytes.
    pub alphabet: ByteSet,
    /// How many it has at least.
    pub least: usize,
}

impl Value {
    /// The first stretch of the alphabet's bytes within a range that is long enough. Cheap: looks at few bytes where there is none.
    pub fn row(&self, bytes: &[u8], range: Range<usize>) -> Option<Range<usize>> {
        let (mut start, mut at) = (range.start, range.start + self.least.saturating_sub(1));
        while at < range.end {
            // From the last byte of a row of that length back to its first.
            match (start..=at).rev().find(|place| !self.alphabet.has(bytes[*place])) {
                None => return Some(start..at + bytes[at..range.end].iter().take_while(|byte| self.alphabet.has(**byte)).count()),
                Some(gap) => (start, at) = (gap + 1, gap + self.least.max(1)),
            }
        }
        None
    }
}

/// Names of what is as random as a key but known to all; in small letters.
const DIGESTS: &[&[u8]] =
    &[b"sha1", b"sha2", b"sha5", b"sha-", b"digest", b"checksum", b"commit", b"integrity", b"revision", b"md5", b"hash", b"etag"];

/// Whether a word begins at that place: behind anything but a letter, or at the hump of `myAcmeKey`.
pub fn begins(bytes: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| bytes[before]) else { return true };
    let hump = before.is_ascii_lowercase() && bytes[at].is_ascii_uppercase();
    // The `n` of an escaped line break in a string is no letter of a word.
    let escaped = || matches!(before, b'n' | b'r' | b't') && at >= 2 && bytes[at - 2] == b'\\';
    !before.is_ascii_alphabetic() || hump || escaped()
}

/// Whether a name says that its value is a digest.
pub fn names_digest(name: &[u8]) -> bool {
    DIGESTS.iter().any(|digest| name.windows(digest.len()).any(|window| window.eq_ignore_ascii_case(digest)))
}

#[cfg(test)]
mod tests {
    use super::{ByteSet, Value, begins, names_digest};

    #[test]
    fn a_value_is_a_row_of_its_bytes() {
        let value = Value { alphabet: ByteSet::of(|byte| byte.is_ascii_digit()), least: 4 };
        let rows =
            [("", None), ("12 345", None), ("x1234", Some(1..5)), ("a12b345c6789", Some(8..12)), ("123", None), ("12345 ", Some(0..5))];
        for (text, expected) in rows {
            assert_eq!(value.row(text.as_bytes(), 0..text.len()), expected, "{text}");
        }
        assert_eq!(value.row(b"1234 123456", 1..9), Some(5..9));
    }

    #[test]
    fn a_word_begins_at_names_humps_and_escapes() {
        for (text, at, expected) in [
            ("acme", 0, true),
            ("my_acme", 3, true),
            ("myAcme", 2, true),
            ("2acme", 1, true),
            ("{\\nacme", 3, true),
            ("placmeholder", 2, false),
            ("MYACME", 2, false),
            ("nacme", 1, false),
        ] {
            assert_eq!(begins(text.as_bytes(), at), expected, "{text}");
        }
    }

    #[test]
    fn digests_are_told_by_their_names() {
        assert!(names_digest(b"acme_SHA256 = ") && names_digest(b"acmeCommit: "));
        assert!(!names_digest(b"acme_token = "));
    }
}
