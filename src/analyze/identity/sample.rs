//! Made-up identities for the tests of checks.

use crate::model::{
    Entity, Severity, Time,
    entity::{Basis, Grant, GrantKind, Holding, HoldingKind, Identity, IdentityKind, Status, Vaulted},
};

use super::{IdentityCheck, Roster, Ruling, Seen};

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

/// A roster of what a run just saw, with what everybody may do.
pub(super) fn roster(entities: impl IntoIterator<Item = Entity>) -> Roster {
    let (basis, declared_in) = (Basis::Account, String::new());
    let seen = |entity| Seen { entity, basis, declared_in: declared_in.clone(), this_run: true, gone: false, as_of: Time(0), whole: true };
    let mut roster = Roster::new(entities.into_iter().map(seen));
    let mut powers = super::standings(&mut roster, Time(0));
    for (uri, member) in &mut roster.members {
        member.standing = powers.remove(uri).map(|power| power.standing);
    }
    roster
}

/// What a check says of a roster.
pub(super) fn rulings(judge: impl FnOnce(&mut dyn FnMut(Ruling))) -> Vec<Ruling> {
    let mut all = Vec::new();
    judge(&mut |ruling| all.push(ruling));
    all
}

/// What a check finds in a roster, with how bad it is, and how many it could not decide.
pub(super) fn found<C: IdentityCheck>(roster: &Roster, settings: &C::Settings, now: Time) -> (Vec<(Severity, String)>, usize) {
    let (mut all, mut undecided) = (Vec::new(), 0);
    C::judge(roster, settings, now, &mut |ruling| match ruling {
        Ruling::Finding(finding) => all.push((finding.severity, finding.because)),
        Ruling::Undecided { .. } => undecided += 1,
    });
    (all, undecided)
}

/// What a check without settings says of a user whose policy allows some actions (one in quotes, or a list) on a resource.
pub(super) fn allowed<C: IdentityCheck>(actions: &str, on: &str) -> Vec<String> {
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{actions},"Resource":"{on}"}}}}"#);
    let (found, _) = found::<C>(&standing("ci", &policy), &C::Settings::default(), Time(0));
    found.into_iter().map(|(_, because)| because).collect()
}

/// How bad a check without settings finds a role that a service may have under a condition, and that may do some actions on everything.
pub(super) fn served<C: IdentityCheck>(service: &str, condition: &str, actions: &str) -> Option<Severity> {
    let trust = trust(&format!(r#"{{"Service":"{service}"}}"#), "sts:AssumeRole", condition);
    let (found, _) = found::<C>(&roster(role("flow", &trust, actions)), &C::Settings::default(), Time(0));
    found.first().map(|(severity, _)| *severity)
}

/// A user with one policy of his own, and what he may do by it.
pub(super) fn standing(name: &str, document: &str) -> Roster {
    let user = user(name, 0);
    let grant = inline(&user.uri, document);
    roster([Entity::Identity(user), grant])
}

/// A policy of somebody's own.
pub(super) fn inline(to: &str, document: &str) -> Entity {
    Entity::Grant(Grant { to: to.into(), kind: GrantKind::Inline, via: "own".into(), document: Some(document.into()) })
}

/// A role with its trust, and with a policy of its own that allows some actions on everything.
pub(super) fn role(name: &str, trust: &str, actions: &str) -> [Entity; 3] {
    let uri = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    let own = inline(&uri, &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{actions}","Resource":"*"}}}}"#));
    let trust = Grant { to: uri.clone(), kind: GrantKind::Trust, via: "trust".into(), document: Some(trust.into()) };
    [Entity::Identity(Identity::new("aws", IdentityKind::Role, uri, name, ACCOUNT)), Entity::Grant(trust), own]
}

/// A policy that hangs on a resource.
pub(super) fn resource(arn: &str, document: &str) -> Entity {
    let via = arn.split(':').nth(4).unwrap_or_default().to_owned();
    Entity::Grant(Grant { to: arn.into(), kind: GrantKind::Resource, via, document: Some(document.into()) })
}

/// A trust of one statement.
pub(super) fn trust(principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Condition":{condition}}}}}"#
    )
}
