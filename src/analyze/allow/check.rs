use crate::model::{About, Allow, AllowedBy, Evidence, Severity, Time};

/// Judges what is known of an allow by one standard.
pub trait AllowCheck: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// What is wrong with an allow; `None` where there is nothing to say. `whole` says that the run saw everything.
    fn judge(&self, used: &AllowUse, whole: bool, now: Time) -> Option<AllowFinding>;
}

/// An allow, and what it covered in a run.
#[derive(Debug, Clone)]
pub struct AllowUse {
    /// The allow.
    pub allow: Allow,
    /// The line on which it stands, for a single mark.
    pub line: Option<u32>,
    /// How many credentials it fits.
    pub credentials: u64,
    /// At how many places.
    pub places: u64,
    /// Whether it may well be meant for something that was not looked at.
    pub optional: bool,
}

impl AllowUse {
    /// What the run says of it in a word.
    pub fn state(&self, whole: bool, now: Time) -> &'static str {
        let own = self.allow.by != AllowedBy::Inline || self.line.is_some();
        match () {
            () if own && self.allow.reason.is_none() => "reasonless",
            () if self.allow.expired(now) => "expired",
            () if self.places > 0 => "used",
            () if whole && !self.optional => "unused",
            () => "unknown",
        }
    }

    /// Names it in a sentence.
    pub fn name(&self) -> String {
        match (&self.allow.path, self.line) {
            (Some(path), Some(line)) => format!("`{}` at {path}:{line}", self.allow.at),
            _ => format!("the allow of {} in {}", self.allow.scope(), self.allow.at),
        }
    }

    /// What it covers, in words.
    pub fn covers(&self) -> String {
        match (self.credentials, self.places) {
            (_, 0) => "it fits nothing".into(),
            (1, 1) => "it fits 1 credential".into(),
            (credentials, places) => format!("it fits {credentials} credentials at {places} places"),
        }
    }
}

/// A check's verdict on an allow.
#[derive(Debug, Clone, PartialEq)]
pub struct AllowFinding {
    /// The check that says it.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence: why this is a finding.
    pub because: String,
    /// The observed values beside their thresholds.
    pub evidence: Vec<Evidence>,
}

impl AllowFinding {
    /// A finding cannot be built without a reason.
    pub(super) fn new(about: &About, severity: Severity, because: String, used: &AllowUse) -> Self {
        let places = Evidence { name: "places", value: used.places.into(), threshold: None };
        Self { check: about.id, severity, because, evidence: vec![places] }
    }
}

#[cfg(test)]
pub(super) fn sample(reason: Option<&str>, until: Option<&str>, places: u64) -> AllowUse {
    let allow = Allow {
        by: AllowedBy::Repository,
        at: "unhidden.toml".into(),
        target: None,
        rule: Some("sample.token".into()),
        path: Some("tests/**".into()),
        fingerprint: None,
        commit: None,
        reason: reason.map(Into::into),
        owner: None,
        until: until.and_then(Time::parse_day),
    };
    AllowUse { allow, line: None, credentials: places, places, optional: false }
}
