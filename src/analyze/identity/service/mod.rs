//! Judges of what services keep for others than people: pools of identities, keys to interfaces, credentials of builds, certificates of things.

mod api_key;
mod guest_pool;
mod source_credential;
mod thing_certificate;
mod thing_policy;

use super::IdentityJudge;

/// Every check about what services keep.
pub const SERVICE_CHECKS: &[&dyn IdentityJudge] = &[
    &api_key::ApiKey,
    &guest_pool::GuestPool,
    &source_credential::SourceCredential,
    &thing_certificate::ThingCertificate,
    &thing_policy::ThingPolicy,
];

/// What is told of something under a name.
fn text<'r>(resource: &'r crate::model::entity::Resource, name: &str) -> Option<&'r str> {
    resource.attributes.get(name).map(String::as_str)
}
