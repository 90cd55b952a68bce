//! Whom the trusts of roles may let in, found without asking every role about everybody.

use std::collections::{BTreeSet, HashMap};

use super::{
    estate::{Estate, Principal},
    policy::{Principals, pattern::opened},
};

/// Roles by whom their trust names.
pub struct Doors<'e> {
    /// Those that name a principal outright, by its ARN.
    named: HashMap<&'e str, Vec<usize>>,
    /// Those that name somebody by a pattern, or anybody, or all but some.
    open: Vec<usize>,
    /// Those that leave it to the policies of an account.
    delegated: Vec<usize>,
}

impl<'e> Doors<'e> {
    /// Sorts the roles of an estate.
    pub fn new(estate: &'e Estate) -> Self {
        let mut doors = Self { named: HashMap::new(), open: Vec::new(), delegated: Vec::new() };
        for (number, principal) in estate.principals.iter().enumerate() {
            let Some(role) = &principal.role else { continue };
            let statements = role.trust.statements.iter().filter(|s| s.allows && s.actions.cover("sts:assumerole"));
            for named in statements.filter_map(|s| s.principals.as_ref()) {
                doors.enter(number, named);
            }
        }
        doors
    }

    fn enter(&mut self, number: usize, named: &'e Principals) {
        if named.anybody || named.except {
            self.open.push(number);
        }
        for name in &named.aws {
            if name.contains('*') || name.contains('?') {
                self.open.push(number);
            } else if opened(name).is_some() || name.ends_with(":root") || !name.contains(':') {
                self.delegated.push(number);
            } else {
                self.named.entry(name).or_default().push(number);
            }
        }
    }

    /// The roles that may let a principal in, in order. The others certainly do not.
    pub fn of(&self, principal: &Principal) -> BTreeSet<usize> {
        let named = self.named.get(principal.arn.as_str()).into_iter().flatten();
        let asks = principal.policies.iter().flat_map(|a| &a.policy.statements).any(|s| s.allows && s.actions.cover("sts:assumerole"));
        let delegated = self.delegated.iter().filter(|_| asks);
        named.chain(&self.open).chain(delegated).copied().collect()
    }
}
