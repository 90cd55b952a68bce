use std::path::PathBuf;

/// Why a record cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be made or opened.
    #[error("cannot open the record {path}")]
    Open {
        /// The record.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The path is a link: writing through it could hit somebody else's file.
    #[error("the record {path} is a symbolic link; name the file itself")]
    Link {
        /// The record.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error("{path} is not a record of unhidden: {what}; it was not touched")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: String,
    },
    /// A newer program wrote it.
    #[error("the record {path} has schema {found}, this program reads up to {known}; it was not touched")]
    Newer {
        /// The record.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// `SQLite` finds it broken.
    #[error("the record {path} is damaged: {what}")]
    Damaged {
        /// The record.
        path: PathBuf,
        /// What `SQLite` says.
        what: String,
    },
    /// Somebody else writes to it.
    #[error("the record {path} is locked by {who}")]
    Locked {
        /// The record.
        path: PathBuf,
        /// Process id and name, where the system tells.
        who: String,
    },
    /// It may not be written.
    #[error("the record {path} cannot be written: {what}")]
    ReadOnly {
        /// The record.
        path: PathBuf,
        /// What stands in the way.
        what: String,
    },
    /// No room is left.
    #[error("no room left to write the record {path}")]
    Full {
        /// The record.
        path: PathBuf,
    },
    /// There is no such run.
    #[error("the record {path} has no run {run}")]
    NoSuchRun {
        /// The record.
        path: PathBuf,
        /// What was asked for.
        run: String,
    },
    /// Any other trouble of `SQLite`.
    #[error("the record {path} failed")]
    Sqlite {
        /// The record.
        path: PathBuf,
        /// What `SQLite` said.
        #[source]
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Sorts an error of `SQLite` into ours.
    pub(super) fn sorted(path: &std::path::Path, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(C::DatabaseBusy | C::DatabaseLocked) => Self::Locked { who: super::locker::who(&path), path },
            Some(C::DatabaseCorrupt) => Self::Damaged { path, what: error.to_string() },
            Some(C::NotADatabase) => Self::Foreign { path, what: "it is no SQLite file".into() },
            Some(C::ReadOnly | C::CannotOpen | C::PermissionDenied) => Self::ReadOnly { path, what: error.to_string() },
            Some(C::DiskFull) => Self::Full { path },
            // A limit on file size or a quota (EFBIG, EDQUOT) comes as a failed write.
            Some(C::SystemIoFailure) if error.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE) => {
                Self::Full { path }
            }
            Some(C::SystemIoFailure) if error.to_string().contains("disk I/O") => Self::ReadOnly { path, what: error.to_string() },
            _ => Self::Sqlite { path, source: error },
        }
    }
}
