//! Principals of accounts that no inventory is about: who of them comes in, and whom one's own may become there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analyze::aws::{
        self, At, Principal, Request, account_of,
        actions::{Level, spelled, worst},
        called,
        policy::{Context, Names, Principals, Statement, Truth, Value},
        vendor,
    },
    model::{
        Certainty, Privilege, Standing, Step, Time, Witness,
        entity::{Account, Identity, IdentityKind},
    },
};

use super::{Member, Roster};

/// So many reasons of one sort are told one by one.
const TOLD: usize = 8;

const ASSUME: &str = "sts:AssumeRole";

/// What is known of one of them.
#[derive(Default)]
struct Outsider {
    in_view: bool,
    as_of: Option<Time>,
    /// Roles that let it in: what such a role may do, its step, and the steps of the role.
    enters: Vec<(Privilege, Certainty, Vec<Step>)>,
    /// What policies of resources let it do.
    invited: BTreeSet<(Privilege, String)>,
    /// Who of one's own may become it.
    entered: BTreeSet<String>,
}

/// Those principals with what they may do in one's own accounts, by uri.
pub fn externals(roster: &Roster) -> BTreeMap<String, Member> {
    let mut all: BTreeMap<String, Outsider> = BTreeMap::new();
    trusted(roster, &mut all);
    invited(roster, &mut all);
    entered(roster, &mut all);
    all.into_iter().map(|(uri, outsider)| (uri.clone(), outsider.member(&uri))).collect()
}

/// The ARN of a principal of an account that no inventory is about, by how a policy names it; an account is named by its root.
fn foreign(roster: &Roster, name: &str) -> Option<String> {
    let account = account_of(name)?;
    let number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) && account != Account::NOWHERE;
    let plain = !name.contains(['*', '?', '<']);
    if !number || !plain || roster.as_of.contains_key(account) {
        return None;
    }
    Some(if name.contains(':') { name.to_owned() } else { format!("arn:aws:iam::{account}:root") })
}

/// Those whom a statement names.
fn named(roster: &Roster, principals: &Principals) -> BTreeSet<String> {
    if principals.except { BTreeSet::new() } else { principals.aws.iter().filter_map(|name| foreign(roster, name)).collect() }
}

/// Whether a statement may hold for somebody of whom no more is known than his name.
fn may_hold(statement: &Statement, variables: bool, uri: &str) -> bool {
    let account = account_of(uri).unwrap_or_default();
    let mut context = Context::default();
    context.request.insert("aws:principalaccount", Value::of(account));
    if !uri.ends_with(":root") {
        context.request.insert("aws:principalarn", Value::of(uri));
    }
    statement.holds(&context, variables) != Truth::False
}

fn trusted(roster: &Roster, all: &mut BTreeMap<String, Outsider>) {
    for member in roster.members.values() {
        let Some(role) = roster.principal(&member.identity.uri).and_then(|principal| principal.role.as_ref()) else { continue };
        for statement in role.trust.statements.iter().filter(|s| s.allows && s.actions.cover("sts:assumerole")) {
            let Some(principals) = &statement.principals else { continue };
            for uri in named(roster, principals).into_iter().filter(|uri| may_hold(statement, role.trust.variables, uri)) {
                let step = step(&uri, &member.identity, statement.number);
                let outsider = all.entry(uri).or_default();
                outsider.saw(member);
                outsider.enters.extend(member.standing.as_ref().map(|standing| arrives(step, standing)));
            }
        }
    }
}

fn step(from: &str, role: &Identity, statement: usize) -> Step {
    let witness = Witness { action: ASSUME.into(), resource: role.uri.clone(), policy: format!("trust of {}", role.name), statement };
    // What its own account lets it do nobody here knows.
    let certainty = Certainty::Conditional;
    Step { from: from.to_owned(), to: role.uri.clone(), changes: false, by: ASSUME.into(), certainty, witnesses: vec![witness] }
}

/// What somebody may do who becomes a role.
fn arrives(step: Step, role: &Standing) -> (Privilege, Certainty, Vec<Step>) {
    let certainty = role.certainty.min(step.certainty);
    let privilege = if role.privilege == Privilege::Admin { Privilege::Escalates } else { role.privilege };
    (privilege, certainty, std::iter::once(step).chain(role.path.iter().cloned()).collect())
}

fn invited(roster: &Roster, all: &mut BTreeMap<String, Outsider>) {
    for (arn, guarded) in &roster.estate.resources {
        let granted = guarded.grants.iter().map(|(id, policy)| (format!("grant {id} on the resource"), policy));
        let own = guarded.policy.iter().map(|policy| ("the policy of the resource".to_owned(), policy));
        for (by, policy) in own.chain(granted) {
            for statement in policy.statements.iter().filter(|statement| statement.allows) {
                let Some(principals) = &statement.principals else { continue };
                for uri in named(roster, principals).into_iter().filter(|uri| may_hold(statement, policy.variables, uri)) {
                    let outsider = all.entry(uri).or_default();
                    outsider.in_view |= roster.sees(arn);
                    outsider.invited.extend(
                        actions(arn, statement)
                            .map(|(privilege, action)| (privilege, format!("{action} on {arn} ({by} statement {})", statement.number))),
                    );
                }
            }
        }
    }
}

