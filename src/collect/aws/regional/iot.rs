use crate::collect::aws::{
    call::Call,
    pages::{NEXT_MARKER_SMALL, NEXT_TOKEN_SMALL},
    service::IOT,
    session::Session,
    tree::Tree,
};

/// Of so many certificates is asked which things have them: an account may have millions.
const MOST: usize = 2000;

/// Reads the certificates of things with the things that have them, and what policies let them do.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/iot/certificates.json");
    let call = Call::new(&IOT, "ListCertificates").at(&["/certificates"]).with("pageSize", 250);
    let listed = session.list_in(region, NEXT_MARKER_SMALL, call, "certificates", &path).await;
    let asked = &listed[..listed.len().min(MOST)];
    if listed.len() > asked.len() {
        session.passed_over("certificates of things, of which only the first 2000 were asked for their things");
    }
    let whole = session.each(asked, |certificate| with_things(session, region, &path, certificate)).await;
    session.offer(&path, &Tree::of("certificates", Tree::List(whole)));
    let path = format!("{region}/iot/policies.json");
    let call = Call::new(&IOT, "ListPolicies").at(&["/policies"]).with("pageSize", 250);
    let listed = session.list_in(region, NEXT_MARKER_SMALL, call, "policies", &path).await;
    let whole = session.each(&listed, |policy| with_text(session, region, &path, policy)).await;
    session.offer(&path, &Tree::of("policies", Tree::List(whole)));
}

/// A certificate with the names of the things that have it; without where that was refused.
async fn with_things(session: &Session<'_>, region: &str, path: &str, certificate: &Tree) -> Tree {
    let mut whole = certificate.clone();
    let (Some(arn), Some(id)) = (certificate.text("certificateArn"), certificate.text("certificateId")) else { return whole };
    let call = Call::new(&IOT, "ListPrincipalThings").at(&["/principals/things"]).with("maxResults", 250);
    let (mut things, call) = (Vec::new(), call.header("x-amzn-principal", arn));
    let pages = session.pages_in(region, NEXT_TOKEN_SMALL, call, id, path, |mut page| things.append(&mut page.take_items("things")));
    if pages.await.is_ok() {
        whole.put("things", Tree::List(things));
    }
    whole
}

/// A policy with its text; without where that was refused.
async fn with_text(session: &Session<'_>, region: &str, path: &str, policy: &Tree) -> Tree {
    let mut whole = policy.clone();
    let Some(name) = policy.text("policyName") else { return whole };
    let call = Call::new(&IOT, "GetPolicy").at(&["/policies/", name]);
    if let Ok(Some(mut answer)) = session.find_in(region, &call, name, path).await
        && let Some(text) = answer.take("policyDocument")
    {
        whole.put("policyDocument", text);
    }
    whole
}
