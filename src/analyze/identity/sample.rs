//! Made-up identities for the tests of checks.

use crate::model::{
    Entity, Time,
    entity::{Grant, GrantKind, Holding, HoldingKind, Identity, IdentityKind, Status, Vaulted},
};

use super::{Roster, Ruling, Seen};

/// The account of all made-up identities.
pub(super) const ACCOUNT: &str = "111111111111";

/// A user who was made on that day.
pub(super) fn user(name: &str, day: i64) -> Identity {
    let uri = format!("arn:aws:iam::{ACCOUNT}:user/{name}");
    Identity { created: Some(Time(day * 86_400)), ..Identity::new("aws", IdentityKind::User, uri, name, ACCOUNT) }
}

/// An active access key of a user, made on that day.
pub(super) fn key(user: &str, handle: &str, day: i64) -> Holding {
    Holding {
        status: Status::Active,
        created: Some(Time(day * 86_400)),
        use_known: true,
        ..Holding::new(format!("aws:{ACCOUNT}:user/{user}"), HoldingKind::AccessKey, handle)
    }
}

/// A secret in a manager of which no more than the name is known.
pub(super) fn secret(name: &str) -> Vaulted {
    Vaulted::new(format!("arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{name}-AbCdEf"), name, ACCOUNT)
}

/// A roster of what a run just saw.
pub(super) fn roster(entities: impl IntoIterator<Item = Entity>) -> Roster {
    Roster::new(entities.into_iter().map(|entity| Seen { entity, this_run: true, gone: false, as_of: Time(0), whole: true }))
}

/// What a check says of a roster.
pub(super) fn rulings(judge: impl FnOnce(&mut dyn FnMut(Ruling))) -> Vec<Ruling> {
    let mut all = Vec::new();
    judge(&mut |ruling| all.push(ruling));
    all
}

/// A user with one policy of his own, and what he may do by it.
pub(super) fn standing(name: &str, document: &str) -> Roster {
    let user = user(name, 0);
    let grant = Grant { to: user.uri.clone(), kind: GrantKind::Inline, via: "own".into(), document: Some(document.into()) };
    let mut roster = roster([Entity::Identity(user), Entity::Grant(grant)]);
    let mut powers = super::standings(&roster, Time(0));
    for (uri, member) in &mut roster.members {
        member.standing = powers.remove(uri).map(|power| power.standing);
    }
    roster
}
