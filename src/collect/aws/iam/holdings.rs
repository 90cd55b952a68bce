use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

use super::hints::{Has, Hints};

/// Something that users have and that is asked user by user.
struct Holding {
    operation: &'static str,
    key: &'static str,
    path: &'static str,
    /// Whether somebody may have it, as far as the credential report says.
    may: fn(Has) -> bool,
}

const HOLDINGS: &[Holding] = &[
    Holding {
        operation: "ListSigningCertificates",
        key: "Certificates",
        path: "iam/signing-certificates.json",
        may: |has| has.certificates,
    },
    Holding { operation: "ListSSHPublicKeys", key: "SSHPublicKeys", path: "iam/ssh-public-keys.json", may: |_| true },
    Holding { operation: "ListMFADevices", key: "MFADevices", path: "iam/mfa-devices.json", may: |has| has.devices },
];

/// Reads what users have beside access keys.
pub(super) async fn read(session: &Session<'_>, users: &[String], hints: &Hints) {
    for holding in HOLDINGS {
        let users: Vec<&String> = users.iter().filter(|user| (holding.may)(hints.of(user))).collect();
        let mut items = session.each(&users, |user| of(session, holding, user)).await.concat();
        if holding.key == "SSHPublicKeys" {
            items = session.each(&items, |key| body(session, key)).await;
        }
        session.offer(holding.path, &Tree::of(holding.key, Tree::List(items)));
    }
}

async fn of(session: &Session<'_>, holding: &Holding, user: &str) -> Vec<Tree> {
    let call = Call::new(&IAM, holding.operation).with("UserName", user);
    session.list(MARKER, call, holding.key, user, holding.path).await
}

/// An SSH key with its body, by which it is recognised elsewhere; as it was listed where that is refused.
async fn body(session: &Session<'_>, key: &Tree) -> Tree {
    let (Some(user), Some(id)) = (key.text("UserName"), key.text("SSHPublicKeyId")) else { return key.clone() };
    let call = Call::new(&IAM, "GetSSHPublicKey").with("UserName", user).with("SSHPublicKeyId", id).with("Encoding", "SSH");
    let answer = session.ask(&call, id, "iam/ssh-public-keys.json").await;
    answer.ok().and_then(|mut answer| answer.take("SSHPublicKey")).unwrap_or_else(|| key.clone())
}
