//! The findings of a run, a page at a time.
//!
//! Between two pages the record is not locked: whoever reads a long report slowly keeps no other run waiting. What a page says
//! does not change any more, because a run writes its findings all at once.

use std::collections::BTreeSet;

use rusqlite::{Row, params};
use serde_json::value::RawValue;

use crate::model::{Confidence, Known};

use super::{
    Record, StoreError, StoredPlace,
    known::{CREDENTIAL, Places, credential},
};

/// Findings of a page, at most.
const MOST_FINDINGS: u32 = 256;
/// A page ends with the finding by which it has so many places.
const MOST_PLACES: usize = 1024;

/// A finding as the record has it.
#[derive(Debug, Clone)]
pub struct StoredFinding {
    /// Check, rule and fingerprint: the same finding has the same id in every run.
    pub id: String,
    /// The check.
    pub check: String,
    /// How bad.
    pub severity: String,
    /// The same as a number, 0 to 4.
    pub rank: u8,
    /// How sure.
    pub confidence: String,
    /// The credential's row.
    pub credential: i64,
    /// Why.
    pub because: String,
    /// Observations: JSON list of `{name, value, threshold?}`.
    pub evidence: Box<RawValue>,
}

/// A finding with what it is about.
#[derive(Debug, Clone)]
pub struct StoredEntry {
    /// The finding.
    pub finding: StoredFinding,
    /// The credential, with the places of the run and those elsewhere.
    pub known: Known,
}

impl StoredEntry {
    /// Where the run saw the credential.
    pub fn sightings(&self) -> impl Iterator<Item = &StoredPlace> {
        self.known.places.iter().filter(|p| p.this_run)
    }
}

/// What a finding weighs: enough to count and to judge all of them.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// The credential's row; `None` for a finding about an allow.
    pub credential: Option<i64>,
    /// Severity as a number, 0 to 4.
    pub rank: u8,
    /// How sure; `None` where the record says something that we do not know.
    pub confidence: Option<Confidence>,
}

const FINDING: &str = "f.id, f.check_id, f.severity, f.rank, f.confidence, f.credential, f.because, f.evidence";

impl Record {
    /// Shows what each finding of a run weighs that nobody accepted.
    pub fn weigh(&self, run: i64, mut each: impl FnMut(Weight)) -> Result<(), StoreError> {
        let sql = "SELECT credential, rank, confidence FROM finding WHERE run = ?1 AND allowed IS NULL";
        let mut show = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([run])?;
            while let Some(row) = rows.next()? {
                each(Weight { credential: row.get(0)?, rank: row.get(1)?, confidence: row.get_ref(2)?.as_str()?.parse().ok() });
            }
            Ok(())
        };
        show().map_err(|e| self.sorted(e))
    }

    /// The next findings of a run of that rank, by id, with the credentials that they are about: those behind the id `after`. None:
    /// there are no more. Those that somebody accepted have pages of their own.
    pub fn page(&self, run: i64, rank: u8, after: &str, allowed: bool) -> Result<Vec<StoredEntry>, StoreError> {
        self.read_page(run, rank, after, allowed).map_err(|e| self.sorted(e))
    }

    fn read_page(&self, run: i64, rank: u8, after: &str, allowed: bool) -> rusqlite::Result<Vec<StoredEntry>> {
        let sql = format!(
            "SELECT {CREDENTIAL}, {FINDING} FROM finding f CROSS JOIN credential c ON c.id = f.credential
             WHERE f.run = ?1 AND f.rank = ?2 AND f.id > ?3 AND (f.allowed IS NOT NULL) = ?5 ORDER BY f.id LIMIT ?4"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut places = Places::new(&self.connection, run)?;
        let mut rows = statement.query(params![run, rank, after, MOST_FINDINGS, allowed])?;
        let (mut page, mut seen) = (Vec::new(), 0);
        while let Some(row) = rows.next()?.filter(|_| seen < MOST_PLACES) {
            let (id, credential) = credential(row)?;
            let known = Known {
                credential,
                places: places.of(id)?,
                related: Vec::new(),
                beside: Vec::new(),
                chains: Vec::new(),
                held: None,
                vaulted: Vec::new(),
            };
            seen += known.places.len();
            page.push(StoredEntry { finding: finding(row, BEHIND_CREDENTIAL)?, known });
        }
        Ok(page)
    }

    /// All findings of a run about some credentials, worst first.
    pub fn findings_about(&self, run: i64, credentials: &BTreeSet<i64>) -> Result<Vec<StoredFinding>, StoreError> {
        let sql = format!("SELECT {FINDING} FROM finding f WHERE f.run = ?1 AND f.credential IS NOT NULL");
        let mut found = Vec::new();
        let mut pick = || {
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query([run])?;
            while let Some(row) = rows.next()? {
                if credentials.contains(&row.get(5)?) {
                    found.push(finding(row, 0)?);
                }
            }
            Ok(())
        };
        pick().map_err(|e| self.sorted(e))?;
        found.sort_by(|a, b| (b.rank, &a.id).cmp(&(a.rank, &b.id)));
        Ok(found)
    }
}

/// How many columns [`CREDENTIAL`] has.
const BEHIND_CREDENTIAL: usize = 13;

/// A finding, from the columns of [`FINDING`] that begin at `at`.
fn finding(row: &Row<'_>, at: usize) -> rusqlite::Result<StoredFinding> {
    let evidence: String = row.get(at + 7)?;
    Ok(StoredFinding {
        id: row.get(at)?,
        check: row.get(at + 1)?,
        severity: row.get(at + 2)?,
        rank: row.get(at + 3)?,
        confidence: row.get(at + 4)?,
        credential: row.get(at + 5)?,
        because: row.get(at + 6)?,
        evidence: RawValue::from_string(evidence).unwrap_or_default(),
    })
}
