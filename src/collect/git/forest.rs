//! The delta trees of a pack: which entries stand on which.

use super::{
    hash::Kind,
    pack::{Base, Pack},
};

/// No entry.
pub const NONE: u32 = u32::MAX;

/// Child and sibling links of all entries, and the roots. 8 bytes an entry.
#[derive(Default)]
pub struct Forest {
    child: Vec<u32>,
    next: Vec<u32>,
    roots: [Vec<u32>; 4],
    /// Entries whose header or base cannot be found, and what of them; all that stands on them is lost with them.
    pub broken: Vec<(u32, &'static str)>,
}

/// Finds the entry at an offset in about one probe: the first entry at or behind each 256 bytes.
struct Buckets(Vec<u32>);

impl Buckets {
    fn new(pack: &Pack) -> Self {
        let size = usize::try_from(pack.end() >> 8).expect("the pack is mapped") + 2;
        let mut buckets = Vec::with_capacity(size);
        for position in (0u32..).take(pack.count()) {
            let bucket = usize::try_from(pack.offset(position) >> 8).expect("the pack is mapped");
            if buckets.len() <= bucket {
                buckets.resize(bucket + 1, position);
            }
        }
        let count = u32::try_from(pack.count()).expect("an index counts in 32 bits");
        buckets.resize(size, count);
        Self(buckets)
    }

    fn find(&self, pack: &Pack, offset: u64) -> Option<u32> {
        let bucket = usize::try_from(offset >> 8).ok()?;
        let (low, high) = (*self.0.get(bucket)?, *self.0.get(bucket + 1)?);
        (low..high).find(|position| pack.offset(*position) == offset)
    }
}

impl Forest {
    /// Reads all headers of `pack`.
    pub fn grow(pack: &Pack) -> Self {
        let buckets = Buckets::new(pack);
        let count = pack.count();
        let positions = 0..u32::try_from(count).expect("an index counts in 32 bits");
        let (mut forest, mut by_id) = (Self { child: vec![NONE; count], next: vec![NONE; count], ..Self::default() }, false);
        // From the last to the first, so that each list of children comes out in the order of the file.
        for position in positions.rev() {
            match pack.entry(position).map(|entry| entry.base) {
                Some(Base::Whole(kind)) => forest.roots[kind as usize].push(position),
                Some(Base::Offset(offset)) => forest.adopt(position, buckets.find(pack, offset)),
                Some(Base::Id(id)) => {
                    by_id = true;
                    forest.adopt(position, pack.index.find(id).and_then(|row| pack.position(row)).filter(|base| *base != position));
                }
                None => forest.broken.push((position, "its entry in the pack is cut or broken")),
            }
        }
        forest.roots.iter_mut().for_each(|roots| roots.reverse());
        if by_id {
            forest.break_circles();
        }
        forest.broken.sort_unstable();
        forest
    }

    fn adopt(&mut self, position: u32, base: Option<u32>) {
        match base {
            Some(base) => {
                self.next[position as usize] = self.child[base as usize];
                self.child[base as usize] = position;
            }
            None => self.broken.push((position, "the object that it is a delta of is not in the pack")),
        }
    }

    /// Deltas that name their base by id can stand on each other in a circle, which no root reaches.
    fn break_circles(&mut self) {
        let mut reached = super::bits::Bits::new(self.child.len());
        let starts: Vec<u32> = self.roots.iter().flatten().copied().chain(self.broken.iter().map(|(position, _)| *position)).collect();
        for start in starts {
            self.below(start, |position| {
                reached.put(position);
            });
        }
        for position in (0u32..).take(self.child.len()) {
            if !reached.has(position) {
                self.broken.push((position, "its deltas go in a circle"));
                self.child[position as usize] = NONE;
            }
        }
    }

    /// The entries of `kind` that stand on nothing, in the order of the file.
    pub fn roots(&self, kind: Kind) -> &[u32] {
        &self.roots[kind as usize]
    }

    /// The first entry that stands on `position`, or [`NONE`].
    #[inline]
    pub fn child(&self, position: u32) -> u32 {
        self.child[position as usize]
    }

    /// The next entry that stands on the same one, or [`NONE`].
    #[inline]
    pub fn next(&self, position: u32) -> u32 {
        self.next[position as usize]
    }

    /// Visits `top` and all that stands on it.
    pub fn below(&self, top: u32, mut visit: impl FnMut(u32)) {
        let mut todo = vec![top];
        while let Some(position) = todo.pop() {
            visit(position);
            let mut child = self.child(position);
            while child != NONE {
                todo.push(child);
                child = self.next(child);
            }
        }
    }
}
