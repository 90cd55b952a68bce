//! Patterns with `*` (any run of characters, none too) and `?` (one character), as policies use them.
//!
//! A star that stands for itself (`${*}`, or inside a value) is written as [`STAR`], a question mark as [`MARK`].

use crate::model::entity::Grant;

/// A star that is no wildcard.
pub const STAR: char = '\u{e000}';
/// A question mark that is no wildcard.
pub const MARK: char = '\u{e001}';

/// Turns a text into a pattern that matches it and nothing else.
pub fn literal(text: &str) -> String {
    text.replace('*', "\u{e000}").replace('?', "\u{e001}")
}

/// A text with a star for each part that nobody can know; `None` where all of it is known.
pub fn opened(text: &str) -> Option<String> {
    let mut parts = text.split(Grant::UNKNOWN);
    let first = parts.next()?.to_owned();
    let rest = parts.map(|part| part.split_once('>').map_or("", |(_, rest)| rest)).collect::<Vec<_>>();
    (!rest.is_empty()).then(|| rest.into_iter().fold(first, |text, rest| text + "*" + rest))
}

/// Whether a pattern matches a text.
pub fn matches(pattern: &str, text: &str) -> bool {
    covers(pattern, &literal(text))
}

/// Whether everything that `inner` matches, `outer` matches, too. Says no in a few odd cases where it is so (`*?` and `?*`).
///
/// This is asked millions of times of an account, so nothing is copied; most answers fall at the first bytes.
pub fn covers(outer: &str, inner: &str) -> bool {
    let (outer, inner) = (outer.as_bytes(), inner.as_bytes());
    let (mut o, mut i) = (0, 0);
    // Where the last star of `outer` stands, and how much of `inner` it has taken.
    let mut star: Option<(usize, usize)> = None;
    while i < inner.len() {
        match outer.get(o) {
            Some(b'*') => {
                star = Some((o, i));
                o += 1;
            }
            Some(b'?') if inner[i] != b'*' => (o, i) = (o + 1, i + width(inner[i])),
            Some(c) if *c == inner[i] && *c != b'?' => (o, i) = (o + 1, i + 1),
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += width(inner[*taken]);
                    (o, i) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    outer[o..].iter().all(|c| *c == b'*')
}

/// How many bytes a character has that begins with this one.
fn width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// Whether any text is matched by both.
pub fn meets(a: &str, b: &str) -> bool {
    let wild = |byte: u8| matches!(byte, b'*' | b'?');
    let mut fixed = a.bytes().zip(b.bytes()).take_while(|(x, y)| !wild(*x) && !wild(*y));
    if fixed.any(|(x, y)| x != y) {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // What of `b` can be left when so much of `a` is used up: one row at a time.
    let (mut row, mut next) = (vec![false; b.len() + 1], vec![false; b.len() + 1]);
    row[0] = true;
    for j in 0..b.len() {
        row[j + 1] = row[j] && b[j] == '*';
    }
    for x in &a {
        next[0] = row[0] && *x == '*';
        for (j, y) in b.iter().enumerate() {
            next[j + 1] = match (x, y) {
                ('*', _) => row[j + 1] || next[j],
                (_, '*') => next[j] || row[j + 1],
                _ => row[j] && (x == y || *x == '?' || *y == '?'),
            };
        }
        std::mem::swap(&mut row, &mut next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{covers, literal, matches, meets, opened};

    #[test]
    fn stars_and_marks() {
        assert!(matches("iam:create?ccesskey", "iam:createaccesskey") && matches("*", "") && matches("a*b*c", "axxbyyc"));
        assert!(!matches("a?", "a") && !matches("", "a") && !matches("a*b", "acd"));
        assert!(covers("s3:*", "s3:get*") && !covers("s3:get*", "s3:*") && covers("a*", "a?b") && !covers("a?b", "a*b"));
        assert!(meets("s3:get*", "s3:*object") && !meets("s3:get*", "s3:put*") && meets("*a*", "b*") && !meets("a", "b"));
        assert!(matches("a\u{e000}", "a*") && !matches("a\u{e000}", "ab"));
    }

    #[test]
    fn what_nobody_can_know_may_be_anything() {
        assert_eq!(opened("arn:aws:iam::<unknown var.a>:role/<unknown var.b>-x").as_deref(), Some("arn:aws:iam::*:role/*-x"));
        assert_eq!(opened("<unknown var.a"), Some("*".into()));
        assert_eq!(opened("arn:aws:iam::1:role/x"), None);
    }

    proptest! {
        #[test]
        fn what_covers_meets_and_matches_the_same(outer in "[abé*?]{0,6}", inner in "[abé*?]{0,6}", text in "[abé]{0,6}") {
            if covers(&outer, &inner) && matches(&inner, &text) {
                prop_assert!(matches(&outer, &text));
            }
            if matches(&outer, &text) && matches(&inner, &text) {
                prop_assert!(meets(&outer, &inner) && meets(&inner, &outer));
            }
            prop_assert_eq!(meets(&outer, &literal(&text)), matches(&outer, &text));
        }
    }
}
