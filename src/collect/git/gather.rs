//! Reading commits, tags and trees for the graph: each worker gathers what it comes upon, and all of it is put together after.

use std::collections::BTreeSet;

use super::{
    absent::Absent,
    bits::Bits,
    commit::{Header, TagHeader},
    forest::NONE,
    graph::{Commit, Tag},
    hash::Kind,
    pass::{Reader, each_object},
    resolve::Resolver,
    store::Store,
    tree::{EntryKind, entries},
};
use crate::{
    collect::Crew,
    model::{ContentId, Fault},
};

/// What one worker gathered, in the order in which it came.
#[derive(Default)]
pub struct Sheaf {
    /// Commits; their parents are stretches of `parents`.
    pub commits: Vec<Commit>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Trees that hold wanted blobs: (tree, blob).
    pub marks: Vec<(u32, u32)>,
    /// What is named and not here.
    pub absent: Absent,
    /// How many shallow commits have parents that are not here, and how many have theirs.
    pub cut: (usize, usize),
    /// Rows of parents, or [`NONE`].
    pub parents: Vec<u32>,
    /// Trees, and where the sub-trees of each begin in `edges`.
    pub trees: Vec<(u32, u32)>,
    /// Rows of sub-trees; those of one tree end with [`NONE`].
    pub edges: Vec<u32>,
}

/// Has the crew read all commits, tags and trees of `store`. `wanted` has the rows of the blobs to look for, `shallow` the commits
/// whose parents are agreed to be absent.
pub fn gather(store: &Store, wanted: &Bits, shallow: &BTreeSet<ContentId>, crew: &dyn Crew, fault: &mut dyn FnMut(Fault)) -> Vec<Sheaf> {
    let start = || Gleaner { store, wanted, shallow, sheaf: Sheaf::default(), resolver: Resolver::new(store) };
    each_object(store, &[Kind::Commit, Kind::Tag, Kind::Tree], crew, fault, start).into_iter().map(|gleaner| gleaner.sheaf).collect()
}

struct Gleaner<'a> {
    store: &'a Store,
    wanted: &'a Bits,
    shallow: &'a BTreeSet<ContentId>,
    sheaf: Sheaf,
    resolver: Resolver<'a>,
}

impl Reader for Gleaner<'_> {
    fn object(&mut self, row: u32, kind: Kind, bytes: &[u8]) -> bool {
        match kind {
            Kind::Commit => self.commit(row, bytes),
            Kind::Tag => self.tag(row, bytes),
            Kind::Tree => self.tree(row, bytes),
            Kind::Blob => true,
        }
    }
}

impl Gleaner<'_> {
    fn commit(&mut self, row: u32, bytes: &[u8]) -> bool {
        let Some(header) = Header::read(bytes) else { return false };
        let tree = self.named(Kind::Tree, header.tree.as_bytes());
        let start = self.sheaf.parents.len();
        let shallow = !self.shallow.is_empty() && self.shallow.contains(&self.store.content(row));
        let mut here = true;
        for parent in &header.parents {
            let found = if shallow { self.resolver.row(parent.as_bytes()) } else { self.named(Kind::Commit, parent.as_bytes()) };
            here &= found != NONE;
            self.sheaf.parents.push(found);
        }
        if shallow {
            let count = if here { &mut self.sheaf.cut.1 } else { &mut self.sheaf.cut.0 };
            *count += 1;
        }
        let (Ok(start), Ok(count)) = (u32::try_from(start), u32::try_from(header.parents.len())) else { return false };
        self.sheaf.commits.push(Commit { row, tree, time: header.date.0, parents: (start, count), root: header.parents.is_empty() });
        true
    }

    fn tag(&mut self, row: u32, bytes: &[u8]) -> bool {
        let Some(header) = TagHeader::read(bytes) else { return false };
        let target = self.named(header.kind, header.target.as_bytes());
        self.sheaf.tags.push(Tag { row, target });
        true
    }

    fn tree(&mut self, row: u32, bytes: &[u8]) -> bool {
        let Ok(start) = u32::try_from(self.sheaf.edges.len()) else { return false };
        self.sheaf.trees.push((row, start));
        let mut all = entries(bytes, self.store.hash.len());
        for entry in all.by_ref() {
            let found = match entry.kind {
                EntryKind::Link => continue,
                EntryKind::Tree => self.named(Kind::Tree, entry.id),
                EntryKind::Blob => self.named(Kind::Blob, entry.id),
            };
            if found == NONE {
                continue;
            }
            if entry.kind == EntryKind::Tree {
                self.sheaf.edges.push(found);
            } else if self.wanted.has(found) {
                self.sheaf.marks.push((row, found));
            }
        }
        self.sheaf.edges.push(NONE);
        !all.broken
    }

    /// The row of an object that another names; one that is not here is noted.
    #[inline]
    fn named(&mut self, kind: Kind, id: &[u8]) -> u32 {
        let row = self.resolver.row(id);
        if row == NONE {
            self.sheaf.absent.add(kind, id);
        }
        row
    }
}
