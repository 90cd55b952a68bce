//! What somebody accepted, as the record keeps it.

use rusqlite::{Row, params};
use serde_json::value::RawValue;

use crate::model::{Allow, AllowedBy, Evidence, Fingerprint, Mark, Place, Severity, Span, Time};

use super::{
    Finish, Record, StoreError,
    read::{collect, count, unreadable},
};

/// An allow with what it covered in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAllow {
    /// Its number in the run.
    pub number: i64,
    /// The allow.
    pub allow: Allow,
    /// The line on which it stands, for a single mark.
    pub line: Option<u32>,
    /// `used`, `unused`, `expired`, `reasonless` or `unknown`.
    pub state: String,
    /// How many credentials it fits.
    pub credentials: u64,
    /// At how many places.
    pub places: u64,
}

/// A finding about an allow.
#[derive(Debug, Clone)]
pub struct StoredAllowFinding {
    /// Check and allow: the same in every run.
    pub id: String,
    /// The check.
    pub check: String,
    /// How bad.
    pub severity: String,
    /// The same as a number, 0 to 4.
    pub rank: u8,
    /// The number of the allow in the run.
    pub allow: i64,
    /// Why.
    pub because: String,
    /// Observations.
    pub evidence: Box<RawValue>,
}

/// What a run found new beside a baseline.
#[derive(Debug, Clone)]
pub struct StoredBaseline {
    /// Its file.
    pub file: String,
    /// Credentials that it knows.
    pub known: u64,
    /// Credentials with findings that it does not know.
    pub new: u64,
    /// What it knows and the run did not see, as a JSON list; `null` where the run did not see everything.
    pub gone: Box<RawValue>,
}

impl Finish<'_> {
    /// Writes the mark at a sighting.
    pub fn mark(&self, credential: i64, content: i64, inside: &str, span: Span, mark: &Mark) -> Result<(), StoreError> {
        self.put(
            "INSERT OR REPLACE INTO mark (credential, content, inside, line, col, spelling, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![credential, content, inside, span.line, span.column, mark.spelling, mark.reason],
        )
    }

    /// Writes that an allow of this run covers a place of the credential of that row.
    pub fn allowed(&self, credential: i64, place: &Place, allow: i64) -> Result<(), StoreError> {
        self.put(
            "INSERT OR IGNORE INTO allowed (run, credential, target, content, path, line, col, allow)
             SELECT ?1, ?2, t.id, c.id, ?5, ?6, ?7, ?8 FROM target t, content c WHERE t.name = ?3 AND c.hash = ?4",
            params![
                self.run.0,
                credential,
                &*place.target,
                place.appearance.content.as_bytes(),
                place.appearance.path,
                place.span.line,
                place.span.column,
                allow
            ],
        )
    }

    /// Writes an allow of this run.
    pub fn allow(&self, stored: &StoredAllow) -> Result<(), StoreError> {
        let allow = &stored.allow;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.put(
            "INSERT OR REPLACE INTO allow (run, number, way, at, target, rule, path, line, fingerprint, reason, owner, until, state, credentials, places,
                                           commit_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                self.run.0, stored.number, allow.by.name(), allow.at, allow.target, allow.rule, allow.path, stored.line,
                allow.fingerprint.as_ref().map(|f| f.as_bytes().as_slice()), allow.reason, allow.owner, allow.until.map(|t| t.0),
                stored.state, number(stored.credentials), number(stored.places), allow.commit
            ],
        )
    }

    /// Writes a verdict on an allow of this run.
    pub fn allow_finding(
        &self,
        stored: &StoredAllow,
        (check, severity): (&str, Severity),
        because: &str,
        evidence: &[Evidence],
    ) -> Result<(), StoreError> {
        let allow = &stored.allow;
        let evidence = serde_json::to_string(evidence).expect("evidence is JSON");
        let line = stored.line.map_or_else(String::new, |line| format!(":{line}"));
        let parts = [Some(allow.by.name()), allow.target.as_deref(), allow.rule.as_deref(), allow.path.as_deref(), allow.commit.as_deref()];
        let print = allow.fingerprint.map_or_else(String::new, |f| format!(":{f}"));
        let id = format!("{check}:{}{line}{print}", parts.into_iter().flatten().collect::<Vec<_>>().join(":"));
        self.put(
            "INSERT OR REPLACE INTO finding (run, id, check_id, allow, severity, rank, confidence, because, evidence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'high', ?7, ?8)",
            params![self.run.0, id, check, stored.number, severity.name(), severity as i64, because, evidence],
        )
    }

    /// Writes what this run found beside a baseline.
    pub fn baseline(&self, stored: &StoredBaseline) -> Result<(), StoreError> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.put(
            "INSERT OR REPLACE INTO run_baseline (run, file, known, new, gone) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.run.0, stored.file, number(stored.known), number(stored.new), stored.gone.get()],
        )
    }
}

