//! What a walk does not go into.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use globset::GlobSet;
use ignore::DirEntry;

use super::configurations;
use crate::collect::{Visit, git, visit::lock};

/// Decides about each entry, and remembers what was left out.
pub(super) struct Prune {
    root: PathBuf,
    exclude: GlobSet,
    /// The root is itself a bare repository: its object store is the git collector's.
    bare: bool,
    pub excluded: AtomicU64,
    pub nested: Mutex<Vec<PathBuf>>,
    /// The configurations of each repository met: an address with a token in it is a common leak, and no history holds such files.
    pub configurations: Mutex<Vec<PathBuf>>,
    /// Folders of repositories that could not be looked into for them, and why.
    pub lost: Mutex<Vec<(PathBuf, io::Error)>>,
}

impl Prune {
    pub fn new(visit: &Visit) -> Self {
        let bare = visit.repository.get().and_then(Option::as_ref).is_some_and(git::Repository::is_bare);
        let root = visit.target.location.clone();
        Self {
            root,
            exclude: visit.settings.exclude.clone(),
            bare,
            excluded: AtomicU64::new(0),
            nested: Mutex::default(),
            configurations: Mutex::default(),
            lost: Mutex::default(),
        }
    }

    pub fn keeps(&self, entry: &DirEntry) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        if entry.file_name() == ".git" {
            self.repository(entry);
            return false;
        }
        if self.bare && entry.depth() == 1 && git::is_internal(entry.file_name()) {
            return false;
        }
        let relative = || entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
        let out = !self.exclude.is_empty() && self.exclude.is_match(relative());
        if out {
            self.excluded.fetch_add(1, Ordering::Relaxed);
        }
        !out
    }

    /// The inside of a repository is never read as files, but for its configuration; one below the root is remembered for its
    /// history.
    fn repository(&self, entry: &DirEntry) {
        if entry.file_type().is_some_and(|kind| kind.is_dir()) {
            let mut lost = |folder: &Path, error| lock(&self.lost).push((folder.to_owned(), error));
            configurations::below(entry.path(), &mut lock(&self.configurations), &mut lost);
        }
        let real = entry.file_type().is_some_and(|kind| kind.is_dir() || kind.is_file());
        if entry.depth() > 1
            && real
            && let Some(parent) = entry.path().parent()
        {
            lock(&self.nested).push(parent.to_owned());
        }
    }
}
