//! What services of a region know, where credentials lie in their configuration.

mod acm;
mod ec2;
mod lambda;
mod permission_sets;
mod roles_anywhere;
mod secretsmanager;
mod ssm;

use super::{resources, session::Session};

/// Reads one region, service after service.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    secretsmanager::read(session, region).await;
    ssm::read(session, region).await;
    lambda::read(session, region).await;
    ec2::read(session, region).await;
    acm::read(session, region).await;
    roles_anywhere::read(session, region).await;
    permission_sets::read(session, region).await;
    resources::of_region(session, region).await;
}
