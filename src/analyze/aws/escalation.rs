//! What every principal of an estate may do in the end: by itself, and by becoming others.

use std::collections::BTreeSet;

use crate::model::{Certainty, Privilege, Step, Witness};

use super::{
    estate::Estate,
    invited,
    privilege::{Reach, reach},
    resource::refused,
    steps::{Leg, Steps, Won, shortest},
    trust::{Openness, openness},
};

/// Ways longer than this are cut, though none is known that long.
const LONGEST: usize = 32;

/// What a principal may do in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// Its ARN.
    pub arn: String,
    /// The most that it may do.
    pub privilege: Privilege,
    /// How sure that is.
    pub certainty: Certainty,
    /// What makes it so.
    pub because: Vec<Witness>,
    /// Resources on which all of that hangs, and whose policies were refused.
    pub refused: Vec<String>,
    /// To what resources let it by their own policies, the strongest first; nothing of an administrator.
    pub invited: Vec<Witness>,
    /// The way to administrator.
    pub path: Vec<Step>,
    /// What is too wide about its trust, the widest first.
    pub openness: Vec<Openness>,
}

/// What every principal may do, in the order of the estate.
pub fn powers(estate: &Estate) -> Vec<Power> {
    let own: Vec<Reach> = estate.principals.iter().map(|principal| reach(estate, principal)).collect();
    let admins: Vec<bool> = own.iter().map(|reach| reach.privilege == Privilege::Admin).collect();
    let won = shortest(&Steps::new(estate), &admins);
    own.into_iter().enumerate().map(|(number, reach)| power(estate, number, reach, &won)).collect()
}

fn power(estate: &Estate, number: usize, reach: Reach, won: &[Option<Won>]) -> Power {
    let principal = &estate.principals[number];
    let openness = principal
        .role
        .as_ref()
        .map_or_else(Vec::new, |role| openness(&role.trust, &|account| account == principal.account || estate.accounts.contains(account)));
    let path = path(estate, number, won);
    let (privilege, certainty) = match &won[number] {
        Some(won) => (Privilege::Escalates, won.certainty),
        None => (reach.privilege, reach.certainty),
    };
    let hangs: Vec<Option<&str>> = reach.because.iter().map(|witness| refused(estate, &witness.resource)).collect();
    let hangs: BTreeSet<String> = hangs.into_iter().map(|arn| arn.map(str::to_owned)).collect::<Option<_>>().unwrap_or_default();
    // What an administrator may do needs no list.
    let invited = if reach.privilege == Privilege::Admin { None } else { Some(invited::all(estate, principal)) };
    let invited = invited.into_iter().flatten().map(|(.., witness)| witness).filter(|one| !reach.because.contains(one)).collect();
    Power {
        arn: principal.arn.clone(),
        privilege,
        certainty,
        because: reach.because,
        refused: hangs.into_iter().collect(),
        invited,
        path,
        openness,
    }
}

/// The steps of a principal to administrator.
fn path(estate: &Estate, number: usize, won: &[Option<Won>]) -> Vec<Step> {
    let (mut steps, mut at) = (Vec::new(), Some(number));
    while let Some(way) = at.and_then(|at| won[at].as_ref()).filter(|_| steps.len() < LONGEST) {
        steps.extend(way.legs.iter().map(|leg| step(estate, leg)));
        at = way.then;
    }
    steps
}

fn step(estate: &Estate, leg: &Leg) -> Step {
    let name = |number: usize| estate.principals[number].arn.clone();
    Step {
        from: name(leg.from),
        to: leg.to.map_or_else(|| "administrator".to_owned(), name),
        changes: leg.changes && leg.to.is_some(),
        by: leg.by.clone(),
        certainty: leg.certainty,
        witnesses: leg.witnesses.clone(),
    }
}
