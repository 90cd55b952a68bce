use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

/// The keys of so many users make one document.
const CHUNK: usize = 500;

const PATH: &str = "iam/access-keys.json";

/// Reads the access keys of all users, each with its last use.
pub(super) async fn read(session: &Session<'_>, users: &[String]) {
    for (number, users) in users.chunks(CHUNK).enumerate() {
        let keys = session.each(users, |user| of(session, user)).await.concat();
        session.offer(&format!("iam/access-keys-{}.json", number + 1), &Tree::of("AccessKeyMetadata", Tree::List(keys)));
    }
}

/// The keys of a user.
async fn of(session: &Session<'_>, user: &str) -> Vec<Tree> {
    let call = Call::new(&IAM, "ListAccessKeys").with("UserName", user);
    let mut keys = session.list(MARKER, call, "AccessKeyMetadata", user, PATH).await;
    for key in &mut keys {
        last_use(session, key).await;
    }
    keys
}

/// Adds when, where and for what a key was last used. Where that was not told nothing is added: not known is not never.
async fn last_use(session: &Session<'_>, key: &mut Tree) {
    let Some(id) = key.text("AccessKeyId") else { return };
    let call = Call::new(&IAM, "GetAccessKeyLastUsed").with("AccessKeyId", id);
    if let Ok(mut answer) = session.ask(&call, id, PATH).await
        && let Some(last) = answer.take("AccessKeyLastUsed")
    {
        key.put("AccessKeyLastUsed", last);
    }
}
