use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use crate::{
    inspect::{self, Lines, Map, Mark},
    model::{self, CredentialKey, Span},
};

/// Where a text stands: at a place with lines of its own, or decoded out of a text that stands there.
#[expect(clippy::large_enum_variant, reason = "one lives on the stack for each wrapping, never a list of them")]
pub(super) enum Spot<'p> {
    /// A collected document, or a member of an archive.
    Place(Place<'p>),
    /// Decoded out of another text.
    Decoded(&'p Spot<'p>, &'p Map),
}

/// A document or a member, with what was seen in it so far.
pub(super) struct Place<'p> {
    /// The way to it from the collected document.
    pub inside: String,
    /// What was taken off on the way, beside archives.
    wrapping: Vec<&'static str>,
    /// The ways to the archives of which it is a member: what their bytes show in clear is better told here.
    pub covers: Vec<String>,
    /// Whether it is an archive that is opened.
    pub archive: Cell<bool>,
    bytes: &'p [u8],
    /// How far its lines were counted.
    mark: Cell<Mark>,
    /// What lies there in clear: rule and start, with the end.
    clear: RefCell<BTreeMap<(String, usize), usize>>,
    /// What was decoded.
    decoded: RefCell<HashSet<(CredentialKey, usize, usize)>>,
    /// Stretches that are other spellings of credentials known by their format: start and end.
    spellings: RefCell<BTreeMap<usize, usize>>,
}

/// Where something was seen.
pub(super) struct Located<'p> {
    pub place: &'p Place<'p>,
    /// The bytes of the place, those of the whole encoded stretch where something was decoded.
    pub at: Range<usize>,
    pub span: Span,
    /// The encodings that were taken off, the outermost first.
    pub wrapping: String,
}

impl<'p> Spot<'p> {
    /// A collected document.
    pub fn outermost(bytes: &'p [u8]) -> Self {
        Self::Place(Place::of(bytes, String::new(), Vec::new(), Vec::new()))
    }

    /// A member of the document that stands here, or that document in another spelling (`name` is then empty).
    pub fn below<'i>(&self, wrapping: &'static str, inside: String, named: bool, bytes: &'i [u8]) -> Spot<'i> {
        let (place, mut wrappings) = self.place();
        let mut covers = Vec::new();
        if named && let Self::Place(outer) = self {
            covers.clone_from(&outer.covers);
            covers.push(outer.inside.clone());
        }
        if !named {
            wrappings.push(wrapping);
            covers.clone_from(&place.covers);
        }
        Spot::Place(Place::of(bytes, inside, wrappings, covers))
    }

    /// Whether it stands in the bytes of an archive that is opened.
    pub fn in_archive(&self) -> bool {
        match self {
            Self::Place(place) => place.archive.get(),
            Self::Decoded(outer, _) => outer.in_archive(),
        }
    }

    /// The place of a text, and what was taken off it on the way, as far as all of it is concerned.
    fn place(&self) -> (&Place<'_>, Vec<&'static str>) {
        match self {
            Self::Place(place) => (place, place.wrapping.clone()),
            Self::Decoded(outer, map) => {
                let (place, mut wrappings) = outer.place();
                let (_, own) = map.outer(&(0..usize::MAX));
                wrappings.extend(own);
                (place, wrappings)
            }
        }
    }

    /// Where a stretch of the text stands at its place, with what was taken off there.
    fn trace(&self, at: &Range<usize>) -> (&Place<'_>, Range<usize>, Vec<&'static str>) {
        match self {
            Self::Place(place) => (place, at.clone(), place.wrapping.clone()),
            Self::Decoded(outer, map) => {
                let (outer_at, own) = map.outer(at);
                let (place, at, mut wrappings) = outer.trace(&outer_at);
                wrappings.extend(own);
                (place, at, wrappings)
            }
        }
    }

    /// The way to the place at which a stretch of the text stands, and its line there.
    pub fn line(&self, at: &Range<usize>) -> (&str, u32) {
        let (place, at, _) = self.trace(at);
        (&place.inside, place.span(&at).line)
    }

    /// Notes that a credential was seen in a stretch of the text; `None` where it has been told from there before.
    pub fn note(&self, key: &CredentialKey, at: &Range<usize>) -> Option<Located<'_>> {
        let (place, at, mut wrappings) = self.trace(at);
        wrappings.dedup();
        if matches!(self, Self::Place(_)) {
            place.clear.borrow_mut().insert((key.rule.to_string(), at.start), at.end);
        } else if place.lies_in_clear(key, &at) || !place.decoded.borrow_mut().insert((key.clone(), at.start, at.end)) {
            return None;
        }
        let span = place.span(&at);
        Some(Located { place, at, span, wrapping: wrappings.join(", ") })
    }
}

impl<'p> Place<'p> {
    fn of(bytes: &'p [u8], inside: String, wrapping: Vec<&'static str>, covers: Vec<String>) -> Self {
        Self {
            inside,
            wrapping,
            covers,
            archive: Cell::new(false),
            bytes,
            mark: Cell::default(),
            clear: RefCell::default(),
            decoded: RefCell::default(),
            spellings: RefCell::default(),
        }
    }

    /// The mark that covers an encoded stretch.
    pub fn mark(&self, at: &Range<usize>) -> Option<model::Mark> {
        let mut secrets: Vec<Range<usize>> = self.clear.borrow().iter().map(|((_, start), end)| *start..*end).collect();
        secrets.extend(self.decoded.borrow().iter().map(|(_, start, end)| *start..*end));
        secrets.sort_unstable_by_key(|secret| (secret.start, secret.end));
        inspect::mark(self.bytes, at, &secrets)
    }

    /// Whether a stretch is another spelling of a credential that tells more than the value of a name does.
    pub fn says_more(&self, at: &Range<usize>) -> bool {
        let spellings = self.spellings.borrow();
        spellings.range(..at.end).next_back().is_some_and(|(_, end)| *end > at.start)
    }

    /// Notes that a stretch is another spelling of such a credential.
    pub fn told_decoded(&self, at: &Range<usize>) {
        let mut spellings = self.spellings.borrow_mut();
        let end = spellings.entry(at.start).or_default();
        *end = at.end.max(*end);
    }

    fn span(&self, at: &Range<usize>) -> Span {
        let mut lines = Lines::resume(self.bytes, self.mark.get());
        let span = lines.span(at);
        self.mark.set(lines.mark());
        span
    }

    /// Whether the rule has seen something there before anything was decoded: then that is what is told.
    fn lies_in_clear(&self, key: &CredentialKey, at: &Range<usize>) -> bool {
        let clear = self.clear.borrow();
        let last = clear.range((key.rule.to_string(), 0)..(key.rule.to_string(), at.end.max(1))).next_back();
        last.is_some_and(|(_, end)| *end > at.start)
    }
}
