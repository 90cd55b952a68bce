use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::model::Pepper;

use super::{
    StoreError,
    schema::{APPLICATION, CURRENT, MIGRATIONS, VERSION},
};

/// How long to wait for another writer before saying who it is: a run's finish takes a second or two.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is kept of a record in memory at most, in KiB, and only where it is as large: names are digests, so that each is written and
/// looked for in another page. With the two megabytes of `SQLite` a large run does little but fetch pages.
const CACHE: u32 = 64 << 10;

/// The first bytes of every `SQLite` file.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// An open record.
#[derive(Debug)]
pub struct Record {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
}

impl Record {
    /// Opens a record, or makes a new one that only its owner may read. Runs that were killed are marked as cut short.
    ///
    /// What is not ours, newer than us or damaged is refused and left as it is. `process` is the number of this process.
    pub fn open(path: &Path, process: u32) -> Result<Self, StoreError> {
        let fresh = prepare(path)?;
        let connection = connect(path).map_err(|e| StoreError::sorted(path, e))?;
        let mut record = Self { path: path.to_owned(), connection };
        if !fresh {
            record.examine()?;
        }
        record.migrate()?;
        record.bury_the_dead(process)?;
        Ok(record)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key of its fingerprints; made at random when the record is new.
    pub fn pepper(&self) -> Result<Pepper, StoreError> {
        let key: Vec<u8> = self
            .connection
            .query_row("SELECT value FROM setting WHERE name = 'pepper'", [], |row| row.get(0))
            .map_err(|e| self.sorted(e))?;
        let key: [u8; 32] =
            key.try_into().map_err(|_| StoreError::Damaged { path: self.path.clone(), what: "its pepper is not 32 bytes long".into() })?;
        Ok(Pepper::new(key))
    }

    /// Gives a record that is still empty the pepper of a fleet. One that has credentials keeps its own.
    pub fn adopt_pepper(&mut self, pepper: &Pepper) -> Result<bool, StoreError> {
        let same = self.pepper()?.as_bytes() == pepper.as_bytes();
        if same {
            return Ok(true);
        }
        let sql = "UPDATE setting SET value = ?1 WHERE name = 'pepper' AND NOT EXISTS (SELECT 1 FROM credential)";
        self.connection.execute(sql, [pepper.as_bytes().as_slice()]).map(|n| n == 1).map_err(|e| self.sorted(e))
    }

    pub(super) fn sorted(&self, error: rusqlite::Error) -> StoreError {
        StoreError::sorted(&self.path, error)
    }

    /// Refuses what is not a sound record of a version that we know.
    fn examine(&self) -> Result<(), StoreError> {
        let number = |pragma: &str| {
            self.connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0)).map_err(|e| self.sorted(e))
        };
        let (application, version) = (number("application_id")?, number("user_version")?);
        let tables: i64 =
            self.connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(|e| self.sorted(e))?;
        if application != APPLICATION && tables > 0 {
            return Err(StoreError::Foreign { path: self.path.clone(), what: "it is a SQLite file of another program".into() });
        }
        if version < 1 && tables > 0 {
            return Err(StoreError::Damaged { path: self.path.clone(), what: format!("its schema version is {version}") });
        }
        if version > VERSION {
            return Err(StoreError::Newer { path: self.path.clone(), found: version, known: VERSION });
        }
        self.sound()?;
        self.unaltered(version)
    }

    fn sound(&self) -> Result<(), StoreError> {
        let verdict: String = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|e| self.sorted(e))?;
        if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: self.path.clone(), what: verdict }) }
    }

    /// Refuses a schema that somebody has added to: a trigger could delete findings as they are written.
    fn unaltered(&self, version: i64) -> Result<(), StoreError> {
        let steps = usize::try_from(version).unwrap_or(0);
        let steps = if version == VERSION { &[CURRENT] } else { &MIGRATIONS[..steps.min(MIGRATIONS.len())] };
        let ours = Connection::open_in_memory().and_then(|c| {
            steps.iter().try_for_each(|sql| c.execute_batch(sql))?;
            objects(&c)
        });
        let (ours, theirs) = (ours.map_err(|e| self.sorted(e))?, objects(&self.connection).map_err(|e| self.sorted(e))?);
        match theirs.iter().find(|object| !ours.contains(object)) {
            Some((kind, name, _)) => Err(StoreError::Foreign {
                path: self.path.clone(),
                what: format!("its {kind} `{}` is not one of ours", name.escape_debug()),
            }),
            None if theirs.len() < ours.len() => {
                Err(StoreError::Damaged { path: self.path.clone(), what: "tables or views are missing".into() })
            }
            None => Ok(()),
        }
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        let path = self.path.clone();
        let sorted = |e| StoreError::sorted(&path, e);
        let txn = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(sorted)?;
        let version: i64 = txn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sorted)?;
        if version == VERSION {
            return Ok(());
        }
        let steps = if version == 0 { &[CURRENT] } else { &MIGRATIONS[usize::try_from(version).unwrap_or(0)..] };
        for sql in steps {
            txn.execute_batch(sql).map_err(sorted)?;
        }
        txn.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};")).map_err(sorted)?;
        txn.execute("INSERT OR IGNORE INTO setting (name, value) VALUES ('pepper', randomblob(32))", []).map_err(sorted)?;
        txn.commit().map_err(sorted)
    }

    /// A run whose process is gone was killed: its facts were never written, and it must not look as if it went on.
    fn bury_the_dead(&mut self, own: u32) -> Result<(), StoreError> {
        let mut running = Vec::new();
        {
            let mut statement = self
                .connection
                .prepare("SELECT id, process FROM run WHERE state = 'running'")
                .map_err(|e| StoreError::sorted(&self.path, e))?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<u32>>(1)?)));
            for row in rows.map_err(|e| StoreError::sorted(&self.path, e))? {
                running.push(row.map_err(|e| StoreError::sorted(&self.path, e))?);
            }
        }
        for (run, process) in running {
            // This process has begun no run yet: one of its number is of an earlier life (in a container all are number 1).
            if !process.is_some_and(|id| id != own && alive(id)) {
                self.connection
                    .execute("UPDATE run SET state = 'cut-short', process = NULL WHERE id = ?1", [run])
                    .map_err(|e| self.sorted(e))?;
            }
        }
        Ok(())
    }

    /// The newest run that ended, or the one asked for.
    pub fn run_id(&self, wanted: Option<i64>) -> Result<i64, StoreError> {
        let found = match wanted {
            Some(id) => self.connection.query_row("SELECT id FROM run WHERE id = ?1", [id], |row| row.get(0)).optional(),
            None => self.connection.query_row("SELECT max(id) FROM run WHERE finished IS NOT NULL", [], |row| row.get(0)),
        };
        let missing = || StoreError::NoSuchRun { path: self.path.clone(), run: wanted.map_or_else(|| "yet".into(), |id| id.to_string()) };
        found.map_err(|e| self.sorted(e))?.ok_or_else(missing)
    }
}

