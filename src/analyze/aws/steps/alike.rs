//! Principals to whom every request is answered alike, taken together: in a large account they are many.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crate::analyze::aws::{
    estate::{Boundary, Estate, Principal, PrincipalKind},
    policy::{Names, Policy, Value},
};

/// The principals of an estate, sorted by what they may do.
pub(super) struct Alike {
    /// The class of each principal.
    pub of: Vec<usize>,
    /// The principals of each class, in order.
    pub members: Vec<Vec<usize>>,
    /// Names of keys of requests that any policy asks for.
    asked: BTreeSet<String>,
}

/// All on which an answer hangs, but for policies of resources and trusts, which name principals.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Traits {
    kind: PrincipalKind,
    account: String,
    linked: bool,
    /// Policies by their place in memory; the estate keeps them there.
    policies: Vec<*const Policy>,
    boundary: Limit,
    keys: Vec<(String, Value)>,
}

/// A boundary by its place in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Limit {
    None,
    Unknown,
    Policy(*const Policy),
}

/// Names of policies and of the groups that have them: they stand in witnesses.
type PolicyNames<'e> = Vec<(&'e str, Option<&'e str>)>;

impl Alike {
    /// Sorts the principals of an estate.
    pub fn new(estate: &Estate) -> Self {
        let mut alike = Self { of: Vec::new(), members: Vec::new(), asked: asked(estate) };
        let mut classes: HashMap<(Traits, PolicyNames<'_>), usize> = HashMap::new();
        for (number, principal) in estate.principals.iter().enumerate() {
            let names = principal.policies.iter().map(|a| (a.name.as_str(), a.group.as_deref())).collect();
            let class = *classes.entry((alike.traits(principal), names)).or_insert(alike.members.len());
            if class == alike.members.len() {
                alike.members.push(Vec::new());
            }
            alike.members[class].push(number);
            alike.of.push(class);
        }
        alike
    }

    /// On what the answers to a principal hang.
    pub fn traits(&self, principal: &Principal) -> Traits {
        let keys = principal.keys.iter().filter(|(key, _)| self.asked.contains(*key));
        Traits {
            kind: principal.kind,
            account: principal.account.clone(),
            linked: principal.role.as_ref().is_some_and(|role| role.linked),
            policies: principal.policies.iter().map(|attached| Arc::as_ptr(&attached.policy)).collect(),
            boundary: match &principal.boundary {
                Boundary::None => Limit::None,
                Boundary::Unknown => Limit::Unknown,
                Boundary::Policy { policy, .. } => Limit::Policy(Arc::as_ptr(policy)),
            },
            keys: keys.map(|(key, value)| (key.clone(), value.clone())).collect(),
        }
    }
}

/// Keys that conditions and variables of any policy name.
fn asked(estate: &Estate) -> BTreeSet<String> {
    let own = estate.principals.iter().flat_map(|principal| {
        let boundary = match &principal.boundary {
            Boundary::Policy { policy, .. } => Some(policy),
            Boundary::None | Boundary::Unknown => None,
        };
        principal.policies.iter().map(|attached| &attached.policy).chain(boundary)
    });
    let groups = estate.groups.values().flat_map(|group| &group.policies).map(|attached| &attached.policy);
    let versions = estate.policies.values().flatten().map(|(.., policy)| policy);
    let limits = estate.controls.values().chain(estate.ceilings.values()).flatten().flatten();
    let mut seen: BTreeSet<*const Policy> = BTreeSet::new();
    let mut keys = BTreeSet::new();
    for policy in own.chain(groups).chain(versions).chain(limits).filter(|policy| seen.insert(Arc::as_ptr(policy))) {
        mentioned(policy, &mut keys);
    }
    keys
}

fn mentioned(policy: &Policy, keys: &mut BTreeSet<String>) {
    for statement in &policy.statements {
        let (Names::Only(resources) | Names::Except(resources)) = &statement.resources;
        let compared = statement.conditions.iter().flat_map(|condition| &condition.values);
        keys.extend(statement.conditions.iter().map(|condition| condition.key.clone()));
        for text in resources.iter().chain(compared) {
            keys.extend(text.split("${").skip(1).map(|behind| {
                let name = behind.split(['}', ',']).next().unwrap_or_default();
                name.trim().to_ascii_lowercase()
            }));
        }
    }
}
