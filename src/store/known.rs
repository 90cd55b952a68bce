//! Credentials and their places, one credential at a time.

use std::{collections::BTreeSet, sync::Arc};

use rusqlite::{Connection, Row, Statement};

use crate::model::{
    Appearance, Companion, ContentId, Credential, CredentialKey, Fingerprint, Introduction, Kind, Known, Mark, Place, Preview, Proof,
    RefClasses, Span, Time, within,
};

use super::{Record, RunId, StoreError, chains::Chains, kinship::Kinship, neighbours::Neighbours, read::unreadable};

/// Shows everything known about the credentials that a run saw, all or those of a kind, by rule and fingerprint, with the row of each.
pub(super) fn each_known<E: From<StoreError>>(
    connection: &Connection,
    run: RunId,
    kind: Option<Kind>,
    sorted: &dyn Fn(rusqlite::Error) -> StoreError,
    each: &mut dyn FnMut(i64, &Known) -> Result<(), E>,
) -> Result<(), E> {
    // A run that began later may have ended before: then it has set the end of the range beyond this run.
    let seen = "EXISTS (SELECT 1 FROM sighting s WHERE s.credential = c.id AND s.first_run <= ?1 AND s.last_run >= ?1)";
    let sql =
        format!("SELECT {CREDENTIAL} FROM credential c WHERE {seen} AND c.kind = coalesce(?2, c.kind) ORDER BY c.rule, c.fingerprint");
    let mut statement = connection.prepare(&sql).map_err(sorted)?;
    let mut places = Places::new(connection, run.0).map_err(sorted)?;
    let mut kin = Kinship::new(connection).map_err(sorted)?;
    let mut neighbours = Neighbours::new(connection, run.0);
    let mut chains = Chains::new(connection, run.0);
    let mut rows = statement.query((run.0, kind.map(Kind::name))).map_err(sorted)?;
    while let Some(row) = rows.next().map_err(sorted)? {
        let (id, credential) = credential(row).map_err(sorted)?;
        let related = kin.of(id, &mut places).map_err(sorted)?;
        let places = places.of(id).map_err(sorted)?;
        let beside = neighbours.of(&credential, &places).map_err(sorted)?;
        // Who asks for one kind lists, and judges nothing.
        let chains = if kind.is_none() { chains.of(id, &credential, &places).map_err(sorted)? } else { Vec::new() };
        let known = Known { credential, places, related, beside, chains, held: None, vaulted: Vec::new() };
        each(id, &known)?;
    }
    Ok(())
}

impl Record {
    /// Everything that a run knows about the credentials of a public name (`access-key:AKIA…`).
    pub fn known_by(&self, run: i64, handle: &str) -> Result<Vec<Known>, StoreError> {
        let found = known_by(&self.connection, RunId(run), handle).map_err(|e| self.sorted(e))?;
        Ok(found.into_iter().map(|(_, known)| known).collect())
    }
}

