use crate::collect::aws::{call::Call, pages::TRUNCATED, service::KMS, session::Session, tree::Tree};

use super::whole::{Whole, short};

/// Reads the keys that customers made, with their policies, grants and whether they rotate.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/kms");
    let keys = session.list_in(region, TRUNCATED, Call::new(&KMS, "ListKeys").with("Limit", 1000), "Keys", &folder).await;
    session.each(&keys, |key| one(session, region, &folder, key)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, key: &Tree) {
    let Some(arn) = key.text("KeyArn") else { return };
    let asked = |operation| Call::new(&KMS, operation).with("KeyId", arn);
    let described = session.find_in(region, &asked("DescribeKey"), short(arn), folder).await;
    let meta = described.map(|found| found.and_then(|mut answer| answer.take("KeyMetadata")));
    if let Ok(Some(meta)) = &meta
        && (meta.text("KeyManager") == Some("AWS") || meta.text("KeyState") == Some("PendingDeletion"))
    {
        return;
    }
    let turns = meta.as_ref().is_ok_and(|meta| meta.as_ref().is_some_and(can_rotate));
    let mut whole = Whole::new(arn);
    whole.take("KeyMetadata", meta);
    whole.policy(session, region, &asked("GetKeyPolicy").with("PolicyName", "default"), "Policy", folder).await;
    let mut grants = Vec::new();
    let pages = session.pages_in(region, TRUNCATED, asked("ListGrants").with("Limit", 100), short(arn), folder, |mut page| {
        grants.append(&mut page.take_items("Grants"));
    });
    whole.take("Grants", pages.await.map(|()| Some(Tree::List(grants)).filter(|all| *all != Tree::List(Vec::new()))));
    if turns {
        let rotation = session.find_in(region, &asked("GetKeyRotationStatus"), short(arn), folder).await;
        whole.take("KeyRotationEnabled", rotation.map(|found| found.and_then(|mut answer| answer.take("KeyRotationEnabled"))));
    }
    whole.offer(session, folder);
}

/// Only symmetric keys of AWS's own making rotate by themselves.
fn can_rotate(meta: &Tree) -> bool {
    meta.text("KeySpec") == Some("SYMMETRIC_DEFAULT") && meta.text("Origin") == Some("AWS_KMS") && meta.text("KeyState") == Some("Enabled")
}
