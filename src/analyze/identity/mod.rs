//! Judges of identities: what inventories tell of them, what they may do, what they hold, and where that lies.
//!
//! A check sees the whole [`Roster`] and rules on whomever it wants. What an inventory could not tell makes a ruling
//! [`Ruling::Undecided`], never a pass and never a finding. To add one, write a file with its `ABOUT`, settings and tests, and
//! register it in the two lines below, or in those of a wing.

mod action_unused;
mod administrator;
pub mod anywhere;
mod bedrock_key;
mod check;
mod console;
mod console_factor;
pub mod entry;
mod escalation;
mod estate;
pub mod excess;
mod external;
mod identity_unused;
mod key_age;
mod key_at_creation;
mod key_inactive;
mod key_pair;
mod key_unused;
mod leak;
mod limits;
mod needs;
mod owner;
mod owner_left;
mod owner_missing;
pub mod people;
mod power;
mod privilege_grew;
mod role_session;
mod root;
mod root_central;
mod roster;
#[cfg(test)]
mod sample;
mod secret_rotation;
mod secret_unused;
mod server_certificate;
pub mod service;
mod service_credential_age;
mod service_unused;
pub mod sharing;
mod two_keys;
mod untold;
mod uploaded_key;
mod word;

use crate::model::entity::{Holding, HoldingKind, Identity, IdentityKind};

pub use check::{IdentityBench, IdentityCheck, IdentityJudge, Ruling};
pub use external::externals;
pub use leak::Leak;
pub use needs::{NEEDS, unanswered};
pub use owner::{Owner, owner};
pub use power::{Power, standings};
pub use roster::{Before, Member, Roster};
pub use word::Seen;

/// The checks about identities themselves.
pub const IDENTITY_CHECKS: &[&dyn IdentityJudge] = &[
    &action_unused::ActionUnused,
    &administrator::Administrator,
    &bedrock_key::BedrockKey,
    &console::ConsolePassword,
    &console_factor::ConsoleFactor,
    &escalation::Escalation,
    &identity_unused::IdentityUnused,
    &key_age::KeyAge,
    &key_at_creation::KeyAtCreation,
    &key_inactive::KeyInactive,
    &key_pair::KeyPair,
    &key_unused::KeyUnused,
    &owner_left::OwnerLeft,
    &owner_missing::OwnerMissing,
    &privilege_grew::PrivilegeGrew,
    &role_session::RoleSession,
    &root::RootUser,
    &root_central::RootCentral,
    &secret_rotation::SecretRotation,
    &secret_unused::SecretUnused,
    &server_certificate::ServerCertificate,
    &service_credential_age::ServiceCredentialAge,
    &service_unused::ServiceUnused,
    &two_keys::TwoKeys,
    &uploaded_key::UploadedKey,
];

/// Every check about identities.
pub fn all() -> impl Iterator<Item = &'static dyn IdentityJudge> {
    IDENTITY_CHECKS
        .iter()
        .chain(entry::ENTRY_CHECKS)
        .chain(excess::EXCESS_CHECKS)
        .chain(sharing::SHARING_CHECKS)
        .chain(anywhere::ANYWHERE_CHECKS)
        .chain(people::PEOPLE_CHECKS)
        .chain(service::SERVICE_CHECKS)
        .copied()
}

/// Why nobody can say what an identity may do.
const NO_POLICY: &str = "no inventory tells its policies";

/// Whether people use an identity, by single sign-on.
fn of_people(identity: &Identity) -> bool {
    identity.kind == IdentityKind::PermissionSet || identity.name.starts_with("AWSReservedSSO_")
}

/// The name of a credential in a sentence.
fn named(holding: &Holding) -> String {
    match holding.kind {
        // One that is still to be made is known by its address, one of a credential report by its number.
        HoldingKind::AccessKeySlot if holding.handle.bytes().all(|byte| byte.is_ascii_digit()) => format!("no. {}", holding.handle),
        _ => holding.handle.clone(),
    }
}

/// Whether requests are signed with a credential of that kind.
pub(super) fn signs(kind: HoldingKind) -> bool {
    matches!(kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot | HoldingKind::ServiceSpecific | HoldingKind::SigningCertificate)
}
