//! Which commit first reached a tree, through which other one, and what keeps it now.

use super::{forest::NONE, graph::Graph};

/// How trees were first reached, by row.
pub struct First {
    /// The tree through which a tree was reached; itself for a root tree; [`NONE`] when nothing has reached it.
    via: Vec<u32>,
}

impl First {
    /// Nothing is reached yet, of `rows` rows.
    pub fn new(rows: usize) -> Self {
        Self { via: vec![NONE; rows] }
    }

    /// Whether a tree was reached.
    pub fn has(&self, tree: u32) -> bool {
        self.via[tree as usize] != NONE
    }

    /// Descends from a root tree into trees that were never reached before: a tree seen before can introduce nothing.
    pub fn descend(&mut self, graph: &Graph, root: u32, mut reached: impl FnMut(u32)) {
        if root == NONE || self.has(root) {
            return;
        }
        self.via[root as usize] = root;
        let mut todo = vec![root];
        while let Some(tree) = todo.pop() {
            reached(tree);
            for child in graph.trees(tree) {
                if !self.has(child) {
                    self.via[child as usize] = tree;
                    todo.push(child);
                }
            }
        }
    }

    /// The trees from `tree` up to its root.
    pub fn chain(&self, tree: u32) -> Vec<u32> {
        let mut chain = vec![tree];
        let mut at = tree;
        while self.via[at as usize] != at {
            at = self.via[at as usize];
            chain.push(at);
        }
        chain
    }
}

/// Spreads bits from root trees over all that they hold. A tree is entered again only for a bit that is new to it, so at most
/// once a bit, however many paths lead there.
pub fn spread(graph: &Graph, bits: &mut [u16], starts: impl IntoIterator<Item = (u32, u16)>) {
    let mut todo = Vec::new();
    for (root, mask) in starts {
        todo.push((root, mask));
        while let Some((tree, mask)) = todo.pop() {
            if tree == NONE || mask & !bits[tree as usize] == 0 {
                continue;
            }
            bits[tree as usize] |= mask;
            todo.extend(graph.trees(tree).filter(|child| mask & !bits[*child as usize] != 0).map(|child| (child, mask)));
        }
    }
}
