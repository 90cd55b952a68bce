//! From ids to rows, quickly: one tree names mostly what the tree before it named.

use super::{forest::NONE, store::Store};

/// Slots of the cache; 24 bytes each, so that all of them stay in the second-level cache of a processor.
const SLOTS: usize = 1 << 14;

#[derive(Clone, Copy)]
struct Slot {
    /// The first 20 bytes of an id.
    id: (u64, u64, u32),
    row: u32,
}

/// Finds rows, and remembers those of late. Its answers do not depend on what it was asked before.
pub struct Resolver<'a> {
    store: &'a Store,
    slots: Vec<Slot>,
}

impl<'a> Resolver<'a> {
    /// A resolver for `store`.
    pub fn new(store: &'a Store) -> Self {
        // No id that begins like this leads to its slot.
        let slots = (0..SLOTS as u64).map(|number| Slot { id: (!number, 0, 0), row: NONE }).collect();
        Self { store, slots }
    }

    /// The row of the object with this id, or [`NONE`].
    #[inline]
    pub fn row(&mut self, id: &[u8]) -> u32 {
        let part = |at: usize| u64::from_le_bytes(id[at..at + 8].try_into().expect("eight bytes"));
        let key = (part(0), part(8), u32::from_le_bytes(id[16..20].try_into().expect("four bytes")));
        let slot = &mut self.slots[usize::try_from(key.0 & (SLOTS as u64 - 1)).expect("a small number")];
        if slot.id != key || (id.len() > 20 && (slot.row == NONE || self.store.id(slot.row) != id)) {
            *slot = Slot { id: key, row: self.store.find(id).unwrap_or(NONE) };
        }
        slot.row
    }
}
