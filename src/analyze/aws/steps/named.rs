//! Whom the policies of principals name for an action: found without asking everybody about everybody.

use std::collections::HashMap;

use super::alike::Alike;
use crate::analyze::aws::{
    estate::{Estate, Principal, PrincipalKind},
    policy::{
        Context, Names,
        pattern::{matches, opened},
    },
};

/// The classes of principals that are allowed an action on something, by the patterns of what.
#[derive(Default)]
pub(super) struct Named {
    exact: HashMap<String, Vec<usize>>,
    wild: HashMap<String, Vec<usize>>,
}

impl Named {
    /// Sorts them for an action.
    pub fn new(estate: &Estate, alike: &Alike, action: &str) -> Self {
        let mut named = Self::default();
        for (class, members) in alike.members.iter().enumerate() {
            for pattern in patterns(&estate.principals[members[0]], action) {
                let kind = if pattern.contains(['*', '?']) { &mut named.wild } else { &mut named.exact };
                let all = kind.entry(pattern).or_default();
                if all.last() != Some(&class) {
                    all.push(class);
                }
            }
        }
        named
    }

    /// The classes whose policies name a resource, in order. Denials, conditions and limits are not looked at.
    pub fn of(&self, arn: &str) -> Vec<usize> {
        let wild = self.wild.iter().filter(|(pattern, _)| matches(pattern, arn)).flat_map(|(_, classes)| classes);
        let mut all: Vec<usize> = self.exact.get(arn).into_iter().flatten().chain(wild).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Patterns of what a principal's own policies allow an action on.
fn patterns(principal: &Principal, action: &str) -> Vec<String> {
    let everything = || vec!["*".to_owned()];
    if principal.kind == PrincipalKind::Root {
        return everything();
    }
    let context = Context { principal: Some(&principal.keys), ..Context::default() };
    let mut all = Vec::new();
    for attached in &principal.policies {
        for statement in attached.policy.statements.iter().filter(|s| s.allows && s.actions.cover(action)) {
            match statement.resources(&context, attached.policy.variables).as_ref() {
                Names::Only(patterns) => all.extend(patterns.iter().map(|pattern| opened(pattern).unwrap_or_else(|| pattern.clone()))),
                Names::Except(_) => all.extend(everything()),
            }
        }
    }
    all
}
