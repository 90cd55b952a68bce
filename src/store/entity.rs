//! What inventories told, run by run, in stretches as appearances are kept.

use rusqlite::{Row, params};

use crate::model::{Entity, Time, entity::Basis};

use super::{Finish, StoreError, read::unreadable};

/// An entity as the record knows it at the end of a run.
#[derive(Debug, Clone)]
pub struct StoredEntity {
    /// The target whose inventory told it.
    pub target: String,
    /// The entity.
    pub entity: Entity,
    /// On what its word rests.
    pub basis: Basis,
    /// The file that declares it; empty where the account itself was asked.
    pub declared_in: String,
    /// Whether the run saw it.
    pub this_run: bool,
    /// Whether a run that saw everything of the target did not see it any more.
    pub gone: bool,
    /// When the run began that saw it last.
    pub as_of: Time,
    /// Whether that run saw everything of the target.
    pub whole: bool,
}

impl Finish<'_> {
    /// Writes what an inventory of that target tells: on what basis, and in which file that declares it.
    pub fn entity(&self, target: i64, (basis, declared_in): (Basis, &str), entity: &Entity) -> Result<(), StoreError> {
        let (kind, key, body, basis) = (entity.kind(), entity.key(), entity.body(), basis.name());
        let before = self.targets.borrow().get(&target).copied().flatten();
        if let Some(before) = before {
            let sql =
                "UPDATE entity SET last_run = ?5 WHERE target = ?1 AND kind = ?2 AND key = ?3 AND body = ?4 AND last_run BETWEEN ?6 AND ?5
                       AND basis = ?7 AND declared_in = ?8";
            let values = params![target, kind, key, body, self.run.0, before, basis, declared_in];
            let grown = self.txn.prepare_cached(sql).and_then(|mut s| s.execute(values));
            if grown.map_err(|e| StoreError::sorted(&self.path, e))? > 0 {
                return Ok(());
            }
        }
        self.put(
            "INSERT INTO entity (target, kind, key, body, first_run, last_run, basis, declared_in) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)
             ON CONFLICT (target, kind, key, basis, declared_in, first_run) DO UPDATE SET body = excluded.body",
            params![target, kind, key, body, self.run.0, basis, declared_in],
        )
    }

    /// Everything that inventories told up to this run, the newest word on each thing, by target, kind, key and who says it.
    pub fn entities(&self) -> Result<Vec<StoredEntity>, StoreError> {
        let sql = "SELECT t.name, e.kind, e.key, e.body, r.started,
                          e.last_run >= ?1 AND EXISTS (SELECT 1 FROM run_target x WHERE x.run = ?1 AND x.target = e.target),
                          e.last_run < coalesce((SELECT max(run) FROM run_target w WHERE w.target = e.target AND w.run <= ?1 AND w.whole = 1), 0),
                          coalesce((SELECT whole FROM run_target y WHERE y.target = e.target AND y.run = min(e.last_run, ?1)), 0), e.basis, e.declared_in
                   FROM entity e JOIN target t ON t.id = e.target JOIN run r ON r.id = min(e.last_run, ?1)
                   WHERE e.first_run <= ?1 ORDER BY t.name, e.kind, e.key, e.basis, e.declared_in, e.first_run DESC";
        let read = || -> rusqlite::Result<Vec<StoredEntity>> {
            let mut statement = self.txn.prepare_cached(sql)?;
            let mut rows = statement.query([self.run.0])?;
            let (mut all, mut last) = (Vec::new(), None);
            while let Some(row) = rows.next()? {
                let key = [0, 1, 2, 8, 9].map(|column| row.get::<_, String>(column));
                let [target, kind, key, basis, declared_in] = key;
                let key = (target?, kind?, key?, basis?, declared_in?);
                if last.as_ref() != Some(&key) {
                    all.push(stored(row)?);
                    last = Some(key);
                }
            }
            Ok(all)
        };
        read().map_err(|e| StoreError::sorted(&self.path, e))
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredEntity> {
    let (kind, body) = (row.get_ref(1)?.as_str()?, row.get_ref(3)?.as_str()?);
    let entity = Entity::parse(kind, body).map_err(|e| unreadable(3, e.to_string()))?;
    let basis = row.get_ref(8)?.as_str()?;
    let basis = Basis::named(basis).ok_or_else(|| unreadable(8, format!("`{basis}` is no basis")))?;
    Ok(StoredEntity {
        target: row.get(0)?,
        entity,
        basis,
        declared_in: row.get(9)?,
        as_of: Time(row.get(4)?),
        this_run: row.get(5)?,
        gone: row.get(6)?,
        whole: row.get(7)?,
    })
}
