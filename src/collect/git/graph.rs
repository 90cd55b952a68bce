//! Commits and trees of a repository as a graph in memory, read in one pass over packs and loose objects.
//!
//! Nodes are rows of the [`Store`]: an edge from tree to tree takes four bytes, names take none. Blobs are not nodes; trees
//! that hold a wanted one are marked.

use std::collections::BTreeSet;

use super::{
    absent::Absent,
    bits::Bits,
    commit::{Header, TagHeader},
    forest::NONE,
    hash::Kind,
    pass::each_object,
    resolve::Resolver,
    store::Store,
    tree::{EntryKind, entries},
};
use crate::model::{ContentId, Fault};

/// A commit. Its parents are a stretch of [`Graph::parents`].
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    /// Its row.
    pub row: u32,
    /// The row of its root tree, or [`NONE`].
    pub tree: u32,
    /// When it was committed.
    pub time: i64,
    parents: (u32, u32),
    /// Whether it names no parent at all.
    pub root: bool,
}

/// An annotated tag.
#[derive(Debug, Clone, Copy)]
pub struct Tag {
    /// Its row.
    pub row: u32,
    /// The row of what it points at, or [`NONE`].
    pub target: u32,
}

/// The graph.
pub struct Graph {
    /// All commits, by row.
    pub commits: Vec<Commit>,
    /// All tags, by row.
    pub tags: Vec<Tag>,
    /// Trees that hold wanted blobs: (tree, blob), sorted.
    pub marks: Vec<(u32, u32)>,
    /// What is named and not here.
    pub absent: Absent,
    /// How many shallow commits have parents that are not here, and how many have theirs.
    pub cut: (usize, usize),
    parents: Vec<u32>,
    /// Where the sub-trees of a tree begin in `edges`, by row; they end with [`NONE`].
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Graph {
    /// Reads all commits, tags and trees of `store`. `wanted` has the rows of the blobs to look for, `shallow` the commits
    /// whose parents are agreed to be absent.
    pub fn read(store: &Store, wanted: &Bits, shallow: &BTreeSet<ContentId>, fault: &mut dyn FnMut(Fault)) -> Self {
        let graph = Self {
            commits: Vec::new(),
            tags: Vec::new(),
            marks: Vec::new(),
            absent: Absent::default(),
            cut: (0, 0),
            parents: Vec::new(),
            starts: vec![NONE; store.rows()],
            edges: Vec::new(),
        };
        let mut reader = Reader { store, wanted, shallow, graph, resolver: Resolver::new(store) };
        each_object(store, &[Kind::Commit, Kind::Tag, Kind::Tree], fault, &mut |row, kind, bytes| reader.object(row, kind, bytes));
        reader.graph.settle(store);
        reader.graph
    }

    /// Turns parents from rows into numbers of commits, now that all are known.
    fn settle(&mut self, store: &Store) {
        self.commits.sort_unstable_by_key(|commit| commit.row);
        self.tags.sort_unstable_by_key(|tag| tag.row);
        self.marks.sort_unstable();
        for at in 0..self.parents.len() {
            let row = self.parents[at];
            self.parents[at] = self.number(row).unwrap_or(NONE);
        }
        let rootless: Vec<u32> =
            self.commits.iter().map(|commit| commit.tree).filter(|tree| *tree != NONE && !self.is_tree(*tree)).collect();
        for row in rootless
            .into_iter()
            .chain(self.edges.iter().copied().filter(|row| *row != NONE && self.starts[*row as usize] == NONE).collect::<Vec<_>>())
        {
            if !store.losses.has(row) {
                self.absent.add(Kind::Tree, store.id(row));
            }
        }
    }

    /// The number of the commit of a row.
    pub fn number(&self, row: u32) -> Option<u32> {
        let at = self.commits.binary_search_by_key(&row, |commit| commit.row).ok()?;
        u32::try_from(at).ok()
    }

    /// The tag of a row.
    pub fn tag(&self, row: u32) -> Option<Tag> {
        self.tags.binary_search_by_key(&row, |tag| tag.row).ok().map(|at| self.tags[at])
    }

    /// The parents of a commit that are here, as numbers of commits.
    pub fn parents(&self, commit: u32) -> impl Iterator<Item = u32> {
        let (start, count) = self.commits[commit as usize].parents;
        self.parents[start as usize..(start + count) as usize].iter().copied().filter(|parent| *parent != NONE)
    }

    /// Whether a row is a tree that could be read.
    pub fn is_tree(&self, row: u32) -> bool {
        self.starts.get(row as usize).is_some_and(|start| *start != NONE)
    }

    /// The sub-trees of a tree.
    #[inline]
    pub fn trees(&self, row: u32) -> impl Iterator<Item = u32> {
        let start = self.starts[row as usize];
        let edges = if start == NONE { &[] } else { &self.edges[start as usize..] };
        edges.iter().copied().take_while(|edge| *edge != NONE)
    }

    /// The wanted blobs that a tree holds.
    pub fn marked(&self, tree: u32) -> impl Iterator<Item = u32> {
        let from = self.marks.partition_point(|(other, _)| *other < tree);
        self.marks[from..].iter().take_while(move |(other, _)| *other == tree).map(|(_, blob)| *blob)
    }
}

struct Reader<'a> {
    store: &'a Store,
    wanted: &'a Bits,
    shallow: &'a BTreeSet<ContentId>,
    graph: Graph,
    resolver: Resolver<'a>,
}

