use std::{cell::RefCell, collections::BTreeMap, io};

use serde::{Serialize, Serializer, ser::Error as _, ser::SerializeSeq as _};
use serde_json::value::RawValue;

use crate::{
    model::{About, Companion, Control, Credential, Fault},
    store::{StoreError, StoredAllowFinding, StoredEntry, StoredIdentityFinding, StoredPlace, StoredUndecided},
};

use super::{
    Format, Look, Report,
    allowed::{Allow, AllowedCounts, Baseline, Cover},
    identity::Identity,
    visible::pretty,
};

/// The JSON Schema of the document, version 1.
pub const SCHEMA: &str = include_str!("../../docs/report.schema.json");

/// One JSON document.
pub struct Json;

const ABOUT: About = About {
    id: "json",
    title: "One JSON document, versioned",
    explain: "The whole report as one document. Its shape is a contract: fields are added, never changed, within a version. docs/report.md describes it, \
              docs/report.schema.json is its JSON Schema.",
    controls: &[],
    see: &[],
};

impl Format for Json {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(&self, report: &Report<'_>, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        let trouble = RefCell::default();
        let document = Document {
            version: 1,
            run: Run::of(report),
            findings: Findings { report, allowed: false, trouble: &trouble },
            faults: &report.faults,
            faults_unkept: report.run.faults_unkept,
            skipped: &report.run.skipped,
            allowed: Findings { report, allowed: true, trouble: &trouble },
            allows: report.allows.iter().map(Allow::of).collect(),
            baseline: report.baseline.as_ref().map(Baseline::of),
            identities: report.identities.iter().map(Identity::of).collect(),
            undecided: &report.undecided,
        };
        let written = document.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, pretty()));
        if let Some(error) = trouble.take() {
            return Err(io::Error::other(error));
        }
        written?;
        writeln!(out)
    }
}

// These types are the contract of version 1. They belong to nobody else, so that a change in the house cannot change them.

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    run: Run<'r>,
    findings: Findings<'r>,
    faults: &'r [Fault],
    faults_unkept: u64,
    skipped: &'r BTreeMap<String, u64>,
    allowed: Findings<'r>,
    allows: Vec<Allow<'r>>,
    baseline: Option<Baseline<'r>>,
    identities: Vec<Identity<'r>>,
    undecided: &'r [StoredUndecided],
}

/// The list of findings, each read when it is its turn to be written.
struct Findings<'r> {
    report: &'r Report<'r>,
    /// Whether those are wanted that somebody accepted, or the others.
    allowed: bool,
    /// Why the record could not be read to the end: serde carries no errors but its own.
    trouble: &'r RefCell<Option<StoreError>>,
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let entries = if self.allowed { self.report.allowed_entries() } else { self.report.entries() };
        let mut of_identities = self.report.identity_findings.iter().filter(|_| !self.allowed).peekable();
        let mut of_allows = self.report.allow_findings.iter().filter(|_| !self.allowed).peekable();
        for entry in entries {
            let entry = entry.map_err(|error| {
                self.trouble.replace(Some(error));
                S::Error::custom("the record cannot be read")
            })?;
            // Worst first, whatever it is about.
            while let Some(worse) = of_identities.next_if(|of_identity| of_identity.rank >= entry.finding.rank) {
                list.serialize_element(&Finding::of_identity(self.report, worse))?;
            }
            while let Some(worse) = of_allows.next_if(|of_allow| of_allow.rank > entry.finding.rank) {
                list.serialize_element(&Finding::of_allow(self.report, worse))?;
            }
            list.serialize_element(&Finding::of(self.report, &entry))?;
        }
        of_identities.try_for_each(|of_identity| list.serialize_element(&Finding::of_identity(self.report, of_identity)))?;
        of_allows.try_for_each(|of_allow| list.serialize_element(&Finding::of_allow(self.report, of_allow)))?;
        list.end()
    }
}

#[derive(Serialize)]
pub(super) struct Run<'r> {
    id: i64,
    started: String,
    finished: Option<String>,
    state: &'r str,
    program: String,
    rules: &'r str,
    targets: &'r [String],
    documents: u64,
    bytes: u64,
    milliseconds: u64,
    credentials: usize,
    allowed: AllowedCounts,
}