/// Checks what lies at the path, and makes an empty file of mode 0600 where nothing does. Tells whether it is new.
fn prepare(path: &Path) -> Result<bool, StoreError> {
    let open = |source| StoreError::Open { path: path.to_owned(), source };
    match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
                // Another run was faster; what it makes is as fresh.
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(open(e)),
                _ => Ok(true),
            }
        }
        Err(e) => Err(open(e)),
        Ok(meta) if meta.file_type().is_symlink() => Err(StoreError::Link { path: path.to_owned() }),
        Ok(meta) if !meta.is_file() => Err(StoreError::Foreign { path: path.to_owned(), what: "it is not a regular file".into() }),
        Ok(meta) if meta.len() == 0 => Ok(true),
        Ok(_) => recognise(path).map(|()| false),
    }
}

/// Reads the first bytes before `SQLite` does, which would take a short text file for an empty database.
fn recognise(path: &Path) -> Result<(), StoreError> {
    use io::Read;
    let mut head = [0; 16];
    let file = std::fs::File::open(path).map_err(|source| StoreError::Open { path: path.to_owned(), source })?;
    let whole = file.take(16).read_exact(&mut head).is_ok();
    if whole && head == MAGIC { Ok(()) } else { Err(StoreError::Foreign { path: path.to_owned(), what: "it is no SQLite file".into() }) }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    // SQLite's own check refuses links in parent folders as well; those are the user's business, so it gets the real path.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let connection = Connection::open_with_flags(real, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;")?;
    connection.execute_batch(&format!("PRAGMA cache_size = -{CACHE};"))?;
    Ok(connection)
}

type Object = (String, String, Option<String>);

/// Everything that the schema defines, but for what `SQLite` makes by itself.
fn objects(connection: &Connection) -> rusqlite::Result<Vec<Object>> {
    let mut statement =
        connection.prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// Whether a process of this id exists.
fn alive(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists() || !Path::new("/proc/self").exists()
}
