//! The part of a history that was asked for.

use std::collections::BTreeSet;

use super::{
    bits::Bits,
    forest::NONE,
    graph::Graph,
    hash::Kind,
    order::ancestors,
    pack::Pack,
    pass::{Reader, each_object},
    reach::First,
    refs::Refs,
    revision::revision,
    store::Store,
    tree::{EntryKind, entries},
};
use crate::collect::Alone;

/// Which part of a history to read; all of it by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restriction {
    /// Only what this branch, tag or commit reaches.
    pub branch: Option<String>,
    /// Only what this branch, tag or commit does not reach.
    pub since: Option<String>,
}

impl Restriction {
    /// Whether nothing is left out.
    pub fn is_none(&self) -> bool {
        self.branch.is_none() && self.since.is_none()
    }
}

/// A part of a history was asked for that is not there.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SelectError {
    /// No branch, tag or commit has this name.
    #[error("the repository has no branch, tag or commit `{0}`")]
    Unknown(String),
    /// Several commits begin with these digits.
    #[error("several commits begin with `{0}`")]
    Ambiguous(String),
}

impl SelectError {
    /// What was asked for.
    pub fn name(&self) -> &str {
        match self {
            Self::Unknown(name) | Self::Ambiguous(name) => name,
        }
    }
}

/// Which objects to read.
pub struct Chosen {
    /// Rows that are wanted.
    pub rows: Bits,
    /// For each pack: positions that are wanted, or on which a wanted one stands.
    pub needed: Vec<Bits>,
}

impl Chosen {
    /// Finds the objects that `restriction` leaves.
    pub fn find(store: &Store, refs: &Refs, restriction: &Restriction) -> Result<Self, SelectError> {
        let graph = Graph::read(store, &Bits::new(0), &BTreeSet::new(), &Alone, &mut |_| {});
        let commit = |name: &Option<String>| name.as_ref().map(|name| revision(store, &graph, refs, name)).transpose();
        let (branch, since) = (commit(&restriction.branch)?, commit(&restriction.since)?);
        let out = ancestors(&graph, since);
        let within = branch.map(|branch| ancestors(&graph, [branch]));
        let mut rows = Bits::new(store.rows());
        let numbers = || 0..u32::try_from(graph.commits.len()).expect("rows count in 32 bits");
        let inside = |commit: u32| within.as_ref().is_none_or(|within| within.has(commit)) && !out.has(commit);
        let old = trees(store, &graph, numbers().filter(|commit| out.has(*commit)));
        let new = within.as_ref().map(|within| trees(store, &graph, numbers().filter(|commit| within.has(*commit))));
        blobs(store, &old, new.as_ref(), &mut rows);
        for commit in numbers() {
            rows.set(graph.commits[commit as usize].row, inside(commit));
        }
        graph.tags.iter().for_each(|tag| rows.set(tag.row, within.is_none()));
        let needed =
            store.packs.iter().enumerate().map(|(number, pack)| needed(pack, |position| rows.has(store.row(number, position)))).collect();
        Ok(Self { rows, needed })
    }
}

/// The trees that `commits` reach.
fn trees(store: &Store, graph: &Graph, commits: impl Iterator<Item = u32>) -> First {
    let mut first = First::new(store.rows());
    commits.for_each(|commit| first.descend(graph, graph.commits[commit as usize].tree, |_| {}));
    first
}

/// Adds the blobs of `new` trees (or all blobs) that no `old` tree holds.
fn blobs(store: &Store, old: &First, new: Option<&First>, rows: &mut Bits) {
    let start = || Sorter { store, old, new, known: Bits::new(store.rows()), found: Bits::new(store.rows()) };
    let sorters = each_object(store, &[Kind::Tree], &Alone, &mut |_| {}, start);
    let graph_rows = 0..u32::try_from(store.rows()).expect("rows count in 32 bits");
    for row in graph_rows {
        let (known, found) = (sorters.iter().any(|sorter| sorter.known.has(row)), sorters.iter().any(|sorter| sorter.found.has(row)));
        if !known && (new.is_none() || found) {
            rows.put(row);
        }
    }
}

/// Tells the blobs of old trees from those of new ones.
struct Sorter<'a> {
    store: &'a Store,
    old: &'a First,
    new: Option<&'a First>,
    known: Bits,
    found: Bits,
}

impl Reader for Sorter<'_> {
    fn object(&mut self, row: u32, _: Kind, bytes: &[u8]) -> bool {
        let set = if self.old.has(row) {
            &mut self.known
        } else if self.new.is_some_and(|new| new.has(row)) {
            &mut self.found
        } else {
            return true;
        };
        for entry in entries(bytes, self.store.hash.len()).filter(|entry| entry.kind == EntryKind::Blob) {
            self.store.find(entry.id).map(|row| set.put(row));
        }
        true
    }
}

/// The entries of a pack that are wanted, and all on which those stand.
fn needed(pack: &Pack, wanted: impl Fn(u32) -> bool) -> Bits {
    let mut needed = Bits::new(pack.count());
    let mut path: Vec<(u32, u32)> = Vec::new();
    for root in Kind::ALL.into_iter().flat_map(|kind| pack.forest.roots(kind)) {
        path.push((*root, pack.forest.child(*root)));
        mark(&path, &wanted, &mut needed);
        while let Some((_, next)) = path.last_mut() {
            let child = *next;
            if child == NONE {
                path.pop();
                continue;
            }
            *next = pack.forest.next(child);
            path.push((child, pack.forest.child(child)));
            mark(&path, &wanted, &mut needed);
        }
    }
    needed
}

/// Marks the end of `path` if it is wanted, and then the way to it.
fn mark(path: &[(u32, u32)], wanted: &impl Fn(u32) -> bool, needed: &mut Bits) {
    if path.last().is_some_and(|(position, _)| wanted(*position)) {
        for (position, _) in path.iter().rev() {
            if !needed.put(*position) {
                return;
            }
        }
    }
}
