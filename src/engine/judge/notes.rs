use super::evidence::Evidence;
use crate::model::Observed;

/// What was observed so far.
#[derive(Debug, Default)]
pub(super) struct Notes(pub Observed);

impl Notes {
    /// Notes one observation.
    pub fn note(&mut self, evidence: Evidence) {
        self.0.insert(evidence as u8);
    }

    /// Notes one observation where it holds.
    pub fn note_if(&mut self, holds: bool, evidence: Evidence) {
        if holds {
            self.note(evidence);
        }
    }

    /// Whether it was noted.
    pub fn has(&self, evidence: Evidence) -> bool {
        self.0.has(evidence as u8)
    }
}
