use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that identities use and that has settings of its own: a bucket, a key, a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its ARN.
    pub uri: String,
    /// The account that owns it; empty where nobody tells.
    pub scope: String,
    /// What is told of it, by the names below.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl Resource {
    /// What of it was refused, by the names of AWS with commas between.
    pub const UNTOLD: &str = "untold";
    /// Whether it stays closed to strangers whatever its policy says: `yes` or `no`.
    pub const CLOSED: &str = "closed";
    /// Whether it renews what it encrypts with by itself: `yes` or `no`.
    pub const ROTATES: &str = "rotates";
    /// An address at which anybody can call it.
    pub const OPEN_ADDRESS: &str = "open-address";

    /// What its owners call it.
    pub const NAME: &str = "name";
    /// Whether it is in force: `yes` or `no`.
    pub const ENABLED: &str = "enabled";

    /// One of which nothing else is known.
    pub fn new(uri: impl Into<String>, scope: impl Into<String>) -> Self {
        Self { uri: uri.into(), scope: scope.into(), attributes: BTreeMap::new() }
    }

    /// Whether a part of what hangs on it was refused.
    pub fn is_untold(&self, part: &str) -> bool {
        self.attributes.get(Self::UNTOLD).is_some_and(|all| all.split(", ").any(|one| one == part))
    }

    /// Whether something of it is so; `None` where nobody tells.
    pub fn says(&self, attribute: &str) -> Option<bool> {
        self.attributes.get(attribute).map(|word| word == "yes")
    }

    pub(super) fn key(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        super::keep_max(&mut self.scope, &other.scope);
        super::merge_maps(&mut self.attributes, &other.attributes);
    }
}
