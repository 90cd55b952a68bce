//! Judges of who may become a role: trust policies, and the providers of identities that they believe.

mod any_ref;
mod audience;
mod confused_deputy;
mod dangling_principal;
mod door;
mod external_id;
mod mutable_name;
mod never_holds;
mod open_trust;
mod pod_identity;
mod provider_expired;
mod provider_unused;
mod roles_anywhere;
mod saml_audience;
mod session_tags;
mod unknown_account;
mod whole_account;

use super::IdentityJudge;

/// Every check about who may become a role.
pub const ENTRY_CHECKS: &[&dyn IdentityJudge] = &[
    &any_ref::AnyRef,
    &audience::Audience,
    &confused_deputy::ConfusedDeputy,
    &dangling_principal::DanglingPrincipal,
    &external_id::ExternalId,
    &mutable_name::MutableName,
    &never_holds::NeverHolds,
    &open_trust::OpenTrust,
    &pod_identity::PodIdentity,
    &provider_expired::ProviderExpired,
    &provider_unused::ProviderUnused,
    &roles_anywhere::RolesAnywhere,
    &saml_audience::SamlAudience,
    &session_tags::SessionTags,
    &unknown_account::UnknownAccount,
    &whole_account::WholeAccount,
];
