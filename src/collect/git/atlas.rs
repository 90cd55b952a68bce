//! Where wanted blobs lie in a graph: which commit brought them, what keeps them, and whether HEAD has them.
//!
//! The three are found each on its own, by whichever workers are free.

use std::{collections::HashMap, sync::OnceLock};

use super::{
    bits::Bits,
    forest::NONE,
    graph::Graph,
    keep::Kept,
    names::NameBook,
    place::Surroundings,
    reach::{First, spread},
    refs::Head,
    store::Store,
};
use crate::{
    collect::{Crew, crew::share, show_path},
    model::{Appearance, ContentId, RefClass, RefClasses},
};

/// Where the wanted blobs are.
pub struct Atlas<'a> {
    graph: &'a Graph,
    kept: &'a Kept,
    origins: Origins,
    classes: HashMap<u32, u16>,
    now: Option<Now>,
}

impl<'a> Atlas<'a> {
    /// Has the crew find the marked blobs of `graph`. `order` has the commits, oldest first.
    pub fn survey(store: &Store, graph: &'a Graph, kept: &'a Kept, order: &[u32], head: &Head, crew: &dyn Crew) -> Self {
        let (origins, spreads, now) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let origin = || drop(origins.set(Origins::find(store, graph, kept, order)));
        let class = || drop(spreads.set(classes(store, graph, kept)));
        let present = || drop(now.set(Now::find(store, graph, head)));
        share(crew, &[&origin, &class, &present]);
        let done = "the crew did each work";
        Self {
            graph,
            kept,
            origins: origins.into_inner().expect(done),
            classes: spreads.into_inner().expect(done),
            now: now.into_inner().expect(done),
        }
    }

    /// Where the object of a row lies: a blob, a message of a commit, a message of a tag.
    pub fn appearances(&self, id: ContentId, row: u32, around: &Surroundings<'_>, book: &mut NameBook<'_>) -> Vec<Appearance> {
        let plain = |path: String, bits: u16, in_head: Option<bool>| Appearance {
            content: id,
            path,
            mode: None,
            introduced: None,
            in_head,
            in_tree: false,
            refs: RefClasses::from_bits(bits),
        };
        if let Some(commit) = self.graph.number(row) {
            let bits = self.kept.commits[commit as usize];
            let in_head = self.now.as_ref().map(|_| RefClasses::from_bits(bits).has(RefClass::Head));
            return vec![Appearance { introduced: Some(book.introduction(row)), ..plain("(commit message)".into(), bits, in_head) }];
        }
        let direct = self.kept.direct.get(&row).copied().unwrap_or_default();
        if self.graph.tag(row).is_some() {
            let (name, introduced) = book.tag(row).map_or((String::new(), None), |(name, made)| (name, Some(made)));
            return vec![Appearance { introduced, ..plain(format!("(tag {name} message)"), direct, self.now.as_ref().map(|_| false)) }];
        }
        let staged = around.staged.get(&id);
        let index = staged.map_or(0, |_| RefClasses::of(RefClass::Index).bits());
        let bits = self.classes.get(&row).copied().unwrap_or_default() | direct | index;
        let in_head = self.now.as_ref().map(|now| now.blobs.contains_key(&row));
        let Some((commit, tree)) = self.origins.found.get(&row).copied() else {
            let named = staged.map(|path| show_path(path)).or_else(|| self.kept.names.get(&row).map(|name| format!("({name})")));
            return vec![plain(named.unwrap_or_else(|| format!("(dangling blob {id})")), bits, in_head)];
        };
        let introduced = commit.map(|commit| book.introduction(self.graph.commits[commit as usize].row));
        let path = book.path(&self.origins.first, tree, row);
        let now = self.now.as_ref().and_then(|now| Some(book.path(&now.first, *now.blobs.get(&row)?, row))).filter(|now| *now != path);
        let mut all = vec![Appearance { introduced: introduced.clone(), ..plain(path, bits, in_head) }];
        all.extend(now.map(|now| Appearance { introduced, ..plain(now, bits, in_head) }));
        all
    }
}

