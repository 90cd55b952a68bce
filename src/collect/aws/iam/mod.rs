//! What IAM knows: identities with what they may do, and every credential that they have.

mod authorization;
mod hints;
mod holdings;
mod keys;
mod last_accessed;
mod pieces;
mod providers;
mod report;

use futures_util::future::join;

use super::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

/// Reads all of it.
pub(super) async fn read(session: &Session<'_>) {
    // The credential report takes its time at the service; meanwhile there is enough to ask.
    let (identities, hints) = join(authorization::read(session), report::read(session)).await;
    keys::read(session, &identities.users).await;
    holdings::read(session, &identities.users, &hints).await;
    providers::read(session).await;
    lists(session).await;
    if session.settings.account.last_accessed {
        last_accessed::read(session, &identities.arns).await;
    }
}

/// What is asked once for the whole account and offered as it comes.
async fn lists(session: &Session<'_>) {
    for (operation, key, path) in [
        ("ListVirtualMFADevices", "VirtualMFADevices", "iam/virtual-mfa-devices.json"),
        ("ListInstanceProfiles", "InstanceProfiles", "iam/instance-profiles.json"),
        // The details do not tell how long a role may be assumed.
        ("ListRoles", "Roles", "iam/roles.json"),
        ("ListSAMLProviders", "SAMLProviderList", "iam/saml-providers.json"),
    ] {
        let items = session.list(MARKER, Call::new(&IAM, operation), key, "", path).await;
        session.offer(path, &Tree::of(key, Tree::List(items)));
    }
    let all = Call::new(&IAM, "ListServiceSpecificCredentials").with("AllUsers", true);
    let (key, path) = ("ServiceSpecificCredentials", "iam/service-specific-credentials.json");
    let items = session.list(MARKER, all, key, "", path).await;
    session.offer(path, &Tree::of(key, Tree::List(items)));
    let path = "iam/account-summary.json";
    if let Ok(summary) = session.ask(&Call::new(&IAM, "GetAccountSummary"), "", path).await {
        session.offer(path, &summary);
    }
}
