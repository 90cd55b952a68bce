use std::ops::Range;

use crate::{
    inspect::{Inner, Inspector, Map, Outcome, Rewriting, Workbench},
    model::{About, Document, Origin},
};

use super::{
    base64, hex,
    pace::{SHORTEST, promising},
    remembered::{Finder, Item, item},
};

/// Decodes long runs of letters and digits that say something in base64 or hexadecimal.
pub struct Runs;

const ABOUT: About = About {
    id: "base64-hex",
    title: "Base64 and hexadecimal",
    explain: "Decodes runs of at least 24 characters of base64 (both alphabets, also over several lines) and of 32 hexadecimal digits whose beginning says \
              text, UTF-16 text, or an archive. What stands before them on their line goes along, so that a Secret of Kubernetes reads like a \
              settings file. JSON web tokens are left as they are.",
    controls: &[],
    see: &[],
};

impl Inspector for Runs {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, _bytes: &[u8]) -> bool {
        true
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let items = bench.remembered.items(Finder::Runs, document, search);
        if items.is_empty() {
            return;
        }
        let mut text = Rewriting::of(document.bytes);
        let mut done = 0;
        for item in items.iter().map(|item| range(*item)).filter(|item| !in_web_token(document.bytes, item)) {
            if item.start < done || bench.explained.holds(document.layer, item.start) {
                continue;
            }
            let Some((at, bytes, wrapping)) = decode(document.bytes, item) else { continue };
            done = at.end;
            if !base64::is_binary(&bytes) {
                text.put(at, &bytes, wrapping);
                continue;
            }
            let mut map = Map::default();
            map.push(0, at, Some(wrapping));
            if outcome.inner(bench, Inner { wrapping, name: None, map: Some(&map), bytes: &bytes }).is_break() {
                return;
            }
        }
        text.close();
        if !text.map.is_empty() {
            let _ = outcome.inner(bench, Inner { wrapping: ABOUT.id, name: None, map: Some(&text.map), bytes: &text.bytes });
        }
    }
}

fn range(item: Item) -> Range<usize> {
    item.0 as usize..item.1 as usize
}

fn decode(bytes: &[u8], item: Range<usize>) -> Option<(Range<usize>, Vec<u8>, &'static str)> {
    if hex::speaks(&bytes[item.clone()]) {
        return Some((item.clone(), hex::decode(&bytes[item]), "hex"));
    }
    let at = base64::whole(bytes, item);
    let decoded = base64::decode(&bytes[at.clone()]);
    (!decoded.is_empty()).then_some((at, decoded, "base64"))
}

/// Whether a run is a part of a JSON web token: header and payload begin with `{"` and are joined by dots.
fn in_web_token(bytes: &[u8], run: &Range<usize>) -> bool {
    let letter = |at: usize| bytes.get(at).is_some_and(|b| base64::VALUES[usize::from(*b)] < 64);
    let joined = |dot: Option<usize>, beyond: Option<usize>| dot.is_some_and(|d| bytes.get(d) == Some(&b'.')) && beyond.is_some_and(letter);
    bytes[run.clone()].starts_with(b"eyJ")
        && (joined(Some(run.end), Some(run.end + 1)) || joined(run.start.checked_sub(1), run.start.checked_sub(2)))
}

/// Finds the runs whose beginning says something.
pub(super) fn search(bytes: &[u8], range: Range<usize>, items: &mut Vec<Item>) {
    promising(bytes, range, &mut |run| {
        if let Some(start) = legible(&bytes[run.clone()]) {
            items.push(item(run.start + start, run.end));
        }
    });
}

/// Where in a run something begins that can be read.
fn legible(run: &[u8]) -> Option<usize> {
    let mut start = 0;
    // A path or a name may stand before it, joined by a character that base64 has, too.
    for _ in 0..4 {
        let rest = run.get(start..).filter(|rest| rest.len() >= SHORTEST)?;
        if base64::speaks(rest) || hex::speaks(rest) {
            return Some(start);
        }
        let next = rest[..rest.len() - SHORTEST].iter().position(|b| matches!(b, b'/' | b'-' | b'_' | b'+'))?;
        start += next + 1;
    }
    None
}
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Item, item, legible, search};
    use crate::inspect::encoding::{base64::VALUES, pace::SHORTEST};

    /// The same without any haste.
    fn slowly(bytes: &[u8]) -> Vec<Item> {
        let mut all = Vec::new();
        let mut start = 0;
        for end in 0..=bytes.len() {
            if end == bytes.len() || VALUES[usize::from(bytes[end])] > 63 {
                if end - start >= SHORTEST {
                    all.extend(legible(&bytes[start..end]).map(|at| item(start + at, end)));
                }
                start = end + 1;
            }
        }
        all
    }

    fn encoded() -> impl Strategy<Value = String> {
        let text = "[ -~]{6,60}".prop_map(|t| data_encoding::BASE64.encode(t.as_bytes()));
        let hex = "[ -~]{10,60}".prop_map(|t| data_encoding::HEXLOWER.encode(t.as_bytes()));
        let wide =
            "[ -~]{8,60}".prop_map(|t| data_encoding::BASE64.encode(&t.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()));
        let packed =
            proptest::collection::vec(any::<u8>(), 60..90).prop_map(|t| data_encoding::BASE64.encode(&[&[0x1f, 0x8b, 8], &t[..]].concat()));
        prop_oneof![text, hex, wide, packed, "[a-z_/]{0,40}"]
    }

    proptest! {
        #[test]
        fn haste_misses_nothing(parts in proptest::collection::vec((encoded(), "[ .:=\n]{1,9}|/"), 0..8)) {
            let text: String = parts.into_iter().map(|(a, b)| a + &b).collect();
            let mut found = Vec::new();
            search(text.as_bytes(), 0..text.len(), &mut found);
            prop_assert_eq!(found, slowly(text.as_bytes()));
        }
    }
}
