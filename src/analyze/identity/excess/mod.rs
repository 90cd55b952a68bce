//! Judges of permissions that go further than the work: by themselves, and by what they are on.

mod assume_any;
mod boundary_missing;
mod boundary_removable;
mod circular_assume;
mod cloud_shell;
mod credential_access;
mod data_access;
mod direct_policy;
mod held;
mod infrastructure;
mod lateral;
mod loose_statement;
mod metadata_open;
mod old_version;
mod organization_open;
mod outside_reader;
mod resource_exposure;
mod role_shared;
mod unattached_policy;
mod wide;
mod workload_power;

pub use wide::Wides;

use super::IdentityJudge;

/// Every check about permissions that go too far.
pub const EXCESS_CHECKS: &[&dyn IdentityJudge] = &[
    &assume_any::AssumeAny,
    &boundary_missing::BoundaryMissing,
    &boundary_removable::BoundaryRemovable,
    &circular_assume::CircularAssume,
    &cloud_shell::CloudShell,
    &credential_access::CredentialAccess,
    &data_access::DataAccess,
    &direct_policy::DirectPolicy,
    &infrastructure::Infrastructure,
    &lateral::Lateral,
    &loose_statement::LooseStatement,
    &metadata_open::MetadataOpen,
    &old_version::OldVersion,
    &organization_open::OrganizationOpen,
    &outside_reader::OutsideReader,
    &resource_exposure::ResourceExposure,
    &role_shared::RoleShared,
    &unattached_policy::UnattachedPolicy,
    &workload_power::WorkloadPower,
];
