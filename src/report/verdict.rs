use crate::model::{Confidence, Severity};

use super::Report;

/// What a caller lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Findings of this severity and above fail; `None`: nothing fails.
    pub fail_on: Option<Severity>,
    /// Findings below this confidence never fail.
    pub confidence: Confidence,
}

/// What a report comes to under a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was seen, and nothing is against it.
    Pass,
    /// Something is against it.
    Fail,
    /// Nothing is against it in what was seen, but not all was seen.
    Incomplete,
}

impl Policy {
    /// Judges a report. A finding outweighs a fault: who fails is told so even where more may be hidden.
    pub fn judge(&self, report: &Report<'_>) -> Verdict {
        let fails = |rank: u8, sure: Confidence| self.fail_on.is_some_and(|least| rank >= least as u8) && sure >= self.confidence;
        if report.any(fails) {
            Verdict::Fail
        } else if report.fault_count() > 0 || report.run.state != "complete" {
            Verdict::Incomplete
        } else {
            Verdict::Pass
        }
    }
}
