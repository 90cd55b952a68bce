use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use globset::GlobSet;

use crate::model::{ContentId, Target};

use super::git::Repository;

/// What the user asked of all collectors.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Larger documents are a fault, not a read; bytes.
    pub max_file_size: u64,
    /// Paths (relative to the target's root) that are left out, and counted.
    pub exclude: GlobSet,
    /// Whether a bare path that is a repository brings its history along.
    pub history: bool,
    /// Only what is not reachable from this commit.
    pub since_commit: Option<String>,
    /// Only what is reachable from this branch.
    pub branch: Option<String>,
    /// How many threads may work.
    pub workers: usize,
    /// The name of what comes on standard input.
    pub stdin_name: String,
    /// How accounts are read.
    pub account: AccountSettings,
}

impl Settings {
    /// Whether a path, or a folder above it, is left out by wish: what a walk would not have come to.
    pub fn excludes(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        !self.exclude.is_empty() && folders.chain([path]).any(|p| self.exclude.is_match(p))
    }

    /// Whether nothing of a target is left out by wish.
    pub fn is_unrestricted(&self) -> bool {
        self.exclude.is_empty() && self.since_commit.is_none() && self.branch.is_none()
    }
}

/// How accounts are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSettings {
    /// Where the API is, instead of where its provider has it.
    pub endpoint_url: Option<String>,
    /// Roles in other accounts: each is taken on, and its account read, too.
    pub roles: Vec<String>,
    /// What the trust policies of these roles ask for.
    pub external_id: Option<String>,
    /// Whether it is asked for each identity which services it last used.
    pub last_accessed: bool,
    /// Whether the values of secrets may be read, to be compared with what lies elsewhere.
    pub secret_values: bool,
}

/// One target being collected, with what its collectors tell each other.
pub struct Visit {
    /// What the user asked to look at.
    pub target: Target,
    /// How.
    pub settings: Settings,
    /// The repository of the target, opened once.
    pub(super) repository: OnceLock<Option<Repository>>,
    /// Tracked, unmodified files: read as their blobs, or after all as files where the blob could not be read.
    pub(super) clean: Mutex<BTreeMap<ContentId, Vec<CleanFile>>>,
    /// Where the walk met repositories inside the target (submodules, checkouts).
    pub(super) nested: Mutex<Vec<PathBuf>>,
    /// Those of them whose histories were read, with their paths for people.
    pub(super) inner: Mutex<Vec<(String, Repository)>>,
}

/// A file whose bytes are those of a blob.
pub(super) struct CleanFile {
    /// Path for people, relative to the root.
    pub shown: String,
    /// Path to open.
    pub path: PathBuf,
    /// Permission bits.
    pub mode: u32,
}

impl Visit {
    /// Prepares a visit; nothing is opened yet.
    pub fn new(target: Target, settings: Settings) -> Self {
        Self { target, settings, repository: OnceLock::new(), clean: Mutex::default(), nested: Mutex::default(), inner: Mutex::default() }
    }

    /// What tells copies of one repository from different ones: its smallest root commit.
    pub fn lineage(&self) -> Option<String> {
        self.repository.get()?.as_ref()?.lineage()
    }
}

/// A lock whose last holder may have panicked: the data are plain lists and still sound.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
