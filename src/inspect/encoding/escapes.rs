use std::ops::Range;

use crate::{
    engine::bitmap::{self, BLOCK},
    inspect::{Inner, Inspector, Outcome, Rewriting, Workbench},
    model::{About, Document, Origin},
};

use super::{
    backslash, html, percent,
    remembered::{Finder, Item, item},
};

/// Decodes characters that are written as escapes.
pub struct Escapes;

const ABOUT: About = About {
    id: "escapes",
    title: "Percent, HTML and backslash escapes",
    explain: "Decodes %XX of addresses, &#NN; and named characters of HTML and XML, \\uXXXX, \\xNN, \\/ and quotes and line ends of JSON and program \
              text, all three at once, where they stand for printable ASCII. Escapes inside of escapes are decoded one layer down.",
    controls: &[],
    see: &[],
};

/// One escape: how many bytes it takes, and the byte that it stands for.
pub(super) type Escape = Option<(usize, u8)>;

/// Reads the escape at a place.
type Read = fn(&[u8], usize) -> Escape;

/// What begins an escape, what reads it, and how it is called.
const KINDS: &[(u8, Read, &str)] = &[(b'%', percent::read, "percent"), (b'&', html::read, "html"), (b'\\', backslash::read, "escape")];

impl Inspector for Escapes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, _bytes: &[u8]) -> bool {
        true
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let bytes = document.bytes;
        let items = bench.remembered.items(Finder::Escapes, document, search);
        if items.is_empty() {
            return;
        }
        let mut text = Rewriting::of(bytes);
        for at in items.iter().map(|item| item.0 as usize) {
            let Some((_, read, wrapping)) = KINDS.iter().find(|(mark, ..)| *mark == bytes[at]) else { continue };
            if let Some((length, byte)) = read(bytes, at) {
                text.put(at..at + length, &[byte], wrapping);
            }
        }
        text.close();
        if !text.map.is_empty() {
            let _ = outcome.inner(bench, Inner { wrapping: ABOUT.id, name: None, map: Some(&text.map), bytes: &text.bytes });
        }
    }
}

/// Words that are asked for together.
const TOGETHER: usize = 32;

/// Finds the escapes of a stretch.
pub(super) fn search(bytes: &[u8], range: Range<usize>, items: &mut Vec<Item>) {
    let mut words = [0; TOGETHER];
    for from in range.clone().step_by(TOGETHER * BLOCK) {
        let words = &mut words[..(range.end - from).div_ceil(BLOCK).min(TOGETHER)];
        bitmap::escapes(bytes, from, words);
        for (word, bits) in words.iter().enumerate().filter(|(_, bits)| **bits != 0) {
            let places = ones(*bits).map(|bit| from + word * BLOCK + bit).take_while(|at| *at < range.end);
            items.extend(places.filter_map(|at| read(bytes, at).map(|(length, _)| item(at, at + length))));
        }
    }
}

/// Reads what may be an escape.
fn read(bytes: &[u8], at: usize) -> Escape {
    let (_, read, _) = KINDS.iter().find(|(mark, ..)| *mark == bytes[at])?;
    read(bytes, at)
}

/// The places of the bits that are set.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        next
    })
}

/// Whether an escape for this byte can hide a credential.
pub(super) fn telling(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

/// How long a word beside a quote or a line end must be for it to matter.
const WORD: usize = 16;

/// Whether a long word begins at some place.
pub(super) fn word_behind(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..at + WORD).is_some_and(|word| word.iter().all(|b| in_word(*b)))
}

/// Whether a long word ends before some place.
pub(super) fn word_before(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(WORD).is_some_and(|start| bytes[start..at].iter().all(|b| in_word(*b)))
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'.' | b':' | b'@' | b'%')
}
