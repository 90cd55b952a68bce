//! What keeps what: the classes of references, carried from tips to commits, trees, blobs and tags.

use std::collections::HashMap;

use super::{
    few::Few,
    graph::Graph,
    order,
    refs::{Refs, Tip},
    store::Store,
};
use crate::model::{Fault, FaultKind, RefClass, RefClasses};

/// Classes, as bits.
pub struct Kept {
    /// Of commits, by number.
    pub commits: Vec<u16>,
    /// Of tags, and of blobs and trees that a reference names itself, by row.
    pub direct: HashMap<u32, u16>,
    /// The names by which references name blobs and trees themselves, by row.
    pub names: HashMap<u32, String>,
}

/// Tags that point at tags are followed this far.
const STEPS: usize = 64;

/// Carries the classes of all tips over tags and commits. References to absent objects are faults, lines of logs are not:
/// old commits are thrown away by agreement.
pub fn keep(graph: &Graph, store: &Store, refs: &Refs, order: &[u32], fault: &mut dyn FnMut(Fault)) -> Kept {
    let mut kept = Kept { commits: vec![0; graph.commits.len()], direct: HashMap::new(), names: HashMap::new() };
    let mut gone = Few::new(FaultKind::Missing, "references name objects that are not here");
    for tip in &refs.tips {
        match store.find(tip.id.as_bytes()) {
            Some(row) => kept.mark(graph, tip, row),
            None if tip.class == RefClass::Reflog || tip.class == RefClass::Stash || tip.name.is_empty() => {}
            None => gone.add(tip.name.clone(), || format!("names {}, which is not here", tip.id)),
        }
    }
    let mut faults = Vec::new();
    gone.tell("refs", &mut faults);
    faults.into_iter().for_each(fault);
    order::inherit(graph, order, &mut kept.commits);
    kept
}

impl Kept {
    fn mark(&mut self, graph: &Graph, tip: &Tip, mut row: u32) {
        let bit = RefClasses::of(tip.class).bits();
        for _ in 0..STEPS {
            if let Some(commit) = graph.number(row) {
                self.commits[commit as usize] |= bit;
                return;
            }
            *self.direct.entry(row).or_default() |= bit;
            let Some(tag) = graph.tag(row) else { break };
            if tag.target == super::forest::NONE {
                return;
            }
            row = tag.target;
        }
        if !tip.name.is_empty() {
            self.names.entry(row).or_insert_with(|| tip.name.clone());
        }
    }

    /// Whether a commit is kept by more than a log.
    pub fn firmly(&self, commit: u32) -> bool {
        self.commits[commit as usize] & !RefClasses::of(RefClass::Reflog).bits() != 0
    }
}
