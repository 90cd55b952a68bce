//! Judges of IAM Roles Anywhere: whose certificates open roles of an account to machines outside of AWS, and how wide.

mod anchor;
mod anchor_authority;
mod anchor_revocation;
mod profile_policy;
mod profile_session;

use super::IdentityJudge;

/// Every check about IAM Roles Anywhere.
pub const ANYWHERE_CHECKS: &[&dyn IdentityJudge] = &[
    &anchor_authority::AnchorAuthority,
    &anchor_revocation::AnchorRevocation,
    &profile_policy::ProfilePolicy,
    &profile_session::ProfileSession,
];
