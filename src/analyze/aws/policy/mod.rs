//! The policy language: documents, patterns, conditions.

mod condition;
mod context;
mod parse;
pub mod pattern;
mod variables;

use std::borrow::Cow;

pub use condition::{Condition, Truth};
pub use context::{Context, Value};
pub use parse::PolicyError;

use pattern::{covers, meets};

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Whether variables mean anything in it: only since version 2012-10-17.
    pub variables: bool,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whether it allows; else it denies.
    pub allows: bool,
    /// Its number in the document, from 0.
    pub number: usize,
    /// Actions, in small letters: their case does not count.
    pub actions: Names,
    /// Resources; all of them in a policy that hangs on a resource, where none are named.
    pub resources: Names,
    /// Of whom a policy that hangs on a resource speaks.
    pub principals: Option<Principals>,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
}

/// Some names, or all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// What one of these patterns matches.
    Only(Vec<String>),
    /// What none of these patterns matches.
    Except(Vec<String>),
}

/// Of whom a statement speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Principals {
    /// All but those.
    pub except: bool,
    /// Anybody.
    pub anybody: bool,
    /// ARNs, account numbers, or ids of what was deleted.
    pub aws: Vec<String>,
    /// Services.
    pub services: Vec<String>,
    /// Providers of identities.
    pub federated: Vec<String>,
}

impl Names {
    /// Whether all that a pattern matches is meant.
    pub fn cover(&self, goal: &str) -> bool {
        match self {
            Self::Only(patterns) => patterns.iter().any(|pattern| covers(pattern, goal)),
            Self::Except(patterns) => !patterns.iter().any(|pattern| meets(pattern, goal)),
        }
    }

    /// Whether anything that a pattern matches is meant.
    pub fn meet(&self, goal: &str) -> bool {
        match self {
            Self::Only(patterns) => patterns.iter().any(|pattern| meets(pattern, goal)),
            Self::Except(patterns) => !patterns.iter().any(|pattern| covers(pattern, goal)),
        }
    }

    /// The patterns, for those that are meant.
    pub fn named(&self) -> Option<&[String]> {
        match self {
            Self::Only(patterns) => Some(patterns),
            Self::Except(_) => None,
        }
    }
}

impl Statement {
    /// Whether its conditions hold in a context: the least of them.
    pub fn holds(&self, context: &Context<'_>, variables: bool) -> Truth {
        self.conditions.iter().map(|condition| condition.judge(context, variables)).fold(Truth::True, Truth::and)
    }

    /// Its resources, with variables replaced by what the context knows.
    pub fn resources(&self, context: &Context<'_>, variables: bool) -> Cow<'_, Names> {
        let (Names::Only(patterns) | Names::Except(patterns)) = &self.resources;
        if !variables || !patterns.iter().any(|pattern| pattern.contains("${")) {
            return Cow::Borrowed(&self.resources);
        }
        let replaced = patterns.iter().map(|pattern| variables::replace(pattern, context, variables)).collect();
        Cow::Owned(match &self.resources {
            Names::Only(_) => Names::Only(replaced),
            Names::Except(_) => Names::Except(replaced),
        })
    }
}
