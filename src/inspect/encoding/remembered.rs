use std::ops::Range;

use super::base64::VALUES;
use crate::model::{Document, Kin};

/// A stretch that may be encoded: start and end.
pub(super) type Item = (u32, u32);

/// An item. Both ends fit: [`Remembered`] takes no longer documents.
pub(super) fn item(start: usize, end: usize) -> Item {
    let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
    (place(start), place(end))
}

/// Which stretches the last document of each depth of a parcel had, so that copied bytes are not searched again.
#[derive(Debug, Default)]
pub struct Remembered {
    /// By finder and depth.
    lists: [Vec<Option<Vec<Item>>>; 2],
}

/// Whose lists.
#[derive(Debug, Clone, Copy)]
pub(super) enum Finder {
    /// Of [`super::runs`].
    Runs,
    /// Of [`super::escapes`].
    Escapes,
}

/// Searches a stretch of a document.
pub(super) type Search = fn(&[u8], Range<usize>, &mut Vec<Item>);

/// How far a run is followed to either side.
const FAR: usize = 4096;
/// The longest escape.
const LONGEST_ESCAPE: usize = 16;

impl Finder {
    /// How far from an item's ends bytes may decide what it is.
    fn window(self) -> u32 {
        match self {
            Self::Runs => 64,
            Self::Escapes => 24,
        }
    }

    /// The stretch in which all items lie that a gap between copies, or a seam, may have to do with.
    fn around(self, bytes: &[u8], gap: Range<usize>) -> Range<usize> {
        let window = self.window() as usize;
        let start = gap.start.saturating_sub(window).min(bytes.len());
        let end = gap.end.saturating_add(window).min(bytes.len());
        match self {
            Self::Escapes => start.saturating_sub(LONGEST_ESCAPE)..end.saturating_add(LONGEST_ESCAPE).min(bytes.len()),
            // A run that lies there in part is looked at as a whole.
            Self::Runs => {
                let letter = |byte: &&u8| VALUES[usize::from(**byte)] < 64;
                let before = bytes[..start].iter().rev().take(FAR).take_while(letter).count();
                start - before..end + bytes[end..].iter().take(FAR).take_while(letter).count()
            }
        }
    }
}

impl Remembered {
    /// All items of a document, in order: those of copied bytes from memory, the others by search.
    pub(super) fn items(&mut self, finder: Finder, document: &Document<'_>, search: Search) -> Vec<Item> {
        let mut items = Vec::new();
        let bytes = document.bytes;
        // Places are kept in 32 bits; nothing larger is collected.
        if u32::try_from(bytes.len()).is_err() {
            return items;
        }
        let Some(Kin { depth, copies }) = document.kin else {
            search(bytes, 0..bytes.len(), &mut items);
            return sorted(items);
        };
        let lists = &mut self.lists[finder as usize];
        lists.resize_with(depth + 1, || None);
        match depth.checked_sub(1).and_then(|base| lists[base].as_deref()) {
            Some(base) => inherit(bytes, base, copies, (finder, search), &mut items),
            None => search(bytes, 0..bytes.len(), &mut items),
        }
        let items = sorted(items);
        lists[depth] = Some(items.clone());
        items
    }
}

fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    if !items.is_sorted() {
        items.sort_unstable();
    }
    items.dedup();
    items
}

/// Takes the items that lie in copies, and searches the rest with its seams, each stretch once.
fn inherit(bytes: &[u8], base: &[Item], copies: &[(u32, u32, u32)], (finder, search): (Finder, Search), items: &mut Vec<Item>) {
    let window = finder.window();
    let (mut done, mut open) = (0, 0..0);
    let mut fresh = |gap: Range<usize>, items: &mut Vec<Item>| {
        let stretch = finder.around(bytes, gap);
        if stretch.start <= open.end {
            open.end = open.end.max(stretch.end);
        } else {
            search(bytes, std::mem::replace(&mut open, stretch), items);
        }
    };
    for (there, here, length) in copies.iter().copied() {
        let end = there.saturating_add(length);
        let first = base.partition_point(|item| item.0 < there.saturating_add(window));
        let whole = base[first..].iter().take_while(|item| item.0 < end).filter(|item| item.1.saturating_add(window) <= end);
        items.extend(whole.map(|item| (item.0 - there + here, item.1 - there + here)));
        fresh(done..here as usize, items);
        done = (here as usize).saturating_add(length as usize);
    }
    fresh(done.min(bytes.len())..bytes.len(), items);
    search(bytes, open, items);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::escapes, super::runs, Finder, Item, Remembered, Search};
    use crate::model::{Document, Kin, Origin, Source};

    fn text() -> impl Strategy<Value = String> {
        let base64 = "[ -~]{12,60}".prop_map(|text| data_encoding::BASE64.encode(text.as_bytes()));
        let hex = "[ -~]{16,40}".prop_map(|text| data_encoding::HEXLOWER.encode(text.as_bytes()));
        let part = prop_oneof![base64, hex, "[a-z/_]{0,40}", "[a-z ={}\n]{0,90}", "%[0-7][0-9A-F]|&#x[0-9]{2};|&quot;|\\\\u00[0-7]a|\\\\n"];
        proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    /// Copies of a base with something new between them.
    fn child(base: &str, pieces: &[(prop::sample::Index, prop::sample::Index, String)]) -> (String, Vec<(u32, u32, u32)>) {
        let (mut text, mut copies) = (String::new(), Vec::new());
        let place = |at: usize| u32::try_from(at).expect("a short text");
        for (start, length, fresh) in pieces {
            let start = start.index(base.len() + 1);
            let length = length.index(base.len() - start + 1);
            if length > 0 {
                copies.push((place(start), place(text.len()), place(length)));
                text += &base[start..start + length];
            }
            text += fresh;
        }
        (text, copies)
    }

    fn items(remembered: &mut Remembered, (finder, search): (Finder, Search), text: &str, kin: Option<Kin<'_>>) -> Vec<Item> {
        let origin = Origin::new(Source::Stream { name: "-".into() });
        remembered.items(finder, &Document { origin: &origin, bytes: text.as_bytes(), kin, layer: 0 }, search)
    }

    proptest! {
        #[test]
        fn what_is_remembered_and_searched_holds_all_that_a_search_finds(
            base in text(),
            pieces in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop_oneof![Just(String::new()), text()]), 0..6),
        ) {
            let (child, copies) = child(&base, &pieces);
            for finder in [(Finder::Runs, runs::search as Search), (Finder::Escapes, escapes::search as Search)] {
                let mut remembered = Remembered::default();
                items(&mut remembered, finder, &base, Some(Kin { depth: 0, copies: &[] }));
                let told = items(&mut remembered, finder, &child, Some(Kin { depth: 1, copies: &copies }));
                let searched = items(&mut Remembered::default(), finder, &child, None);
                prop_assert!(searched.iter().all(|item| told.contains(item)), "{searched:?} of {told:?}");
                // A run whose head is new may be told from where it could be read in the base, too: the earlier start is decoded.
                prop_assert!(matches!(finder.0, Finder::Runs) || told == searched);
            }
        }
    }
}
