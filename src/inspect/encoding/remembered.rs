use std::ops::Range;

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

/// Searches a stretch of a document. Whether something is an item must depend on [`WINDOW`] bytes around its ends alone.
pub(super) type Search = fn(&[u8], Range<usize>, &mut Vec<Item>);

/// How far from an item's ends bytes may decide what it is.
pub(super) const WINDOW: u32 = 64;

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
            Some(base) => inherit(bytes, base, copies, search, &mut items),
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

fn inherit(bytes: &[u8], base: &[Item], copies: &[(u32, u32, u32)], search: Search, items: &mut Vec<Item>) {
    let mut done = 0;
    for (there, here, length) in copies.iter().copied() {
        let end = there.saturating_add(length);
        let first = base.partition_point(|item| item.0 < there.saturating_add(WINDOW));
        let whole = base[first..].iter().take_while(|item| item.0 < end).filter(|item| item.1.saturating_add(WINDOW) <= end);
        items.extend(whole.map(|item| (item.0 - there + here, item.1 - there + here)));
        fresh(bytes, done..here as usize, search, items);
        done = (here as usize).saturating_add(length as usize);
    }
    fresh(bytes, done..bytes.len(), search, items);
}

/// Searches what no copy holds, with its seams: items near them are not inherited.
fn fresh(bytes: &[u8], range: Range<usize>, search: Search, items: &mut Vec<Item>) {
    let start = range.start.saturating_sub(2 * WINDOW as usize);
    let end = range.end.saturating_add(2 * WINDOW as usize).min(bytes.len());
    if start < end {
        search(bytes, start..end, items);
    }
}
