//! Orders over commits: who came first, who is kept by what, who is reached from where.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{bits::Bits, forest::NONE, graph::Graph, store::Store};
use crate::model::ContentId;

/// All commits, parents before children, then by date, then by id: one order for one history, however it is packed.
pub fn oldest_first(graph: &Graph, store: &Store) -> Vec<u32> {
    let count = graph.commits.len();
    let children = Children::of(graph);
    let mut waits = vec![0u32; count];
    let numbers = 0..u32::try_from(count).expect("rows count in 32 bits");
    for commit in numbers.clone() {
        waits[commit as usize] = u32::try_from(graph.parents(commit).count()).unwrap_or(u32::MAX);
    }
    let key = |commit: u32| -> Reverse<(i64, ContentId, u32)> {
        let node = graph.commits[commit as usize];
        Reverse((node.time, store.content(node.row), commit))
    };
    let mut ready: BinaryHeap<_> = numbers.clone().filter(|c| waits[*c as usize] == 0).map(key).collect();
    let mut order = Vec::with_capacity(count);
    let mut done = Bits::new(count);
    while let Some(Reverse((_, _, commit))) = ready.pop() {
        order.push(commit);
        done.put(commit);
        for child in children.list(commit) {
            waits[child as usize] -= 1;
            if waits[child as usize] == 0 {
                ready.push(key(child));
            }
        }
    }
    // Objects are not hashed again, so forged ones can name each other in a circle: they come last.
    order.extend(numbers.filter(|commit| !done.has(*commit)));
    order
}

/// The children of each commit, as linked lists in two arrays.
struct Children {
    first: Vec<u32>,
    links: Vec<(u32, u32)>,
}

impl Children {
    fn of(graph: &Graph) -> Self {
        let mut children = Self { first: vec![NONE; graph.commits.len()], links: Vec::new() };
        for commit in 0..u32::try_from(graph.commits.len()).expect("rows count in 32 bits") {
            for parent in graph.parents(commit) {
                let link = u32::try_from(children.links.len()).expect("fewer links than bytes of commits");
                children.links.push((commit, children.first[parent as usize]));
                children.first[parent as usize] = link;
            }
        }
        children
    }

    fn list(&self, commit: u32) -> impl Iterator<Item = u32> {
        let mut link = self.first[commit as usize];
        std::iter::from_fn(move || {
            let (child, next) = *self.links.get(link as usize)?;
            link = next;
            Some(child)
        })
    }
}

/// Carries the bits of each commit on to its ancestors.
pub fn inherit(graph: &Graph, order: &[u32], bits: &mut [u16]) {
    for commit in order.iter().rev() {
        let mine = bits[*commit as usize];
        if mine != 0 {
            graph.parents(*commit).for_each(|parent| bits[parent as usize] |= mine);
        }
    }
}

/// Commits that `starts` reach, themselves included.
pub fn ancestors(graph: &Graph, starts: impl IntoIterator<Item = u32>) -> Bits {
    let mut reached = Bits::new(graph.commits.len());
    let mut todo: Vec<u32> = starts.into_iter().collect();
    while let Some(commit) = todo.pop() {
        if reached.put(commit) {
            todo.extend(graph.parents(commit));
        }
    }
    reached
}
