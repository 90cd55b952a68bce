use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Time;

/// A secret that lies where it should, in a manager: its name and dates, never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vaulted {
    /// Its ARN.
    pub uri: String,
    /// Its name.
    pub name: String,
    /// The account that owns it.
    pub scope: String,
    /// When it was made.
    #[serde(default)]
    pub created: Option<Time>,
    /// When it was last changed or rotated.
    #[serde(default)]
    pub rotated: Option<Time>,
    /// Whether the manager rotates it by itself.
    #[serde(default)]
    pub rotates: Option<bool>,
    /// Every how many days.
    #[serde(default)]
    pub interval: Option<i64>,
    /// When somebody last read it.
    #[serde(default)]
    pub last_used: Option<Time>,
    /// The keyed fingerprints of what its value holds, in hexadecimal; empty where nobody consented to its being read.
    #[serde(default)]
    pub fingerprints: BTreeSet<String>,
}

impl Vaulted {
    /// A secret of which no more than the name is known.
    pub fn new(uri: impl Into<String>, name: impl Into<String>, scope: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            name: name.into(),
            scope: scope.into(),
            created: None,
            rotated: None,
            rotates: None,
            interval: None,
            last_used: None,
            fingerprints: BTreeSet::new(),
        }
    }

    pub(super) fn key(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.created = self.created.max(other.created);
        self.rotated = self.rotated.max(other.rotated);
        self.rotates = self.rotates.max(other.rotates);
        self.interval = self.interval.max(other.interval);
        self.last_used = self.last_used.max(other.last_used);
        self.fingerprints.extend(other.fingerprints.iter().cloned());
    }
}
