use serde::{Deserialize, Serialize};

/// A permission that somebody was given, or that limits him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who was given it: the uri of an identity or group, the id of an account or unit for what limits all of them, or the ARN of the
    /// resource on which it hangs.
    pub to: String,
    /// What it does.
    pub kind: GrantKind,
    /// By what: the name of an inline policy, the ARN of a policy, the name of a group; for the policy of a resource, the account that
    /// owns it, empty where nobody knows; for what was granted on a key, the id of the grant.
    pub via: String,
    /// The policy itself; `None`: a policy with a name, whose text is told elsewhere, or a group.
    #[serde(default)]
    pub document: Option<String>,
}

/// What a grant does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantKind {
    /// A policy of his own.
    Inline,
    /// A policy with a name.
    Attached,
    /// The most that any policy can give him.
    Boundary,
    /// Who may become him.
    Trust,
    /// He is a member of a group, and has what the group has.
    Member,
    /// The most that anybody below a unit of the organization may do.
    ServiceControl,
    /// The most that anybody may do to what lies below a unit of the organization.
    ResourceControl,
    /// Who may do what to a resource.
    Resource,
    /// Who was let use a key beside its policy.
    Key,
}

impl GrantKind {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Attached => "attached",
            Self::Boundary => "boundary",
            Self::Trust => "trust",
            Self::Member => "member",
            Self::ServiceControl => "service-control",
            Self::ResourceControl => "resource-control",
            Self::Resource => "resource",
            Self::Key => "key",
        }
    }
}

impl Grant {
    /// How a stretch of a policy begins that stands for what nobody can know (`<unknown var.bucket>`): what it hangs on follows.
    pub const UNKNOWN: &str = "<unknown ";

    /// On what a policy hangs that nobody can know, each once.
    pub fn unknowns(document: &str) -> impl Iterator<Item = &str> {
        let parts = document.split(Self::UNKNOWN).skip(1);
        parts.filter_map(|part| Some(part.split_once('>')?.0)).collect::<std::collections::BTreeSet<_>>().into_iter()
    }

    pub(super) fn key(&self) -> String {
        format!("{} {} {}", self.to, self.kind.name(), self.via)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        super::keep_max(&mut self.document, &other.document);
    }
}
