use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::ACM, session::Session, tree::Tree};

/// Without their names only certificates with RSA keys of usual lengths are told.
const KEY_TYPES: &[&str] = &["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

/// Reads the certificates with their bodies.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/acm/certificates.json");
    let call = Call::new(&ACM, "ListCertificates").with("Includes", serde_json::json!({ "keyTypes": KEY_TYPES }));
    let mut listed = Vec::new();
    // What was lost is noted already.
    let _ = session
        .pages_in(region, NEXT_TOKEN, call, "", &path, |mut page| listed.append(&mut page.take_items("CertificateSummaryList")))
        .await;
    let whole = session.each(&listed, |certificate| body(session, region, &path, certificate)).await;
    session.offer(&path, &Tree::of("CertificateSummaryList", Tree::List(whole)));
}

/// A certificate with its body and its chain.
async fn body(session: &Session<'_>, region: &str, path: &str, listed: &Tree) -> Tree {
    let mut whole = listed.clone();
    // One that waits to be validated, or never was, has no body.
    if let Some(arn) = listed.text("CertificateArn")
        && !matches!(listed.text("Status"), Some("PENDING_VALIDATION" | "FAILED" | "VALIDATION_TIMED_OUT"))
    {
        let call = Call::new(&ACM, "GetCertificate").with("CertificateArn", arn);
        if let Ok(Tree::Map(entries)) = session.ask_in(region, &call, arn, path).await {
            entries.into_iter().for_each(|(key, value)| whole.put(&key, value));
        }
    }
    whole
}
