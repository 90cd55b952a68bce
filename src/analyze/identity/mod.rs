//! Judges of identities: what inventories tell of them, what they may do, what they hold, and where that lies.
//!
//! A check sees the whole [`Roster`] and rules on whomever it wants. What an inventory could not tell makes a ruling
//! [`Ruling::Undecided`], never a pass and never a finding. To add one, write a file with its `ABOUT`, settings and tests, and
//! register it in the two lines below.

mod administrator;
mod check;
mod console;
mod escalation;
mod identity_unused;
mod key_age;
mod key_inactive;
mod key_unused;
mod leak;
mod loose_statement;
mod open_trust;
mod owner;
mod owner_missing;
mod power;
mod privilege_grew;
mod root;
mod roster;
#[cfg(test)]
mod sample;
mod two_keys;

use crate::model::entity::{Holding, HoldingKind, Identity};

pub use check::{IdentityBench, IdentityCheck, IdentityJudge, Ruling};
pub use leak::Leak;
pub use owner::owner;
pub use power::{Power, standings};
pub use roster::{Before, Member, Roster, Seen};

/// Every check about identities.
pub const IDENTITY_CHECKS: &[&dyn IdentityJudge] = &[
    &administrator::Administrator,
    &console::ConsolePassword,
    &escalation::Escalation,
    &identity_unused::IdentityUnused,
    &key_age::KeyAge,
    &key_inactive::KeyInactive,
    &key_unused::KeyUnused,
    &loose_statement::LooseStatement,
    &open_trust::OpenTrust,
    &owner_missing::OwnerMissing,
    &privilege_grew::PrivilegeGrew,
    &root::RootUser,
    &two_keys::TwoKeys,
];

/// Why nobody can say what an identity may do.
const NO_POLICY: &str = "no inventory tells its policies";

/// Why nobody can say that an identity may not do something: what is known of it is not all.
const HALF_TOLD: &str = "a part of its policies could not be read";

/// Whether people use an identity, by single sign-on.
fn of_people(identity: &Identity) -> bool {
    identity.name.starts_with("AWSReservedSSO_")
}

/// The name of a credential in a sentence.
fn named(holding: &Holding) -> String {
    match holding.kind {
        HoldingKind::AccessKeySlot => format!("no. {}", holding.handle),
        _ => holding.handle.clone(),
    }
}

/// Whether requests are signed with a credential of that kind.
pub(super) fn signs(kind: HoldingKind) -> bool {
    matches!(kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot | HoldingKind::ServiceSpecific | HoldingKind::SigningCertificate)
}
