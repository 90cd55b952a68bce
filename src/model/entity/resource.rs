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

    /// When it was made.
    pub const CREATED: &str = "created";
    /// How many hang on it: things on a certificate, keys on an interface.
    pub const COUNT: &str = "count";
    /// The names of the things that have it, with commas between.
    pub const THINGS: &str = "things";
    /// A policy that it is itself.
    pub const POLICY: &str = "policy";
    /// What stands before it beside its policy, in words: a network, a login.
    pub const BEHIND: &str = "behind";

    /// Whether a pool of identities lets in guests: `yes` or `no`.
    pub const GUESTS: &str = "guests";
    /// The role of guests.
    pub const GUEST_ROLE: &str = "guest-role";
    /// The role of those who logged in.
    pub const MEMBER_ROLE: &str = "member-role";
    /// Whether a pool gives tokens with which its role is assumed by whoever has one, whole: `yes` or `no`.
    pub const CLASSIC: &str = "classic-flow";

    /// That it is a key, or something with keys: `gateway` or `graph`.
    pub const KEY: &str = "key-of";
    /// How it, or whoever comes to it, authenticates, in AWS's words.
    pub const AUTHENTICATION: &str = "authentication";
    /// Where sources are kept to which it opens.
    pub const SOURCE: &str = "source-host";

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
