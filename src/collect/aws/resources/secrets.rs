use crate::collect::aws::{call::Call, service::SECRETS_MANAGER, session::Session};

use super::whole::Whole;

/// Reads who else may use secrets.
pub(in crate::collect::aws) async fn read(session: &Session<'_>, region: &str, secrets: &[String]) {
    let folder = format!("{region}/secretsmanager/policies");
    let one = |arn: &String| {
        let (call, mut whole) = (Call::new(&SECRETS_MANAGER, "GetResourcePolicy").with("SecretId", arn.as_str()), Whole::new(arn));
        let folder = folder.as_str();
        async move {
            whole.policy(session, region, &call, "ResourcePolicy", folder).await;
            whole.offer(session, folder);
        }
    };
    session.each(secrets, one).await;
}
