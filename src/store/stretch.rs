//! Where content lies, run by run.
//!
//! An appearance is kept in stretches: rows that begin with one run and end with another, between which every run over the target
//! saw it with the same values. A run that sees other values, or that comes after a run which did not see it, begins a stretch of
//! its own, so that the report of an older run stays as it was. Runs may end in another order than they began: a late one finds
//! its place between the stretches that are there.

use rusqlite::{Row, params};

use crate::model::Appearance;

use super::{Finish, StoreError};

/// What may change from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Values {
    mode: Option<u32>,
    commit: Option<String>,
    author: Option<String>,
    committed: Option<i64>,
    in_head: Option<bool>,
    in_tree: bool,
    refs: u16,
}

/// A row of the table.
struct Stretch {
    id: i64,
    first: i64,
    last: i64,
    values: Values,
}

/// The place that a stretch is about.
#[derive(Clone, Copy)]
struct At<'a> {
    target: i64,
    content: i64,
    path: &'a str,
}

impl Values {
    fn of(appearance: &Appearance) -> Self {
        let commit = appearance.introduced.as_ref();
        Self {
            mode: appearance.mode,
            commit: commit.map(|c| c.commit.clone()),
            author: commit.map(|c| c.author.clone()),
            committed: commit.map(|c| c.date.0),
            in_head: appearance.in_head,
            in_tree: appearance.in_tree,
            refs: appearance.refs.bits(),
        }
    }

    /// What this run does not know and the one before it did stays known.
    fn or(mut self, known: &Self) -> Self {
        self.mode = self.mode.or(known.mode);
        if self.commit.is_none() {
            self.commit.clone_from(&known.commit);
            self.author.clone_from(&known.author);
            self.committed = known.committed;
        }
        self
    }
}

