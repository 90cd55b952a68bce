//! Who can become whom in one step.

use std::{collections::HashMap, sync::Arc};

use crate::model::{Certainty, Privilege, Witness};

use super::{
    Answer,
    assume::assumes,
    doors::Doors,
    effective::{At, Request, allows},
    estate::{Attached, Boundary, Estate, Principal, PrincipalKind},
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
        let action = way.actions[0].to_lowercase();
        let ask = |resource: &str| {
            let request = Request::new(&action, At::One(resource)).with("iam:policyarn", Value::of(ADMINISTRATOR));
            allows(self.estate, principal, &request).map(|answer| answer.spelled(&way.actions[0]))
        };
        let mut step = |answer: Option<Answer>, after: &Principal| {
            let Some(answer) = answer else { return };
            let Some((sure, more)) = self.rules(after) else { return };
            let witnesses = std::iter::once(answer.witness).chain(more).collect();
            edges.push(Edge { to: None, by: way.name(), certainty: answer.certainty.min(sure), witnesses });
        };
        let with = |policy: &Arc<Policy>| {
            let mut after = principal.clone();
            after.policies.push(Attached { name: ADMINISTRATOR.into(), group: None, policy: Arc::clone(policy) });
            after
        };
        match action.as_str() {
            "iam:putuserpolicy" | "iam:attachuserpolicy" if principal.kind == PrincipalKind::User => {
                step(ask(&principal.arn), &with(&self.all));
            }
            "iam:putrolepolicy" | "iam:attachrolepolicy" if principal.kind == PrincipalKind::Role => {
                step(ask(&principal.arn), &with(&self.all));
            }
            "iam:putgrouppolicy" | "iam:attachgrouppolicy" => {
                if let Some(answer) = principal.groups.iter().find_map(|group| ask(group)) {
                    step(Some(answer), &with(&self.all));
                }
            }
            "iam:addusertogroup" if principal.kind == PrincipalKind::User => {
                for (arn, group) in self.estate.groups.iter().filter(|(arn, _)| !principal.groups.contains(arn)) {
                    let mut after = principal.clone();
                    after.policies.extend(group.policies.iter().cloned());
                    step(ask(arn), &after);
                }
            }
            "iam:createpolicyversion" => {
                if let Some(answer) = self.own_policies(principal).find_map(&ask) {
                    step(Some(answer), &with(&self.all));
                }
            }
            "iam:setdefaultpolicyversion" => {
                for arn in self.own_policies(principal) {
                    for (_, _, older) in self.estate.policies[arn].iter().filter(|(_, counts, _)| !counts) {
                        step(ask(arn), &with(older));
                    }
                }
            }
            "iam:deleteuserpermissionsboundary" if !matches!(principal.boundary, Boundary::None) => {
                let after = Principal { boundary: Boundary::None, ..principal.clone() };
                step(ask(&principal.arn), &after);
            }
            _ => {}
        }
    }

    /// Whether a principal is administrator, or may make itself one by a policy of its own: how sure, and by what.
    fn rules(&self, principal: &Principal) -> Option<(Certainty, Option<Witness>)> {
        let own = reach(self.estate, principal);
        if own.privilege == Privilege::Admin {
            return Some((own.certainty, None));
        }
        let action = if principal.kind == PrincipalKind::User { "iam:PutUserPolicy" } else { "iam:PutRolePolicy" };
        let answer = allows(self.estate, principal, &Request::new(&action.to_lowercase(), At::One(&principal.arn)))?.spelled(action);
        let mut after = principal.clone();
        after.policies.push(Attached { name: ADMINISTRATOR.into(), group: None, policy: Arc::clone(&self.all) });
        let then = reach(self.estate, &after);
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
            let running = self.estate.workloads.get(&(way.runs_as().to_owned(), role.arn.clone()));
            let known = running.and_then(|all| all.iter().find_map(|arn| self.everything(way, principal, At::One(arn))));
            // Where nobody counted what runs, something may.
            let answers = known.or_else(|| {
                let uncounted = !self.estate.counted.contains(way.runs_as());
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
