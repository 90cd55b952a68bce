use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rusqlite::{Connection, Row, params};
use serde_json::value::RawValue;

use crate::model::{
    Appearance, Companion, ContentId, Credential, CredentialKey, Fault, Fingerprint, Introduction, Inventory, Known, Place, Preview, Proof,
    RefClasses, Span, Time,
};

use super::{Record, RunId, StoreError};

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
    /// The credential's row, a key of [`Record::credentials_of`] and [`Record::places_of`].
    pub credential: i64,
    /// Why.
    pub because: String,
    /// Observations: JSON list of `{name, value, threshold?}`.
    pub evidence: Box<RawValue>,
}

/// A place of a credential as the record has it.
pub type StoredPlace = Place;

/// What a rule or check said of itself when the run was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAbout {
    /// One line.
    pub title: String,
    /// What it means, and what to do.
    pub explain: String,
    /// Addresses.
    pub see: Vec<String>,
}

impl Record {
    /// The run itself.
    pub fn run(&self, run: i64) -> Result<StoredRun, StoreError> {
        read_run(&self.connection, run).map_err(|e| self.sorted(e))
    }

    /// The findings of a run, worst first.
    pub fn findings_of(&self, run: i64) -> Result<Vec<StoredFinding>, StoreError> {
        let sql = "SELECT id, check_id, severity, rank, confidence, credential, because, evidence FROM finding WHERE run = ?1 ORDER BY rank DESC, id";
        collect(&self.connection, sql, run, |row| {
            let evidence: String = row.get(7)?;
            Ok(StoredFinding {
                id: row.get(0)?,
                check: row.get(1)?,
                severity: row.get(2)?,
                rank: row.get(3)?,
                confidence: row.get(4)?,
                credential: row.get(5)?,
                because: row.get(6)?,
                evidence: RawValue::from_string(evidence).unwrap_or_default(),
            })
        })
        .map_err(|e| self.sorted(e))
    }

    /// The credentials of a run's findings, by row.
    pub fn credentials_of(&self, run: i64) -> Result<BTreeMap<i64, Credential>, StoreError> {
        let sql = format!("SELECT {CREDENTIAL} FROM credential c WHERE c.id IN (SELECT credential FROM finding WHERE run = ?1)");
        let rows = collect(&self.connection, &sql, run, credential).map_err(|e| self.sorted(e))?;
        Ok(rows.into_iter().collect())
    }

    /// The places of the credentials of a run's findings, by row of the credential: those of the run, and those elsewhere.
    pub fn places_of(&self, run: i64) -> Result<BTreeMap<i64, Vec<StoredPlace>>, StoreError> {
        let which = "SELECT credential FROM finding WHERE run = ?1";
        let mut names = Names::default();
        let rows = collect(&self.connection, &places_sql(which), run, |row| place(row, &mut names)).map_err(|e| self.sorted(e))?;
        let mut all: BTreeMap<i64, Vec<StoredPlace>> = BTreeMap::new();
        rows.into_iter().for_each(|(credential, place)| all.entry(credential).or_default().push(place));
        Ok(all)
    }