/// Who brought the wanted blobs.
struct Origins {
    first: First,
    /// The commit, if any, and the tree that first held a blob.
    found: HashMap<u32, (Option<u32>, u32)>,
}

impl Origins {
    fn find(store: &Store, graph: &Graph, kept: &Kept, order: &[u32]) -> Self {
        let mut origins = Self { first: First::new(0), found: HashMap::new() };
        if !graph.marks.is_empty() {
            origins.first = First::new(store.rows());
            origins.commits(graph, kept, order);
            origins.dangling(graph, store);
        }
        origins
    }

    /// Finds first commits: those that a reference keeps come before those that only a log remembers, or nothing.
    fn commits(&mut self, graph: &Graph, kept: &Kept, order: &[u32]) {
        let (firm, loose): (Vec<u32>, Vec<u32>) = order.iter().partition(|commit| kept.firmly(**commit));
        for commit in firm.into_iter().chain(loose) {
            self.descend(graph, graph.commits[commit as usize].tree, Some(commit));
        }
    }

    fn descend(&mut self, graph: &Graph, root: u32, commit: Option<u32>) {
        let found = &mut self.found;
        self.first.descend(graph, root, |tree| {
            for blob in graph.marked(tree) {
                found.entry(blob).or_insert((commit, tree));
            }
        });
    }

    /// Descends from trees that no commit reaches, the topmost first.
    fn dangling(&mut self, graph: &Graph, store: &Store) {
        if graph.marks.iter().all(|(_, blob)| self.found.contains_key(blob)) {
            return;
        }
        let mut below = Bits::new(store.rows());
        let rows = 0..u32::try_from(store.rows()).expect("rows count in 32 bits");
        let unreached: Vec<u32> = rows.filter(|row| graph.is_tree(*row) && !self.first.has(*row)).collect();
        for tree in &unreached {
            graph.trees(*tree).for_each(|child| {
                below.put(child);
            });
        }
        unreached.into_iter().filter(|tree| !below.has(*tree)).for_each(|tree| self.descend(graph, tree, None));
    }
}

/// What keeps the wanted blobs.
fn classes(store: &Store, graph: &Graph, kept: &Kept) -> HashMap<u32, u16> {
    let mut blobs: HashMap<u32, u16> = HashMap::new();
    if graph.marks.is_empty() {
        return blobs;
    }
    let mut bits = vec![0u16; store.rows()];
    let roots = graph.commits.iter().zip(&kept.commits).map(|(commit, bits)| (commit.tree, *bits));
    let direct = kept.direct.iter().filter(|(row, _)| graph.is_tree(**row)).map(|(row, bits)| (*row, *bits));
    spread(graph, &mut bits, roots.chain(direct));
    for (tree, blob) in &graph.marks {
        *blobs.entry(*blob).or_default() |= bits[*tree as usize];
    }
    blobs
}

/// The wanted blobs in the tree of HEAD.
struct Now {
    first: First,
    /// The tree that first holds each.
    blobs: HashMap<u32, u32>,
}

impl Now {
    /// `None` when the tree cannot be known.
    fn find(store: &Store, graph: &Graph, head: &Head) -> Option<Self> {
        let mut now = Self { first: First::new(0), blobs: HashMap::new() };
        let id = match head {
            Head::Unknown => return None,
            Head::Unborn => return Some(now),
            Head::At(id) => id,
        };
        let commit = graph.number(store.find(id.as_bytes())?)?;
        let root = graph.commits[commit as usize].tree;
        if root == NONE || !graph.is_tree(root) {
            return None;
        }
        if !graph.marks.is_empty() {
            now.first = First::new(store.rows());
            let blobs = &mut now.blobs;
            now.first.descend(graph, root, |tree| {
                for blob in graph.marked(tree) {
                    blobs.entry(blob).or_insert(tree);
                }
            });
        }
        Some(now)
    }
}
