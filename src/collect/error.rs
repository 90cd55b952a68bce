use std::{io, path::PathBuf};

/// Why a target cannot be collected at all.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The target cannot be opened.
    #[error("cannot open {path}")]
    Open {
        /// The path as the user gave it.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The target is a pipe, a socket or a device.
    #[error("cannot scan {path}: it is {what}, not a file or directory")]
    Special {
        /// The path as the user gave it.
        path: PathBuf,
        /// `a named pipe`, `a device` …
        what: &'static str,
    },
    /// `git:` was asked for a place that is no repository.
    #[error("{path} is not a git repository")]
    NotARepository {
        /// The path as the user gave it.
        path: PathBuf,
        /// What was wrong with it, where something was there.
        hint: Option<String>,
    },
    /// A revision that the user named does not exist.
    #[error("no commit `{name}` in {path}")]
    NoSuchRevision {
        /// The repository.
        path: PathBuf,
        /// What the user named.
        name: String,
    },
    /// The system grants no thread.
    #[error("cannot start a thread; try --workers 1")]
    Threads(#[source] io::Error),
    /// An account cannot be read at all.
    #[cfg(feature = "aws")]
    #[error("cannot open {name}")]
    Account {
        /// The target as the user gave it.
        name: String,
        /// Why.
        #[source]
        trouble: super::aws::Trouble,
    },
    /// Standard input cannot be read.
    #[error("cannot read standard input")]
    Stream(#[source] io::Error),
}
