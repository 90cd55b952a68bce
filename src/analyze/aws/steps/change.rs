//! What one may make of a principal, of oneself or of another, by changing what it was given.

use std::sync::Arc;

use super::{
    ADMINISTRATOR, Leg, Steps,
    ways::{Target, Way},
};
use crate::{
    analyze::aws::{
        Answer, account_of,
        effective::{At, Request, allows},
        estate::{Attached, Boundary, Principal, PrincipalKind},
        policy::{Policy, Value},
        privilege::reach,
    },
    model::{Certainty, Privilege, Witness},
};

/// A change by which somebody is made administrator.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub by: String,
    pub certainty: Certainty,
    pub witnesses: Vec<Witness>,
}

/// One change: what allows it, and what the principal is afterwards.
type Made = (Answer, Principal);

impl Steps<'_> {
    /// The steps by which a principal becomes administrator as itself.
    pub(super) fn own(&self, number: usize) -> Vec<Leg> {
        let ways = self.open[self.alike.of[number]].iter().map(|way| &self.ways[*way]);
        // Whether a permission set is his, no inventory of one account tells.
        let sets = ways.filter(|way| way.target == Target::Organization).filter_map(|way| {
            let witness = self.somewhere(number, &way.actions[0])?.witness.clone();
            Some(Change { by: way.name(), certainty: Certainty::Possible, witnesses: vec![witness] })
        });
        let leg = |Change { by, certainty, witnesses }| Leg { from: number, to: None, changes: true, by, certainty, witnesses };
        self.raised(number, number).into_iter().chain(sets).map(leg).collect()
    }

    /// Whether any change of others is open to a class.
    pub(super) fn changes(&self, class: usize) -> bool {
        self.open[class].iter().any(|way| self.ways[*way].target == Target::Own)
    }

    /// The surest change by which a principal makes an administrator of another, or of itself: one, or one after the boundary is off.
    pub(super) fn raised(&self, actor: usize, target: usize) -> Option<Change> {
        let (by, whom) = (self.principal(actor), self.principal(target));
        if whom.is_fixed() || by.account != whom.account || !matches!(whom.kind, PrincipalKind::User | PrincipalKind::Role) {
            return None;
        }
        let ways = self.open[self.alike.of[actor]].iter().map(|way| &self.ways[*way]);
        let ways: Vec<&Way> = ways.filter(|way| way.target == Target::Own).collect();
        let made = |way: &&Way| self.made(way, by, whom).into_iter().map(|made| (way.name(), made)).collect::<Vec<_>>();
        let first: Vec<(String, Made)> = ways.iter().flat_map(made).collect();
        let once = surest(first.iter().filter_map(|(name, made)| self.change(name, &[], made)));
        if once.as_ref().is_some_and(|change| change.certainty == Certainty::Certain) {
            return once;
        }
        let off = first.iter().filter(|(_, (_, after))| !same(&after.boundary, &whom.boundary));
        let twice = off.flat_map(|(name, (answer, after))| {
            // Who changed himself may do more than before.
            let by = if actor == target { after } else { by };
            let all = self
                .ways
                .iter()
                .filter(|way| way.target == Target::Own && (actor == target || ways.iter().any(|w| w.actions == way.actions)));
            let then = all.flat_map(|way| self.made(way, by, after).into_iter().map(|made| (format!("{name} + {}", way.name()), made)));
            then.filter_map(|(name, made)| self.change(&name, std::slice::from_ref(answer), &made)).collect::<Vec<_>>()
        });
        surest(once.into_iter().chain(twice))
    }

    /// Whether a principal is administrator after a change, and what that takes.
    fn change(&self, by: &str, before: &[Answer], (answer, after): &Made) -> Option<Change> {
        let (sure, more) = self.rules(after)?;
        let answers = before.iter().chain([answer]);
        let certainty = answers.clone().map(|answer| answer.certainty).fold(sure, Certainty::min);
        let witnesses = answers.map(|answer| answer.witness.clone()).chain(more).collect();
        Some(Change { by: by.to_owned(), certainty, witnesses })
    }

    /// Whether a principal is administrator, or may make itself one by a policy of its own: how sure, and by what.
    fn rules(&self, principal: &Principal) -> Option<(Certainty, Option<Witness>)> {
        let (privilege, certainty) = self.reach(principal);
        if privilege == Privilege::Admin {
            return Some((certainty, None));
        }
        let action = if principal.kind == PrincipalKind::User { "iam:PutUserPolicy" } else { "iam:PutRolePolicy" };
        let answer = self.ask(action, principal, principal, &principal.arn)?;
        let (privilege, then) = self.reach(&self.replaced(principal, is_inline));
        (privilege == Privilege::Admin).then(|| (answer.certainty.min(then), Some(answer.witness)))
    }

    fn reach(&self, principal: &Principal) -> (Privilege, Certainty) {
        let traits = self.alike.traits(principal);
        if let Some(known) = self.reaches.borrow().get(&traits) {
            return *known;
        }
        let reach = reach(self.estate, principal);
        self.reaches.borrow_mut().insert(traits, (reach.privilege, reach.certainty));
        (reach.privilege, reach.certainty)
    }

    /// What an actor can make of a principal by a way, each with what allows it. What counts is what that one could do afterwards, with
    /// the denials and the boundary that are left.
    fn made(&self, way: &Way, actor: &Principal, whom: &Principal) -> Vec<Made> {
        let action = way.actions[0].as_str();
        let ask = |resource: &str| self.ask(action, actor, whom, resource);
        let (user, role) = (whom.kind == PrincipalKind::User, whom.kind == PrincipalKind::Role);
        let one = |answer: Option<Answer>, after: &dyn Fn() -> Principal| answer.map(|answer| (answer, after())).into_iter().collect();
        match action {
            "iam:PutUserPolicy" if user => one(ask(&whom.arn), &|| self.replaced(whom, is_inline)),
            "iam:PutRolePolicy" if role => one(ask(&whom.arn), &|| self.replaced(whom, is_inline)),
            "iam:AttachUserPolicy" if user => one(ask(&whom.arn), &|| self.replaced(whom, |_| false)),
            "iam:AttachRolePolicy" if role => one(ask(&whom.arn), &|| self.replaced(whom, |_| false)),
            "iam:PutGroupPolicy" | "iam:AttachGroupPolicy" => {
                let group = whom.groups.iter().find_map(|group| Some((ask(group)?, group)));
                let put = |attached: &Attached, group: &String| {
                    action == "iam:PutGroupPolicy" && attached.group.as_ref() == Some(group) && !attached.name.starts_with("arn:")
                };
                group.map(|(answer, group)| (answer, self.replaced(whom, |attached| put(attached, group)))).into_iter().collect()
            }
            "iam:CreatePolicyVersion" => self.versions(whom).filter_map(|arn| Some((ask(arn)?, put(whom, arn, &self.all)))).collect(),
            "iam:SetDefaultPolicyVersion" => {
                let older = |arn: &str| {
                    self.estate.policies[arn]
                        .iter()
                        .filter(|(_, counts, _)| !counts)
                        .map(|(.., policy)| put(whom, arn, policy))
                        .collect::<Vec<_>>()
                };
                let all = self.versions(whom).filter_map(|arn| Some((ask(arn)?, older(arn))));
                all.flat_map(|(answer, all)| all.into_iter().map(move |after| (answer.clone(), after))).collect()
            }
            "iam:AddUserToGroup" if user => {
                let own = |arn: &str| account_of(arn) == Some(&whom.account) && !whom.groups.iter().any(|group| group == arn);
                let others = self.estate.groups.iter().filter(|(arn, _)| own(arn));
                others.filter_map(|(arn, group)| Some((ask(arn)?, joined(whom, &group.policies)))).collect()
            }
            _ if lifts(action, whom) => one(ask(&whom.arn), &|| Principal { boundary: Boundary::None, ..whom.clone() }),
            _ => Vec::new(),
        }
    }

    /// Whether an actor may do an action on something that belongs to a principal.
    fn ask(&self, action: &str, actor: &Principal, whom: &Principal, resource: &str) -> Option<Answer> {
        let small = action.to_lowercase();
        let boundary = match &whom.boundary {
            _ if action.starts_with("iam:Put") && action.ends_with("Boundary") => Value::of(ADMINISTRATOR),
            Boundary::None => Value::Absent,
            Boundary::Unknown => Value::Unknown,
            Boundary::Policy { arn, .. } => Value::of(arn),
        };
        let request = Request::new(&small, At::One(resource))
            .with("iam:policyarn", Value::of(ADMINISTRATOR))
            .with("iam:permissionsboundary", boundary);
        let tags = (resource == whom.arn).then_some(&whom.tags);
        allows(self.estate, actor, &Request { tags, ..request }).map(|answer| answer.spelled(action))
    }

    /// The policies with versions that a principal has, by itself, by its groups or as its boundary.
    fn versions<'p>(&'p self, whom: &'p Principal) -> impl Iterator<Item = &'p str> {
        let boundary = match &whom.boundary {
            Boundary::Policy { arn, .. } => Some(arn.as_str()),
            Boundary::None | Boundary::Unknown => None,
        };
        let names = whom.policies.iter().map(|attached| attached.name.as_str()).chain(boundary);
        names.filter(|name| name.starts_with("arn:") && !name.starts_with("arn:aws:iam::aws:") && self.estate.policies.contains_key(*name))
    }

    /// A principal with a policy that allows everything in the place of some of its own.
    fn replaced(&self, whom: &Principal, gone: impl Fn(&Attached) -> bool) -> Principal {
        let all = Attached { name: ADMINISTRATOR.into(), group: None, policy: Arc::clone(&self.all) };
        let policies = whom.policies.iter().filter(|attached| !gone(attached)).cloned().chain([all]).collect();
        Principal { policies, ..whom.clone() }
    }
}