/// Everything known about the credentials of a public name, with the row of each.
pub(super) fn known_by(connection: &Connection, run: RunId, handle: &str) -> rusqlite::Result<Vec<(i64, Known)>> {
    let sql = format!(
        "SELECT {CREDENTIAL} FROM handle h JOIN credential c ON c.id = h.credential WHERE h.value = ?1 ORDER BY c.rule, c.fingerprint"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut places = Places::new(connection, run.0)?;
    let mut all = Vec::new();
    let mut rows = statement.query([handle])?;
    while let Some(row) = rows.next()? {
        let (id, credential) = credential(row)?;
        all.push((
            id,
            Known {
                credential,
                places: places.of(id)?,
                related: Vec::new(),
                beside: Vec::new(),
                chains: Vec::new(),
                held: None,
                vaulted: Vec::new(),
            },
        ));
    }
    Ok(all)
}

/// The credential whose other half has that fingerprint.
pub(super) fn whole_of(connection: &Connection, half: &Fingerprint) -> rusqlite::Result<Option<Credential>> {
    let sql = format!("SELECT {CREDENTIAL} FROM credential c WHERE c.companion = ?1 AND length(c.companion) > 0 ORDER BY c.rule LIMIT 1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([half.as_bytes().as_slice()])?;
    rows.next()?.map(|row| credential(row).map(|(_, found)| found)).transpose()
}

/// Asks for the places of one credential after the other.
pub(super) struct Places<'c> {
    statement: Statement<'c>,
    run: i64,
    names: Names,
}

/// Places of a credential as a run knows them, from the stretch in which the run lies or the one before it; but for those that the newest run over the whole of their target did not see any
/// more.
const PLACES: &str = "
    SELECT r.started, t.name, t.lineage,
           (s.last_run >= ?1 AND a.last_run >= ?1 AND EXISTS (SELECT 1 FROM run_target x WHERE x.run = ?1 AND x.target = a.target)),
           c.hash, a.path, a.mode, a.commit_id, a.author, a.committed, a.in_head, a.in_tree, a.refs, s.line, s.col, s.end_line, s.end_col, s.inside,
           s.wrapping, m.spelling, m.reason, w.allow
    FROM sighting s
    JOIN content c ON c.id = s.content
    JOIN appearance a ON a.content = s.content
    JOIN target t ON t.id = a.target
    JOIN run r ON r.id = max(s.first_run, a.since_run)
    LEFT JOIN mark m ON m.credential = s.credential AND m.content = s.content AND m.inside = s.inside AND m.line = s.line AND m.col = s.col
    LEFT JOIN allowed w ON w.run = ?1 AND w.credential = s.credential AND w.target = a.target AND w.content = s.content
        AND w.path = CASE s.inside WHEN '' THEN a.path ELSE a.path || '!/' || s.inside END AND w.line = s.line AND w.col = s.col
    WHERE s.credential = ?2 AND s.first_run <= ?1 AND a.first_run <= ?1 AND (a.next_run IS NULL OR a.next_run > ?1)
      AND min(s.last_run, a.last_run) >=
          coalesce((SELECT max(run) FROM run_target w WHERE w.target = a.target AND w.run <= ?1 AND w.whole = 1), 0)";

impl<'c> Places<'c> {
    pub fn new(connection: &'c Connection, run: i64) -> rusqlite::Result<Self> {
        Ok(Self { statement: connection.prepare(PLACES)?, run, names: Names::default() })
    }

    /// Where the credential of that row lies, sorted by target, path and span.
    pub fn of(&mut self, credential: i64) -> rusqlite::Result<Vec<Place>> {
        let Self { statement, run, names } = self;
        let mut all: Vec<Place> = statement.query_map([*run, credential], |row| place(row, names))?.collect::<rusqlite::Result<_>>()?;
        // Not by `SQLite`, which would hold all of them once more.
        all.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
        Ok(all)
    }
}

/// The columns that [`credential`] reads.
pub(super) const CREDENTIAL: &str = "c.id, c.rule, c.fingerprint, c.kind, c.severity, c.confidence, c.handle, c.preview, c.proof, c.issued, c.expires, c.attributes, c.companion";

/// A credential with its row, from columns that begin with [`CREDENTIAL`].
pub(super) fn credential(row: &Row<'_>) -> rusqlite::Result<(i64, Credential)> {
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

/// By what places are sorted.
fn order(place: &Place) -> (&str, &str, Span, ContentId) {
    (&place.target, &place.appearance.path, place.span, place.appearance.content)
}

/// Names of targets, lineages and encodings: a hundred thousand places share a handful.
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

fn place(row: &Row<'_>, names: &mut Names) -> rusqlite::Result<Place> {
    let content = ContentId::new(row.get_ref(4)?.as_blob()?).ok_or_else(|| unreadable(4, "a content id has 20 or 32 bytes".into()))?;
    let commit: Option<String> = row.get(7)?;
    let introduced = match commit {
        Some(commit) => {
            Some(Introduction { commit, author: row.get::<_, Option<String>>(8)?.unwrap_or_default(), date: Time(row.get(9)?) })
        }
        None => None,
    };
    let appearance = Appearance {
        content,
        path: within(row.get_ref(5)?.as_str()?, row.get_ref(17)?.as_str()?),
        mode: row.get(6)?,
        introduced,
        in_head: row.get(10)?,
        in_tree: row.get(11)?,
        refs: RefClasses::from_bits(row.get(12)?),
    };
    let span = Span { line: row.get(13)?, column: row.get(14)?, end_line: row.get(15)?, end_column: row.get(16)? };
    Ok(Place {
        target: names.share(row.get_ref(1)?.as_str()?),
        lineage: names.share(row.get_ref(2)?.as_str()?),
        this_run: row.get(3)?,
        appearance,
        wrapping: names.share(row.get_ref(18)?.as_str()?),
        span,
        first_seen: Time(row.get(0)?),
        mark: mark(row)?,
        allow: row.get(21)?,
    })
}

fn mark(row: &Row<'_>) -> rusqlite::Result<Option<Box<Mark>>> {
    let reason: Option<String> = row.get(20)?;
    Ok(row.get::<_, Option<String>>(19)?.map(|spelling| Box::new(Mark { spelling, reason })))
}
