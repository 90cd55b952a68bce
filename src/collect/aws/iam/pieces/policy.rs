use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

use super::{PATH, UNTOLD};

/// A policy with the text of its versions: of one of AWS only the one that counts, for nobody can make it another.
pub(super) async fn read(session: &Session<'_>, listed: &Tree) -> Tree {
    let mut whole = listed.clone();
    let Some(arn) = listed.text("Arn") else { return whole };
    let call = Call::new(&IAM, "ListPolicyVersions").with("PolicyArn", arn);
    let (versions, mut all) = session.list_told(MARKER, call, "Versions", arn, PATH).await;
    let foreign = arn.contains("::aws:policy/");
    let mut texts = Vec::new();
    for version in versions.iter().filter(|version| !foreign || version.get("IsDefaultVersion") == Some(&Tree::Bool(true))) {
        let Some(id) = version.text("VersionId") else { continue };
        let call = Call::new(&IAM, "GetPolicyVersion").with("PolicyArn", arn).with("VersionId", id);
        let answer = session.ask(&call, &format!("{arn} {id}"), PATH).await;
        match answer.ok().and_then(|mut answer| answer.take("PolicyVersion")) {
            Some(text) => texts.push(text),
            None => all = false,
        }
    }
    whole.put("PolicyVersionList", Tree::List(texts));
    if !all {
        whole.put(UNTOLD, Tree::List(vec!["PolicyVersionList".into()]));
    }
    whole
}
