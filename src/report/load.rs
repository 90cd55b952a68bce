use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    model::{AllowedBy, Confidence, Control, Fault, Severity},
    store::{
        Record, StoreError, StoredAbout, StoredAllow, StoredAllowFinding, StoredBaseline, StoredEntry, StoredFinding, StoredIdentity,
        StoredIdentityFinding, StoredPlace, StoredRun, StoredUndecided,
    },
};

/// What is said of one run. Its findings stay in the record, however many they are, and are read as they are written.
pub struct Report<'r> {
    record: &'r Record,
    /// The run.
    pub run: StoredRun,
    /// What it could not see.
    pub faults: Vec<Fault>,
    /// What its rules and checks say of themselves.
    pub abouts: BTreeMap<String, StoredAbout>,
    /// What somebody accepted, with what it covered.
    pub allows: Vec<StoredAllow>,
    /// Their places in that list, by number.
    numbers: HashMap<i64, usize>,
    /// What is wrong with that, worst first.
    pub allow_findings: Vec<StoredAllowFinding>,
    /// How many credentials are accepted at all of their places, by the way in which they are.
    pub allowed: Vec<(AllowedBy, u64)>,
    /// At how many places something is accepted.
    pub allowed_places: u64,
    /// What is new beside a baseline, where one was in use.
    pub baseline: Option<StoredBaseline>,
    /// The identities that it saw, or whose credentials it saw, the riskiest first.
    pub identities: Vec<StoredIdentity>,
    /// What is wrong with them, worst first.
    pub identity_findings: Vec<StoredIdentityFinding>,
    /// What could not be decided.
    pub undecided: Vec<StoredUndecided>,
    /// How many findings there are of each severity (as a number) and confidence.
    weights: BTreeMap<(u8, Option<Confidence>), u64>,
    /// How many credentials there are by the severity of their worst finding.
    worst: BTreeMap<u8, usize>,
}

impl<'r> Report<'r> {
    /// Reads the report of a run.
    pub fn load(record: &'r Record, run: i64) -> Result<Self, StoreError> {
        let mut weights: BTreeMap<(u8, Option<Confidence>), u64> = BTreeMap::new();
        let mut ranks: Vec<(i64, u8)> = Vec::new();
        record.weigh(run, |weight| {
            *weights.entry((weight.rank, weight.confidence)).or_default() += 1;
            ranks.extend(weight.credential.map(|credential| (credential, weight.rank)));
        })?;
        let allows = record.allows_of(run)?;
        Ok(Self {
            record,
            numbers: allows.iter().enumerate().map(|(at, allow)| (allow.number, at)).collect(),
            faults: record.faults_of(run)?,
            abouts: record.abouts_of(run)?,
            allows,
            allow_findings: record.allow_findings(run)?,
            allowed: record.allowed_counts(run)?,
            allowed_places: record.allowed_places(run)?,
            baseline: record.baseline_of(run)?,
            identities: record.identities(run)?.into_iter().filter(|stored| stored.in_view).collect(),
            identity_findings: record.identity_findings(run)?,
            undecided: record.undecided(run)?,
            run: record.run(run)?,
            weights,
            worst: worst(ranks),
        })
    }

    /// The findings about credentials, worst first.
    pub fn entries(&self) -> Entries<'_> {
        let ranks: BTreeSet<u8> = self.weights.keys().map(|(rank, _)| *rank).collect();
        Entries { report: self, allowed: false, ranks: ranks.into_iter().collect(), after: String::new(), page: Vec::new().into_iter() }
    }

    /// The findings about credentials that somebody accepted at all of their places, worst first.
    pub fn allowed_entries(&self) -> Entries<'_> {
        let ranks = if self.allowed.is_empty() { Vec::new() } else { Severity::ALL.iter().map(|s| *s as u8).collect() };
        Entries { report: self, allowed: true, ranks, after: String::new(), page: Vec::new().into_iter() }
    }

    /// The allow of that number.
    pub fn allow(&self, number: i64) -> Option<&StoredAllow> {
        self.numbers.get(&number).map(|at| &self.allows[*at])
    }

    /// What covers a place.
    pub fn cover(&self, place: &StoredPlace) -> Option<&StoredAllow> {
        self.allow(place.allow?)
    }

    /// The risks and controls of public frameworks that a check speaks to.
    pub fn controls(&self, check: &str) -> &[&'static Control] {
        self.abouts.get(check).map_or(&[], |about| about.controls.as_slice())
    }

    /// All findings about some credentials (by their rows), worst first.
    pub fn about(&self, credentials: &BTreeSet<i64>) -> Result<Vec<StoredFinding>, StoreError> {
        self.record.findings_about(self.run.id, credentials)
    }

    /// Whether any finding weighs so much: its severity as a number, and its confidence.
    pub fn any(&self, weighs: impl Fn(u8, Confidence) -> bool) -> bool {
        self.weights.keys().any(|(rank, confidence)| confidence.is_some_and(|c| weighs(*rank, c)))
    }

    /// How many credentials have findings.
    pub fn credential_count(&self) -> usize {
        self.worst.values().sum()
    }

    /// How many credentials have a worst finding of which severity, worst first.
    pub fn worst(&self) -> impl Iterator<Item = (Severity, usize)> {
        let severity = |rank: u8| Severity::ALL.iter().copied().find(|s| *s as u8 == rank);
        self.worst.iter().rev().filter_map(move |(rank, count)| Some((severity(*rank)?, *count)))
    }

    /// How many faults there were, those not kept one by one included.
    pub fn fault_count(&self) -> u64 {
        self.faults.len() as u64 + self.run.faults_unkept
    }
}

/// Counts credentials by their worst finding.
fn worst(mut ranks: Vec<(i64, u8)>) -> BTreeMap<u8, usize> {
    ranks.sort_unstable();
    let mut counts = BTreeMap::new();
    for findings in ranks.chunk_by(|a, b| a.0 == b.0) {
        *counts.entry(findings[findings.len() - 1].1).or_default() += 1;
    }
    counts
}

/// The findings of a report, read from the record a page at a time.
pub struct Entries<'r> {
    report: &'r Report<'r>,
    /// Whether those are wanted that somebody accepted, or the others.
    allowed: bool,
    /// The severities that are still to come, the next one last.
    ranks: Vec<u8>,
    /// The id of the last finding of the page.
    after: String,
    page: std::vec::IntoIter<StoredEntry>,
}

impl Iterator for Entries<'_> {
    type Item = Result<StoredEntry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.page.next() {
                return Some(Ok(entry));
            }
            let rank = *self.ranks.last()?;
            match self.report.record.page(self.report.run.id, rank, &self.after, self.allowed) {
                Ok(page) => self.turn(page),
                Err(error) => {
                    self.ranks.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Entries<'_> {
    /// Goes on with a page; behind the last page of a severity comes the next severity.
    fn turn(&mut self, page: Vec<StoredEntry>) {
        self.after = page.last().map(|entry| entry.finding.id.clone()).unwrap_or_default();
        if page.is_empty() {
            self.ranks.pop();
        }
        self.page = page.into_iter();
    }
}
