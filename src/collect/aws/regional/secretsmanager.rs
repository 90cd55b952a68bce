use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, resources, service::SECRETS_MANAGER, session::Session};

/// Reads which secrets there are and how they rotate; their values only where the user wishes it.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/secretsmanager/secrets");
    let call = Call::new(&SECRETS_MANAGER, "ListSecrets").with("MaxResults", 100).with("IncludePlannedDeletion", true);
    let (mut number, mut arns) = (0, Vec::new());
    let pages = session.pages_in(region, NEXT_TOKEN, call, "", &path, |page| {
        let kept = page.items("SecretList").iter().filter(|secret| secret.text("DeletedDate").is_none());
        arns.extend(kept.filter_map(|secret| secret.text("ARN")).map(str::to_owned));
        number += 1;
        session.offer(&format!("{path}-{number}.json"), &page);
    });
    // What was lost is noted already.
    let _ = pages.await;
    resources::secrets(session, region, &arns).await;
    if session.settings.account.secret_values {
        let numbered: Vec<(usize, String)> = arns.into_iter().enumerate().collect();
        session.each(&numbered, |(number, arn)| value(session, region, number + 1, arn)).await;
    }
}

/// Reads the present value of a secret.
async fn value(session: &Session<'_>, region: &str, number: usize, arn: &str) {
    let path = format!("{region}/secretsmanager/values");
    let call = Call::new(&SECRETS_MANAGER, "GetSecretValue").with("SecretId", arn);
    if let Ok(answer) = session.ask_in(region, &call, arn, &path).await {
        session.offer_sealed(&format!("{path}/{number}.json"), &answer);
    }
}
