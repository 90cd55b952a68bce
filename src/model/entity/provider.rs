use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Time;

/// Somebody outside who vouches for identities: an OIDC issuer, a SAML provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its ARN.
    pub uri: String,
    /// `oidc` or `saml`.
    pub kind: String,
    /// The account that believes it.
    pub scope: String,
    /// Its address, without scheme.
    #[serde(default)]
    pub issuer: String,
    /// Audiences that it may vouch for.
    #[serde(default)]
    pub clients: BTreeSet<String>,
    /// When it was made.
    #[serde(default)]
    pub created: Option<Time>,
    /// When what it said of itself ends.
    #[serde(default)]
    pub expires: Option<Time>,
}

impl Provider {
    pub(super) fn key(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        super::keep_max(&mut self.issuer, &other.issuer);
        self.clients.extend(other.clients.iter().cloned());
        self.created = self.created.max(other.created);
        self.expires = self.expires.max(other.expires);
    }
}
