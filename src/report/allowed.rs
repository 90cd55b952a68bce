//! What somebody accepted, in the words of the JSON contract.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    model::{AllowedBy, Time},
    store::{StoredAllow, StoredBaseline},
};

use super::Report;

/// An allow with what it covered.
#[derive(Serialize)]
pub(super) struct Allow<'r> {
    by: &'static str,
    at: &'r str,
    target: Option<&'r str>,
    rule: Option<&'r str>,
    path: Option<&'r str>,
    line: Option<u32>,
    fingerprint: Option<String>,
    commit: Option<&'r str>,
    reason: Option<&'r str>,
    owner: Option<&'r str>,
    until: Option<String>,
    state: &'r str,
    credentials: u64,
    places: u64,
}

impl<'r> Allow<'r> {
    pub fn of(stored: &'r StoredAllow) -> Self {
        let allow = &stored.allow;
        Self {
            by: allow.by.name(),
            at: &allow.at,
            target: allow.target.as_deref(),
            rule: allow.rule.as_deref(),
            path: allow.path.as_deref(),
            line: stored.line,
            fingerprint: allow.fingerprint.map(|f| f.to_string()),
            commit: allow.commit.as_deref(),
            reason: allow.reason.as_deref(),
            owner: allow.owner.as_deref(),
            until: allow.until.map(Time::date),
            state: &stored.state,
            credentials: stored.credentials,
            places: stored.places,
        }
    }
}

/// What covers a place.
#[derive(Serialize)]
pub(super) struct Cover<'r> {
    by: &'static str,
    at: &'r str,
    reason: Option<&'r str>,
    owner: Option<&'r str>,
    until: Option<String>,
}

impl<'r> Cover<'r> {
    pub fn of(stored: &'r StoredAllow) -> Self {
        let allow = &stored.allow;
        let until = allow.until.map(Time::date);
        Self { by: allow.by.name(), at: &allow.at, reason: allow.reason.as_deref(), owner: allow.owner.as_deref(), until }
    }
}

/// How much is accepted.
#[derive(Serialize)]
pub(super) struct AllowedCounts {
    credentials: u64,
    sightings: u64,
    inline: u64,
    settings: u64,
    repository: u64,
    baseline: u64,
}

impl AllowedCounts {
    pub fn of(report: &Report<'_>) -> Self {
        let by = |by| report.allowed.iter().filter(|(known, _)| *known == by).map(|(_, n)| n).sum();
        Self {
            credentials: report.allowed.iter().map(|(_, n)| n).sum(),
            sightings: report.allowed_places,
            inline: by(AllowedBy::Inline),
            settings: by(AllowedBy::Settings),
            repository: by(AllowedBy::Repository),
            baseline: by(AllowedBy::Baseline),
        }
    }
}

/// What is new beside a baseline.
#[derive(Serialize)]
pub(super) struct Baseline<'r> {
    file: &'r str,
    known: u64,
    new: u64,
    gone: &'r RawValue,
}

impl<'r> Baseline<'r> {
    pub fn of(stored: &'r StoredBaseline) -> Self {
        Self { file: &stored.file, known: stored.known, new: stored.new, gone: &stored.gone }
    }
}
