//! Commits and trees of a repository as a graph in memory, read in one pass over packs and loose objects (`gather`).
//!
//! Nodes are rows of the [`Store`]: an edge from tree to tree takes four bytes, names take none. Blobs are not nodes; trees
//! that hold a wanted one are marked.

use std::collections::BTreeSet;

use super::{
    absent::Absent,
    bits::Bits,
    forest::NONE,
    gather::{Sheaf, gather},
    hash::Kind,
    losses::Why,
    store::Store,
};
use crate::{
    collect::Crew,
    model::{ContentId, Fault},
};

/// A commit. Its parents are a stretch of [`Graph::parents`].
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    /// Its row.
    pub row: u32,
    /// The row of its root tree, or [`NONE`].
    pub tree: u32,
    /// When it was committed.
    pub time: i64,
    /// Where its parents begin, and how many it has.
    pub parents: (u32, u32),
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
    /// Has the crew read all commits, tags and trees of `store`. `wanted` has the rows of the blobs to look for, `shallow` the
    /// commits whose parents are agreed to be absent.
    pub fn read(store: &Store, wanted: &Bits, shallow: &BTreeSet<ContentId>, crew: &dyn Crew, fault: &mut dyn FnMut(Fault)) -> Self {
        let mut graph = Self {
            commits: Vec::new(),
            tags: Vec::new(),
            marks: Vec::new(),
            absent: Absent::default(),
            cut: (0, 0),
            parents: Vec::new(),
            starts: vec![NONE; store.rows()],
            edges: Vec::new(),
        };
        gather(store, wanted, shallow, crew, fault).into_iter().for_each(|sheaf| graph.take(sheaf, store));
        graph.settle(store);
        graph
    }

    /// Takes in what one worker gathered, behind what others did.
    fn take(&mut self, mut sheaf: Sheaf, store: &Store) {
        let (edges, parents) = (self.edges.len(), self.parents.len());
        // More than 32 bits can count take more memory than there is; what is beyond is lost, and said to be.
        let moved = |start: u32, by: usize| u32::try_from(start as usize + by).ok().filter(|start| *start != NONE);
        let lost = |row: u32| store.losses.add(row, Why::Broken("there is too much of its kind"));
        for (row, start) in sheaf.trees {
            match moved(start, edges) {
                Some(start) => self.starts[row as usize] = start,
                None => lost(row),
            }
        }
        sheaf.commits.retain_mut(|commit| {
            let start = moved(commit.parents.0, parents);
            start.map_or_else(|| lost(commit.row), |start| commit.parents.0 = start);
            start.is_some()
        });
        append(&mut self.commits, sheaf.commits);
        append(&mut self.tags, sheaf.tags);
        append(&mut self.marks, sheaf.marks);
        append(&mut self.parents, sheaf.parents);
        append(&mut self.edges, sheaf.edges);
        self.absent.take(sheaf.absent);
        self.cut = (self.cut.0 + sheaf.cut.0, self.cut.1 + sheaf.cut.1);
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

    /// The parent of a commit that stands at this place, the first at 1; `None` where there is none, or it is not here.
    pub fn parent(&self, commit: u32, nth: u32) -> Option<u32> {
        let (start, count) = self.commits[commit as usize].parents;
        let at = nth.checked_sub(1).filter(|at| *at < count)?;
        Some(self.parents[(start + at) as usize]).filter(|parent| *parent != NONE)
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

/// Puts `more` behind `all`; the first ones come whole.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}
