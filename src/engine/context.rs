//! Values told by the word in front of them: the value first, then whether what stands between is what joins a name and a value.
//!
//! Between word and value the same may stand for all rules, so that is one pattern, compiled once; the value's own pattern is
//! small. Joined in one pattern a rule, they took half a millisecond a rule to compile: a third of the time for a small tree.

use std::{ops::Range, sync::OnceLock};

use regex_automata::{
    Anchored, Input, MatchKind,
    meta::{Config, Regex},
    util::syntax,
};

use super::{
    pattern::{Match, Pattern, Slots},
    word::{self, Value},
};

/// How many rows are tried behind one word, and how many starts in each, so that the cost of a word stays bounded.
const TRIES: usize = 16;

/// What is known of a value that has no form of its own.
#[derive(Debug)]
pub struct Context {
    /// What the value is made of.
    pub value: Value,
    /// What may stand between word and value.
    pub gap: &'static Gap,
    /// How far from the start of the word the value may end, bytes.
    pub reach: usize,
}

/// What may stand between a word and its value.
#[derive(Debug)]
pub struct Gap {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Context {
    /// Finds the value behind a word.
    pub fn find(&self, bytes: &[u8], word: &Range<usize>, pattern: &Pattern, slots: &mut Slots) -> Option<Match> {
        if !word::begins(bytes, word.start) {
            return None;
        }
        let end = bytes.len().min(word.start + self.reach);
        let mut from = word.end;
        for _ in 0..TRIES {
            let row = self.value.row(bytes, from..end)?;
            if let Some(mut found) = self.in_row(bytes, word.end, &row, pattern, slots) {
                found.whole.start = word.start;
                let between = &bytes[word.end..found.secret.start];
                return (!word::names_digest(between) && !armoured(bytes, word, between)).then_some(found);
            }
            from = row.end;
        }
        None
    }

    /// Finds the value that begins in a row: of several the last one, because a row may begin with the rest of a name.
    fn in_row(&self, bytes: &[u8], word: usize, row: &Range<usize>, pattern: &Pattern, slots: &mut Slots) -> Option<Match> {
        // What joins word and value ends with a sign.
        let begins = |at: &usize| !bytes[at - 1].is_ascii_alphanumeric();
        let starts = (row.start.max(word + 1)..=row.end.saturating_sub(self.value.least)).filter(begins).take(TRIES);
        let mut last = None;
        for at in starts {
            if let Some(found) = pattern.at(bytes, at..at, slots)
                && self.gap.fills(bytes, word..at)
            {
                last = Some(found);
            }
        }
        last
    }
}

/// How long a line of armour is at least.
const ARMOUR: usize = 40;

/// Whether the word ends a line of base64, and the value is the next line: nobody named anything there.
fn armoured(bytes: &[u8], word: &Range<usize>, between: &[u8]) -> bool {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    between.contains(&b'\n')
        && between.iter().all(u8::is_ascii_whitespace)
        && bytes[..word.end].iter().rev().take(ARMOUR).filter(|byte| base64(byte)).count() == ARMOUR
}

impl Gap {
    /// A gap of that pattern.
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Whether a stretch is such a gap from its first byte to its last.
    pub fn fills(&self, bytes: &[u8], stretch: Range<usize>) -> bool {
        let Some(regex) = self.compiled.get_or_init(|| compile(self.text)) else { return false };
        let input = Input::new(bytes).range(stretch.clone()).anchored(Anchored::Yes);
        regex.search_half(&input).is_some_and(|found| found.offset() == stretch.end)
    }
}

/// Compiled so that the longest match is told.
fn compile(text: &str) -> Option<Regex> {
    let config = Config::new().match_kind(MatchKind::All).utf8_empty(false).auto_prefilter(false).onepass(false);
    Regex::builder().syntax(syntax::Config::new().unicode(false).utf8(false)).configure(config).build(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{Context, Gap};
    use crate::engine::{ByteSet, pattern::Pattern, word::Value};

    static GAP: Gap = Gap::new(r#"[a-z_]{0,12}(?:[ ]{0,3}=[ "]{0,3}|[ ])"#);

    fn found(text: &str) -> Option<&str> {
        let value = Value { alphabet: ByteSet::of(|byte| byte.is_ascii_hexdigit()), least: 8 };
        let context = Context { value, gap: &GAP, reach: 64 };
        let pattern = Pattern::new("(?<secret>[0-9a-f]{8})(?:[^0-9a-f]|\\z)".into(), 9, 0);
        let at = text.find("acme")?;
        context.find(text.as_bytes(), &(at..at + 4), &pattern, &mut Vec::new()).map(|found| &text[found.secret])
    }

    #[test]
    fn a_value_is_found_behind_what_joins_it_to_the_word() {
        assert_eq!(found("acme_key = \"0123abcd\""), Some("0123abcd"));
        assert_eq!(found("my acme 0123abcd"), Some("0123abcd"));
        // The last of several rows.
        assert_eq!(found("acme_deadbeef = 0123abcd"), Some("0123abcd"));
    }

    #[test]
    fn the_last_letters_of_a_line_of_armour_name_nothing() {
        let gap: &'static Gap = Box::leak(Box::new(Gap::new(r"\s{1,3}")));
        let value = Value { alphabet: ByteSet::of(|byte| byte.is_ascii_hexdigit()), least: 8 };
        let context = Context { value, gap, reach: 64 };
        let pattern = Pattern::new("(?<secret>[0-9a-f]{8})(?:[^0-9a-f]|\\z)".into(), 9, 0);
        let found = |text: &str| {
            let at = text.find("acme").expect("it is there");
            context.find(text.as_bytes(), &(at..at + 4), &pattern, &mut Vec::new()).is_some()
        };
        assert!(found("my acme\n 0123abcd") && !found(&format!("{}+acme\n 0123abcd", "Zx9".repeat(20))));
    }

    #[test]
    fn what_stands_between_must_join_them_wholly() {
        for text in ["acme; 0123abcd", "acme = x 0123abcd", "acme = 0123abcde", "xacme = 0123abcd", "acme_sha1 = 0123abcd"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
