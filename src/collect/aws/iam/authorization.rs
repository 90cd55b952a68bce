use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

use super::pieces;

/// Who was met.
#[derive(Debug, Default)]
pub(super) struct Identities {
    /// The names of the users.
    pub users: Vec<String>,
    /// The ARNs of users and roles.
    pub arns: Vec<String>,
}

impl Identities {
    /// Takes the identities of a list in.
    pub fn note(&mut self, items: &[Tree], users: bool) {
        for item in items {
            self.arns.extend(item.text("Arn").map(str::to_owned));
            if users {
                self.users.extend(item.text("UserName").map(str::to_owned));
            }
        }
    }
}

/// Reads users, groups, roles and policies with all that ties them, page by page; where that is refused, piece by piece.
pub(super) async fn read(session: &Session<'_>) -> Identities {
    let mut met = Identities::default();
    let (mut number, mut bare) = (0, Vec::new());
    let call = Call::new(&IAM, "GetAccountAuthorizationDetails");
    let details = session.pages(MARKER, call, "", "iam/account-authorization-details.json", |page| {
        number += 1;
        let users = page.items("UserDetailList");
        met.note(users, true);
        met.note(page.items("RoleDetailList"), false);
        bare.extend(users.iter().filter(|user| is_bare(user)).cloned());
        session.offer(&format!("iam/account-authorization-details-{number}.json"), &page);
    });
    if details.await.is_err() {
        pieces::all(session, &mut met).await;
    } else if !bare.is_empty() {
        pieces::of_users(session, &bare).await;
    }
    met.users.sort_unstable();
    met.users.dedup();
    met.arns.sort_unstable();
    met.arns.dedup();
    met
}

/// Whether an entry says no more of a user than that he is there: AWS lists his groups and policies even where he has none, but not all that
/// stands in for AWS does.
fn is_bare(user: &Tree) -> bool {
    ["GroupList", "AttachedManagedPolicies", "UserPolicyList"].iter().all(|key| user.get(key).is_none())
}
