//! What services of a region know, where credentials lie in their configuration.

mod acm;
mod api_keys;
mod batch;
mod cloudformation;
mod codebuild;
mod ec2;
mod ecs;
mod glue;
mod identity_pools;
mod iot;
mod lambda;
mod permission_sets;
mod roles_anywhere;
mod sagemaker;
mod secretsmanager;
mod ssm;
mod states;

use super::{resources, session::Session};

/// Reads one region, service after service.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    secretsmanager::read(session, region).await;
    ssm::read(session, region).await;
    lambda::read(session, region).await;
    ec2::read(session, region).await;
    ecs::read(session, region).await;
    batch::read(session, region).await;
    codebuild::read(session, region).await;
    cloudformation::read(session, region).await;
    glue::read(session, region).await;
    sagemaker::read(session, region).await;
    states::read(session, region).await;
    identity_pools::read(session, region).await;
    api_keys::read(session, region).await;
    iot::read(session, region).await;
    acm::read(session, region).await;
    roles_anywhere::read(session, region).await;
    permission_sets::read(session, region).await;
    resources::of_region(session, region).await;
}

/// Offers what stands in base64, or as it is where it does not.
fn offer_coded(session: &Session<'_>, path: &str, coded: &str) {
    let clean: String = coded.split_whitespace().collect();
    match data_encoding::BASE64.decode(clean.as_bytes()) {
        Ok(bytes) if bytes.is_empty() => {}
        Ok(bytes) => session.offer_bytes(path, bytes),
        Err(_) => session.offer_bytes(path, coded.as_bytes().to_vec()),
    }
}
