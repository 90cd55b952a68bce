//! The engine against an ordinary automaton: what it finds, and what it inherits, is exactly what a full look would find.

#![expect(clippy::cast_possible_truncation, reason = "test inputs are small")]

use std::ops::Range;

use aho_corasick::AhoCorasick;
use proptest::prelude::*;

use super::{
    Anchor, Anchors, ByteSet, Candidate, Finder, Prefilter, RuleIndex, Scratch,
    extra::Extra,
    plan::{Planned, plan, sample::Sample},
    prefilter::Literal,
};
use crate::model::Kin;

/// Literals that share starts, ends and middles, with and without case, of 3 to 20 bytes.
const LITERALS: &[(&str, bool)] = &[
    ("abc", false),
    ("abcabc", false),
    ("bca", true),
    ("aab_", false),
    ("_k-", false),
    ("caab", false),
    ("a-very-long-literal_", false),
    ("okta", true),
    ("aaaa", false),
    ("-----", false),
    ("c_a", false),
    ("kab", true),
    ("\u{e4}x", false),
];

/// All that the finder needs for [`LITERALS`], made as the build script does; two sets, two anchors a literal.
fn finder() -> &'static Finder {
    static FINDER: std::sync::OnceLock<Finder> = std::sync::OnceLock::new();
    FINDER.get_or_init(|| {
        let anchors: &'static Anchors = Box::leak(Box::new(anchors(0)));
        let around = |anchor: usize, side: Option<u16>| {
            if anchor % 2 == 1 { ByteSet::ALL } else { side.map_or(ByteSet::ALL, |set| anchors.sets[usize::from(set)]) }
        };
        let planned = LITERALS.iter().enumerate().map(|(index, (literal, ignore_case))| Planned {
            bytes: literal.as_bytes().to_vec(),
            ignore_case: *ignore_case,
            left: around(index, anchors.list[index].left),
            right: around(index, anchors.list[index].follow.first().copied()),
        });
        let tables = plan(&planned.collect::<Vec<_>>(), &Sample::read(include_str!("plan/grams.tsv"), include_str!("plan/fives.tsv")));
        let literal = |(index, (literal, ignore_case)): (usize, &(&'static str, bool))| Literal {
            bytes: literal.as_bytes(),
            ignore_case: *ignore_case,
            first: index as u16,
            count: 1,
        };
        let prefilter = Box::leak(Box::new(Prefilter {
            multiplier: tables.multiplier,
            gates: Vec::leak(tables.gates).first_chunk().expect("as many as there are gates"),
            keys: Vec::leak(tables.keys).first_chunk().expect("as many as there are words"),
            slots: Vec::leak(tables.slots).first_chunk().expect("as many as there are slots"),
            windows: Vec::leak(tables.windows),
            literals: Vec::leak(LITERALS.iter().enumerate().map(literal).collect()),
        }));
        let extra = Extra::new(
            LITERALS.iter().map(|(literal, ignore_case)| (literal.as_bytes().to_vec(), *ignore_case)).collect(),
            self::anchors(7),
        );
        Finder::new(prefilter, anchors).with(extra)
    })
}

/// Every other literal demands something of what stands around it.
fn anchors(rule: u16) -> Anchors {
    let anchor = |(index, (literal, _)): (usize, &(&str, bool))| Anchor {
        rule: RuleIndex(rule + index as u16),
        len: literal.len() as u8,
        left: (index % 4 == 0).then_some(0),
        follow: if index % 2 == 0 { vec![1; index % 5].into() } else { vec![].into() },
    };
    let sets = vec![ByteSet::of(|byte| byte != b'a'), ByteSet::of(|byte| byte.is_ascii_alphanumeric())];
    Anchors { list: LITERALS.iter().enumerate().map(anchor).collect(), sets: sets.into() }
}

