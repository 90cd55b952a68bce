//! The credentials that share a public name with another one, asked for one after the other.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use rusqlite::{Connection, Statement};

use crate::model::{Credential, Place, Related};

use super::known::{CREDENTIAL, Places, credential};

/// How many credentials that share a name with one are looked at: a public key may lie in any number of files.
const MOST_RELATED: usize = 16;
/// After so many credentials it pays to learn which of them share a name at all: most certificates share none.
const MANY: usize = 256;
/// How many relatives are remembered: those of a crowd are the same for all of its members.
const REMEMBERED: usize = 512;
/// Relatives that lie in more places are not remembered.
const FEW_PLACES: usize = 64;

/// Asks for the credentials that share a public name with one after the other.
pub(super) struct Kinship<'c> {
    connection: &'c Connection,
    names: Statement<'c>,
    others: Statement<'c>,
    keys: Statement<'c>,
    one: Statement<'c>,
    /// How many were asked for.
    asked: usize,
    /// The rows that share a name with any other; `None`: not yet worth the look.
    kindred: Option<HashSet<i64>>,
    /// The private keys of names that many share: the same for all of them.
    crowds: HashMap<String, Vec<i64>>,
    /// What was read of relatives.
    remembered: HashMap<i64, Kin>,
}

/// A relative as it is for all who have it.
type Kin = (Arc<Credential>, Arc<Vec<Place>>);

impl<'c> Kinship<'c> {
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        // Of each name a bounded number, in the order of the index: what ten thousand share must not be read ten thousand times.
        // A private key comes before what is public.
        let others = "SELECT h.credential FROM handle h WHERE h.value = ?2 AND h.credential <> ?1";
        let keys = format!(
            "SELECT h.credential FROM handle h WHERE h.value = ?1 AND EXISTS
             (SELECT 1 FROM credential c WHERE c.id = h.credential AND c.kind = 'private-key') ORDER BY h.credential LIMIT {MOST_RELATED}"
        );
        Ok(Self {
            connection,
            names: connection.prepare("SELECT value FROM handle WHERE credential = ?1 ORDER BY value")?,
            others: connection.prepare(&format!("{others} ORDER BY h.credential LIMIT {}", 2 * MOST_RELATED))?,
            keys: connection.prepare(&keys)?,
            one: connection.prepare(&format!("SELECT {CREDENTIAL} FROM credential c WHERE c.id = ?1"))?,
            asked: 0,
            kindred: None,
            crowds: HashMap::new(),
            remembered: HashMap::new(),
        })
    }

    /// The private keys of a name that many share.
    fn crowd(&mut self, name: &str) -> rusqlite::Result<&[i64]> {
        if !self.crowds.contains_key(name) {
            let keys = self.keys.query_map([name], |key| key.get(0))?.collect::<rusqlite::Result<_>>()?;
            self.crowds.insert(name.to_owned(), keys);
        }
        Ok(&self.crowds[name])
    }

    /// Whether the credential of that row shares no name with any other, as far as it pays to know.
    fn alone(&mut self, row: i64) -> rusqlite::Result<bool> {
        self.asked += 1;
        if self.asked == MANY {
            self.kindred = Some(kindred(self.connection)?);
        }
        Ok(self.kindred.as_ref().is_some_and(|kindred| !kindred.contains(&row)))
    }

    /// The relatives of the credential of that row that lie anywhere.
    pub fn of(&mut self, row: i64, places: &mut Places<'_>) -> rusqlite::Result<Vec<Related>> {
        if self.alone(row)? {
            return Ok(Vec::new());
        }
        let mut shared: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        let names: Vec<String> = self.names.query_map([row], |name| name.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut first = BTreeSet::new();
        for name in names {
            let mut others: BTreeSet<i64> = self.others.query_map((row, &name), |other| other.get(0))?.collect::<rusqlite::Result<_>>()?;
            if others.len() == 2 * MOST_RELATED {
                let keys: Vec<i64> = self.crowd(&name)?.iter().copied().filter(|key| *key != row).collect();
                first.extend(keys.iter().copied());
                others.extend(keys);
            }
            others.into_iter().for_each(|other| shared.entry(other).or_default().push(name.clone()));
        }
        let mut all = Vec::new();
        let mut order: Vec<(i64, Vec<String>)> = shared.into_iter().collect();
        order.sort_by_key(|(other, _)| (!first.contains(other), *other));
        for (row, via) in order {
            if all.len() == MOST_RELATED {
                break;
            }
            let (credential, places) = self.kin(row, places)?;
            if !places.is_empty() {
                all.push(Related { credential, via, places });
            }
        }
        all.sort_unstable_by(|a, b| a.credential.key.cmp(&b.credential.key));
        Ok(all)
    }

    /// The credential of that row, with its places.
    fn kin(&mut self, row: i64, places: &mut Places<'_>) -> rusqlite::Result<Kin> {
        if let Some(known) = self.remembered.get(&row) {
            return Ok(known.clone());
        }
        let (_, credential) = self.one.query_row([row], credential)?;
        let kin = (Arc::new(credential), Arc::new(places.of(row)?));
        if kin.1.len() <= FEW_PLACES {
            if self.remembered.len() == REMEMBERED {
                self.remembered.clear();
            }
            self.remembered.insert(row, kin.clone());
        }
        Ok(kin)
    }
}

/// The rows of all credentials that share a name, in one pass over all names.
fn kindred(connection: &Connection) -> rusqlite::Result<HashSet<i64>> {
    let mut statement = connection.prepare("SELECT value, credential FROM handle ORDER BY value")?;
    let mut rows = statement.query([])?;
    let (mut last, mut all) = ((Vec::new(), 0), HashSet::new());
    while let Some(row) = rows.next()? {
        let (name, credential) = (row.get_ref(0)?.as_bytes()?, row.get(1)?);
        if last.0 == name {
            all.extend([last.1, credential]);
        } else {
            last.0.clear();
            last.0.extend_from_slice(name);
        }
        last.1 = credential;
    }
    Ok(all)
}
