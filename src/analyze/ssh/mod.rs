//! Judges of SSH: who is let in by which key, under which conditions, for how long, and how well keys are protected.
//!
//! A public key is no secret, so that it lies somewhere is never a finding. To add a check, write a file with its `ABOUT`, settings and
//! tests, and register it in the table below.

mod authority;
mod certificate;
mod host_key;
mod login;
mod many_accounts;
mod passphrase;
mod setting;
mod weak_key;
mod whose;

use super::Judge;

/// Every check about SSH and the keys that it uses.
pub const SSH_CHECKS: &[&dyn Judge] = &[
    &authority::SshAuthorityUnlimited,
    &certificate::SshCertificateLongLived,
    &host_key::SshHostKeyShared,
    &login::SshLoginUnrestricted,
    &many_accounts::SshKeyOnManyAccounts,
    &passphrase::PassphraseEasilyGuessed,
    &setting::SshWeakSetting,
    &weak_key::WeakKey,
];
