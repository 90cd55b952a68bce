//! From a literal to the whole name, and from a name to its words.

use std::ops::Range;

use super::stem::{self, Sort, Stem};

/// How far a name reaches to either side of the literal, bytes.
const REACH: usize = 64;

/// What the word around the literal of a stem speaks of, and that word; `None` if it speaks of no credential.
pub(super) fn word(bytes: &[u8], stem: &Stem, literal: &Range<usize>) -> Option<(Sort, Range<usize>)> {
    let floor = literal.start.saturating_sub(REACH);
    let mut start = literal.start;
    while start > floor && bytes[start - 1].is_ascii_alphabetic() && !hump(bytes, start) {
        start -= 1;
    }
    // In a string, the `n` of `\nPASS=` is no letter.
    if start < literal.start && start > 0 && bytes[start - 1] == b'\\' {
        start += 1;
    }
    let ceiling = (literal.end + REACH).min(bytes.len());
    let mut end = literal.end;
    while end < ceiling && bytes[end].is_ascii_alphabetic() && !hump(bytes, end) {
        end += 1;
    }
    stem.speaks(&bytes[start..literal.start], &bytes[literal.end..end]).then_some((stem.sort, start..end))
}

/// Where the name ends that goes on behind a word; `None` where a later word of it speaks of a credential, too: that one decides.
pub(super) fn end(bytes: &[u8], word: &Range<usize>) -> Option<usize> {
    let end = right(bytes, word.end);
    let later = words(&bytes[word.end..end]).any(|part| stem::speaks(&bytes[word.end + part.start..word.end + part.end]));
    (!later).then_some(end)
}

/// Where the name begins that ends with a word.
pub(super) fn start(bytes: &[u8], word: usize) -> usize {
    let floor = word.saturating_sub(REACH);
    let mut start = word;
    while start > floor && part(bytes[start - 1]) {
        start -= 1;
    }
    // A name does not begin with a hyphen or a dot.
    while start < word && matches!(bytes[start], b'-' | b'.') {
        start += 1;
    }
    start
}

/// Where a name ends that goes on at a place.
pub(super) fn right(bytes: &[u8], from: usize) -> usize {
    let ceiling = (from + REACH).min(bytes.len());
    let mut end = from;
    while end < ceiling && part(bytes[end]) {
        let joins = matches!(bytes[end], b'-' | b'.');
        if joins && !bytes.get(end + 1).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_') {
            break;
        }
        end += 1;
    }
    end
}

/// The bytes of names.
const PARTS: [bool; 256] = {
    let (mut parts, mut byte) = ([false; 256], 0_u8);
    while byte < 128 {
        parts[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$');
        byte += 1;
    }
    parts
};

fn part(byte: u8) -> bool {
    PARTS[usize::from(byte)]
}

/// The words of a name: split at humps, digits and everything that is no letter.
pub fn words(name: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < name.len() && !name[at].is_ascii_alphabetic() {
            at += 1;
        }
        let start = at;
        while at < name.len() && name[at].is_ascii_alphabetic() && (at == start || !hump(name, at)) {
            at += 1;
        }
        (at > start).then_some(start..at)
    })
}

/// Whether a new word begins inside letters: `accessToken`, `AWSSecret`.
fn hump(name: &[u8], at: usize) -> bool {
    let upper = |at: usize| name.get(at).is_some_and(u8::is_ascii_uppercase);
    let lower = |at: usize| name.get(at).is_some_and(u8::is_ascii_lowercase);
    upper(at) && at > 0 && (lower(at - 1) || (upper(at - 1) && lower(at + 1)))
}

#[cfg(test)]
mod tests {
    use super::{super::Sort, end, word, words};

    fn split(name: &str) -> Vec<&str> {
        words(name.as_bytes()).map(|word| &name[word]).collect()
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(split("AWSSecretKey2_old.path"), ["AWS", "Secret", "Key", "old", "path"]);
        assert_eq!(split("DB_PASSWORD"), ["DB", "PASSWORD"]);
    }

    fn sort(text: &str, literal: &str) -> Option<Sort> {
        let at = text.find(literal).expect("it is there");
        let stem = super::stem::of_literal(literal.as_bytes())?;
        let (sort, word) = word(text.as_bytes(), stem, &(at..at + literal.len()))?;
        end(text.as_bytes(), &word).map(|_| sort)
    }

    #[test]
    fn the_last_word_decides() {
        assert_eq!(sort("token_secret = 1", "secret"), Some(Sort::Secret));
        assert_eq!(sort("token_secret = 1", "token"), None);
        assert_eq!(sort("secretkey", "key"), Some(Sort::Key));
        assert_eq!(sort("secretkey", "secret"), None);
        assert_eq!(sort("the monkey: 1", "key"), None);
        assert_eq!(sort("AWSSecretKey", "Secret"), None);
        assert_eq!(sort(r"user=x\nPASS=1", "PASS"), Some(Sort::Password));
    }
}
