//! The certificates that lie beside private keys.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use rusqlite::Connection;

use crate::model::{Credential, Kind, Place, beside, within};

use super::known::{CREDENTIAL, credential};

/// Certificates under one name that are looked at.
const MOST: usize = 16;

/// Asks for the certificates that lie beside one private key after the other.
pub(super) struct Neighbours<'c> {
    connection: &'c Connection,
    run: i64,
    /// Rows of certificates by target and name; `None` until there is a private key.
    certificates: Option<HashMap<(String, String), BTreeSet<i64>>>,
}

/// Where the certificates lie that a run saw, those that lie there now.
const LYING: &str = "
    SELECT c.id, t.name, a.path, s.inside FROM credential c
    JOIN sighting s ON s.credential = c.id AND s.first_run <= ?1 AND s.last_run >= ?1
    JOIN appearance a ON a.content = s.content AND a.first_run <= ?1 AND a.last_run >= ?1 AND (a.next_run IS NULL OR a.next_run > ?1)
    JOIN target t ON t.id = a.target
    WHERE c.kind = 'certificate' AND c.proof = 'valid' AND (a.in_tree OR a.in_head)";

impl<'c> Neighbours<'c> {
    pub fn new(connection: &'c Connection, run: i64) -> Self {
        Self { connection, run, certificates: None }
    }

    /// The certificates beside a private key, by their rows; none of anything else.
    pub fn of(&mut self, key: &Credential, places: &[Place]) -> rusqlite::Result<Vec<Arc<Credential>>> {
        if key.kind != Kind::PrivateKey {
            return Ok(Vec::new());
        }
        let lying = places.iter().filter(|place| place.this_run && (place.appearance.in_tree || place.appearance.in_head == Some(true)));
        let names: BTreeSet<(String, String)> =
            lying.map(|place| (place.target.to_string(), beside(&place.appearance.path))).take(MOST).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        if self.certificates.is_none() {
            self.certificates = Some(self.lying()?);
        }
        let known = self.certificates.iter().flat_map(|all| names.iter().filter_map(|name| all.get(name)));
        let rows: BTreeSet<i64> = known.flatten().copied().take(MOST).collect();
        let mut one = self.connection.prepare_cached(&format!("SELECT {CREDENTIAL} FROM credential c WHERE c.id = ?1"))?;
        rows.into_iter().map(|row| one.query_row([row], credential).map(|(_, found)| Arc::new(found))).collect()
    }

    fn lying(&self) -> rusqlite::Result<HashMap<(String, String), BTreeSet<i64>>> {
        let mut statement = self.connection.prepare(LYING)?;
        let mut rows = statement.query([self.run])?;
        let mut all: HashMap<(String, String), BTreeSet<i64>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let path = within(row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
            all.entry((row.get(1)?, beside(&path))).or_default().insert(row.get(0)?);
        }
        Ok(all)
    }
}
