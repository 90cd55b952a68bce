//! One pass over all objects of some kinds, by all workers: packs in the order of the file, then loose ones, each object once.

use std::{
    ops::{ControlFlow, Range},
    sync::Mutex,
};

use super::{
    hash::Kind,
    inflate::Inflate,
    loose::Head,
    losses::Why,
    parcel::chunks,
    store::Store,
    walk::{Seen, Visitor, Walker},
};
use crate::{
    collect::{Crew, crew::Queue, visit::lock},
    model::Fault,
};

/// Objects of history are decoded up to this size.
pub const MOST: usize = 256 << 20;

/// Reads objects: one worker's share of them, whichever those are.
pub trait Reader: Send {
    /// Takes an object in; whether its structure is sound.
    fn object(&mut self, row: u32, kind: Kind, bytes: &[u8]) -> bool;
}

/// Shows each object of `kinds` to one of the readers that `start` makes, one for each worker, and returns these. Who reads what
/// is chance: nothing may come of it. Lost objects go to the store's losses.
pub fn each_object<R: Reader>(
    store: &Store,
    kinds: &[Kind],
    crew: &dyn Crew,
    fault: &mut dyn FnMut(Fault),
    start: impl Fn() -> R + Sync,
) -> Vec<R> {
    let parts = parts(store, kinds);
    let (queue, done) = (Queue::new(parts.len()), Mutex::new(Vec::new()));
    crew.all(&|| {
        let mut pass = Pass { store, kinds, inflate: Inflate::default(), reader: start(), faults: Vec::new() };
        let mut walker = Walker::new(Vec::new(), MOST);
        while let Some(number) = queue.take() {
            pass.part(&parts[number], &mut walker);
        }
        lock(&done).push((pass.reader, pass.faults));
    });
    let (readers, faults): (Vec<R>, Vec<Vec<Fault>>) = std::mem::take(&mut *lock(&done)).into_iter().unzip();
    faults.into_iter().flatten().for_each(fault);
    readers
}

/// What one worker reads before it comes for more.
enum Part {
    /// Some delta trees of a pack.
    Roots { pack: usize, kind: Kind, part: Range<usize> },
    /// The entries of a pack that nobody can decode there.
    Broken { pack: usize },
    /// Some loose objects.
    Loose { part: Range<usize> },
}

fn parts(store: &Store, kinds: &[Kind]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (number, pack) in store.packs.iter().enumerate() {
        for kind in kinds {
            parts.extend(chunks(pack.forest.roots(*kind).len()).map(|part| Part::Roots { pack: number, kind: *kind, part }));
        }
        if !pack.forest.broken.is_empty() {
            parts.push(Part::Broken { pack: number });
        }
    }
    parts.extend(chunks(store.loose.count()).map(|part| Part::Loose { part }));
    parts
}

struct Pass<'a, R> {
    store: &'a Store,
    kinds: &'a [Kind],
    inflate: Inflate,
    reader: R,
    faults: Vec<Fault>,
}

impl<R: Reader> Pass<'_, R> {
    fn part(&mut self, part: &Part, walker: &mut Walker) {
        match part {
            Part::Roots { pack, kind, part } => {
                let store = self.store;
                let mut visitor = Packed { pass: self, pack: *pack, kind: *kind };
                for root in &store.packs[*pack].forest.roots(*kind)[part.clone()] {
                    let _ = walker.walk(&store.packs[*pack], *root, &mut visitor);
                }
            }
            Part::Broken { pack } => {
                let forest = &self.store.packs[*pack].forest;
                for (top, why) in &forest.broken {
                    forest.below(*top, |position| self.rescue(self.store.row(*pack, position), Why::Broken(why), self.kinds));
                }
            }
            Part::Loose { part } => self.loose(part.clone()),
        }
    }

    fn show(&mut self, row: u32, kind: Kind, bytes: &[u8]) {
        if !self.reader.object(row, kind, bytes) {
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

    fn loose(&mut self, part: Range<usize>) {
        let mut out = Vec::new();
        for rank in part {
            let rank = u32::try_from(rank).expect("rows count in 32 bits");
            let row = self.store.loose_row(rank);
            if !self.store.is_first(row) {
                continue;
            }
            let read = match Head::open(&self.store.loose.path(rank), &self.store.names, &mut self.inflate) {
                Ok(Ok(head)) if !self.kinds.contains(&head.kind) => continue,
                Ok(head) => head.and_then(|head| Ok((head.kind, head.read(&mut self.inflate, &mut out, MOST as u64)?))),
                Err(broken) => {
                    self.faults.push(broken);
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
struct Packed<'p, 'a, R> {
    pass: &'p mut Pass<'a, R>,
    pack: usize,
    kind: Kind,
}

impl<R: Reader> Visitor for Packed<'_, '_, R> {
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
