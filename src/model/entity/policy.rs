use serde::{Deserialize, Serialize};

/// A policy with a name of its own, which may be attached to many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyText {
    /// Its ARN.
    pub uri: String,
    /// Its short name.
    pub name: String,
    /// Its versions, the newest last.
    pub versions: Vec<PolicyVersion>,
    /// To how many it is attached, where the inventory says.
    #[serde(default)]
    pub attachments: Option<u64>,
}

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// Its id, `v3`.
    pub id: String,
    /// Whether it is the one that counts.
    pub default: bool,
    /// Its text.
    pub document: String,
}

impl PolicyText {
    pub(super) fn key(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.attachments = self.attachments.max(other.attachments);
        self.versions.extend(other.versions.iter().cloned());
        self.versions.sort();
        self.versions.dedup();
    }
}
