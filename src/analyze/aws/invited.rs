//! What policies of resources give to principals that they name, beside what their own policies give them.

use std::collections::BTreeMap;

use crate::model::{Certainty, Privilege, Witness};

use super::{
    actions::{Level, spelled, worst},
    assume::{Way, names, role_of_session},
    effective::{At, Request, allows},
    estate::{Estate, Principal},
    policy::{Names, Policy, Principals, Statement},
    privilege::Reach,
};

/// Conditions that pick principals: a statement for everybody with one of these is for some.
const PICKING: &[&str] =
    &["aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:username"];

/// The statements of resources' policies that let principals in.
#[derive(Debug, Clone, Default)]
pub(super) struct Invited {
    /// By whom they name: an ARN, or account and name of a role whose session is named.
    named: BTreeMap<String, Vec<Invitation>>,
    /// Those that name everybody, or a pattern, and pick by conditions.
    picked: Vec<(Principals, Invitation)>,
}

/// One action of one statement.
#[derive(Debug, Clone)]
struct Invitation {
    /// A resource of which the statement speaks.
    resource: String,
    action: String,
    privilege: Privilege,
}

impl Invited {
    fn of(estate: &Estate) -> Self {
        let mut all = Self::default();
        for (arn, guarded) in &estate.resources {
            let granted = guarded.grants.iter().map(|(_, policy)| policy);
            for policy in guarded.policy.iter().chain(granted) {
                all.read(arn, policy);
            }
        }
        all
    }

    fn read(&mut self, arn: &str, policy: &Policy) {
        for statement in policy.statements.iter().filter(|statement| statement.allows) {
            let Some(principals) = &statement.principals else { continue };
            let invitations = invitations(arn, statement);
            if principals.anybody || principals.except || principals.aws.iter().any(|name| name.contains('*')) {
                // What the whole world may do is no privilege of anybody.
                if picks(statement) || !principals.anybody && !principals.except {
                    self.picked.extend(invitations.into_iter().map(|one| (principals.clone(), one)));
                }
                continue;
            }
            for name in &principals.aws {
                let name = role_of_session(name).unwrap_or_else(|| name.clone());
                self.named.entry(name).or_default().extend(invitations.iter().cloned());
            }
        }
    }

    /// The invitations of a principal, the strongest first.
    fn to(&self, principal: &Principal) -> Vec<&Invitation> {
        let session = format!("{}/{}", principal.account, principal.name());
        let named = [&principal.arn, &session].into_iter().filter_map(|name| self.named.get(name)).flatten();
        let picked = self.picked.iter().filter(|(whom, _)| names(whom, principal) == Some(Way::Named)).map(|(_, one)| one);
        let mut all: Vec<&Invitation> = named.chain(picked).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.privilege));
        all
    }
}

/// What one statement invites to.
fn invitations(arn: &str, statement: &Statement) -> Vec<Invitation> {
    let resource = statement.resources.named().and_then(|all| all.iter().find(|one| one.starts_with("arn:")));
    let resource = resource.cloned().unwrap_or_else(|| arn.to_owned());
    let whole = [format!("{}:*", arn.split(':').nth(2).unwrap_or("*"))];
    let actions: &[String] = match &statement.actions {
        Names::Only(actions) => actions,
        Names::Except(_) => &whole,
    };
    let one = |action: &String| {
        let privilege = if worst(action) <= Level::Read { Privilege::Read } else { Privilege::Write };
        Invitation { resource: resource.clone(), action: action.clone(), privilege }
    };
    actions.iter().map(one).collect()
}

fn picks(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        let key = condition.key.as_str();
        PICKING.contains(&key) || key.starts_with("aws:principaltag/")
    })
}

/// The most that resources give a principal; `None` where none lets it in.
pub(super) fn best(estate: &Estate, principal: &Principal) -> Option<Reach> {
    let mut best: Option<Reach> = None;
    for (privilege, certainty, witness) in all(estate, principal) {
        if best.as_ref().is_none_or(|known| (known.privilege, known.certainty) < (privilege, certainty)) {
            best = Some(Reach { privilege, certainty, because: vec![witness] });
        }
    }
    best
}

/// Everything to which resources really let a principal in.
pub(super) fn all<'e>(estate: &'e Estate, principal: &'e Principal) -> impl Iterator<Item = (Privilege, Certainty, Witness)> + 'e {
    let invited = estate.invited.get_or_init(|| Invited::of(estate));
    invited.to(principal).into_iter().filter_map(|invitation| {
        let answer = allows(estate, principal, &Request::new(&invitation.action, At::One(&invitation.resource)))?;
        Some((invitation.privilege, answer.certainty, answer.spelled(&spelled(&invitation.action)).witness))
    })
}
