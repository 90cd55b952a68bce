//! Files that one walking thread has gathered, on their way into a parcel.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use ignore::{DirEntry, WalkState};

use crate::{
    collect::{
        file::{FileToRead, Files, PARCEL_FILES, mode_of, special},
        visit::{CleanFile, lock},
    },
    model::{Fault, FaultKind},
};

use super::walk::Walk;

/// The files of one thread.
pub(super) struct Batch<'w, 'v> {
    walk: &'w Walk<'v>,
    files: Vec<FileToRead>,
}

impl<'w, 'v> Batch<'w, 'v> {
    pub fn new(walk: &'w Walk<'v>) -> Self {
        Self { walk, files: Vec::with_capacity(PARCEL_FILES) }
    }

    pub fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        if self.walk.over.load(Ordering::Relaxed) {
            return WalkState::Quit;
        }
        match entry {
            Ok(entry) => self.entry(entry),
            Err(error) => {
                self.walk.outlet.fault(walk_fault(self.walk, &error));
                WalkState::Continue
            }
        }
    }

    fn entry(&mut self, entry: DirEntry) -> WalkState {
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        if entry.depth() == 0 {
            return WalkState::Continue;
        }
        if kind.is_dir() {
            return WalkState::Continue;
        }
        if kind.is_symlink() {
            self.walk.links.fetch_add(1, Ordering::Relaxed);
            return WalkState::Continue;
        }
        let (_, shown) = self.walk.relative(entry.path());
        if special(kind).is_some() {
            self.walk.special.fetch_add(1, Ordering::Relaxed);
            return WalkState::Continue;
        }
        self.file(entry.into_path(), shown)
    }

    pub fn file(&mut self, path: PathBuf, shown: String) -> WalkState {
        self.walk.met.store(true, Ordering::Relaxed);
        if !self.walk.clean.is_empty()
            && let Ok(relative) = path.strip_prefix(self.walk.root)
            && let Some(id) = self.walk.clean.get(relative)
        {
            let mode = mode_of(&path).unwrap_or(0);
            let file = CleanFile { shown, path, mode };
            lock(&self.walk.kept).push((*id, file));
            return WalkState::Continue;
        }
        self.files.push(FileToRead { path, shown });
        if self.files.len() == PARCEL_FILES && self.flush().is_break() {
            return WalkState::Quit;
        }
        WalkState::Continue
    }

    fn flush(&mut self) -> ControlFlow<()> {
        if self.files.is_empty() {
            return ControlFlow::Continue(());
        }
        let files = std::mem::replace(&mut self.files, Vec::with_capacity(PARCEL_FILES));
        let flow = self.walk.outlet.offer(Box::new(Files(files)));
        if flow.is_break() {
            self.walk.over.store(true, Ordering::Relaxed);
        }
        flow
    }
}

impl Drop for Batch<'_, '_> {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// The fault that an error of the walk amounts to.
fn walk_fault(walk: &Walk<'_>, error: &ignore::Error) -> Fault {
    let path = error_path(error).map_or_else(|| ".".to_owned(), |p| walk.relative(p).1);
    match error.io_error() {
        Some(io) => Fault::io(path, "list or open", io),
        None => Fault::new(FaultKind::Unreadable, path, format!("cannot walk: {error}")),
    }
}

/// The path that an error of the walk names.
fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
