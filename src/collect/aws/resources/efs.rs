use crate::collect::aws::{call::Call, pages::NEXT_MARKER, service::EFS, session::Session, tree::Tree};

use super::whole::Whole;

/// Reads who may mount file systems.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/efs");
    let call = Call::new(&EFS, "DescribeFileSystems").at(&["/2015-02-01/file-systems"]).with("MaxItems", 100);
    let systems = session.list_in(region, NEXT_MARKER, call, "FileSystems", &folder).await;
    session.each(&systems, |system| one(session, region, &folder, system)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, system: &Tree) {
    let (Some(arn), Some(id)) = (system.text("FileSystemArn"), system.text("FileSystemId")) else { return };
    let mut whole = Whole::new(arn);
    let call = Call::new(&EFS, "DescribeFileSystemPolicy").at(&["/2015-02-01/file-systems/", id, "/policy"]);
    whole.policy(session, region, &call, "Policy", folder).await;
    whole.offer(session, folder);
}
