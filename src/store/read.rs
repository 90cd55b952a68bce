use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use crate::model::{Control, Fault, Kind, Known, Time};

use super::{Record, RunId, StoreError, known::each_known};

/// A run as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub started: Time,
    /// When it ended; `None` while it runs or where it was killed.
    pub finished: Option<Time>,
    /// `running`, `complete`, `incomplete` or `cut-short`.
    pub state: String,
    /// Version of the program.
    pub version: String,
    /// Digest of the rule set.
    pub rules: String,
    /// Documents inspected.
    pub documents: u64,
    /// Bytes inspected.
    pub bytes: u64,
    /// Wall time.
    pub milliseconds: u64,
    /// Faults beyond those kept one by one.
    pub faults_unkept: u64,
    /// What was deliberately left out: reason → count.
    pub skipped: BTreeMap<String, u64>,
    /// Its targets.
    pub targets: Vec<String>,
}

/// What a rule or check said of itself when the run was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAbout {
    /// One line.
    pub title: String,
    /// What it means, and what to do.
    pub explain: String,
    /// The risks and controls of public frameworks that it speaks to, those that this program knows.
    pub controls: Vec<&'static Control>,
    /// Addresses.
    pub see: Vec<String>,
}

impl Record {
    /// The run itself.
    pub fn run(&self, run: i64) -> Result<StoredRun, StoreError> {
        read_run(&self.connection, run).map_err(|e| self.sorted(e))
    }

    /// Shows the credentials of a kind that a run saw, with all that is known of each.
    pub fn each_of_kind(&self, run: i64, kind: Kind, mut each: impl FnMut(&Known)) -> Result<(), StoreError> {
        let show = &mut |_, known: &Known| {
            each(known);
            Ok::<_, StoreError>(())
        };
        each_known(&self.connection, RunId(run), Some(kind), &|e| self.sorted(e), show)
    }

    /// What the rules and checks of a run said of themselves, by id.
    pub fn abouts_of(&self, run: i64) -> Result<BTreeMap<String, StoredAbout>, StoreError> {
        let sql = "SELECT id, title, explain, see FROM about WHERE run = ?1";
        let rows = collect(&self.connection, sql, run, |row| {
            let told: String = row.get(3)?;
            let told: Vec<String> = serde_json::from_str(&told).unwrap_or_default();
            let (controls, see): (Vec<_>, Vec<_>) = told.into_iter().partition(|text| Control::find(text).is_some());
            let controls = controls.iter().filter_map(|text| Control::find(text)).collect();
            let about = StoredAbout { title: row.get(1)?, explain: row.get(2)?, controls, see };
            Ok((row.get::<_, String>(0)?, about))
        });
        Ok(rows.map_err(|e| self.sorted(e))?.into_iter().collect())
    }

    /// The faults of a run.
    pub fn faults_of(&self, run: i64) -> Result<Vec<Fault>, StoreError> {
        let sql = "SELECT kind, path, what FROM fault WHERE run = ?1 ORDER BY kind, path, what";
        collect(&self.connection, sql, run, |row| {
            let kind: String = row.get(0)?;
            let kind = kind.parse().map_err(|e: String| unreadable(0, e))?;
            Ok(Fault { kind, path: row.get(1)?, what: row.get(2)? })
        })
        .map_err(|e| self.sorted(e))
    }
}

fn read_run(connection: &Connection, run: i64) -> rusqlite::Result<StoredRun> {
    let targets =
        collect(connection, "SELECT name FROM run_target JOIN target ON id = target WHERE run = ?1 ORDER BY name", run, |row| row.get(0))?;
    let sql =
        "SELECT started, finished, state, version, rules, documents, bytes, milliseconds, faults_unkept, skipped FROM run WHERE id = ?1";
    connection.query_row(sql, [run], |row| {
        let skipped: String = row.get(9)?;
        Ok(StoredRun {
            id: run,
            started: Time(row.get(0)?),
            finished: row.get::<_, Option<i64>>(1)?.map(Time),
            state: row.get(2)?,
            version: row.get(3)?,
            rules: row.get(4)?,
            documents: count(row, 5)?,
            bytes: count(row, 6)?,
            milliseconds: count(row, 7)?,
            faults_unkept: count(row, 8)?,
            skipped: serde_json::from_str(&skipped).unwrap_or_default(),
            targets,
        })
    })
}

pub(super) fn collect<T>(
    connection: &Connection,
    sql: &str,
    run: i64,
    each: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare(sql)?.query_map(params![run], each)?.collect()
}

/// `SQLite` has no unsigned numbers; what we count is never negative.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|n| u64::try_from(n).unwrap_or(0))
}

pub(super) fn unreadable(column: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
}
