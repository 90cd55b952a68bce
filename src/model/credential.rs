use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Confidence, Fingerprint, Preview, Severity, Time};

/// The attribute of a credential that somebody seems to have made up at a keyboard.
pub const MADE_UP: &str = "made-up";

/// Names a credential across documents, runs and repositories: which rule knew it, and the fingerprint of what was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialKey {
    /// The rule that recognised it; borrowed for built-in rules, so that a sighting costs no allocation.
    pub rule: Cow<'static, str>,
    /// Keyed digest of the match.
    pub fingerprint: Fingerprint,
}

/// What an identity shows to authenticate, as far as we know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its name across documents.
    pub key: CredentialKey,
    /// What sort of credential it is.
    pub kind: Kind,
    /// How bad its exposure is, by its rule.
    pub severity: Severity,
    /// How sure we are that it is one.
    pub confidence: Confidence,
    /// Its public name where the format carries one (`AKIA…`, key id, `iss`+`sub`).
    pub handle: Option<String>,
    /// What may be shown of it.
    pub preview: Preview,
    /// What its offline proofs said.
    pub proof: Proof,
    /// When it was issued, if it says so itself.
    pub issued: Option<Time>,
    /// When it expires, if it says so itself.
    pub expires: Option<Time>,
    /// What else the format tells in clear (`account`, `iss`, `encrypted` …).
    pub attributes: BTreeMap<String, String>,
    /// Its other half (a secret key beside a key id), where one was found near it.
    pub companion: Companion,
}

impl Credential {
    /// Joins what two documents told of the same credential. Commutative, associative and idempotent, so that the order in
    /// which workers finish cannot change the record.
    pub fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.key, other.key, "only the same credential can be merged");
        self.severity = self.severity.max(other.severity);
        self.confidence = self.confidence.max(other.confidence);
        self.handle = self.handle.take().max(other.handle.clone());
        self.preview = self.preview.clone().max(other.preview.clone());
        self.proof = self.proof.max(other.proof);
        self.issued = self.issued.max(other.issued);
        self.expires = self.expires.max(other.expires);
        for (name, value) in &other.attributes {
            let mine = self.attributes.entry(name.clone()).or_default();
            if *mine < *value {
                mine.clone_from(value);
            }
        }
        self.companion = self.companion.max(other.companion);
    }
}

/// The sorts of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A bearer token or API key of a provider.
    Token,
    /// An access key: a public id, with or without its secret half beside it.
    AccessKey,
    /// A private key of any format.
    PrivateKey,
    /// A JSON web token.
    Jwt,
    /// A password, alone or with its user.
    Password,
    /// A connection string or address that carries a password.
    ConnectionString,
    /// An address that is itself the credential.
    Webhook,
    /// A file that holds keys or passwords as a whole, mostly behind a password.
    KeyStore,
    /// A public identifier: no secret, kept because it joins a leak to an inventory.
    Identifier,
    /// A certificate: no secret, but what lets in whoever holds its key, until it expires.
    Certificate,
    /// The public half of a key: no secret, but what lets in whoever holds the other half.
    PublicKey,
}

impl Kind {
    /// All kinds with their names.
    pub const NAMES: &'static [(Self, &'static str)] = &[
        (Self::Token, "token"),
        (Self::AccessKey, "access-key"),
        (Self::PrivateKey, "private-key"),
        (Self::Jwt, "jwt"),
        (Self::Password, "password"),
        (Self::ConnectionString, "connection-string"),
        (Self::Webhook, "webhook"),
        (Self::KeyStore, "key-store"),
        (Self::Identifier, "identifier"),
        (Self::Certificate, "certificate"),
        (Self::PublicKey, "public-key"),
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("token", |(_, name)| name)
    }

    /// Whether it is meant to be seen: where it lies is no matter, what it says may be.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Identifier | Self::Certificate | Self::PublicKey)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::NAMES.iter().find(|(_, name)| *name == text).map(|(kind, _)| *kind).ok_or_else(|| format!("no credential kind `{text}`"))
    }
}

/// What offline proofs said of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// A check value is there and does not fit: made up, mistyped or another format. Low confidence, but told.
    Invalid,
    /// The format has no check value, or not in this form.
    NotApplicable,
    /// The check value fits.
    Valid,
}

impl Proof {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::NotApplicable => "not-applicable",
            Self::Valid => "valid",
        }
    }
}

/// The other half of a credential that comes as a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Companion {
    /// The format has no other half, or none was near.
    None,
    /// Several candidates were near and nothing tells which belongs to it.
    Ambiguous,
    /// Exactly one was near: its fingerprint.
    Found(Fingerprint),
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_comes_back_from_its_name() {
        for (kind, name) in Kind::NAMES {
            assert_eq!(name.parse(), Ok(*kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(serde_json::Value::from(*name)));
        }
    }
}
