//! The certificates that lie in one document with others.

use std::{collections::HashMap, sync::Arc};

use rusqlite::{Connection, OptionalExtension as _};

use crate::model::{Chain, ContentId, Credential, Kind, Place};

use super::known::{CREDENTIAL, credential};

/// Certificates of one document that may be a chain: more are a list of whom to trust.
const MOST: usize = 16;
/// Documents that are looked at of one certificate.
const MOST_CHAINS: usize = 4;

/// Asks for the chains of one certificate after the other.
pub(super) struct Chains<'c> {
    connection: &'c Connection,
    run: i64,
    /// `None` until there is a certificate.
    documents: Option<Documents>,
}

/// The documents of several certificates.
#[derive(Default)]
struct Documents {
    all: Vec<Together>,
    /// In which of them the credential of a row lies.
    of: HashMap<i64, Vec<usize>>,
}

/// The rows of certificates that lie together.
struct Together {
    content: i64,
    /// The way to them, that of a member of a set without its name.
    inside: String,
    ordered: bool,
    rows: Vec<i64>,
}

/// All certificates that a run saw, by document and order.
const LYING: &str = "
    SELECT s.content, s.inside, s.credential FROM sighting s
    WHERE s.first_run <= ?1 AND s.last_run >= ?1
      AND EXISTS (SELECT 1 FROM credential c WHERE c.id = s.credential AND c.kind = 'certificate' AND c.proof = 'valid')
    ORDER BY s.content, s.inside, s.line, s.col";

impl<'c> Chains<'c> {
    pub fn new(connection: &'c Connection, run: i64) -> Self {
        Self { connection, run, documents: None }
    }

    /// The chains in which the certificate of that row lies now.
    pub fn of(&mut self, row: i64, of: &Credential, places: &[Place]) -> rusqlite::Result<Vec<Chain>> {
        if of.kind != Kind::Certificate {
            return Ok(Vec::new());
        }
        if self.documents.is_none() {
            self.documents = Some(Documents::read(self.connection, self.run)?);
        }
        let Some(documents) = &self.documents else { return Ok(Vec::new()) };
        let mine = documents.of.get(&row).into_iter().flatten().map(|at| &documents.all[*at]);
        mine.filter_map(|together| self.chain(together, places).transpose()).take(MOST_CHAINS).collect()
    }

    /// A chain with its certificates, where it lies there now.
    fn chain(&self, together: &Together, places: &[Place]) -> rusqlite::Result<Option<Chain>> {
        let hash: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT hash FROM content WHERE id = ?1")?
            .query_row([together.content], |row| row.get(0))
            .optional()?;
        let content = hash.and_then(|hash| ContentId::new(&hash));
        let lies = |place: &&Place| {
            let appearance = &place.appearance;
            place.this_run && Some(appearance.content) == content && (appearance.in_tree || appearance.in_head == Some(true))
        };
        let mut here = places.iter().filter(lies).map(|place| place.appearance.path.as_str());
        let Some(path) = here.find(|path| path.ends_with(&together.inside) || !together.ordered) else { return Ok(None) };
        let path = if together.ordered { path } else { path.rsplit_once("!/").map_or(path, |(outer, _)| outer) };
        let mut one = self.connection.prepare_cached(&format!("SELECT {CREDENTIAL} FROM credential c WHERE c.id = ?1"))?;
        let links = together.rows.iter().map(|row| one.query_row([*row], credential).map(|(_, found)| Arc::new(found)));
        Ok(Some(Chain { path: path.to_owned(), ordered: together.ordered, links: links.collect::<rusqlite::Result<_>>()? }))
    }
}

impl Documents {
    fn read(connection: &Connection, run: i64) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare(LYING)?;
        let mut rows = statement.query([run])?;
        let (mut documents, mut last) = (Self::default(), None);
        while let Some(row) = rows.next()? {
            let (content, inside, certificate) = (row.get(0)?, row.get_ref(1)?.as_str()?, row.get(2)?);
            let (way, ordered) = set(inside).map_or((inside, true), |way| (way, false));
            match &mut last {
                Some(Together { content: same, inside, rows, .. }) if *same == content && inside == way => {
                    // One more than may be is enough to know.
                    if rows.len() <= MOST {
                        rows.push(certificate);
                    }
                }
                _ => {
                    let next = Together { content, inside: way.to_owned(), ordered, rows: vec![certificate] };
                    documents.add(last.replace(next));
                }
            }
        }
        documents.add(last);
        Ok(documents)
    }

    fn add(&mut self, together: Option<Together>) {
        let Some(together) = together.filter(|together| (2..=MOST).contains(&together.rows.len())) else { return };
        for row in &together.rows {
            let mine = self.of.entry(*row).or_default();
            if mine.last() != Some(&self.all.len()) {
                mine.push(self.all.len());
            }
        }
        self.all.push(together);
    }
}

/// The way to a set out of which a member came by the name that such members have; `None` for anything else.
fn set(inside: &str) -> Option<&str> {
    let (way, name) = inside.rsplit_once("!/").unwrap_or(("", inside));
    let number = name.strip_prefix("certificate")?.strip_suffix(".cer")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(way)
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn members_of_a_set_are_known_by_their_names() {
        assert_eq!((set("certificate1.cer"), set("a.jar!/b.p7b!/certificate12.cer")), (Some(""), Some("a.jar!/b.p7b")));
        assert_eq!((set(""), set("certificate.cer"), set("certificates/certificate1x.cer")), (None, None, None));
    }
}
