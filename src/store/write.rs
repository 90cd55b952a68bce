use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use rusqlite::{Transaction, TransactionBehavior, params};
use serde::Serialize;

use crate::model::{AllowedBy, Companion, ContentId, Credential, Fault, Finding, Fingerprint, Known, Span, Time, handles};

use super::{Record, StoreError, known};

/// The number of a run in its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub i64);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Everything was seen.
    Complete,
    /// Something could not be seen; the faults say what.
    Incomplete,
    /// It was interrupted.
    CutShort,
}

impl RunState {
    /// The name in the record and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::CutShort => "cut-short",
        }
    }
}

/// What a run did, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunTotals {
    /// Documents inspected.
    pub documents: u64,
    /// Bytes inspected.
    pub bytes: u64,
    /// Wall time.
    pub milliseconds: u64,
    /// Faults beyond those that are kept one by one.
    pub faults_unkept: u64,
    /// What was deliberately left out: reason → count, as JSON.
    pub skipped: String,
}

impl Record {
    /// Notes that a run has begun, in a transaction of its own: if it is killed, this row is all that is left of it.
    pub fn begin(&mut self, now: Time, version: &str, rules: &str, process: u32) -> Result<RunId, StoreError> {
        let sql = "INSERT INTO run (started, state, version, rules, process) VALUES (?1, 'running', ?2, ?3, ?4)";
        self.connection.execute(sql, params![now.0, version, rules, process]).map_err(|e| self.sorted(e))?;
        Ok(RunId(self.connection.last_insert_rowid()))
    }

    /// Takes back a run that could not be done: nobody shall take its silence for a clean report.
    pub fn abandon(&mut self, run: RunId) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM run WHERE id = ?1 AND state = 'running'", [run.0]).map(drop).map_err(|e| self.sorted(e))
    }

    /// Starts to write what a run learned: all of it, or nothing.
    pub fn finish(&mut self, run: RunId) -> Result<Finish<'_>, StoreError> {
        let path = self.path.clone();
        match self.connection.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(txn) => Ok(Finish { txn, path, run, between: RefCell::default(), targets: RefCell::default() }),
            Err(e) => Err(StoreError::sorted(&path, e)),
        }
    }
}

/// The one transaction at the end of a run.
pub struct Finish<'r> {
    pub(super) txn: Transaction<'r>,
    pub(super) path: std::path::PathBuf,
    pub(super) run: RunId,
    /// Whether a run lies between two others over a target, as far as somebody asked.
    pub(super) between: RefCell<BTreeMap<(i64, i64, i64), bool>>,
    /// The targets of this run, each with the last run before this one that looked at it, or may still; `None` where no run has.
    pub(super) targets: RefCell<BTreeMap<i64, Option<i64>>>,
}

