//! Judges of certificates: whether their time, their keys and what they claim are as they should be.
//!
//! A certificate is public, so that it lies somewhere is never a finding. In tests, examples and documentation nothing that is wrong with
//! one is a finding: they are made to be wrong. To add a check, write a file with its `ABOUT`, settings and tests, and register it in the table below.

mod authority;
mod authority_key;
mod chain;
mod clock;
mod expired;
mod expiring;
mod facts;
mod form;
mod key_in_repository;
mod key_mismatch;
mod lifetime;
mod links;
mod masters;
mod names;
mod purpose;
mod self_signed;
mod shared_key;
pub(super) mod weak_key;
mod weak_signature;

use super::Judge;

/// Every check about certificates.
pub const CERTIFICATE_CHECKS: &[&dyn Judge] = &[
    &authority::CertificateAuthorityServes,
    &authority_key::CertificateAuthorityKey,
    &chain::CertificateChain,
    &clock::CertificateNotYetValid,
    &expired::CertificateExpired,
    &expiring::CertificateExpiring,
    &form::CertificateForm,
    &key_in_repository::CertificateKeyInRepository,
    &key_mismatch::CertificateKeyMismatch,
    &lifetime::CertificateLongLived,
    &masters::CertificateOfClusterAdmin,
    &names::CertificateBroadNames,
    &purpose::CertificatePurpose,
    &self_signed::CertificateSelfSigned,
    &shared_key::CertificateKeyShared,
    &weak_key::CertificateWeakKey,
    &weak_signature::CertificateWeakSignature,
];