    /// What the rules and checks of a run said of themselves, by id.
    pub fn abouts_of(&self, run: i64) -> Result<BTreeMap<String, StoredAbout>, StoreError> {
        let sql = "SELECT id, title, explain, see FROM about WHERE run = ?1";
        let rows = collect(&self.connection, sql, run, |row| {
            let see: String = row.get(3)?;
            let about = StoredAbout { title: row.get(1)?, explain: row.get(2)?, see: serde_json::from_str(&see).unwrap_or_default() };
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

/// Everything known about the credentials that a run saw.
pub(super) fn inventory(connection: &Connection, run: RunId) -> rusqlite::Result<Inventory> {
    // A run that began later may have ended before: then it has set the end of the range beyond this run.
    let seen = "SELECT credential FROM sighting WHERE first_run <= ?1 AND last_run >= ?1";
    let sql = format!("SELECT {CREDENTIAL} FROM credential c WHERE c.id IN ({seen}) ORDER BY c.rule, c.fingerprint");
    let credentials = collect(connection, &sql, run.0, credential)?;
    let mut places: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
    let mut names = Names::default();
    for (credential, place) in collect(connection, &places_sql(seen), run.0, |row| place(row, &mut names))? {
        places.entry(credential).or_default().push(place);
    }
    let known = credentials.into_iter().map(|(id, credential)| Known { credential, places: places.remove(&id).unwrap_or_default() });
    Ok(Inventory { known: known.collect() })
}

const CREDENTIAL: &str = "c.id, c.rule, c.fingerprint, c.kind, c.severity, c.confidence, c.handle, c.preview, c.proof, c.issued, c.expires, c.attributes, c.companion";

fn credential(row: &Row<'_>) -> rusqlite::Result<(i64, Credential)> {
    fn parsed<T: std::str::FromStr<Err = String>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
        row.get::<_, String>(column)?.parse().map_err(|e: String| unreadable(column, e))
    }
    let companion = match row.get::<_, Option<Vec<u8>>>(12)? {
        None => Companion::None,
        Some(bytes) => bytes.try_into().map_or(Companion::Ambiguous, |b| Companion::Found(Fingerprint::from_bytes(b))),
    };
    let proof = match row.get::<_, String>(8)?.as_str() {
        "valid" => Proof::Valid,
        "invalid" => Proof::Invalid,
        _ => Proof::NotApplicable,
    };
    let found = Credential {
        key: CredentialKey { rule: row.get::<_, String>(1)?.into(), fingerprint: Fingerprint::from_bytes(row.get(2)?) },
        kind: parsed(row, 3)?,
        severity: parsed(row, 4)?,
        confidence: parsed(row, 5)?,
        handle: row.get(6)?,
        preview: Preview::from_stored(row.get(7)?),
        proof,
        issued: row.get::<_, Option<i64>>(9)?.map(Time),
        expires: row.get::<_, Option<i64>>(10)?.map(Time),
        attributes: serde_json::from_str(&row.get::<_, String>(11)?).unwrap_or_default(),
        companion,
    };
    Ok((row.get(0)?, found))
}

/// Places of some credentials, but for those that the newest run over the whole of their target did not see any more.
fn places_sql(credentials: &str) -> String {
    format!(
        "SELECT s.credential, t.name, t.lineage, (s.last_run >= ?1 AND a.last_run >= ?1 AND EXISTS (SELECT 1 FROM run_target x WHERE x.run = ?1 AND x.target = a.target)), c.hash, a.path, a.mode, a.commit_id, a.author, a.committed,
                a.in_head, a.in_tree, a.refs, s.line, s.col, s.end_line, s.end_col, r.started
         FROM sighting s
         JOIN content c ON c.id = s.content
         JOIN appearance a ON a.content = s.content
         JOIN target t ON t.id = a.target
         JOIN run r ON r.id = max(s.first_run, a.first_run)
         WHERE s.credential IN ({credentials}) AND max(s.first_run, a.first_run) <= ?1
           AND min(s.last_run, a.last_run) >=
               coalesce((SELECT max(run) FROM run_target w WHERE w.target = a.target AND w.run <= ?1 AND w.whole = 1), 0)
         ORDER BY s.credential, t.name, a.path, s.line, s.col, c.hash"
    )
}

/// Names of targets: a hundred thousand places share a handful.
#[derive(Default)]
struct Names(BTreeSet<Arc<str>>);

impl Names {
    fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

fn place(row: &Row<'_>, names: &mut Names) -> rusqlite::Result<(i64, Place)> {
    let hash: Vec<u8> = row.get(4)?;
    let content = ContentId::new(&hash).ok_or_else(|| unreadable(4, "a content id has 20 or 32 bytes".into()))?;
    let commit: Option<String> = row.get(7)?;
    let introduced = match commit {
        Some(commit) => {
            Some(Introduction { commit, author: row.get::<_, Option<String>>(8)?.unwrap_or_default(), date: Time(row.get(9)?) })
        }
        None => None,
    };
    let appearance = Appearance {
        content,
        path: row.get(5)?,
        mode: row.get(6)?,
        introduced,
        in_head: row.get(10)?,
        in_tree: row.get(11)?,
        refs: RefClasses::from_bits(row.get(12)?),
    };
    let span = Span { line: row.get(13)?, column: row.get(14)?, end_line: row.get(15)?, end_column: row.get(16)? };
    let place = Place {
        target: names.share(row.get_ref(1)?.as_str()?),
        lineage: names.share(row.get_ref(2)?.as_str()?),
        this_run: row.get(3)?,
        content,
        appearance,
        span,
        first_seen: Time(row.get(17)?),
    };
    Ok((row.get(0)?, place))
}

fn collect<T>(connection: &Connection, sql: &str, run: i64, each: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Vec<T>> {
    connection.prepare(sql)?.query_map(params![run], each)?.collect()
}

/// `SQLite` has no unsigned numbers; what we count is never negative.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|n| u64::try_from(n).unwrap_or(0))
}

fn unreadable(column: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
}
