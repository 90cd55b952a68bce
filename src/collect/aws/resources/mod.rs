//! What hangs on resources: who may use buckets, keys, functions, queues, topics, secrets, images, file systems, backups, buses
//! of events, domains for searches.
//!
//! Each resource becomes one document, as AWS's own tool prints its policy, with the ARN before it; what was refused of it stands there
//! as `Untold`.

mod backup;
mod ecr;
mod efs;
mod events;
mod kms;
mod lambda;
mod opensearch;
mod s3;
mod secrets;
mod sns;
mod sqs;
mod whole;

pub(super) use lambda::read as functions;
pub(super) use s3::read as buckets;
pub(super) use secrets::read as secrets;

use super::session::Session;

/// Reads what else there is in a region, kind after kind.
pub(super) async fn of_region(session: &Session<'_>, region: &str) {
    kms::read(session, region).await;
    sqs::read(session, region).await;
    sns::read(session, region).await;
    ecr::read(session, region).await;
    efs::read(session, region).await;
    backup::read(session, region).await;
    events::read(session, region).await;
    opensearch::read(session, region).await;
}
