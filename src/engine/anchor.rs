//! Anchors: a literal of a rule with what may stand around it. A literal that fits is a candidate.

use std::borrow::Cow;

use super::byteset::ByteSet;

/// Names a rule by its place in the rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u16);

impl RuleIndex {
    /// Stands for no rule: the anchor is our own mark ([`super::tables::MARK`]).
    pub const MARK: Self = Self(u16::MAX);
}

/// A literal that stands in each match of a rule, with what may stand around it.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// The rule.
    pub rule: RuleIndex,
    /// How long the literal is.
    pub len: u8,
    /// The bytes that may stand before it (index into the sets), the start of a document aside; `None`: any.
    pub left: Option<u16>,
    /// The bytes that may stand at each of the next places (indexes into the sets).
    pub follow: Cow<'static, [u16]>,
}

/// Anchors with the sets that they share.
#[derive(Debug, Clone)]
pub struct Anchors {
    /// The anchors; those of the same literal stand side by side.
    pub list: Cow<'static, [Anchor]>,
    /// The sets of bytes to which they point.
    pub sets: Cow<'static, [ByteSet]>,
}

/// An anchor that stands in a document, with fitting bytes around it. Ordered by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// Where its literal begins.
    pub at: u32,
    /// Which anchor.
    pub anchor: u16,
    /// Where it is known that nothing comes of it: by how many bytes around it, in units of [`Candidate::UNIT`]; else 0.
    pub barren: u8,
}

impl Candidate {
    /// See [`Candidate::barren`].
    pub const UNIT: u32 = 64;

    /// One of which nothing is known yet.
    pub fn new(at: u32, anchor: u16) -> Self {
        Self { at, anchor, barren: 0 }
    }
}

impl Anchors {
    /// Whether the bytes around a literal at `at` are those that the anchor's rule wants.
    #[inline]
    pub fn fits(&self, anchor: usize, bytes: &[u8], at: usize) -> bool {
        let anchor = &self.list[anchor];
        let left = anchor.left.is_none_or(|set| at == 0 || self.sets[usize::from(set)].has(bytes[at - 1]));
        let start = at + usize::from(anchor.len);
        let follow = || bytes.get(start..start + anchor.follow.len());
        left && follow()
            .is_some_and(|bytes| bytes.iter().zip(anchor.follow.iter()).all(|(byte, set)| self.sets[usize::from(*set)].has(*byte)))
    }

    /// How many bytes from the start of its literal decide whether an anchor fits.
    pub fn window(&self, anchor: usize) -> usize {
        usize::from(self.list[anchor].len) + self.list[anchor].follow.len()
    }
}
