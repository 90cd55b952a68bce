//! Who can become whom in one step.

use super::{
    Leg, PROFILE, Steps,
    ways::{Target, Way},
};
use crate::{
    analyze::aws::{
        assume::{assumes, role_of_session},
        effective::{At, Request, allows},
        estate::{Principal, PrincipalKind},
        policy::{Value, pattern::opened},
    },
    model::{Certainty, Witness},
};

/// How sure, and by what.
type Found = (Certainty, Vec<Witness>);

/// Of whom it is asked whether he can become somebody.
pub(super) struct Asked<'a> {
    /// Whether anybody of a class counts.
    pub class: &'a dyn Fn(usize) -> bool,
    /// Whether a principal counts.
    pub one: &'a dyn Fn(usize) -> bool,
}

/// Who may be let in by the trust of a role.
enum Trusted {
    All,
    Some(Vec<usize>),
}

impl Steps<'_> {
    /// The steps by which those who are asked become somebody, in the order of the ways.
    pub(super) fn into(&self, to: usize, asked: &Asked<'_>) -> Vec<Leg> {
        let mut legs = Vec::new();
        for way in 0..self.ways.len() {
            if suits(&self.ways[way], self.principal(to)) {
                self.by_way(way, to, asked, &mut legs);
            }
        }
        self.by_trust(to, asked, &mut legs);
        legs
    }

    fn by_way(&self, number: usize, to: usize, asked: &Asked<'_>, legs: &mut Vec<Leg>) {
        let (way, target) = (&self.ways[number], self.principal(to));
        let named = match way.target {
            Target::Service => Some("iam:passrole".to_owned()),
            Target::Existing => None,
            _ => Some(way.actions[0].to_lowercase()),
        };
        let classes = named.map_or_else(|| (0..self.alike.members.len()).collect(), |action| self.named(&action).of(&target.arn));
        for class in classes.into_iter().filter(|class| self.is_open(number, *class) && (asked.class)(*class)) {
            let members = &self.alike.members[class];
            // Nobody but an account's own can change or use what is in it.
            if self.principal(members[0]).account != target.account {
                continue;
            }
            // What is asked of one holds for all that are alike, but where a policy of a resource may name one.
            let mut shared = None;
            for from in members.iter().copied().filter(|from| *from != to && (asked.one)(*from)) {
                let found: Option<Found> = match shared.take() {
                    Some(found) if way.target != Target::Existing => found,
                    _ => self.goes(way, from, to),
                };
                if let Some((certainty, witnesses)) = &found {
                    let (certainty, witnesses) = (*certainty, witnesses.clone());
                    legs.push(Leg { from, to: Some(to), changes: false, by: way.name(), certainty, witnesses });
                }
                shared = Some(found);
            }
        }
    }

    /// Whether a principal becomes another by a way.
    fn goes(&self, way: &Way, from: usize, to: usize) -> Option<Found> {
        match way.target {
            Target::User | Target::Role => {
                let target = self.principal(to);
                let action = way.actions[0].to_lowercase();
                let request = Request { tags: Some(&target.tags), ..Request::new(&action, At::One(&target.arn)) };
                let answer = allows(self.estate, self.principal(from), &request)?.spelled(&way.actions[0]);
                Some((answer.certainty, vec![answer.witness]))
            }
            Target::Service => self.passes(way, from, to),
            Target::Existing => self.takes_over(way, from, to),
            Target::Own | Target::Organization => None,
        }
    }

    /// A role that is handed to a service which does as it is told.
    fn passes(&self, way: &Way, from: usize, to: usize) -> Option<Found> {
        let role = self.principal(to);
        let request = Request { tags: Some(&role.tags), ..Request::new("iam:passrole", At::One(&role.arn)) }
            .with("iam:passedtoservice", Value::of(format!("{}.amazonaws.com", way.service)));
        let pass = allows(self.estate, self.principal(from), &request)?.spelled("iam:PassRole");
        let made = way.service != "ec2" || role.role.as_ref().is_some_and(|role| role.instance_profile);
        let more = way.actions.iter().map(String::as_str).filter(|action| *action != "iam:PassRole");
        let (mut certainty, mut witnesses) = (pass.certainty, vec![pass.witness]);
        for action in more.chain(PROFILE.iter().copied().filter(|_| !made)) {
            let answer = self.somewhere(from, action)?;
            certainty = certainty.min(answer.certainty);
            witnesses.push(answer.witness.clone());
        }
        Some((certainty, witnesses))
    }

    /// Something that runs already as a role, and can be told what to do.
    fn takes_over(&self, way: &Way, from: usize, to: usize) -> Option<Found> {
        let running = self.estate.workloads.get(&(way.running().to_owned(), self.principal(to).arn.clone()));
        let known = running.and_then(|all| all.iter().find_map(|arn| self.everything(way, self.principal(from), arn)));
        // Where nobody counted what runs, something may.
        known.or_else(|| {
            let uncounted = !self.estate.counted.contains(way.running());
            let all = way.actions.iter().filter(|_| uncounted).map(|action| Some(self.somewhere(from, action)?.witness.clone()));
            let all: Vec<Witness> = all.collect::<Option<_>>()?;
            (!all.is_empty()).then_some((Certainty::Possible, all))
        })
    }

    /// All actions of a way on one thing.
    fn everything(&self, way: &Way, principal: &Principal, arn: &str) -> Option<Found> {
        let (mut certainty, mut witnesses) = (Certainty::Certain, Vec::new());
        for action in &way.actions {
            let answer = allows(self.estate, principal, &Request::new(&action.to_lowercase(), At::One(arn)))?.spelled(action);
            certainty = certainty.min(answer.certainty);
            witnesses.push(answer.witness);
        }
        Some((certainty, witnesses))
    }

    /// Those whom the trust of a role lets in.
    fn by_trust(&self, to: usize, asked: &Asked<'_>, legs: &mut Vec<Leg>) {
        let role = self.principal(to);
        let all: Vec<usize> = match self.trusted(role) {
            Trusted::All => (0..self.alike.of.len()).collect(),
            Trusted::Some(some) => some,
        };
        for from in all.into_iter().filter(|from| *from != to && (asked.one)(*from)) {
            if let Some((certainty, witnesses)) = assumes(self.estate, self.principal(from), role) {
                legs.push(Leg { from, to: Some(to), changes: false, by: "sts:AssumeRole".into(), certainty, witnesses });
            }
        }
    }

    /// Whom the trust of a role names; the others it certainly does not let in.
    fn trusted(&self, role: &Principal) -> Trusted {
        let Some(kind) = &role.role else { return Trusted::Some(Vec::new()) };
        let statements = kind.trust.statements.iter().filter(|s| s.allows && s.actions.cover("sts:assumerole"));
        let mut some = Vec::new();
        for named in statements.filter_map(|s| s.principals.as_ref()) {
            if named.anybody || named.except || named.aws.iter().any(|name| name.contains(['*', '?'])) {
                return Trusted::All;
            }
            for name in &named.aws {
                if opened(name).is_some() || name.ends_with(":root") || !name.contains(':') {
                    let classes = self.named("sts:assumerole").of(&role.arn);
                    some.extend(classes.into_iter().flat_map(|class| self.alike.members[class].iter().copied()));
                } else if let Some(session) = role_of_session(name) {
                    some.extend(self.sessions.get(&session).into_iter().flatten());
                } else {
                    some.extend(self.numbers.get(name.as_str()));
                }
            }
        }
        some.sort_unstable();
        some.dedup();
        Trusted::Some(some)
    }
}

/// Whether a way ends at such a principal.
fn suits(way: &Way, to: &Principal) -> bool {
    match way.target {
        Target::User => to.kind == PrincipalKind::User,
        Target::Role => to.kind == PrincipalKind::Role && !to.is_fixed(),
        Target::Service => !to.is_fixed() && to.serves(&format!("{}.amazonaws.com", way.service)),
        Target::Existing => !to.is_fixed() && to.serves(&format!("{}.amazonaws.com", way.runs_as())),
        Target::Own | Target::Organization => false,
    }
}
