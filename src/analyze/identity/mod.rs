//! Judges of identities: what inventories tell of them, what they may do, what they hold, and where that lies.
//!
//! A check sees the whole [`Roster`] and rules on whomever it wants. What an inventory could not tell makes a ruling
//! [`Ruling::Undecided`], never a pass and never a finding. To add one, write a file with its `ABOUT`, settings and tests, and
//! register it in the two lines below.

mod check;
mod leak;
mod roster;
#[cfg(test)]
mod sample;

pub use check::{IdentityBench, IdentityCheck, IdentityJudge, Ruling};
pub use leak::Leak;
pub use roster::{Member, Roster, Seen};

/// Every check about identities.
pub const IDENTITY_CHECKS: &[&dyn IdentityJudge] = &[];
