use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Time;

/// A credential that an inventory lists for an identity: the other side of the join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Whose it is: the uri of the identity, or an alias (`aws:111111111111:user/ci`); of a credential of an account, its own uri.
    pub identity: String,
    /// What sort of credential.
    pub kind: HoldingKind,
    /// Its public name, by which a leak is joined.
    pub handle: String,
    /// Whether it works.
    pub status: Status,
    /// When it was made.
    #[serde(default)]
    pub created: Option<Time>,
    /// When it ends by itself.
    #[serde(default)]
    pub expires: Option<Time>,
    /// When it was last used.
    #[serde(default)]
    pub last_used: Option<Time>,
    /// Whether the inventory could say when it was used: without that, no date means nothing.
    #[serde(default)]
    pub use_known: bool,
    /// What else is told (`service`, `region` of the last use; `spki-sha256`).
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// The sorts of credential that inventories list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldingKind {
    /// An AWS access key; the handle is its id.
    AccessKey,
    /// One of the two access keys that a credential report counts without naming them; the handle is the number.
    AccessKeySlot,
    /// A password for the console; the handle is empty.
    Password,
    /// A second factor; the handle is its serial number.
    Mfa,
    /// A certificate that signs requests; the handle is its id.
    SigningCertificate,
    /// A certificate that a load balancer shows; the handle is its name.
    ServerCertificate,
    /// A public SSH key; the handle is its id.
    SshKey,
    /// A user and password, or a key, for one service; the handle is its id.
    ServiceSpecific,
    /// A key pair of virtual machines; the handle is its id.
    KeyPair,
}

impl HoldingKind {
    /// Whether such a credential belongs to an account, and to no identity in it: then it is listed under a uri of its own.
    pub fn is_of_account(self) -> bool {
        matches!(self, Self::ServerCertificate | Self::KeyPair)
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessKey => "access-key",
            Self::AccessKeySlot => "access-key-slot",
            Self::Password => "password",
            Self::Mfa => "mfa",
            Self::SigningCertificate => "signing-certificate",
            Self::ServerCertificate => "server-certificate",
            Self::SshKey => "ssh-key",
            Self::ServiceSpecific => "service-specific",
            Self::KeyPair => "key-pair",
        }
    }
}

/// Whether a credential works, as far as its inventory says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nobody said.
    Unknown,
    /// It is switched off.
    Inactive,
    /// It works.
    Active,
}

impl Holding {
    /// A credential of which nothing else is known yet.
    pub fn new(identity: impl Into<String>, kind: HoldingKind, handle: impl Into<String>) -> Self {
        Self {
            identity: identity.into(),
            kind,
            handle: handle.into(),
            status: Status::Unknown,
            created: None,
            expires: None,
            last_used: None,
            use_known: false,
            attributes: BTreeMap::new(),
        }
    }

    /// The account of whose it is, as its name tells.
    pub fn account(&self) -> Option<&str> {
        self.identity.split(':').find(|part| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit()))
    }

    pub(super) fn key(&self) -> String {
        format!("{} {} {}", self.identity, self.kind.name(), self.handle)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.status = self.status.max(other.status);
        self.created = self.created.max(other.created);
        self.expires = self.expires.max(other.expires);
        self.last_used = self.last_used.max(other.last_used);
        self.use_known |= other.use_known;
        super::merge_maps(&mut self.attributes, &other.attributes);
    }
}
