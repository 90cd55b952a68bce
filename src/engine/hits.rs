//! From candidates to hits: each rule's pattern at its candidates, one hit a secret.

use std::{collections::BTreeMap, ops::Range};

use super::{
    anchor::{Candidate, RuleIndex},
    armour::Closing,
    assignment,
    context::Context,
    finder::{Finder, Scratch},
    judge,
    pattern::{Match, Pattern, Slots},
    shape::LONGEST_ANCHOR,
};
use crate::model::{Document, Observed};

/// What the secrets of one rule look like.
#[derive(Debug)]
pub struct Form {
    /// The pattern.
    pub pattern: Pattern,
    /// How the block ends that the pattern begins.
    pub closing: Option<Closing>,
    /// How many bytes of the secret are the same in every secret: what a preview may show.
    pub public: usize,
    /// Where the anchor is a word that names what follows it, and no part of the secret: how it is found. The pattern is the
    /// value's alone, then.
    pub context: Option<Context>,
    /// Whether the anchor is part of a name and the secret the name's value: read and judged, not matched.
    pub assignment: bool,
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
    /// What speaks for and against the value, where a name is given one.
    pub observed: Option<Observed>,
}

/// A hit before it is known whether it is the best one for its bytes.
#[derive(Debug)]
pub(super) struct Found {
    hit: Hit,
    public: usize,
    /// Whether nothing but the name speaks for it.
    judged: bool,
}

impl Form {
    /// How far around a candidate its pattern looks at most, bytes; `None` where no bound is known.
    fn looks(&self) -> Option<usize> {
        // One byte more for what stands beside a word, and the longest anchor.
        let reach = self.context.as_ref().map_or_else(|| self.pattern.reach(), |context| context.reach);
        self.closing.is_none().then_some(reach + 2 * LONGEST_ANCHOR)
    }

    /// Matches at a candidate.
    fn hit(&self, bytes: &[u8], rule: RuleIndex, anchor: Range<usize>, slots: &mut Slots) -> Option<Hit> {
        let mut found = match &self.context {
            Some(context) => context.find(bytes, &anchor, &self.pattern, slots)?,
            None => self.pattern.at(bytes, anchor, slots)?,
        };
        let truncated = match &self.closing {
            Some(closing) => closing.stretch(bytes, &mut found, slots)?,
            None => false,
        };
        let Match { whole, secret, handle, attributes } = found;
        Some(Hit { rule, whole, secret, handle, attributes, truncated, observed: None })
    }
}

/// Reads the values of a name and tells those that may be credentials, and how far around was looked.
fn judged(bytes: &[u8], rule: RuleIndex, anchor: Range<usize>, found: &mut Vec<Found>) -> Option<usize> {
    assignment::read(bytes, anchor, &mut |assignment| {
        let Some(observed) = judge::credible(bytes, &assignment) else { return };
        let whole = assignment.name.start.min(assignment.value.start)..assignment.value.end;
        let attributes = vec![(NAME.to_owned(), assignment.name)];
        let hit = Hit { rule, whole, secret: assignment.value, handle: None, attributes, truncated: false, observed: Some(observed) };
        found.push(Found { hit, public: 0, judged: true });
    })
}

/// The attribute that holds the name of a value.
const NAME: &str = "name";

/// Reports the hits of a document in order of position, and tells whether our own mark stands in it.
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
) -> bool {
    let mut marked = false;
    let (mut found, mut slots) = (std::mem::take(&mut scratch.hits), std::mem::take(&mut scratch.slots));
    found.clear();
    let mut candidates = finder.take(document.bytes, document.kin, scratch);
    // Of nearly all candidates comes nothing, and most documents of a history are copies of the one before.
    for candidate in candidates.iter_mut().filter(|candidate| candidate.barren == 0) {
        let Candidate { at, .. } = *candidate;
        let anchor = finder.anchor(*candidate);
        if anchor.rule == RuleIndex::MARK {
            marked = true;
            continue;
        }
        let form = form(anchor.rule);
        let place = at as usize..at as usize + usize::from(anchor.len);
        let before = found.len();
        let looked = if form.assignment {
            judged(document.bytes, anchor.rule, place, &mut found)
        } else {
            let hit = form.hit(document.bytes, anchor.rule, place, &mut slots);
            found.extend(hit.map(|hit| Found { hit, public: form.public, judged: false }));
            form.looks()
        };
        if found.len() == before {
            candidate.barren = looked.map_or(0, |bytes| u8::try_from(bytes.div_ceil(Candidate::UNIT as usize)).unwrap_or(0));
        }
    }
    Finder::give_back(candidates, document.kin, scratch);
    found.sort_by_key(|found| order(&found.hit));
    found.dedup_by(|a, b| order(&a.hit) == order(&b.hit));
    for group in groups(&mut found) {
        settle(group, stands, each);
    }
    (scratch.hits, scratch.slots) = (found, slots);
    marked
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

/// Tells those hits of a group that share no byte with a more specific one that stands. What speaks for a value that gives way
/// speaks for the hit that took its place.
fn settle(group: &mut [Found], stands: &mut dyn FnMut(&Hit) -> bool, each: &mut dyn FnMut(&Hit)) {
    if let [only] = group {
        if stands(&only.hit) {
            each(&only.hit);
        }
        return;
    }
    let rank = |found: &Found| (!found.judged, found.public, found.hit.secret.len());
    group.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| order(&a.hit).cmp(&order(&b.hit))));
    // The secrets that stand, start to end with their place in the group: apart from each other, so the last one that begins
    // before an end is the only rival.
    let mut taken: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for index in 0..group.len() {
        let Found { hit, judged, .. } = &group[index];
        let rival = taken.range(..hit.secret.end).next_back().filter(|(_, (end, _))| *end > hit.secret.start).map(|(_, (_, rival))| *rival);
        match rival {
            Some(rival) if *judged => group[rival].hit.observed = group[rival].hit.observed.or(hit.observed),
            None if stands(hit) => drop(taken.insert(hit.secret.start, (hit.secret.end, index))),
            _ => {}
        }
    }
    taken.values().for_each(|(_, index)| each(&group[*index].hit));
}