impl Reader<'_> {
    /// Takes an object in; whether its structure is sound.
    fn object(&mut self, row: u32, kind: Kind, bytes: &[u8]) -> bool {
        match kind {
            Kind::Commit => self.commit(row, bytes),
            Kind::Tag => self.tag(row, bytes),
            Kind::Tree => self.tree(row, bytes),
            Kind::Blob => true,
        }
    }

    fn commit(&mut self, row: u32, bytes: &[u8]) -> bool {
        let Some(header) = Header::read(bytes) else { return false };
        let tree = self.named(Kind::Tree, header.tree.as_bytes());
        let start = self.graph.parents.len();
        let shallow = !self.shallow.is_empty() && self.shallow.contains(&self.store.content(row));
        let mut here = true;
        for parent in &header.parents {
            let found = if shallow { self.resolver.row(parent.as_bytes()) } else { self.named(Kind::Commit, parent.as_bytes()) };
            here &= found != NONE;
            self.graph.parents.push(found);
        }
        if shallow {
            let count = if here { &mut self.graph.cut.1 } else { &mut self.graph.cut.0 };
            *count += 1;
        }
        let (Ok(start), Ok(count)) = (u32::try_from(start), u32::try_from(header.parents.len())) else { return false };
        self.graph.commits.push(Commit { row, tree, time: header.date.0, parents: (start, count), root: header.parents.is_empty() });
        true
    }

    fn tag(&mut self, row: u32, bytes: &[u8]) -> bool {
        let Some(header) = TagHeader::read(bytes) else { return false };
        let target = self.named(header.kind, header.target.as_bytes());
        self.graph.tags.push(Tag { row, target });
        true
    }

    fn tree(&mut self, row: u32, bytes: &[u8]) -> bool {
        let Ok(start) = u32::try_from(self.graph.edges.len()) else { return false };
        self.graph.starts[row as usize] = start;
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
                self.graph.edges.push(found);
            } else if self.wanted.has(found) {
                self.graph.marks.push((row, found));
            }
        }
        self.graph.edges.push(NONE);
        !all.broken
    }

    /// The row of an object that another names; one that is not here is noted.
    #[inline]
    fn named(&mut self, kind: Kind, id: &[u8]) -> u32 {
        let row = self.resolver.row(id);
        if row == NONE {
            self.graph.absent.add(kind, id);
        }
        row
    }
}
