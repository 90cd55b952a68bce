//! One pass over all objects of some kinds: packs in the order of the file, then loose ones, each object once.

use std::ops::ControlFlow;

use super::{
    hash::Kind,
    inflate::Inflate,
    loose::Head,
    losses::Why,
    store::Store,
    walk::{Seen, Visitor, Walker},
};
use crate::model::Fault;

/// Objects of history are decoded up to this size.
pub const MOST: usize = 256 << 20;

/// Shows each object of `kinds` to `visit`, which says whether its structure is sound. Lost ones go to the store's losses.
pub fn each_object(store: &Store, kinds: &[Kind], fault: &mut dyn FnMut(Fault), visit: &mut dyn FnMut(u32, Kind, &[u8]) -> bool) {
    let mut pass = Pass { store, inflate: Inflate::default(), visit };
    let mut walker = Walker::new(Vec::new(), MOST);
    for (number, pack) in store.packs.iter().enumerate() {
        for kind in kinds {
            let mut visitor = Packed { pass: &mut pass, pack: number, kind: *kind };
            for root in pack.forest.roots(*kind) {
                let _ = walker.walk(pack, *root, &mut visitor);
            }
        }
        for (top, why) in &pack.forest.broken {
            pack.forest.below(*top, |position| pass.rescue(store.row(number, position), Why::Broken(why), kinds));
        }
    }
    pass.loose(kinds, fault);
}

struct Pass<'a> {
    store: &'a Store,
    inflate: Inflate,
    visit: &'a mut dyn FnMut(u32, Kind, &[u8]) -> bool,
}

impl Pass<'_> {
    fn show(&mut self, row: u32, kind: Kind, bytes: &[u8]) {
        if !(self.visit)(row, kind, bytes) {
            self.store.losses.add(row, Why::Broken("its structure is broken"));
        }
    }

    /// Reads an object that is broken in one place from another.
    fn rescue(&mut self, row: u32, why: Why, kinds: &[Kind]) {
        if !self.store.is_first(row) {
            return;
        }
        match self.store.load_elsewhere(self.store.id(row), self.store.pack_of(row), &mut self.inflate, MOST) {
            Some((kind, bytes)) if kinds.contains(&kind) => self.show(row, kind, &bytes),
            Some(_) => {}
            None => self.store.losses.add(row, why),
        }
    }

    fn loose(&mut self, kinds: &[Kind], fault: &mut dyn FnMut(Fault)) {
        let mut out = Vec::new();
        for rank in 0..u32::try_from(self.store.loose.count()).expect("rows count in 32 bits") {
            let row = self.store.loose_row(rank);
            if !self.store.is_first(row) {
                continue;
            }
            let read = match Head::open(&self.store.loose.path(rank), &self.store.names, &mut self.inflate) {
                Ok(Ok(head)) if !kinds.contains(&head.kind) => continue,
                Ok(head) => head.and_then(|head| Ok((head.kind, head.read(&mut self.inflate, &mut out, MOST as u64)?))),
                Err(broken) => {
                    fault(broken);
                    continue;
                }
            };
            match read {
                Ok((kind, range)) => self.show(row, kind, &out[range]),
                Err(why) => self.store.losses.add(row, why),
            }
        }
    }
}

/// Shows decoded objects of one kind of one pack.
struct Packed<'p, 'a> {
    pass: &'p mut Pass<'a>,
    pack: usize,
    kind: Kind,
}

impl Visitor for Packed<'_, '_> {
    fn limit(&self) -> u64 {
        MOST as u64
    }

    fn see(&mut self, seen: &Seen<'_>) -> ControlFlow<()> {
        let row = self.pass.store.row(self.pack, seen.position);
        if self.pass.store.is_first(row) {
            self.pass.show(row, self.kind, seen.bytes);
        }
        ControlFlow::Continue(())
    }

    fn lose(&mut self, position: u32, why: Why) -> ControlFlow<()> {
        self.pass.rescue(self.pass.store.row(self.pack, position), why, &[self.kind]);
        ControlFlow::Continue(())
    }
}
