use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{About, Confidence, CredentialKey, Severity};

/// A check's verdict on one subject, with its reason and its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check that says it.
    pub check: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// One sentence: why this is a finding.
    pub because: String,
    /// The observed values beside their thresholds.
    pub evidence: Vec<Evidence>,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A credential that lies somewhere.
    Credential(CredentialKey),
    /// An identity.
    Identity {
        /// Its uri.
        uri: String,
        /// Which of its credentials or permissions; empty: itself. Tells several findings of one check from each other.
        about: String,
    },
}

impl Subject {
    /// An identity, or one thing that it has.
    pub fn identity(uri: impl Into<String>, about: impl Into<String>) -> Self {
        Self::Identity { uri: uri.into(), about: about.into() }
    }
}

impl From<CredentialKey> for Subject {
    fn from(key: CredentialKey) -> Self {
        Self::Credential(key)
    }
}

/// By what a finding is known from run to run: `rule:fingerprint`, `uri`, `uri:about`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(key) => write!(f, "{}:{}", key.rule, key.fingerprint),
            Self::Identity { uri, about } if about.is_empty() => f.write_str(uri),
            Self::Identity { uri, about } => write!(f, "{uri}:{about}"),
        }
    }
}

/// One observation that a finding rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// What was observed (`days-exposed`).
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// What it was held against, with the operator (`>= 90`); `None` where nothing is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
}

impl Finding {
    /// A finding cannot be built without a reason.
    pub fn new(about: &About, subject: impl Into<Subject>, severity: Severity, confidence: Confidence, because: impl Into<String>) -> Self {
        Self { check: about.id, subject: subject.into(), severity, confidence, because: because.into(), evidence: Vec::new() }
    }

    /// Adds an observation.
    #[must_use]
    pub fn and(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.evidence.push(Evidence { name, value: value.into(), threshold: None });
        self
    }

    /// Adds an observation that crossed a threshold.
    #[must_use]
    pub fn and_beyond(mut self, name: &'static str, value: impl Into<Value>, threshold: impl Into<String>) -> Self {
        self.evidence.push(Evidence { name, value: value.into(), threshold: Some(threshold.into()) });
        self
    }
}