/// Whether an action takes off the boundary of a principal that has one.
fn lifts(action: &str, whom: &Principal) -> bool {
    let kind = if whom.kind == PrincipalKind::User { "User" } else { "Role" };
    let known = ["Delete", "Put"].iter().any(|verb| action == format!("iam:{verb}{kind}PermissionsBoundary"));
    known && !matches!(whom.boundary, Boundary::None)
}

/// Whether a policy is a principal's own, and can be written over under its name.
fn is_inline(attached: &Attached) -> bool {
    attached.group.is_none() && !attached.name.starts_with("arn:")
}

/// A principal after another text was given to a policy.
fn put(whom: &Principal, arn: &str, text: &Arc<Policy>) -> Principal {
    let mut after = whom.clone();
    after.policies.iter_mut().filter(|attached| attached.name == arn).for_each(|attached| attached.policy = Arc::clone(text));
    if let Boundary::Policy { arn: limit, policy } = &mut after.boundary
        && limit == arn
    {
        *policy = Arc::clone(text);
    }
    after
}

/// A user with what a group gives.
fn joined(whom: &Principal, more: &[Attached]) -> Principal {
    let mut after = whom.clone();
    after.policies.extend(more.iter().cloned());
    after
}

fn same(a: &Boundary, b: &Boundary) -> bool {
    match (a, b) {
        (Boundary::None, Boundary::None) | (Boundary::Unknown, Boundary::Unknown) => true,
        (Boundary::Policy { policy: a, .. }, Boundary::Policy { policy: b, .. }) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

/// The surest of some changes, the first of those that are.
fn surest(changes: impl Iterator<Item = Change>) -> Option<Change> {
    changes.fold(None, |best: Option<Change>, next| match best {
        Some(best) if best.certainty >= next.certainty => Some(best),
        _ => Some(next),
    })
}
