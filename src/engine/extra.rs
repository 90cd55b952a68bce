//! Anchors that a user loads at run time: an ordinary second pass, which nobody pays who has none.

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind};

use super::anchor::Anchors;

/// Literals of loaded rules with their automaton.
#[derive(Debug, Clone)]
pub struct Extra {
    automaton: AhoCorasick,
    /// Per pattern of the automaton: the literal, and whether its case counts.
    literals: Vec<(Vec<u8>, bool)>,
    /// The anchors, one for each literal.
    pub anchors: Anchors,
}

impl Extra {
    /// Builds the second pass; literals and anchors run in parallel. `None` if the literals are too many.
    pub fn new(literals: Vec<(Vec<u8>, bool)>, anchors: Anchors) -> Option<Self> {
        let fold = literals.iter().any(|(_, ignore_case)| *ignore_case);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(fold)
            .build(literals.iter().map(|(literal, _)| literal))
            .ok()?;
        Some(Self { automaton, literals, anchors })
    }

    /// Reports each anchor that fits and begins in `from..to`.
    pub fn scan(&self, bytes: &[u8], from: usize, to: usize, each: &mut impl FnMut(usize, usize)) {
        let longest = self.literals.iter().map(|(literal, _)| literal.len()).max().unwrap_or(0);
        let input = Input::new(bytes).anchored(Anchored::No).range(from..(to + longest).min(bytes.len()));
        for found in self.automaton.find_overlapping_iter(input) {
            let (anchor, at) = (found.pattern().as_usize(), found.start());
            let (literal, ignore_case) = &self.literals[anchor];
            if (*ignore_case || &bytes[found.range()] == literal) && self.anchors.fits(anchor, bytes, at) {
                each(anchor, at);
            }
        }
    }
}
