use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

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
    fn note(&mut self, items: &[Tree], users: bool) {
        for item in items {
            self.arns.extend(item.text("Arn").map(str::to_owned));
            if users {
                self.users.extend(item.text("UserName").map(str::to_owned));
            }
        }
    }
}

/// Reads users, groups, roles and policies with all that ties them, page by page; where that is refused, at least who there is.
pub(super) async fn read(session: &Session<'_>) -> Identities {
    let mut met = Identities::default();
    let mut number = 0;
    let call = Call::new(&IAM, "GetAccountAuthorizationDetails");
    let details = session.pages(MARKER, call, "", "iam/account-authorization-details.json", |page| {
        number += 1;
        met.note(page.items("UserDetailList"), true);
        met.note(page.items("RoleDetailList"), false);
        session.offer(&format!("iam/account-authorization-details-{number}.json"), &page);
    });
    if details.await.is_err() {
        names(session, &mut met).await;
    }
    met.users.sort_unstable();
    met.users.dedup();
    met.arns.sort_unstable();
    met.arns.dedup();
    met
}

/// The users and roles alone: their credentials can be asked for all the same.
async fn names(session: &Session<'_>, met: &mut Identities) {
    for (operation, key, file, users) in [("ListUsers", "Users", "users", true), ("ListRoles", "Roles", "roles", false)] {
        let (mut number, path) = (0, format!("iam/{file}.json"));
        let pages = session.pages(MARKER, Call::new(&IAM, operation), "", &path, |page| {
            number += 1;
            met.note(page.items(key), users);
            session.offer(&format!("iam/{file}-{number}.json"), &page);
        });
        // What was lost is noted already.
        let _ = pages.await;
    }
}