/// The actions of a statement, with how much they are.
fn actions<'s>(arn: &str, statement: &'s Statement) -> impl Iterator<Item = (Privilege, String)> + use<'s> {
    let rest = format!("{}:*", arn.split(':').nth(2).unwrap_or("*"));
    let all = match &statement.actions {
        Names::Only(actions) => actions.clone(),
        Names::Except(_) => vec![rest],
    };
    all.into_iter().map(|action| (if worst(&action) <= Level::Read { Privilege::Read } else { Privilege::Write }, spelled(&action)))
}

/// Roles of others that policies of one's own name, and whose accounts must let them in as well.
fn entered(roster: &Roster, all: &mut BTreeMap<String, Outsider>) {
    for principal in &roster.estate.principals {
        let Some(member) = roster.members.get(&principal.arn) else { continue };
        for uri in roles(principal).into_iter().filter_map(|name| foreign(roster, name)) {
            let Some(answer) = aws::allows(&roster.estate, principal, &Request::new("sts:assumerole", At::One(&uri))) else { continue };
            let outsider = all.entry(uri).or_default();
            outsider.saw(member);
            let by = format!("{} statement {}", answer.witness.policy, answer.witness.statement);
            outsider.entered.insert(format!("{} may become it, where its account lets it in ({by})", principal.arn));
        }
    }
}

/// The roles that a principal's policies name outright as those that it may become.
fn roles(principal: &Principal) -> BTreeSet<&str> {
    let statements = principal.policies.iter().flat_map(|attached| &attached.policy.statements);
    let resources = statements.filter(|s| s.allows && s.actions.cover("sts:assumerole")).filter_map(|s| s.resources.named());
    resources.flatten().map(String::as_str).filter(|name| name.starts_with("arn:") && name.contains(":role/")).collect()
}

impl Outsider {
    fn saw(&mut self, member: &Member) {
        self.in_view |= member.in_view;
        self.as_of = self.as_of.max(Some(member.as_of));
    }

    fn member(self, uri: &str) -> Member {
        let account = account_of(uri).unwrap_or_default();
        let name = uri.rsplit('/').next().filter(|_| uri.contains('/')).unwrap_or(account);
        let identity = Identity::new("aws", IdentityKind::External, uri, name, account);
        let mut member = Member::new(identity, self.as_of.unwrap_or(Time(0)));
        member.in_view = self.in_view;
        member.standing = Some(self.standing(uri, account));
        member
    }

    /// The most that it may do here: by the best role that lets it in, and by what policies of resources give it.
    fn standing(mut self, uri: &str, account: &str) -> Standing {
        self.enters.sort_by_key(|(privilege, certainty, steps)| (std::cmp::Reverse((*privilege, *certainty)), steps.len()));
        let roles = self.enters.iter().filter_map(|(privilege, _, steps)| {
            let witness = steps.first()?.witnesses.first()?;
            Some(format!(
                "{ASSUME} on {} ({} statement {}), which comes to: {}",
                witness.resource,
                witness.policy,
                witness.statement,
                privilege.name()
            ))
        });
        let guests = self.invited.iter().rev().map(|(_, words)| words.clone());
        let mut because: Vec<String> = Vec::new();
        if self.enters.is_empty() && self.invited.is_empty() {
            because.push(Standing::UNKNOWN.to_owned());
        }
        because.extend(few(roles.collect(), "roles that let it in"));
        because.extend(few(guests.collect(), "actions that policies of resources allow it"));
        because.extend(few(self.entered.iter().cloned().collect(), "that may become it"));
        because.extend(vendor(account).map(|_| called(account)));
        let guest = self.invited.last().map(|(privilege, _)| (*privilege, Certainty::Conditional, Vec::new()));
        let best = self.enters.into_iter().next();
        let best = best.into_iter().chain(guest).max_by_key(|(privilege, certainty, _)| (*privilege, *certainty));
        let (privilege, certainty, path) = best.unwrap_or((Privilege::None, Certainty::Possible, Vec::new()));
        let path = if privilege == Privilege::Escalates { path } else { Vec::new() };
        Standing {
            uri: uri.to_owned(),
            privilege,
            certainty,
            because,
            path,
            risk: (0, 0),
            shares: Vec::new(),
            what_if: Vec::new(),
            owner: None,
        }
    }
}

/// The first of some reasons, and how many more there are.
fn few(all: Vec<String>, what: &str) -> Vec<String> {
    let more = all.len().saturating_sub(TOLD);
    let rest = (more > 0).then(|| format!("{more} more {what}"));
    all.into_iter().take(TOLD).chain(rest).collect()
}
