use std::ops::{ControlFlow, Range};

use crate::{
    engine::Scratch,
    model::{About, Credential, Document, Entity, FaultKind, IdleMark, Notes, Observed, Origin, OwnerLine, Part, Pepper, entity::Basis},
    rules::RuleBook,
};

use super::{Explained, Map, Remembered};

/// Reads one kind of document.
pub trait Inspector: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// Whether it wants a document, by its origin and by a look that costs next to nothing (magic numbers at head or end).
    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool;

    /// Whether it is one for values out of a secrets manager, which no other sees.
    fn reads_sealed(&self) -> bool {
        false
    }

    /// Tells what it learned. May panic on hostile bytes: the worker turns that into a fault and goes on.
    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome);
}

/// What a worker has at hand for its inspectors.
pub struct Workbench<'r> {
    /// What secrets look like.
    pub rules: &'r RuleBook,
    /// The key of all fingerprints.
    pub pepper: &'r Pepper,
    /// The key of the digests in a baseline, where one is in use.
    pub salt: Option<&'r Pepper>,
    /// The engine's buffers, and what it knows of the documents before this one in the same parcel.
    pub scratch: Scratch,
    /// What encodings know of the documents before this one in the same parcel.
    pub remembered: Remembered,
    /// What was read in full.
    pub explained: Explained,
}

/// How far wrappings are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Whether archives and compressed files are opened at all.
    pub archives: bool,
    /// How many wrappings may lie one in the other.
    pub depth: u8,
    /// How many bytes may come out of one document, all wrappings together.
    pub bytes: u64,
    /// How many members may come out of one document, all archives together.
    pub members: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { archives: true, depth: 8, bytes: 256 << 20, members: 100_000 }
    }
}

impl Limits {
    /// What the unwrapped bytes may be of the wrapped ones before it looks like a bomb.
    const RATIO: u64 = 100;
    /// What every document may unwrap to, however small it is: text of one letter shrinks to a thousandth.
    const LEAST: u64 = 16 << 20;

    /// How many bytes may come out of a document of some size.
    pub fn allowance(&self, size: usize) -> u64 {
        self.bytes.min(Self::LEAST.max((size as u64).saturating_mul(Self::RATIO)))
    }
}

/// What was unwrapped out of the document at hand, to be inspected one layer down.
#[derive(Debug, Clone, Copy)]
pub struct Inner<'a> {
    /// What was taken off: `zip`, `base64`.
    pub wrapping: &'static str,
    /// The name of a member; `None` for the same document in another spelling.
    pub name: Option<&'a str>,
    /// Where its bytes stand in the document at hand; `None`: it has lines of its own.
    pub map: Option<&'a Map>,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// Where an inspector tells what it learned about the document at hand.
pub trait Outcome {
    /// A credential was seen at these bytes.
    fn seen(&mut self, credential: Credential, at: Range<usize>, notes: Notes);

    /// A credential may have been seen at these bytes: what was observed decides together with the place, once that is known.
    fn perhaps(&mut self, credential: Credential, at: Range<usize>, observed: Observed, notes: Notes);

    /// The document tells of an identity, of what it holds or may do: on that basis.
    fn entity(&mut self, basis: Basis, entity: Entity);

    /// The document is a part of something that several declare, which tells of identities when all are known.
    fn part(&mut self, part: Part);

    /// The document says who answers for which paths, if it lies where that counts.
    fn owners(&mut self, lines: Vec<OwnerLine>);

    /// One of our own marks stands there and covers nothing in clear.
    fn idle(&mut self, mark: IdleMark);

    /// Something in the document, or in a member of it, could not be read.
    fn fault(&mut self, kind: FaultKind, member: &str, what: &str);

    /// Something public, at these bytes of the document or all of it, cannot be read as far as it should: a fault, unless it lies
    /// where such are made on purpose.
    fn flaw(&mut self, at: Option<Range<usize>>, what: &str);

    /// Unwrapped bytes, which are inspected at once. `Break` says that nothing more is wanted out of this document.
    fn inner(&mut self, bench: &mut Workbench<'_>, inner: Inner<'_>) -> ControlFlow<()>;

    /// All that the document says in words has been handed on: what its own bytes seem to join to name and value is neither.
    fn spelled(&mut self);

    /// How many bytes the next member may have. It is read up to one byte more, so that one that is larger can be told.
    fn room(&self) -> u64;
}