impl Finish<'_> {
    pub(super) fn id(&self, sql: &str, params: impl rusqlite::Params) -> Result<i64, StoreError> {
        let row = self.txn.prepare_cached(sql).and_then(|mut s| s.query_row(params, |row| row.get(0)));
        row.map_err(|e| StoreError::sorted(&self.path, e))
    }

    pub(super) fn put(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), StoreError> {
        let done = self.txn.prepare_cached(sql).and_then(|mut s| s.execute(params));
        done.map(drop).map_err(|e| StoreError::sorted(&self.path, e))
    }

    /// Writes a target of this run; gives its row.
    ///
    /// `whole` says that nothing of it was left out by wish or by interruption: only then is what was not seen gone.
    pub fn target(&self, name: &str, lineage: &str, whole: bool) -> Result<i64, StoreError> {
        let sql =
            "INSERT INTO target (name, lineage) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET lineage = excluded.lineage RETURNING id";
        let target = self.id(sql, params![name, lineage])?;
        let before = self.before(target)?;
        self.targets.borrow_mut().insert(target, before);
        self.put("INSERT OR IGNORE INTO run_target (run, target, whole) VALUES (?1, ?2, ?3)", params![self.run.0, target, whole])?;
        Ok(target)
    }

    /// Writes a credential; gives its row. What an earlier run knew of it and this one does not stays.
    pub fn credential(&self, credential: &Credential) -> Result<i64, StoreError> {
        let companion: Option<&[u8]> = match &credential.companion {
            Companion::None => None,
            Companion::Ambiguous => Some(&[]),
            Companion::Found(print) => Some(print.as_bytes()),
        };
        let attributes = serde_json::to_string(&credential.attributes).expect("a map of texts is JSON");
        let row = self.id(
            "INSERT INTO credential (rule, fingerprint, kind, severity, confidence, handle, preview, proof, issued, expires, attributes, companion)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (rule, fingerprint) DO UPDATE SET kind = excluded.kind, severity = excluded.severity, confidence = excluded.confidence,
                 handle = coalesce(excluded.handle, handle), preview = excluded.preview, proof = excluded.proof,
                 issued = coalesce(excluded.issued, issued), expires = coalesce(excluded.expires, expires), attributes = excluded.attributes,
                 companion = CASE WHEN length(excluded.companion) > 0 THEN excluded.companion ELSE coalesce(companion, excluded.companion) END
             RETURNING id",
            params![
                credential.key.rule, credential.key.fingerprint.as_bytes(), credential.kind.name(), credential.severity.name(),
                credential.confidence.name(), credential.handle, credential.preview.as_str(), credential.proof.name(),
                credential.issued.map(|t| t.0), credential.expires.map(|t| t.0), attributes, companion
            ],
        )?;
        for handle in handles(credential) {
            self.put("INSERT OR IGNORE INTO handle (value, credential) VALUES (?1, ?2)", params![handle, row])?;
        }
        Ok(row)
    }

    /// Writes that some bytes hold something; gives their row.
    pub fn content(&self, content: ContentId) -> Result<i64, StoreError> {
        let sql = "INSERT INTO content (hash) VALUES (?1) ON CONFLICT (hash) DO UPDATE SET hash = hash RETURNING id";
        self.id(sql, [content.as_bytes()])
    }

    /// Writes that the credential of that row was seen in the content of that row: in which member, behind which encodings.
    pub fn sighting(&self, credential: i64, content: i64, (inside, wrapping): (&str, &str), span: Span) -> Result<(), StoreError> {
        self.put(
            "INSERT INTO sighting (credential, content, inside, wrapping, line, col, end_line, end_col, first_run, last_run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
             ON CONFLICT (credential, content, inside, line, col) DO UPDATE SET wrapping = excluded.wrapping, end_line = excluded.end_line,
                 end_col = excluded.end_col, first_run = min(first_run, excluded.first_run), last_run = max(last_run, excluded.last_run)",
            params![credential, content, inside, wrapping, span.line, span.column, span.end_line, span.end_column, self.run.0],
        )
    }

    /// Writes a fault.
    pub fn fault(&self, fault: &Fault) -> Result<(), StoreError> {
        self.put(
            "INSERT OR IGNORE INTO fault (run, kind, path, what) VALUES (?1, ?2, ?3, ?4)",
            params![self.run.0, fault.kind.name(), fault.path, fault.what],
        )
    }

    /// Writes what a rule or check that spoke in this run says of itself, so that an old report still explains itself.
    pub fn about(&self, id: &str, title: &str, explain: &str, see: &[impl Serialize]) -> Result<(), StoreError> {
        let see = serde_json::to_string(see).expect("a list of texts is JSON");
        self.put(
            "INSERT OR REPLACE INTO about (run, id, title, explain, see) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.run.0, id, title, explain, see],
        )
    }

    /// Shows everything known about the credentials that this run saw, one after the other by rule and fingerprint, with the row of
    /// each and with what other runs know of it elsewhere.
    pub fn each_known<E: From<StoreError>>(&self, mut each: impl FnMut(i64, &Known) -> Result<(), E>) -> Result<(), E> {
        known::each_known(&self.txn, self.run, None, &|e| StoreError::sorted(&self.path, e), &mut each)
    }

    /// Everything known about the credentials of a public name (`access-key:AKIA…`), with the row of each.
    pub fn known_by(&self, handle: &str) -> Result<Vec<(i64, Known)>, StoreError> {
        known::known_by(&self.txn, self.run, handle).map_err(|e| StoreError::sorted(&self.path, e))
    }

    /// The credential whose other half has that fingerprint.
    pub fn whole_of(&self, half: &Fingerprint) -> Result<Option<Credential>, StoreError> {
        known::whole_of(&self.txn, half).map_err(|e| StoreError::sorted(&self.path, e))
    }

    /// Which public names with that beginning any credential has.
    pub fn handles(&self, scheme: &str) -> Result<BTreeSet<String>, StoreError> {
        let read = || -> rusqlite::Result<BTreeSet<String>> {
            // `;` follows `:`, and ends the range.
            let mut statement =
                self.txn.prepare_cached("SELECT DISTINCT value FROM handle WHERE value >= ?1 || ':' AND value < ?1 || ';'")?;
            statement.query_map([scheme], |row| row.get(0))?.collect()
        };
        read().map_err(|e| StoreError::sorted(&self.path, e))
    }

    /// Writes a verdict on the credential of that row, and in which way it is accepted at all of its places, if it is.
    pub fn finding(&self, credential: i64, finding: &Finding, allowed: Option<AllowedBy>) -> Result<(), StoreError> {
        let evidence = serde_json::to_string(&finding.evidence).expect("evidence is JSON");
        let id = format!("{}:{}", finding.check, finding.subject);
        self.put(
            "INSERT OR REPLACE INTO finding (run, id, check_id, credential, severity, rank, confidence, because, evidence, allowed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                self.run.0, id, finding.check, credential, finding.severity.name(), finding.severity as i64, finding.confidence.name(), finding.because, evidence,
                allowed.map(AllowedBy::name)
            ],
        )
    }

    /// Makes it all visible at once.
    pub fn commit(self, now: Time, state: RunState, totals: &RunTotals) -> Result<(), StoreError> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.put(
            "UPDATE run SET finished = ?2, state = ?3, process = NULL, documents = ?4, bytes = ?5, milliseconds = ?6, faults_unkept = ?7, skipped = ?8 WHERE id = ?1",
            params![
                self.run.0, now.0, state.name(), number(totals.documents), number(totals.bytes), number(totals.milliseconds), number(totals.faults_unkept),
                totals.skipped
            ],
        )?;
        self.txn.commit().map_err(|e| StoreError::sorted(&self.path, e))
    }
}
