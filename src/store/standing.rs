//! Identities as a run judged them.

use rusqlite::{Row, params};

use crate::model::{
    Finding, Standing, Time,
    entity::{Holding, Identity, IdentityKind},
};

use super::{
    Finish, Record, StoreError,
    read::{collect, count, unreadable},
};

/// An identity as a run judged it.
#[derive(Debug, Clone)]
pub struct StoredIdentity {
    /// Whether it is as the run judged it, because that saw its inventory, or a leak of its credentials; else as an earlier one did.
    pub in_view: bool,
    /// The identity.
    pub identity: Identity,
    /// Its credentials.
    pub holdings: Vec<Holding>,
    /// What it may do, and how far it is to be trusted.
    pub standing: Standing,
}

/// How an earlier run judged an identity.
#[derive(Debug, Clone)]
pub struct StoredBefore {
    /// The run.
    pub run: i64,
    /// When it began.
    pub started: Time,
    /// The version of the program that made it.
    pub version: String,
    /// The account of the identity.
    pub scope: String,
    /// What sort of identity it is.
    pub kind: IdentityKind,
    /// What it could do.
    pub standing: Standing,
}

/// A finding about an identity.
#[derive(Debug, Clone)]
pub struct StoredIdentityFinding {
    /// Check and identity: the same in every run.
    pub id: String,
    /// The check.
    pub check: String,
    /// How bad.
    pub severity: String,
    /// The same as a number, 0 to 4.
    pub rank: u8,
    /// How sure.
    pub confidence: String,
    /// The uri of the identity.
    pub identity: String,
    /// The file that declares the identity, where one does.
    pub declared_in: Option<String>,
    /// Why.
    pub because: String,
    /// Observations: JSON list of `{name, value, threshold?}`.
    pub evidence: Box<serde_json::value::RawValue>,
}

/// A check that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StoredUndecided {
    /// The check.
    pub check: String,
    /// What is missing.
    pub why: String,
    /// For how many.
    pub count: u64,
}

impl Finish<'_> {
    /// Writes an identity as this run judges it.
    pub fn standing(&self, stored: &StoredIdentity) -> Result<(), StoreError> {
        let standing = &stored.standing;
        self.put(
            "INSERT OR REPLACE INTO standing (run, uri, privilege, certainty, risk_low, risk_high, owner, identity, holdings, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                self.run.0,
                standing.uri,
                standing.privilege.name(),
                standing.certainty.name(),
                standing.risk.0,
                standing.risk.1,
                standing.owner,
                json(&stored.identity),
                json(&stored.holdings),
                json(standing)
            ],
        )
    }

    /// How each identity was judged last before this run.
    pub fn standings_before(&self) -> Result<Vec<StoredBefore>, StoreError> {
        let sql = "SELECT s.run, r.started, r.version, s.identity, s.body FROM standing s JOIN run r ON r.id = s.run
                   WHERE s.run = (SELECT max(run) FROM standing b WHERE b.uri = s.uri AND b.run < ?1) ORDER BY s.uri";
        let read = |row: &Row<'_>| {
            let identity: Identity = parsed(row, 3)?;
            let (run, started, version) = (row.get(0)?, Time(row.get(1)?), row.get(2)?);
            Ok(StoredBefore { run, started, version, scope: identity.scope, kind: identity.kind, standing: parsed(row, 4)? })
        };
        collect(&self.txn, sql, self.run.0, read).map_err(|e| StoreError::sorted(&self.path, e))
    }

    /// Writes a verdict on an identity.
    pub fn identity_finding(&self, uri: &str, finding: &Finding) -> Result<(), StoreError> {
        let evidence = serde_json::to_string(&finding.evidence).expect("evidence is JSON");
        let id = format!("{}:{}", finding.check, finding.subject);
        self.put(
            "INSERT OR REPLACE INTO finding (run, id, check_id, identity, severity, rank, confidence, because, evidence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                self.run.0,
                id,
                finding.check,
                uri,
                finding.severity.name(),
                finding.severity as i64,
                finding.confidence.name(),
                finding.because,
                evidence
            ],
        )
    }

    /// Writes that a check could not be decided for some identities or credentials.
    pub fn undecided(&self, check: &str, why: &str, count: u64) -> Result<(), StoreError> {
        self.put(
            "INSERT OR REPLACE INTO undecided (run, check_id, why, count) VALUES (?1, ?2, ?3, ?4)",
            params![self.run.0, check, why, i64::try_from(count).unwrap_or(i64::MAX)],
        )
    }
}

impl Record {
    /// All identities as a run or those before it judged them last, the riskiest first.
    pub fn identities(&self, run: i64) -> Result<Vec<StoredIdentity>, StoreError> {
        let sql = "SELECT run = ?1, identity, holdings, body FROM standing s
                   WHERE run = (SELECT max(run) FROM standing b WHERE b.uri = s.uri AND b.run <= ?1) ORDER BY risk_low DESC, risk_high DESC, uri";
        let read = |row: &Row<'_>| {
            Ok(StoredIdentity { in_view: row.get(0)?, identity: parsed(row, 1)?, holdings: parsed(row, 2)?, standing: parsed(row, 3)? })
        };
        collect(&self.connection, sql, run, read).map_err(|e| self.sorted(e))
    }

    /// The findings of a run about identities, worst first.
    pub fn identity_findings(&self, run: i64) -> Result<Vec<StoredIdentityFinding>, StoreError> {
        let sql = "SELECT id, check_id, severity, rank, confidence, identity, because, evidence,
                          coalesce((SELECT json_extract(s.identity, '$.attributes.declared-in') FROM standing s WHERE s.run = ?1 AND s.uri = finding.identity),
                                   (SELECT json_extract(e.value, '$.value') FROM json_each(evidence) e WHERE json_extract(e.value, '$.name') = 'declared-in'))
                   FROM finding WHERE run = ?1 AND identity IS NOT NULL ORDER BY rank DESC, id";
        let read = |row: &Row<'_>| {
            let evidence: String = row.get(7)?;
            Ok(StoredIdentityFinding {
                id: row.get(0)?,
                check: row.get(1)?,
                severity: row.get(2)?,
                rank: row.get(3)?,
                confidence: row.get(4)?,
                identity: row.get(5)?,
                declared_in: row.get(8)?,
                because: row.get(6)?,
                evidence: serde_json::value::RawValue::from_string(evidence).unwrap_or_default(),
            })
        };
        collect(&self.connection, sql, run, read).map_err(|e| self.sorted(e))
    }

    /// What a run could not decide.
    pub fn undecided(&self, run: i64) -> Result<Vec<StoredUndecided>, StoreError> {
        let sql = "SELECT check_id, why, count FROM undecided WHERE run = ?1 ORDER BY check_id, why";
        let read = |row: &Row<'_>| Ok(StoredUndecided { check: row.get(0)?, why: row.get(1)?, count: count(row, 2)? });
        collect(&self.connection, sql, run, read).map_err(|e| self.sorted(e))
    }
}

/// What is kept as JSON.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("maps with text keys are JSON")
}

fn parsed<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|e| unreadable(column, e.to_string()))
}
