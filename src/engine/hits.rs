//! From candidates to hits: each rule's pattern at its candidates, one hit a secret.

use std::{collections::BTreeMap, ops::Range};

use super::{
    anchor::{Candidate, RuleIndex},
    armour::Closing,
    finder::{Finder, Scratch},
    pattern::{Match, Pattern, Slots},
    word,
};
use crate::model::Document;

/// What the secrets of one rule look like.
#[derive(Debug)]
pub struct Form {
    /// The pattern.
    pub pattern: Pattern,
    /// How the block ends that the pattern begins.
    pub closing: Option<Closing>,
    /// How many bytes of the secret are the same in every secret: what a preview may show.
    pub public: usize,
    /// Whether the anchor is a word that names what follows it, and not a part of the secret.
    pub context: bool,
}

/// A place at which a rule's pattern matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Whose pattern.
    pub rule: RuleIndex,
    /// All that matched.
    pub whole: Range<usize>,
    /// What is secret of it.
    pub secret: Range<usize>,
    /// Its public name.
    pub handle: Option<Range<usize>>,
    /// Other named parts.
    pub attributes: Vec<(String, Range<usize>)>,
    /// Whether it is a block whose end is missing.
    pub truncated: bool,
}

/// A hit before it is known whether it is the best one for its bytes.
#[derive(Debug)]
pub(super) struct Found {
    hit: Hit,
    public: usize,
}

impl Form {
    /// Matches at a candidate.
    fn hit(&self, bytes: &[u8], rule: RuleIndex, anchor: Range<usize>, slots: &mut Slots) -> Option<Hit> {
        if self.context && !word::begins(bytes, anchor.start) {
            return None;
        }
        let mut found = self.pattern.at(bytes, anchor, slots)?;
        let truncated = match &self.closing {
            Some(closing) => closing.stretch(bytes, &mut found, slots)?,
            None => false,
        };
        if self.context && word::names_digest(&bytes[found.whole.start..found.secret.start]) {
            return None;
        }
        let Match { whole, secret, handle, attributes } = found;
        Some(Hit { rule, whole, secret, handle, attributes, truncated })
    }
}

/// Reports the hits of a document in order of position.
///
/// Where secrets of several hits share bytes, the most specific one stands: the one with the longest public prefix, then the
/// longest secret, then the rule that comes first. `stands` has the last word; a hit that it refuses gives way to the next.
pub fn hits<'f>(
    finder: &Finder,
    form: impl Fn(RuleIndex) -> &'f Form,
    document: &Document<'_>,
    scratch: &mut Scratch,
    stands: &mut dyn FnMut(&Hit) -> bool,
    each: &mut dyn FnMut(&Hit),
) {
    let (mut found, mut slots) = (std::mem::take(&mut scratch.hits), std::mem::take(&mut scratch.slots));
    found.clear();
    for candidate in finder.candidates(document.bytes, document.kin, scratch) {
        let Candidate { at, .. } = *candidate;
        let anchor = finder.anchor(*candidate);
        let form = form(anchor.rule);
        let place = at as usize..at as usize + usize::from(anchor.len);
        if let Some(hit) = form.hit(document.bytes, anchor.rule, place, &mut slots) {
            found.push(Found { hit, public: form.public });
        }
    }
    found.sort_by_key(|found| order(&found.hit));
    found.dedup_by(|a, b| order(&a.hit) == order(&b.hit));
    for group in groups(&mut found) {
        settle(group, stands, each);
    }
    (scratch.hits, scratch.slots) = (found, slots);
}

/// The order in which hits are told.
fn order(hit: &Hit) -> (usize, usize, RuleIndex) {
    (hit.secret.start, hit.secret.end, hit.rule)
}

/// Splits hits where no secret reaches into the next one.
fn groups(found: &mut [Found]) -> impl Iterator<Item = &mut [Found]> {
    let mut end = 0;
    found.chunk_by_mut(move |a, b| {
        end = if a.hit.secret.start >= end { a.hit.secret.end } else { end.max(a.hit.secret.end) };
        b.hit.secret.start < end
    })
}

/// Tells those hits of a group that share no byte with a more specific one that stands.
fn settle(group: &mut [Found], stands: &mut dyn FnMut(&Hit) -> bool, each: &mut dyn FnMut(&Hit)) {
    if let [only] = group {
        if stands(&only.hit) {
            each(&only.hit);
        }
        return;
    }
    group.sort_by(|a, b| (b.public, b.hit.secret.len(), order(&a.hit)).cmp(&(a.public, a.hit.secret.len(), order(&b.hit))));
    // The secrets that stand, start to end: apart from each other, so the last one that begins before an end is the only rival.
    let (mut taken, mut best) = (BTreeMap::new(), Vec::new());
    for Found { hit, .. } in group.iter() {
        let free = taken.range(..hit.secret.end).next_back().is_none_or(|(_, end)| *end <= hit.secret.start);
        if free && stands(hit) {
            taken.insert(hit.secret.start, hit.secret.end);
            best.push(hit);
        }
    }
    best.sort_by_key(|hit| order(hit));
    best.into_iter().for_each(each);
}
