//! Judges of the inventory, one credential at a time: pure functions with typed settings. They read nothing; `now` is an argument.
//!
//! To add one, write a file with its `ABOUT`, settings and tests, and register it in the two lines below.

pub mod allow;
pub mod aws;
pub mod certificate;
mod check;
mod checksum_failed;
mod expired_credential_exposed;
mod exposed_credential;
mod exposure;
pub mod identity;
mod join;
mod key_store_opens;
mod leak_not_rotated;
mod leak_still_active;
mod leaked_key_of_admin;
mod leaked_key_unknown_account;
mod long_exposed_credential;
mod long_lived_token;
mod plaintext_in_configuration;
pub mod primes;
mod private_key_unprotected;
mod reused_credential;
#[cfg(test)]
mod sample;
mod secret_also_in_manager;
pub mod ssh;
mod surroundings;
pub mod trust;

pub use check::{Bench, Check, Judge, SettingsError};
pub use surroundings::harmless;

/// The checks about credentials of every kind.
pub const CHECKS: &[&dyn Judge] = &[
    &checksum_failed::ChecksumFailed,
    &expired_credential_exposed::ExpiredCredentialExposed,
    &exposed_credential::ExposedCredential,
    &leak_not_rotated::LeakNotRotated,
    &leak_still_active::LeakStillActive,
    &leaked_key_of_admin::LeakedKeyOfAdmin,
    &leaked_key_unknown_account::LeakedKeyUnknownAccount,
    &key_store_opens::KeyStoreOpens,
    &long_exposed_credential::LongExposedCredential,
    &long_lived_token::LongLivedToken,
    &plaintext_in_configuration::PlaintextInConfiguration,
    &private_key_unprotected::PrivateKeyUnprotected,
    &reused_credential::ReusedCredential,
    &secret_also_in_manager::SecretAlsoInManager,
];

/// Every check about credentials.
pub fn all() -> impl Iterator<Item = &'static dyn Judge> {
    CHECKS.iter().chain(certificate::CERTIFICATE_CHECKS).chain(ssh::SSH_CHECKS).copied()
}
