use serde::Serialize;
use serde_json::Value;

use super::{About, Confidence, CredentialKey, Severity};

/// A check's verdict on one subject, with its reason and its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check that says it.
    pub check: &'static str,
    /// The credential it is about.
    pub subject: CredentialKey,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// One sentence: why this is a finding.
    pub because: String,
    /// The observed values beside their thresholds.
    pub evidence: Vec<Evidence>,
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
    pub fn new(about: &About, subject: CredentialKey, severity: Severity, confidence: Confidence, because: impl Into<String>) -> Self {
        Self { check: about.id, subject, severity, confidence, because: because.into(), evidence: Vec::new() }
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
