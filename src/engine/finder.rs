//! From documents to candidates: the built-in anchors, those that were loaded, and what a document inherits from its kin.

use std::ops::Range;

use super::{
    anchor::{Anchor, Anchors, Candidate},
    extra::Extra,
    kin,
    pattern::Slots,
    prefilter::Prefilter,
};
use crate::model::Kin;

/// All anchors of a rule book. Those that were loaded are numbered behind the built-in ones.
#[derive(Debug, Clone)]
pub struct Finder {
    prefilter: &'static Prefilter,
    anchors: &'static Anchors,
    extra: Option<Extra>,
    /// The longest candidate: how far around a seam a look is needed.
    window: usize,
}

/// A worker's buffers: the candidates of the last document of each depth, and what is reused from one to the next.
///
/// Belongs to one rule book. A document of depth `n` inherits from the last one of depth `n - 1` that was given to it; where
/// that one was not looked at, say so with [`Scratch::missing`], and the document is scanned whole.
#[derive(Debug, Default)]
pub struct Scratch {
    kin: Vec<Option<Vec<Candidate>>>,
    alone: Vec<Candidate>,
    stretches: Vec<Range<usize>>,
    pub(super) hits: Vec<super::hits::Found>,
    pub(super) slots: Slots,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Room for the places of groups.
    pub fn slots(&mut self) -> &mut Slots {
        &mut self.slots
    }

    /// Says that the present document of that depth is not looked at, so that none inherits from an older one.
    pub fn missing(&mut self, depth: usize) {
        self.kin.truncate(depth + 1);
        if let Some(list) = self.kin.get_mut(depth) {
            *list = None;
        }
    }
}

impl Finder {
    /// Takes the tables of the built-in rules.
    pub fn new(prefilter: &'static Prefilter, anchors: &'static Anchors) -> Self {
        Self { prefilter, anchors, extra: None, window: kin::widest(anchors) + 1 }
    }

    /// The same with a second pass.
    #[must_use]
    pub fn with(self, extra: Option<Extra>) -> Self {
        let window = extra.as_ref().map_or(0, |extra| kin::widest(&extra.anchors)) + 1;
        Self { window: window.max(kin::widest(self.anchors) + 1), extra, ..self }
    }

    /// How many anchors are built in.
    pub fn builtin_anchors(&self) -> usize {
        self.anchors.list.len()
    }

    /// The anchor of a candidate.
    pub fn anchor(&self, candidate: Candidate) -> &Anchor {
        let index = usize::from(candidate.anchor);
        match (&self.extra, index.checked_sub(self.anchors.list.len())) {
            (Some(extra), Some(loaded)) => &extra.anchors.list[loaded],
            _ => &self.anchors.list[index],
        }
    }

    /// Finds all candidates of a document, in order of position.
    pub fn candidates<'s>(&self, bytes: &[u8], kinship: Option<Kin<'_>>, scratch: &'s mut Scratch) -> &'s [Candidate] {
        self.refresh(bytes, kinship, scratch);
        kinship.and_then(|kinship| scratch.kin.get(kinship.depth)?.as_deref()).unwrap_or(&scratch.alone)
    }

    /// Takes the list of a document's candidates, to note what comes of them.
    pub(super) fn take(&self, bytes: &[u8], kinship: Option<Kin<'_>>, scratch: &mut Scratch) -> Vec<Candidate> {
        self.refresh(bytes, kinship, scratch);
        match kinship.and_then(|kinship| scratch.kin.get_mut(kinship.depth)) {
            Some(list) => list.take().unwrap_or_default(),
            None => std::mem::take(&mut scratch.alone),
        }
    }

    /// Puts a list back, for the documents that inherit from this one.
    pub(super) fn give_back(list: Vec<Candidate>, kinship: Option<Kin<'_>>, scratch: &mut Scratch) {
        match kinship.and_then(|kinship| scratch.kin.get_mut(kinship.depth)) {
            Some(own) => *own = Some(list),
            None => scratch.alone = list,
        }
    }

    /// Puts the candidates of a document into the list of its depth.
    pub(super) fn refresh(&self, bytes: &[u8], kinship: Option<Kin<'_>>, scratch: &mut Scratch) {
        let Some(Kin { depth, copies }) = kinship else {
            let mut list = std::mem::take(&mut scratch.alone);
            self.fill(bytes, &[], &[], &mut scratch.stretches, &mut list);
            scratch.alone = list;
            return;
        };
        scratch.kin.resize_with(depth + 1, || None);
        let mut list = scratch.kin[depth].take().unwrap_or_default();
        let base = depth.checked_sub(1).and_then(|base| scratch.kin[base].as_deref());
        let copies = if base.is_some() { copies } else { &[] };
        self.fill(bytes, base.unwrap_or_default(), copies, &mut scratch.stretches, &mut list);
        scratch.kin[depth] = Some(list);
    }

    fn fill(&self, bytes: &[u8], base: &[Candidate], copies: &[kin::Copied], stretches: &mut Vec<Range<usize>>, list: &mut Vec<Candidate>) {
        list.clear();
        kin::inherit(base, copies, |anchor| self.window_of(anchor), list);
        kin::fresh(bytes.len(), copies, self.window, stretches);
        for stretch in stretches.iter() {
            self.scan(bytes, stretch.start, stretch.end, list);
        }
        // Nearly sorted. What lies at the edge of a stretch may have been inherited as well as found.
        list.sort_unstable();
        list.dedup_by_key(|candidate| (candidate.at, candidate.anchor));
        // A collector that claims copies beyond the end must not bring a pattern there.
        list.truncate(list.partition_point(|candidate| (candidate.at as usize) < bytes.len()));
    }

    fn window_of(&self, anchor: u16) -> usize {
        let anchor = self.anchor(Candidate::new(0, anchor));
        usize::from(anchor.len) + anchor.follow.len()
    }

    /// Finds the candidates that begin in a stretch (and perhaps some beside it).
    fn scan(&self, bytes: &[u8], from: usize, to: usize, list: &mut Vec<Candidate>) {
        let mut note = |anchor: usize, at: usize| {
            if let (Ok(at), Ok(anchor)) = (u32::try_from(at), u16::try_from(anchor)) {
                list.push(Candidate::new(at, anchor));
            }
        };
        self.prefilter.scan(bytes, from, to.saturating_add(self.window), &mut |literal, at| {
            let literal = &self.prefilter.literals[literal];
            for anchor in usize::from(literal.first)..usize::from(literal.first) + usize::from(literal.count) {
                if self.anchors.fits(anchor, bytes, at) {
                    note(anchor, at);
                }
            }
        });
        if let Some(extra) = &self.extra {
            extra.scan(bytes, from, to, &mut |anchor, at| note(self.anchors.list.len() + anchor, at));
        }
    }
}
