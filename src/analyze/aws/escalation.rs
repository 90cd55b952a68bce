//! What every principal of an estate may do in the end: by itself, and by becoming others.

use crate::model::{Certainty, Privilege, Step, Witness};

use super::{
    edges::{Edge, Steps},
    estate::Estate,
    invited,
    paths::shortest,
    privilege::{Reach, reach},
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
    let steps = Steps::new(estate, &admins);
    // Administrators need no steps.
    let edges: Vec<Vec<Edge>> = (0..own.len()).map(|n| if admins[n] { Vec::new() } else { steps.of(n) }).collect();
    let first = shortest(&admins, &edges);
    own.into_iter().enumerate().map(|(number, reach)| power(estate, number, reach, &edges, &first)).collect()
}

fn power(estate: &Estate, number: usize, reach: Reach, edges: &[Vec<Edge>], first: &[Option<(usize, Certainty)>]) -> Power {
    let principal = &estate.principals[number];
    let openness = principal
        .role
        .as_ref()
        .map_or_else(Vec::new, |role| openness(&role.trust, &|account| account == principal.account || estate.accounts.contains(account)));
    let path = path(estate, number, edges, first);
    let (privilege, certainty) = match first[number] {
        // What it may do for sure says more than what it might come to.
        Some((_, certainty)) => (Privilege::Escalates, certainty),
        None => (reach.privilege, reach.certainty),
    };
    // What an administrator may do needs no list.
    let invited = if reach.privilege == Privilege::Admin { None } else { Some(invited::all(estate, principal)) };
    let invited = invited.into_iter().flatten().map(|(.., witness)| witness).filter(|one| !reach.because.contains(one)).collect();
    Power { arn: principal.arn.clone(), privilege, certainty, because: reach.because, invited, path, openness }
}

/// The steps of a principal to administrator.
fn path(estate: &Estate, number: usize, edges: &[Vec<Edge>], first: &[Option<(usize, Certainty)>]) -> Vec<Step> {
    let name = |n: usize| estate.principals[n].arn.clone();
    let (mut steps, mut at) = (Vec::new(), number);
    while let Some((which, _)) = first[at].filter(|_| steps.len() < LONGEST) {
        let edge = &edges[at][which];
        let to = edge.to.map_or_else(|| "administrator".to_owned(), name);
        steps.push(Step { from: name(at), to, by: edge.by.clone(), certainty: edge.certainty, witnesses: edge.witnesses.clone() });
        match edge.to {
            Some(next) => at = next,
            None => break,
        }
    }
    steps
}
