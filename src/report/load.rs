use std::collections::BTreeMap;

use crate::{
    model::{Credential, Fault},
    store::{Record, StoreError, StoredAbout, StoredFinding, StoredPlace, StoredRun},
};

/// What is said of one run.
#[derive(Debug, Clone)]
pub struct Report {
    /// The run.
    pub run: StoredRun,
    /// Its findings, worst first.
    pub entries: Vec<Entry>,
    /// What it could not see.
    pub faults: Vec<Fault>,
    /// What its rules and checks say of themselves.
    pub abouts: BTreeMap<String, StoredAbout>,
    /// The credentials, by row.
    credentials: BTreeMap<i64, Credential>,
    /// Their places, by row.
    places: BTreeMap<i64, Vec<StoredPlace>>,
}

/// One finding of a report.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The finding.
    pub finding: StoredFinding,
}

impl Report {
    /// Reads the report of a run.
    pub fn load(record: &Record, run: i64) -> Result<Self, StoreError> {
        Ok(Self {
            run: record.run(run)?,
            entries: record.findings_of(run)?.into_iter().map(|finding| Entry { finding }).collect(),
            faults: record.faults_of(run)?,
            abouts: record.abouts_of(run)?,
            credentials: record.credentials_of(run)?,
            places: record.places_of(run)?,
        })
    }

    /// The credential that a finding is about.
    pub fn credential(&self, entry: &Entry) -> Option<&Credential> {
        self.credentials.get(&entry.finding.credential)
    }

    /// Where the run saw that credential.
    pub fn sightings(&self, entry: &Entry) -> impl Iterator<Item = &StoredPlace> {
        self.known_places(entry).filter(|p| p.this_run)
    }

    /// Where other runs saw it.
    pub fn elsewhere(&self, entry: &Entry) -> impl Iterator<Item = &StoredPlace> {
        self.known_places(entry).filter(|p| !p.this_run)
    }

    fn known_places(&self, entry: &Entry) -> impl Iterator<Item = &StoredPlace> {
        self.places.get(&entry.finding.credential).into_iter().flatten()
    }

    /// How many credentials have findings.
    pub fn credential_count(&self) -> usize {
        self.credentials.len()
    }

    /// How many faults there were, those not kept one by one included.
    pub fn fault_count(&self) -> u64 {
        self.faults.len() as u64 + self.run.faults_unkept
    }
}
