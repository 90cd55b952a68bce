use std::{ops::Range, sync::LazyLock};

use aho_corasick::packed::Searcher;

use crate::{
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

/// How the escapes of addresses and of HTML begin that stand for punctuation: `%` and `&` alone are everywhere in sources.
const BEGINNINGS: &[&str] = &["&#", "&amp", "&quot", "%0", "%2", "%3", "%4", "%5", "%6", "%7"];

/// Finds them all in one pass; `None` on a machine without vectors.
static SEARCHER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(BEGINNINGS));

/// Finds the escapes of a stretch.
pub(super) fn search(bytes: &[u8], range: Range<usize>, items: &mut Vec<Item>) {
    let stretch = &bytes[range.clone()];
    let mut add = |at: usize, read: Read| {
        let at = range.start + at;
        if let Some((length, _)) = read(bytes, at) {
            items.push(item(at, at + length));
        }
    };
    memchr::memchr_iter(b'\\', stretch).for_each(|at| add(at, backslash::read));
    let either = |at: usize| if stretch[at] == b'%' { percent::read } else { html::read };
    match &*SEARCHER {
        Some(searcher) => searcher.find_iter(stretch).for_each(|found| add(found.start(), either(found.start()))),
        None => memchr::memchr2_iter(b'%', b'&', stretch).for_each(|at| add(at, either(at))),
    }
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
