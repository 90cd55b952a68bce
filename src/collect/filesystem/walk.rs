//! One walk over a tree, shared by the threads that do it.

use std::{
    collections::HashMap,
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use ignore::{WalkBuilder, WalkState};

use crate::{
    collect::{
        Outlet, Visit, show_path,
        visit::{CleanFile, lock},
    },
    model::{ContentId, Fault},
};

use super::{batch::Batch, prune::Prune};

/// What the threads of a walk share.
pub(super) struct Walk<'v> {
    visit: &'v Visit,
    pub outlet: &'v dyn Outlet,
    pub root: &'v Path,
    /// Tracked, unmodified files by path.
    pub clean: HashMap<PathBuf, ContentId>,
    pub links: AtomicU64,
    pub special: AtomicU64,
    pub over: AtomicBool,
    /// Whether there was a file.
    pub met: AtomicBool,
    pub kept: Mutex<Vec<(ContentId, CleanFile)>>,
}

impl<'v> Walk<'v> {
    pub fn new(visit: &'v Visit, outlet: &'v dyn Outlet) -> Self {
        let repository = visit.repository.get().and_then(Option::as_ref);
        let clean = repository.map(|r| r.clean_files().into_iter().map(|(path, id, _)| (path, id)).collect());
        Self {
            visit,
            outlet,
            root: &visit.target.location,
            clean: clean.unwrap_or_default(),
            links: AtomicU64::new(0),
            special: AtomicU64::new(0),
            over: AtomicBool::new(false),
            met: AtomicBool::new(false),
            kept: Mutex::default(),
        }
    }

    pub fn run(&self) {
        let prune = Arc::new(Prune::new(self.visit));
        let mut builder = WalkBuilder::new(self.root);
        // No ignore file is read: not one of the scanned tree may decide what is scanned.
        builder.standard_filters(false).follow_links(false);
        let keeps = Arc::clone(&prune);
        builder.filter_entry(move |entry| keeps.keeps(entry));
        let workers = self.visit.settings.workers;
        if workers < 2 {
            let mut batch = Batch::new(self);
            let _ = builder.build().try_for_each(|entry| if batch.visit(entry) == WalkState::Quit { Err(()) } else { Ok(()) });
        } else {
            builder.threads(workers.min(4)).build_parallel().run(|| {
                let mut batch = Batch::new(self);
                Box::new(move |entry| batch.visit(entry))
            });
        }
        self.finish(&prune);
    }

    /// Tells what was left out, and leaves for the other collector and for later what this walk learned.
    fn finish(&self, prune: &Prune) {
        self.outlet.skipped("symbolic links", self.links.load(Ordering::Relaxed));
        self.outlet.skipped("pipes, sockets and devices", self.special.load(Ordering::Relaxed));
        self.outlet.skipped("excluded by --exclude", prune.excluded.load(Ordering::Relaxed));
        lock(&self.visit.nested).append(&mut lock(&prune.nested));
        for (folder, error) in lock(&prune.lost).drain(..) {
            self.outlet.fault(Fault::io(self.relative(&folder).1, "look into", &error));
        }
        self.configurations(std::mem::take(&mut *lock(&prune.configurations)));
        let mut clean = lock(&self.visit.clean);
        for (id, file) in lock(&self.kept).drain(..) {
            clean.entry(id).or_default().push(file);
        }
        clean.values_mut().for_each(|files| files.sort_by(|a, b| a.shown.cmp(&b.shown)));
    }

    /// Offers the configurations of the repositories that the walk met: text like any other, in which nothing is obeyed.
    fn configurations(&self, mut paths: Vec<PathBuf>) {
        // A work tree of nothing is not scanned because its repository has settings.
        if !self.met.load(Ordering::Relaxed) {
            self.outlet.skipped("configurations of repositories without a file", paths.len() as u64);
            return;
        }
        paths.sort();
        let mut batch = Batch::new(self);
        for path in paths {
            let (_, shown) = self.relative(&path);
            if self.visit.settings.excludes(&shown) {
                self.outlet.skipped("excluded by --exclude", 1);
            } else if batch.file(path, shown) == WalkState::Quit {
                break;
            }
        }
    }

    /// The path relative to the root, and the same for people.
    pub fn relative<'p>(&self, path: &'p Path) -> (&'p Path, String) {
        let relative = below(path, self.root).unwrap_or(path);
        (relative, show_path(relative.as_os_str().as_bytes()))
    }
}

/// The path below a root. Nearly every path begins with the root's bytes and a slash; comparing them part by part is ten times slower.
fn below<'p>(path: &'p Path, root: &Path) -> Option<&'p Path> {
    let rest = path.as_os_str().as_bytes().strip_prefix(root.as_os_str().as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    match rest {
        // Further slashes and dots need a closer look.
        Some(rest) if !root.as_os_str().is_empty() && !rest.starts_with(b"/") && !rest.starts_with(b".") => {
            Some(Path::new(OsStr::from_bytes(rest)))
        }
        _ => path.strip_prefix(root).ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::below;

    #[test]
    fn a_path_below_a_root_is_what_the_library_says_it_is() {
        let paths = ["/a/b/c", "/a//b", "/a/b", "a/b", "./a/b/c", "/ab/c", "/", "", "a", "/a/./b", "/a/b/"];
        for (path, root) in paths.iter().flat_map(|path| ["/a", "/a/", "a", ".", "./a", "/", "", "/a/b"].map(|root| (*path, root))) {
            assert_eq!(below(Path::new(path), Path::new(root)), Path::new(path).strip_prefix(root).ok(), "{path} below {root}");
        }
    }
}
