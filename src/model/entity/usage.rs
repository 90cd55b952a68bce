use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Time;

/// When an identity last used a service that it may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Whose use.
    pub identity: String,
    /// Which service (`s3`).
    pub service: String,
    /// When; `None`: not in the time that the inventory covers.
    #[serde(default)]
    pub last_used: Option<Time>,
    /// The actions that AWS tracks and the identity may take, each with when it last did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<String, Option<Time>>,
}

impl Usage {
    pub(super) fn key(&self) -> String {
        format!("{} {}", self.identity, self.service)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.last_used = self.last_used.max(other.last_used);
        for (action, at) in &other.actions {
            let known = self.actions.entry(action.clone()).or_default();
            *known = (*known).max(*at);
        }
    }
}
