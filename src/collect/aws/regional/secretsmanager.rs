use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::SECRETS_MANAGER, session::Session};

/// Reads which secrets there are and how they rotate. Their values are never asked for.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let call = Call::new(&SECRETS_MANAGER, "ListSecrets").with("MaxResults", 100).with("IncludePlannedDeletion", true);
    session.documents(NEXT_TOKEN, call, region, &format!("{region}/secretsmanager/secrets")).await;
}
