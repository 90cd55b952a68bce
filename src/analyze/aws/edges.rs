//! Who can become whom in one step.

use std::{collections::HashMap, sync::Arc};

use crate::model::{Certainty, Privilege, Witness};

use super::{
    Answer,
    assume::assumes,
    doors::Doors,
    effective::{At, Request, allows},
    estate::{Attached, Boundary, Estate, Group, Principal, PrincipalKind},
    policy::{Policy, Value},
    privilege::reach,
    ways::{Target, Way},
};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    /// Whom one becomes, by number; `None`: administrator, as oneself.
    pub to: Option<usize>,
    /// The actions.
    pub by: String,
    /// How sure.
    pub certainty: Certainty,
    /// What allows them.
    pub witnesses: Vec<Witness>,
}

/// Finds the steps of one principal after the other.
pub(super) struct Steps<'e> {
    estate: &'e Estate,
    ways: Vec<Way>,
    doors: Doors<'e>,
    /// Roles that lead anywhere, by number.
    roles: Vec<usize>,
    /// Users that lead anywhere, by number.
    users: Vec<usize>,
    /// A policy that allows everything.
    all: Arc<Policy>,
}

/// The best of what a principal may do anywhere, by action: asked once.
type Anywhere = HashMap<String, Option<Answer>>;

const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

impl<'e> Steps<'e> {
    /// Whoever is no administrator and can take no step is on no way, and nobody is asked whether he can become that one: in a large
    /// account that is nearly everybody.
    pub fn new(estate: &'e Estate, admins: &[bool]) -> Self {
        let mut steps = Self {
            estate,
            ways: Way::all().into_iter().filter(|way| !way.retired).collect(),
            doors: Doors::new(estate),
            roles: Vec::new(),
            users: Vec::new(),
            all: Arc::new(Policy::parse(EVERYTHING).expect("our own policy is one")),
        };
        let lead: Vec<usize> = (0..admins.len()).filter(|n| admins[*n] || steps.leads(&estate.principals[*n])).collect();
        let of = |kind| lead.iter().copied().filter(|n| estate.principals[*n].kind == kind).collect();
        (steps.roles, steps.users) = (of(PrincipalKind::Role), of(PrincipalKind::User));
        steps
    }

    /// Whether a principal may be able to take any step.
    fn leads(&self, principal: &Principal) -> bool {
        let mut anywhere = Anywhere::new();
        !self.doors.of(principal).is_empty() || self.ways.iter().any(|way| self.open(way, principal, &mut anywhere))
    }

    /// Whether a principal may do all that a way takes, somewhere.
    fn open(&self, way: &Way, principal: &Principal, known: &mut Anywhere) -> bool {
        way.actions.iter().all(|action| self.anywhere(principal, known, action).is_some())
    }

    /// The steps that a principal can take.
    pub fn of(&self, number: usize) -> Vec<Edge> {
        let principal = &self.estate.principals[number];
        let mut anywhere = Anywhere::new();
        let mut edges = Vec::new();
        for way in &self.ways {
            if self.open(way, principal, &mut anywhere) {
                self.take(way, number, &mut anywhere, &mut edges);
            }
        }
        for role in self.doors.of(principal) {
            if role != number && self.roles.binary_search(&role).is_ok() {
                let found = assumes(self.estate, principal, &self.estate.principals[role]);
                edges.extend(found.map(|(certainty, witnesses)| Edge {
                    to: Some(role),
                    by: "sts:AssumeRole".into(),
                    certainty,
                    witnesses,
                }));
            }
        }
        edges
    }

    fn anywhere(&self, principal: &Principal, known: &mut Anywhere, action: &str) -> Option<Answer> {
        if let Some(answer) = known.get(action) {
            return answer.clone();
        }
        let answer = allows(self.estate, principal, &Request::new(&action.to_lowercase(), At::Some)).map(|answer| answer.spelled(action));
        known.insert(action.to_owned(), answer.clone());
        answer
    }

    /// Goes one way as far as it leads.
    fn take(&self, way: &Way, number: usize, anywhere: &mut Anywhere, edges: &mut Vec<Edge>) {
        let principal = &self.estate.principals[number];
        match way.target {
            Target::Own => self.own(way, principal, edges),
            Target::User => self.others(way, principal, &self.users, number, edges),
            Target::Role => self.others(way, principal, &self.roles, number, edges),
            Target::Service => self.pass(way, principal, number, anywhere, edges),
            Target::Existing => self.existing(way, principal, number, anywhere, edges),
            Target::Organization => {
                // Whether a permission set is his, no inventory of one account tells.
                if let Some(answer) = self.anywhere(principal, anywhere, &way.actions[0]) {
                    edges.push(Edge { to: None, by: way.name(), certainty: Certainty::Possible, witnesses: vec![answer.witness] });
                }
            }
        }
    }