/// What an ordinary automaton finds, filtered the slow way.
fn expected(bytes: &[u8]) -> Vec<Candidate> {
    let mut all = Vec::new();
    for pass in 0..2 {
        let anchors = anchors(0);
        let automaton =
            AhoCorasick::builder().ascii_case_insensitive(true).build(LITERALS.iter().map(|(literal, _)| literal)).expect("a few literals");
        for found in automaton.find_overlapping_iter(bytes) {
            let (index, at) = (found.pattern().as_usize(), found.start());
            if (LITERALS[index].1 || &bytes[found.range()] == LITERALS[index].0.as_bytes()) && anchors.fits(index, bytes, at) {
                all.push(Candidate::new(at as u32, (pass * LITERALS.len() + index) as u16));
            }
        }
    }
    all.sort();
    all
}

/// Text of few letters, noise and literals in any case.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let literal = (0..LITERALS.len(), any::<u16>()).prop_map(|(index, cases)| {
        let spell =
            |(place, byte): (usize, u8)| if cases >> (place % 16) & 1 == 1 && cases % 3 == 0 { byte.to_ascii_uppercase() } else { byte };
        LITERALS[index].0.bytes().enumerate().map(spell).collect::<Vec<u8>>()
    });
    let letters = prop::collection::vec(prop::sample::select(&b"abck_- \n\0"[..]), 0..20);
    let noise = prop::collection::vec(any::<u8>(), 0..20);
    prop::collection::vec(prop_oneof![3 => literal, 2 => letters, 1 => noise], 0..20).prop_map(|parts| parts.concat())
}

/// A document made of copies and insertions.
type Piece = (prop::sample::Index, prop::sample::Index, Vec<u8>);

fn apply(base: &[u8], pieces: &[Piece]) -> (Vec<u8>, Vec<(u32, u32, u32)>) {
    let (mut bytes, mut copies) = (Vec::new(), Vec::new());
    for (start, len, inserted) in pieces {
        let start = start.index(base.len() + 1);
        let range: Range<usize> = start..start + len.index(base.len() - start + 1);
        copies.push((start as u32, bytes.len() as u32, range.len() as u32));
        bytes.extend(&base[range]);
        bytes.extend(inserted);
    }
    (bytes, copies)
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let inserted = prop_oneof![Just(Vec::new()), prop::collection::vec(any::<u8>(), 0..5), text()];
    prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), inserted), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_finder_finds_what_an_automaton_finds(bytes in text()) {
        prop_assert_eq!(finder().candidates(&bytes, None, &mut Scratch::new()).to_vec(), expected(&bytes));
    }

    #[test]
    fn what_is_inherited_and_scanned_is_what_a_full_scan_finds(base in text(), first in pieces(), second in pieces()) {
        let mut scratch = Scratch::new();
        let (child, copies) = apply(&base, &first);
        let (grandchild, more) = apply(&child, &second);
        finder().candidates(&base, Some(Kin { depth: 0, copies: &[] }), &mut scratch);
        prop_assert_eq!(finder().candidates(&child, Some(Kin { depth: 1, copies: &copies }), &mut scratch), expected(&child));
        // An unwrapped document in between does not disturb.
        finder().candidates(b"okta", None, &mut scratch);
        prop_assert_eq!(finder().candidates(&grandchild, Some(Kin { depth: 2, copies: &more }), &mut scratch), expected(&grandchild));
        // A base that was not looked at makes for a full scan.
        scratch.missing(0);
        prop_assert_eq!(finder().candidates(&child, Some(Kin { depth: 1, copies: &copies }), &mut scratch), expected(&child));
    }
}

#[test]
fn every_literal_is_found_at_every_place_of_every_short_text() {
    for (literal, _) in LITERALS {
        for len in literal.len()..70 {
            for at in 0..=len - literal.len() {
                let mut bytes = vec![b'x'; len];
                bytes[at..at + literal.len()].copy_from_slice(literal.as_bytes());
                assert_eq!(finder().candidates(&bytes, None, &mut Scratch::new()), expected(&bytes), "{literal} at {at} of {len}");
            }
        }
    }
}