impl Finish<'_> {
    /// Writes where the content of that row lies.
    pub fn appearance(&self, target: i64, content: i64, appearance: &Appearance) -> Result<(), StoreError> {
        let at = At { target, content, path: &appearance.path };
        let (run, values) = (self.run.0, Values::of(appearance));
        let Some(before) = self.targets.borrow().get(&target).copied().flatten() else { return self.begin(at, run, run, &values) };
        if self.grow(at, before, &values)? {
            return Ok(());
        }
        let known = self.stretches(at)?;
        if known.is_empty() {
            return self.begin(at, run, run, &values);
        }
        let before = known.iter().rev().find(|s| s.first <= run);
        let after = known.iter().find(|s| s.first > run);
        let values = before.map_or_else(|| values.clone(), |known| values.clone().or(&known.values));
        match (before, after) {
            (Some(s), _) if s.last >= run => self.split(at, s, &values)?,
            (Some(s), _) if s.values == values && !self.between(target, s.last, run)? => {
                return self.put("UPDATE appearance SET last_run = ?2 WHERE id = ?1", [s.id, run]);
            }
            (_, Some(s)) if s.values == values && !self.between(target, run, s.first)? => {
                self.put("UPDATE appearance SET first_run = ?2 WHERE id = ?1", [s.id, run])?;
            }
            _ => self.begin(at, run, run, &values)?,
        }
        self.chain(at)
    }

    /// The last run before this one that looked at a target, or is still under way and may (0: all began later); `None` where no
    /// run has looked at it.
    pub(super) fn before(&self, target: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM run_target WHERE target = ?1)";
        if self.id(sql, [target])? == 0 {
            return Ok(None);
        }
        let sql = "SELECT coalesce(max(id), 0) FROM run WHERE id < ?2
                   AND (state = 'running' OR EXISTS (SELECT 1 FROM run_target x WHERE x.run = run.id AND x.target = ?1))";
        self.id(sql, [target, self.run.0]).map(Some)
    }

    /// What happens to nearly all places of a target that is scanned again: the newest stretch reaches to the run before, has the
    /// same values, and goes on. Tells whether it was so.
    fn grow(&self, at: At<'_>, before: i64, values: &Values) -> Result<bool, StoreError> {
        let sql = "UPDATE appearance SET last_run = ?4
                   WHERE target = ?1 AND content = ?2 AND path = ?3 AND next_run IS NULL AND last_run BETWEEN ?5 AND ?4
                     AND (?6 IS NULL OR mode IS ?6) AND (?7 IS NULL OR (commit_id IS ?7 AND author IS ?8 AND committed IS ?9))
                     AND in_head IS ?10 AND in_tree = ?11 AND refs = ?12";
        let values = params![
            at.target,
            at.content,
            at.path,
            self.run.0,
            before,
            values.mode,
            values.commit,
            values.author,
            values.committed,
            values.in_head,
            values.in_tree,
            values.refs
        ];
        let grown = self.txn.prepare_cached(sql).and_then(|mut s| s.execute(values));
        grown.map(|rows| rows == 1).map_err(|e| StoreError::sorted(&self.path, e))
    }

    fn stretches(&self, at: At<'_>) -> Result<Vec<Stretch>, StoreError> {
        let sql = "SELECT id, first_run, last_run, mode, commit_id, author, committed, in_head, in_tree, refs FROM appearance
                   WHERE target = ?1 AND content = ?2 AND path = ?3 ORDER BY first_run";
        let read = || {
            let mut statement = self.txn.prepare_cached(sql)?;
            statement.query_map(params![at.target, at.content, at.path], stretch)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|e| StoreError::sorted(&self.path, e))
    }

    fn begin(&self, at: At<'_>, first: i64, last: i64, values: &Values) -> Result<(), StoreError> {
        self.put(
            "INSERT INTO appearance (target, content, path, mode, commit_id, author, committed, in_head, in_tree, refs, since_run, first_run, last_run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12)",
            params![
                at.target, at.content, at.path, values.mode, values.commit, values.author, values.committed, values.in_head, values.in_tree,
                values.refs, first, last
            ],
        )
    }

    /// Writes into the middle of a stretch: a run that was under way when older versions of this program made the stretch.
    fn split(&self, at: At<'_>, around: &Stretch, values: &Values) -> Result<(), StoreError> {
        let run = self.run.0;
        if around.values == *values {
            return Ok(());
        }
        self.put("DELETE FROM appearance WHERE id = ?1", [around.id])?;
        if around.first < run {
            self.begin(at, around.first, self.id("SELECT max(id) FROM run WHERE id < ?1", [run])?, &around.values)?;
        }
        self.begin(at, run, run, values)?;
        if around.last > run {
            self.begin(at, self.id("SELECT min(id) FROM run WHERE id > ?1", [run])?, around.last, &around.values)?;
        }
        Ok(())
    }

    /// Whether a run between two others looked at the target, or is still under way and may.
    fn between(&self, target: i64, after: i64, before: i64) -> Result<bool, StoreError> {
        if before - after < 2 {
            return Ok(false);
        }
        if let Some(known) = self.between.borrow().get(&(target, after, before)) {
            return Ok(*known);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE id > ?2 AND id < ?3
                   AND (state = 'running' OR EXISTS (SELECT 1 FROM run_target x WHERE x.run = run.id AND x.target = ?1)))";
        let found = self.id(sql, [target, after, before])? == 1;
        self.between.borrow_mut().insert((target, after, before), found);
        Ok(found)
    }

    /// Tells each stretch of a place where the next one begins, and when the place was first seen.
    fn chain(&self, at: At<'_>) -> Result<(), StoreError> {
        self.put(
            "UPDATE appearance SET
                 since_run = (SELECT min(b.first_run) FROM appearance b WHERE b.target = ?1 AND b.content = ?2 AND b.path = ?3),
                 next_run = (SELECT min(b.first_run) FROM appearance b
                             WHERE b.target = ?1 AND b.content = ?2 AND b.path = ?3 AND b.first_run > appearance.first_run)
             WHERE target = ?1 AND content = ?2 AND path = ?3",
            params![at.target, at.content, at.path],
        )
    }
}

fn stretch(row: &Row<'_>) -> rusqlite::Result<Stretch> {
    let values = Values {
        mode: row.get(3)?,
        commit: row.get(4)?,
        author: row.get(5)?,
        committed: row.get(6)?,
        in_head: row.get(7)?,
        in_tree: row.get(8)?,
        refs: row.get(9)?,
    };
    Ok(Stretch { id: row.get(0)?, first: row.get(1)?, last: row.get(2)?, values })
}
