//! From a literal to the whole name, and from a name to its words.

use std::ops::Range;

use super::stem::{self, Sort};

/// How far a name reaches to either side of the literal, bytes.
const REACH: usize = 64;

/// The whole name around a literal, and of what it speaks; `None` if it speaks of no credential, or if a later word of it decides.
pub(super) fn read(bytes: &[u8], literal: &Range<usize>) -> Option<(Sort, Range<usize>)> {
    let start = left(bytes, literal.start);
    let end = right(bytes, literal.end);
    let (mut sort, mut last) = (None, start..start);
    for word in words(&bytes[start..end]) {
        let at = start + word.start..start + word.end;
        if let Some(stem) = stem::of_word(&lower(&bytes[at.clone()])) {
            (sort, last) = (Some(stem.sort), at);
        }
    }
    // The last word that speaks of a credential decides; its own literal, the last in it, brings it here.
    let own = last.start <= literal.start && literal.end <= last.end && !holds_stem(&bytes[literal.end..last.end]);
    sort.filter(|_| own).map(|sort| (sort, start..end))
}

fn holds_stem(rest: &[u8]) -> bool {
    let rest = lower(rest);
    stem::STEMS.iter().any(|stem| rest.contains(stem.text))
}

fn lower(word: &[u8]) -> String {
    word.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

fn left(bytes: &[u8], from: usize) -> usize {
    let floor = from.saturating_sub(REACH);
    let mut start = from;
    while start > floor && part(bytes[start - 1]) {
        start -= 1;
    }
    // A name does not begin with a hyphen or a dot.
    while start < from && matches!(bytes[start], b'-' | b'.') {
        start += 1;
    }
    start
}

fn right(bytes: &[u8], from: usize) -> usize {
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

fn part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
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
    upper(at) && (lower(at - 1) || (upper(at - 1) && lower(at + 1)))
}

#[cfg(test)]
mod tests {
    use super::{super::Sort, read, words};

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
        read(text.as_bytes(), &(at..at + literal.len())).map(|(sort, _)| sort)
    }

    #[test]
    fn the_last_word_decides() {
        assert_eq!(sort("token_secret = 1", "secret"), Some(Sort::Secret));
        assert_eq!(sort("token_secret = 1", "token"), None);
        assert_eq!(sort("secretkey", "key"), Some(Sort::Key));
        assert_eq!(sort("secretkey", "secret"), None);
        assert_eq!(sort("the monkey: 1", "key"), None);
    }
}
