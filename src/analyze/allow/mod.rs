//! Judges of allows: what somebody accepted, held against what it covered.
//!
//! To add one, write a file with its `ABOUT` and tests, and register it in the two lines below.

mod check;
mod expired_allow;
mod reasonless_allow;
mod unused_allow;

pub use check::{AllowCheck, AllowFinding, AllowUse};

/// Every check of allows, in the order of which the first that has something to say is heard.
pub const ALLOW_CHECKS: &[&dyn AllowCheck] =
    &[&reasonless_allow::ReasonlessAllow, &expired_allow::ExpiredAllow, &unused_allow::UnusedAllow];