    /// One's own policies: what counts is what one could do afterwards, with the same denials and boundary.
    fn own(&self, way: &Way, principal: &Principal, edges: &mut Vec<Edge>) {
        for (answer, after) in self.changed(way, principal) {
            let Some((sure, more)) = self.rules(&after) else { continue };
            let witnesses = std::iter::once(answer.witness).chain(more).collect();
            edges.push(Edge { to: None, by: way.name(), certainty: answer.certainty.min(sure), witnesses });
        }
    }

    /// What a principal would be after a way on itself, each with what allows it.
    fn changed(&self, way: &Way, principal: &Principal) -> Vec<(Answer, Principal)> {
        let ask = |resource: &str| self.asked(way, principal, resource);
        let all = || with(principal, [&self.all]);
        let one = |answer: Option<Answer>, after: Principal| answer.map(|answer| (answer, after)).into_iter().collect();
        match way.actions[0].to_lowercase().as_str() {
            "iam:putuserpolicy" | "iam:attachuserpolicy" if principal.kind == PrincipalKind::User => one(ask(&principal.arn), all()),
            "iam:putrolepolicy" | "iam:attachrolepolicy" if principal.kind == PrincipalKind::Role => one(ask(&principal.arn), all()),
            "iam:putgrouppolicy" | "iam:attachgrouppolicy" => one(principal.groups.iter().find_map(|group| ask(group)), all()),
            "iam:createpolicyversion" => one(self.own_policies(principal).find_map(ask), all()),
            "iam:deleteuserpermissionsboundary" if !matches!(principal.boundary, Boundary::None) => {
                one(ask(&principal.arn), Principal { boundary: Boundary::None, ..principal.clone() })
            }
            "iam:addusertogroup" if principal.kind == PrincipalKind::User => {
                let others = self.estate.groups.iter().filter(|(arn, _)| !principal.groups.contains(arn));
                let member = |group: &Group| with(principal, group.policies.iter().map(|attached| &attached.policy));
                others.filter_map(|(arn, group)| Some((ask(arn)?, member(group)))).collect()
            }
            "iam:setdefaultpolicyversion" => {
                let older =
                    |arn: &'e str| self.estate.policies[arn].iter().filter(|(_, counts, _)| !counts).map(move |(.., policy)| (arn, policy));
                let all =
                    self.own_policies(principal).filter_map(|arn| self.estate.policies.get_key_value(arn)).flat_map(|(arn, _)| older(arn));
                all.filter_map(|(arn, policy)| Some((ask(arn)?, with(principal, [policy])))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a principal may do the first action of a way on something of its own.
    fn asked(&self, way: &Way, principal: &Principal, resource: &str) -> Option<Answer> {
        let action = way.actions[0].to_lowercase();
        let request = Request::new(&action, At::One(resource)).with("iam:policyarn", Value::of(ADMINISTRATOR));
        allows(self.estate, principal, &request).map(|answer| answer.spelled(&way.actions[0]))
    }

    /// Whether a principal is administrator, or may make itself one by a policy of its own: how sure, and by what.
    fn rules(&self, principal: &Principal) -> Option<(Certainty, Option<Witness>)> {
        let own = reach(self.estate, principal);
        if own.privilege == Privilege::Admin {
            return Some((own.certainty, None));
        }
        let action = if principal.kind == PrincipalKind::User { "iam:PutUserPolicy" } else { "iam:PutRolePolicy" };
        let answer = allows(self.estate, principal, &Request::new(&action.to_lowercase(), At::One(&principal.arn)))?.spelled(action);
        let then = reach(self.estate, &with(principal, [&self.all]));
        (then.privilege == Privilege::Admin).then(|| (answer.certainty.min(then.certainty), Some(answer.witness)))
    }

    /// The policies with versions that a principal has, by itself or by its groups.
    fn own_policies<'p>(&'p self, principal: &'p Principal) -> impl Iterator<Item = &'p str> {
        let names = principal.policies.iter().map(|attached| attached.name.as_str());
        names.filter(|name| name.starts_with("arn:") && !name.starts_with("arn:aws:iam::aws:") && self.estate.policies.contains_key(*name))
    }

    /// Other users or roles, whose credentials or trust the action changes.
    fn others(&self, way: &Way, principal: &Principal, whom: &[usize], own: usize, edges: &mut Vec<Edge>) {
        let action = way.actions[0].to_lowercase();
        for number in whom.iter().filter(|number| **number != own) {
            let other = &self.estate.principals[*number];
            if other.role.as_ref().is_some_and(|role| role.linked) {
                continue;
            }
            let request = Request { tags: Some(&other.tags), ..Request::new(&action, At::One(&other.arn)) };
            if let Some(answer) = allows(self.estate, principal, &request) {
                let answer = answer.spelled(&way.actions[0]);
                edges.push(Edge { to: Some(*number), by: way.name(), certainty: answer.certainty, witnesses: vec![answer.witness] });
            }
        }
    }

    /// A role that is handed to a service which does as it is told.
    fn pass(&self, way: &Way, principal: &Principal, own: usize, anywhere: &mut Anywhere, edges: &mut Vec<Edge>) {
        let service = format!("{}.amazonaws.com", way.service);
        for number in self.roles.iter().filter(|number| **number != own) {
            let role = &self.estate.principals[*number];
            let Some(kind) = role.role.as_ref().filter(|kind| !kind.linked) else { continue };
            if !role.serves(&service) || role.account != principal.account {
                continue;
            }
            let request = Request { tags: Some(&role.tags), ..Request::new("iam:passrole", At::One(&role.arn)) }
                .with("iam:passedtoservice", Value::of(service.clone()));
            let Some(pass) = allows(self.estate, principal, &request) else { continue };
            let (mut certainty, mut witnesses) = (pass.certainty, vec![pass.spelled("iam:PassRole").witness]);
            for action in way.actions.iter().filter(|action| *action != "iam:PassRole") {
                let Some(answer) = self.anywhere(principal, anywhere, action) else { continue };
                certainty = certainty.min(answer.certainty);
                witnesses.push(answer.witness);
            }
            if way.service == "ec2" && !kind.instance_profile {
                let Some(more) = self.profile(principal, anywhere) else { continue };
                certainty = certainty.min(more.iter().map(|answer| answer.certainty).min().unwrap_or(certainty));
                witnesses.extend(more.into_iter().map(|answer| answer.witness));
            }
            edges.push(Edge { to: Some(*number), by: way.name(), certainty, witnesses });
        }
    }

    /// A machine is given a role by an instance profile; where the role has none, one must be made.
    fn profile(&self, principal: &Principal, anywhere: &mut Anywhere) -> Option<Vec<Answer>> {
        ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]
            .iter()
            .map(|action| self.anywhere(principal, anywhere, action))
            .collect()
    }

    /// Something that runs already, and can be told what to do.
    fn existing(&self, way: &Way, principal: &Principal, own: usize, anywhere: &mut Anywhere, edges: &mut Vec<Edge>) {
        let service = format!("{}.amazonaws.com", way.runs_as());
        for number in self.roles.iter().filter(|number| **number != own) {
            let role = &self.estate.principals[*number];
            if !role.serves(&service) || role.account != principal.account || role.role.as_ref().is_some_and(|kind| kind.linked) {
                continue;
            }
            let running = self.estate.workloads.get(&(way.running().to_owned(), role.arn.clone()));
            let known = running.and_then(|all| all.iter().find_map(|arn| self.everything(way, principal, At::One(arn))));
            // Where nobody counted what runs, something may.
            let answers = known.or_else(|| {
                let uncounted = !self.estate.counted.contains(way.running());
                let all: Option<Vec<Answer>> =
                    way.actions.iter().filter(|_| uncounted).map(|action| self.anywhere(principal, anywhere, action)).collect();
                let all = all.filter(|all| !all.is_empty())?;
                Some((Certainty::Possible, all.into_iter().map(|answer| answer.witness).collect()))
            });
            if let Some((certainty, witnesses)) = answers {
                edges.push(Edge { to: Some(*number), by: way.name(), certainty, witnesses });
            }
        }
    }

    /// All actions of a way on one thing.
    fn everything(&self, way: &Way, principal: &Principal, at: At<'_>) -> Option<(Certainty, Vec<Witness>)> {
        let answers: Option<Vec<Answer>> = way
            .actions
            .iter()
            .map(|action| Some(allows(self.estate, principal, &Request::new(&action.to_lowercase(), at))?.spelled(action)))
            .collect();
        let answers = answers?;
        let certainty = answers.iter().map(|answer| answer.certainty).min()?;
        Some((certainty, answers.into_iter().map(|answer| answer.witness).collect()))
    }
}

/// A principal with more policies.
fn with<'p>(principal: &Principal, more: impl IntoIterator<Item = &'p Arc<Policy>>) -> Principal {
    let mut after = principal.clone();
    let attach = |policy: &Arc<Policy>| Attached { name: ADMINISTRATOR.into(), group: None, policy: Arc::clone(policy) };
    after.policies.extend(more.into_iter().map(attach));
    after
}
