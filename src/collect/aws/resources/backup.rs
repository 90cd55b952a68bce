use crate::collect::aws::{call::Call, pages::NEXT_TOKEN_MIXED, service::BACKUP, session::Session, tree::Tree};

use super::whole::Whole;

/// Reads who may use vaults of backups.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/backup");
    let call = Call::new(&BACKUP, "ListBackupVaults").at(&["/backup-vaults/"]).with("maxResults", 1000);
    let vaults = session.list_in(region, NEXT_TOKEN_MIXED, call, "BackupVaultList", &folder).await;
    session.each(&vaults, |vault| one(session, region, &folder, vault)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, vault: &Tree) {
    let (Some(arn), Some(name)) = (vault.text("BackupVaultArn"), vault.text("BackupVaultName")) else { return };
    let mut whole = Whole::new(arn);
    let call = Call::new(&BACKUP, "GetBackupVaultAccessPolicy").at(&["/backup-vaults/", name, "/access-policy"]);
    whole.policy(session, region, &call, "Policy", folder).await;
    whole.offer(session, folder);
}
