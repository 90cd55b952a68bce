use serde::{Deserialize, Serialize};

use super::{Certainty, Privilege};

/// What an identity may really do, and how far it is to be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The identity.
    pub uri: String,
    /// The most that it may do.
    pub privilege: Privilege,
    /// How sure that is.
    pub certainty: Certainty,
    /// What makes it so: policies and statements, for people.
    pub because: Vec<String>,
    /// The shortest way to administrator; empty where there is none, or where it is one already.
    pub path: Vec<Step>,
    /// Its risk, 0 to 100: what is known, and what it would be if all that is unknown were as bad as it usually is.
    pub risk: (u8, u8),
    /// What the risk is made of; the shares add up to one.
    pub shares: Vec<Share>,
    /// What the risk would be if one thing were mended, the most useful first.
    pub what_if: Vec<WhatIf>,
    /// Who answers for it, as far as anything says so.
    pub owner: Option<String>,
}

impl Standing {
    /// The only reason of a standing that no inventory tells: then its privilege means nothing.
    pub const UNKNOWN: &str = "no inventory tells what it may do";

    /// How a reason begins that says that the identity may be able to do more than is told.
    pub const UNTOLD: &str = "no inventory tells what ";

    /// Whether all that the identity was given is told: else what it may do is no less than this.
    pub fn is_whole(&self) -> bool {
        self.because.iter().all(|why| !why.starts_with(Self::UNTOLD))
    }

    /// Whether any inventory tells what the identity may do.
    pub fn is_known(&self) -> bool {
        self.because.iter().all(|why| why != Self::UNKNOWN)
    }
}

/// One step on the way to administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Who takes it.
    pub from: String,
    /// Whom he becomes, or acts as.
    pub to: String,
    /// Whether he only changes that one, whom he becomes by a later step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changes: bool,
    /// How: the actions that it takes, `iam:PassRole + lambda:CreateFunction`.
    pub by: String,
    /// How sure.
    pub certainty: Certainty,
    /// What allows each action.
    pub witnesses: Vec<Witness>,
}

/// A request that is allowed, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The action.
    pub action: String,
    /// On what.
    pub resource: String,
    /// The policy that allows it.
    pub policy: String,
    /// The number of its statement, from 0.
    pub statement: usize,
}

/// What one group of factors has to do with a risk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The group (`exposure`, `lifetime`).
    pub group: String,
    /// The worst factor in it, in words.
    pub factor: String,
    /// Its part of the whole, 0 to 1.
    pub share: f64,
}

/// What a risk would be if one thing were mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatIf {
    /// What to do.
    pub action: String,
    /// The risk afterwards.
    pub risk: u8,
}
