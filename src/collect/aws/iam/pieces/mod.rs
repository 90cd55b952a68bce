//! What one call tells of all identities, asked piece by piece where that call is refused or leaves out what matters.
//!
//! The answers are put together into the document that `GetAccountAuthorizationDetails` gives, so that one inspector reads both. What was
//! refused stands under `Untold` at the identity to which it belongs: a policy that nobody could read is not a policy that is not there.

mod holder;
mod policy;
mod ties;

use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

use holder::{GROUPS, ROLES, Sort, USERS};
use ties::Ties;

use super::authorization::Identities;

/// So many identities make one document.
const CHUNK: usize = 500;

/// Where the documents lie, for what goes wrong.
const PATH: &str = "iam/account-authorization-details.json";

/// Where a document says what it could not tell; AWS has no such key.
const UNTOLD: &str = "Untold";

/// Reads users, groups, roles and policies one by one.
pub(super) async fn all(session: &Session<'_>, met: &mut Identities) {
    let users = session.list(MARKER, Call::new(&IAM, USERS.list), USERS.listed, "", PATH).await;
    let roles = session.list(MARKER, Call::new(&IAM, ROLES.list), ROLES.listed, "", PATH).await;
    met.note(&users, true);
    met.note(&roles, false);
    let mut mosaic = Mosaic::new(session).await;
    mosaic.holders(&USERS, &users).await;
    mosaic.holders(&ROLES, &roles).await;
}

/// Reads what was given to users of whom the one call told no more than that they are there.
pub(super) async fn of_users(session: &Session<'_>, users: &[Tree]) {
    Mosaic::new(session).await.holders(&USERS, users).await;
}

/// Documents made of pieces, numbered in their order.
struct Mosaic<'m> {
    session: &'m Session<'m>,
    ties: Ties,
    number: usize,
}

impl<'m> Mosaic<'m> {
    /// Begins with policies and groups, on which everything else hangs.
    async fn new(session: &'m Session<'m>) -> Self {
        let mut mosaic = Self { session, ties: Ties::read(session).await, number: 0 };
        let listed = std::mem::take(&mut mosaic.ties.policies);
        for some in listed.chunks(CHUNK) {
            let policies = session.each(some, |one| policy::read(session, one)).await;
            mosaic.ties.note_policies(&policies);
            mosaic.offer("Policies", policies);
        }
        let groups = std::mem::take(&mut mosaic.ties.groups);
        mosaic.holders(&GROUPS, &groups).await;
        mosaic
    }

    async fn holders(&mut self, sort: &Sort, listed: &[Tree]) {
        for some in listed.chunks(CHUNK) {
            let holders = self.session.each(some, |one| holder::read(self.session, sort, one, &self.ties)).await;
            if sort == &GROUPS {
                self.ties.note_groups(&holders);
            }
            self.offer(sort.details, holders);
        }
    }

    fn offer(&mut self, key: &str, items: Vec<Tree>) {
        self.number += 1;
        let path = format!("iam/account-authorization-details-pieces-{}.json", self.number);
        self.session.offer(&path, &Tree::of(key, Tree::List(items)));
    }
}