impl Record {
    /// The allows of a run, in natural order.
    pub fn allows_of(&self, run: i64) -> Result<Vec<StoredAllow>, StoreError> {
        let sql =
            "SELECT number, way, at, target, rule, path, line, fingerprint, reason, owner, until, state, credentials, places, commit_id
                   FROM allow WHERE run = ?1";
        let mut all = collect(&self.connection, sql, run, allow).map_err(|e| self.sorted(e))?;
        all.sort_by(|a, b| (&a.allow, a.line, a.number).cmp(&(&b.allow, b.line, b.number)));
        Ok(all)
    }

    /// The findings of a run about allows, worst first.
    pub fn allow_findings(&self, run: i64) -> Result<Vec<StoredAllowFinding>, StoreError> {
        let sql = "SELECT id, check_id, severity, rank, allow, because, evidence FROM finding
                   WHERE run = ?1 AND allow IS NOT NULL ORDER BY rank DESC, id";
        let read = |row: &Row<'_>| {
            let evidence: String = row.get(6)?;
            Ok(StoredAllowFinding {
                id: row.get(0)?,
                check: row.get(1)?,
                severity: row.get(2)?,
                rank: row.get(3)?,
                allow: row.get(4)?,
                because: row.get(5)?,
                evidence: RawValue::from_string(evidence).unwrap_or_default(),
            })
        };
        collect(&self.connection, sql, run, read).map_err(|e| self.sorted(e))
    }

    /// How many credentials of a run are accepted at all of their places, by the way in which they are.
    pub fn allowed_counts(&self, run: i64) -> Result<Vec<(AllowedBy, u64)>, StoreError> {
        let sql = "SELECT allowed, count(DISTINCT credential) FROM finding WHERE run = ?1 AND allowed IS NOT NULL GROUP BY allowed";
        let mut all = collect(&self.connection, sql, run, |row| Ok((way(row, 0)?, count(row, 1)?))).map_err(|e| self.sorted(e))?;
        all.sort_unstable();
        Ok(all)
    }

    /// At how many places of a run something is accepted.
    pub fn allowed_places(&self, run: i64) -> Result<u64, StoreError> {
        let places = self.connection.query_row("SELECT count(*) FROM allowed WHERE run = ?1", [run], |row| count(row, 0));
        places.map_err(|e| self.sorted(e))
    }

    /// What a run found beside a baseline, where it had one.
    pub fn baseline_of(&self, run: i64) -> Result<Option<StoredBaseline>, StoreError> {
        let sql = "SELECT file, known, new, gone FROM run_baseline WHERE run = ?1";
        let read = |row: &Row<'_>| {
            let gone: String = row.get(3)?;
            Ok(StoredBaseline {
                file: row.get(0)?,
                known: count(row, 1)?,
                new: count(row, 2)?,
                gone: RawValue::from_string(gone).unwrap_or_default(),
            })
        };
        Ok(collect(&self.connection, sql, run, read).map_err(|e| self.sorted(e))?.pop())
    }
}

fn way(row: &Row<'_>, column: usize) -> rusqlite::Result<AllowedBy> {
    let name = row.get_ref(column)?.as_str()?;
    AllowedBy::named(name).ok_or_else(|| unreadable(column, format!("`{name}` is no way to accept")))
}

fn allow(row: &Row<'_>) -> rusqlite::Result<StoredAllow> {
    let allow = Allow {
        by: way(row, 1)?,
        at: row.get(2)?,
        target: row.get(3)?,
        rule: row.get(4)?,
        path: row.get(5)?,
        fingerprint: row.get::<_, Option<[u8; 16]>>(7)?.map(Fingerprint::from_bytes),
        reason: row.get(8)?,
        owner: row.get(9)?,
        commit: row.get(14)?,
        until: row.get::<_, Option<i64>>(10)?.map(Time),
    };
    Ok(StoredAllow {
        number: row.get(0)?,
        allow,
        line: row.get(6)?,
        state: row.get(11)?,
        credentials: count(row, 12)?,
        places: count(row, 13)?,
    })
}
