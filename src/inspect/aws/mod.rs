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
mod lists;
mod one;
mod permission_sets;
mod policy;
mod resource;
mod resource_policy;
mod roles_anywhere;
mod things;
mod told;
mod values;

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
    &credential_report::CredentialReport,
    &details::AuthorizationDetails,
    &lists::Lists,
    &declared::terraform::Terraform,
    &declared::source::TerraformSource,
    &declared::cloudformation::CloudFormation,
    &permission_sets::PermissionSets,
    &resource::Resources,
    &resource_policy::ResourcePolicy,
    &roles_anywhere::RolesAnywhere,
    &things::Things,
    &values::Values,
];
