use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Time;

/// A non-human actor that can authenticate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its name in the world: for AWS its ARN, which is what people search for.
    pub uri: String,
    /// Who runs it: `aws`.
    pub provider: String,
    /// What sort of actor.
    pub kind: IdentityKind,
    /// Its short name.
    pub name: String,
    /// The account that owns it.
    pub scope: String,
    /// Its id for good (`AIDA…`), which its name is not: names are given again.
    #[serde(default)]
    pub native: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub created: Option<Time>,
    /// When it was last used, by whatever credential the inventory counts.
    #[serde(default)]
    pub last_used: Option<Time>,
    /// What its owners wrote on it.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What else is told (`path`, `password`, `mfa`).
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// The sorts of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityKind {
    /// Has credentials of its own.
    User,
    /// Is assumed by others.
    Role,
    /// The owner of an account.
    Root,
    /// What people may do in the accounts that they are let into, by single sign-on.
    PermissionSet,
    /// Belongs to an account that no inventory is about, and comes into one's own, or is what one's own may become.
    External,
}

impl IdentityKind {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Root => "root",
            Self::PermissionSet => "permission-set",
            Self::External => "external",
        }
    }
}

impl Identity {
    /// The attribute that names what of it could not be read, as the inventory calls it: `AttachedManagedPolicies, Tags`.
    pub const UNTOLD: &str = "untold";

    /// The attribute that names the file in which it is declared.
    pub const DECLARED_IN: &str = "declared-in";

    /// The attribute that names who answers for that file by the CODEOWNERS of its repository: `@acme/platform ann@acme.dev`.
    pub const CODE_OWNERS: &str = "code-owners";

    /// The attribute that names who first committed that file: `Ann <ann@acme.dev> in 0123456789ab on 2024-05-01`.
    pub const AUTHOR: &str = "declared-by";

    /// The attribute that says who has a permission set, in which accounts: `group admins in 111111111111; user ann in …`.
    pub const ASSIGNED: &str = "assigned";

    /// What adds to or takes from what it may do and could not be read.
    pub fn untold_powers(&self) -> impl Iterator<Item = &str> {
        let parts = self.attributes.get(Self::UNTOLD).into_iter().flat_map(|parts| parts.split(", "));
        parts.filter(|part| !matches!(*part, "Tags" | "RoleLastUsed" | "AccountAssignments"))
    }

    /// Whether a part of what its inventory tells could not be read.
    pub fn lacks(&self, part: &str) -> bool {
        self.attributes.get(Self::UNTOLD).is_some_and(|parts| parts.split(", ").any(|one| one == part))
    }

    /// Whether its inventory tells its tags: of one of whom no more than a key is known, and of one that is declared (whose provider may
    /// tag all), nobody can say that it has none.
    pub fn tells_tags(&self) -> bool {
        (self.native.is_some() || self.created.is_some()) && !self.lacks("Tags")
    }

    /// An actor of which only the name is known.
    pub fn new(provider: &str, kind: IdentityKind, uri: impl Into<String>, name: impl Into<String>, scope: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            provider: provider.into(),
            kind,
            name: name.into(),
            scope: scope.into(),
            native: None,
            created: None,
            last_used: None,
            tags: BTreeMap::new(),
            attributes: BTreeMap::new(),
        }
    }

    /// The name under which documents speak of it that know no more than account and short name.
    pub fn alias(&self) -> String {
        Self::alias_of(&self.provider, &self.scope, self.kind, &self.name)
    }

    /// The alias of an identity.
    pub fn alias_of(provider: &str, scope: &str, kind: IdentityKind, name: &str) -> String {
        format!("{provider}:{scope}:{}/{name}", kind.name())
    }

    pub(super) fn key(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        super::keep_max(&mut self.native, &other.native);
        self.created = self.created.max(other.created);
        self.last_used = self.last_used.max(other.last_used);
        super::merge_maps(&mut self.tags, &other.tags);
        super::merge_maps(&mut self.attributes, &other.attributes);
    }
}
