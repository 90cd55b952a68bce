use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

/// Reads who else may vouch for identities, and the certificates that the account keeps.
pub(super) async fn read(session: &Session<'_>) {
    let (key, path) = ("OpenIDConnectProviderList", "iam/open-id-connect-providers.json");
    let listed = session.list(MARKER, Call::new(&IAM, "ListOpenIDConnectProviders"), key, "", path).await;
    let whole = session.each(&listed, |provider| provider_of(session, provider, path)).await;
    session.offer(path, &Tree::of(key, Tree::List(whole)));

    let (key, path) = ("ServerCertificateMetadataList", "iam/server-certificates.json");
    let listed = session.list(MARKER, Call::new(&IAM, "ListServerCertificates"), key, "", path).await;
    let whole = session.each(&listed, |certificate| certificate_of(session, certificate, path)).await;
    session.offer(path, &Tree::of(key, Tree::List(whole)));
}

/// A provider with its address, audiences and thumbprints.
async fn provider_of(session: &Session<'_>, listed: &Tree, path: &str) -> Tree {
    let Some(arn) = listed.text("Arn") else { return listed.clone() };
    let call = Call::new(&IAM, "GetOpenIDConnectProvider").with("OpenIDConnectProviderArn", arn);
    with(listed, session.ask(&call, arn, path).await.ok())
}

/// A certificate with its body; its private key cannot be asked for.
async fn certificate_of(session: &Session<'_>, listed: &Tree, path: &str) -> Tree {
    let Some(name) = listed.text("ServerCertificateName") else { return listed.clone() };
    let call = Call::new(&IAM, "GetServerCertificate").with("ServerCertificateName", name);
    let mut certificate = session.ask(&call, name, path).await.ok().and_then(|mut answer| answer.take("ServerCertificate"));
    if let Some(certificate) = &mut certificate {
        certificate.take("ServerCertificateMetadata");
    }
    with(listed, certificate)
}

/// What was listed, with what more was told of it.
fn with(listed: &Tree, more: Option<Tree>) -> Tree {
    let mut whole = listed.clone();
    if let Some(Tree::Map(entries)) = more {
        entries.into_iter().filter(|(key, _)| listed.get(key).is_none()).for_each(|(key, value)| whole.put(&key, value));
    }
    whole
}