impl<'r> Run<'r> {
    pub fn of(report: &'r Report<'_>) -> Self {
        let run = &report.run;
        Self {
            id: run.id,
            started: run.started.to_string(),
            finished: run.finished.map(|t| t.to_string()),
            state: &run.state,
            program: format!("unhidden {}", run.version),
            rules: &run.rules,
            targets: &run.targets,
            documents: run.documents,
            bytes: run.bytes,
            milliseconds: run.milliseconds,
            credentials: report.credential_count(),
            allowed: AllowedCounts::of(report),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Finding<'r> {
    id: &'r str,
    check: &'r str,
    severity: &'r str,
    confidence: &'r str,
    credential: Option<Subject<'r>>,
    allow: Option<Allow<'r>>,
    identity: Option<&'r str>,
    declared_in: Option<&'r str>,
    because: &'r str,
    evidence: &'r RawValue,
    frameworks: &'r [&'static Control],
    sightings: Sightings<'r>,
    elsewhere: Sightings<'r>,
}

impl<'r> Finding<'r> {
    pub fn of(report: &'r Report<'r>, entry: &'r StoredEntry) -> Self {
        let finding = &entry.finding;
        Self {
            id: &finding.id,
            check: &finding.check,
            severity: &finding.severity,
            confidence: &finding.confidence,
            credential: Some(Subject::of(&entry.known.credential)),
            allow: None,
            identity: None,
            declared_in: None,
            because: &finding.because,
            evidence: &finding.evidence,
            frameworks: report.controls(&finding.check),
            sightings: Sightings { report, places: &entry.known.places, this_run: true },
            elsewhere: Sightings { report, places: &entry.known.places, this_run: false },
        }
    }

    pub fn of_allow(report: &'r Report<'r>, finding: &'r StoredAllowFinding) -> Self {
        Self {
            id: &finding.id,
            check: &finding.check,
            severity: &finding.severity,
            confidence: "high",
            credential: None,
            allow: report.allow(finding.allow).map(Allow::of),
            identity: None,
            declared_in: None,
            because: &finding.because,
            evidence: &finding.evidence,
            frameworks: report.controls(&finding.check),
            sightings: Sightings { report, places: &[], this_run: true },
            elsewhere: Sightings { report, places: &[], this_run: false },
        }
    }
}

impl<'r> Finding<'r> {
    pub fn of_identity(report: &'r Report<'r>, finding: &'r StoredIdentityFinding) -> Self {
        Self {
            id: &finding.id,
            check: &finding.check,
            severity: &finding.severity,
            confidence: &finding.confidence,
            credential: None,
            allow: None,
            identity: Some(&finding.identity),
            declared_in: finding.declared_in.as_deref(),
            because: &finding.because,
            evidence: &finding.evidence,
            frameworks: report.controls(&finding.check),
            sightings: Sightings { report, places: &[], this_run: true },
            elsewhere: Sightings { report, places: &[], this_run: false },
        }
    }
}

#[derive(Serialize)]
struct Subject<'r> {
    rule: &'r str,
    kind: &'static str,
    handle: Option<&'r str>,
    fingerprint: String,
    preview: &'r str,
    proof: &'static str,
    issued: Option<String>,
    expires: Option<String>,
    attributes: &'r BTreeMap<String, String>,
    companion: &'static str,
}

impl<'r> Subject<'r> {
    fn of(credential: &'r Credential) -> Self {
        Self {
            rule: &credential.key.rule,
            kind: credential.kind.name(),
            handle: credential.handle.as_deref(),
            fingerprint: credential.key.fingerprint.to_string(),
            preview: credential.preview.as_str(),
            proof: credential.proof.name(),
            issued: credential.issued.map(|t| t.to_string()),
            expires: credential.expires.map(|t| t.to_string()),
            attributes: &credential.attributes,
            companion: match credential.companion {
                Companion::None => "none",
                Companion::Ambiguous => "ambiguous",
                Companion::Found(_) => "found",
            },
        }
    }
}

/// Some of the places of a credential, each put into its form when it is its turn to be written.
struct Sightings<'r> {
    report: &'r Report<'r>,
    places: &'r [StoredPlace],
    this_run: bool,
}

impl Serialize for Sightings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.places.iter().filter(|p| p.this_run == self.this_run).map(|p| Sighting::of(self.report, p)))
    }
}

#[derive(Serialize)]
struct Sighting<'r> {
    target: &'r str,
    path: &'r str,
    wrapping: &'r str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    content: String,
    commit: Option<&'r str>,
    author: Option<&'r str>,
    date: Option<String>,
    in_head: Option<bool>,
    in_tree: bool,
    refs: Vec<&'static str>,
    mode: Option<String>,
    allowed: Option<Cover<'r>>,
}

impl<'r> Sighting<'r> {
    fn of(report: &'r Report<'_>, place: &'r StoredPlace) -> Self {
        let lies = &place.appearance;
        Self {
            target: &place.target,
            path: &lies.path,
            wrapping: &place.wrapping,
            line: place.span.line,
            column: place.span.column,
            end_line: place.span.end_line,
            end_column: place.span.end_column,
            content: lies.content.to_string(),
            commit: lies.introduced.as_ref().map(|i| i.commit.as_str()),
            author: lies.introduced.as_ref().map(|i| i.author.as_str()),
            date: lies.introduced.as_ref().map(|i| i.date.to_string()),
            in_head: lies.in_head,
            in_tree: lies.in_tree,
            refs: lies.refs.names(),
            mode: lies.mode.map(|m| format!("{m:04o}")),
            allowed: report.cover(place).map(Cover::of),
        }
    }
}
