//! Readers of what AWS prints: the documents of `aws iam …` and of other services, live or saved.
//!
//! A document is known by its first key, as the AWS CLI writes it, or by the columns of a credential report; its name does not
//! matter. What one element of a list cannot tell is a fault that names it, and the others are read.

mod access_keys;
mod account;
mod credential_report;
mod declared;
mod details;
mod document;
mod identity_pools;
mod iot;
mod lists;
mod one;
mod open_lists;
mod permission_sets;
mod policy;
mod refused;
mod resource;
mod resource_policy;
mod roles_anywhere;
mod service_keys;
mod things;
mod told;
mod values;
mod workloads;

use super::Inspector;

/// Whether a document is a list of access keys, or a Terraform state that manages some: their ids stand there because that is what
/// it is for.
pub fn lists_keys(bytes: &[u8]) -> bool {
    document::begins(bytes, &["AccessKeyMetadata"]) || declared::terraform::lists_keys(bytes)
}

pub use declared::source::{Judged, Lying as LyingPart, judge};

/// The inspectors of AWS documents.
pub const AWS: &[&dyn Inspector] = &[
    &access_keys::AccessKeys,
    &account::AccountSummary,
    &account::CallerIdentity,
    &account::RootFeatures,
    &credential_report::CredentialReport,
    &details::AuthorizationDetails,
    &identity_pools::IdentityPools,
    &iot::Iot,
    &lists::Lists,
    &open_lists::OpenLists,
    &declared::terraform::Terraform,
    &declared::source::TerraformSource,
    &declared::cloudformation::CloudFormation,
    &permission_sets::PermissionSets,
    &refused::Refused,
    &resource::Resources,
    &resource_policy::ResourcePolicy,
    &roles_anywhere::RolesAnywhere,
    &service_keys::ServiceKeys,
    &things::Things,
    &values::Values,
    &workloads::Workloads,
];
