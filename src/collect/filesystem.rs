use std::{
    collections::HashMap,
    ops::ControlFlow,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use globset::GlobSet;
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::model::{About, Appearance, ContentId, Fault, FaultKind, RefClasses};

use super::{
    CollectError, Collector, Crew, Outlet, Visit,
    file::{FileToRead, Files, PARCEL_FILES, mode_of, special},
    show_path,
    visit::{CleanFile, lock},
};

/// Walks a directory tree and offers its files.
pub struct Filesystem;

const ABOUT: About = About {
    id: "filesystem",
    title: "Files of a directory tree",
    explain: "Reads every regular file below a directory: hidden and git-ignored ones too, since that is where credentials lie. Links are not followed, \
              pipes, sockets and devices never opened, the inside of .git is left to the git collector, but for its configuration, in \
              whose addresses tokens lie. A tracked, unmodified file of a work tree is \
              its blob and is read once.",
    controls: &[],
    see: &[],
};

impl Collector for Filesystem {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["", "dir"]
    }

    fn collect(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError> {
        let root = &visit.target.location;
        let meta = std::fs::metadata(root).map_err(|source| CollectError::Open { path: root.clone(), source })?;
        if let Some(what) = special(meta.file_type()) {
            return Err(CollectError::Special { path: root.clone(), what });
        }
        if meta.is_file() {
            let shown = root.file_name().map_or_else(String::new, |n| show_path(n.as_bytes()));
            let real = std::fs::canonicalize(root).map_err(|source| CollectError::Open { path: root.clone(), source })?;
            let _ = outlet.offer(Box::new(Files(vec![FileToRead { path: real, shown }])));
            return Ok(());
        }
        std::fs::read_dir(root).map_err(|source| CollectError::Open { path: root.clone(), source })?;
        Walk::new(visit, outlet).run();
        Ok(())
    }

    fn rest(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError> {
        let Some(repository) = visit.repository.get().and_then(Option::as_ref) else { return Ok(()) };
        let clean = lock(&visit.clean);
        let unread = clean.iter().filter(|(id, _)| !repository.was_read(id)).flat_map(|(_, files)| files);
        let files: Vec<_> = unread.map(|f| FileToRead { path: f.path.clone(), shown: f.shown.clone() }).collect();
        let mut files = files.into_iter().peekable();
        while files.peek().is_some() {
            if outlet.offer(Box::new(Files(files.by_ref().take(PARCEL_FILES).collect()))).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn place(
        &self,
        visit: &Visit,
        wanted: &[ContentId],
        _crew: &dyn Crew,
        each: &mut dyn FnMut(Appearance),
        _faults: &mut dyn FnMut(Fault),
    ) -> Result<(), CollectError> {
        let clean = lock(&visit.clean);
        for content in wanted {
            for file in clean.get(content).into_iter().flatten() {
                each(Appearance {
                    content: *content,
                    path: file.shown.clone(),
                    mode: Some(file.mode),
                    introduced: None,
                    in_head: None,
                    in_tree: true,
                    refs: RefClasses::NONE,
                });
            }
        }
        Ok(())
    }
}

/// One walk over a tree, shared by the threads that do it.
struct Walk<'v> {
    visit: &'v Visit,
    outlet: &'v dyn Outlet,
    root: &'v Path,
    /// Tracked, unmodified files by path.
    clean: HashMap<PathBuf, ContentId>,
    links: AtomicU64,
    special: AtomicU64,
    over: AtomicBool,
    /// Whether there was a file.
    met: AtomicBool,
    kept: Mutex<Vec<(ContentId, CleanFile)>>,
}

impl<'v> Walk<'v> {
    fn new(visit: &'v Visit, outlet: &'v dyn Outlet) -> Self {
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

    fn run(&self) {
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
    fn relative<'p>(&self, path: &'p Path) -> (&'p Path, String) {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        (relative, show_path(relative.as_os_str().as_bytes()))
    }
}

/// What a walk does not go into.
struct Prune {
    root: PathBuf,
    exclude: GlobSet,
    /// The root is itself a bare repository: its object store is the git collector's.
    bare: bool,
    excluded: AtomicU64,
    nested: Mutex<Vec<PathBuf>>,
    /// `.git/config` of each repository met: an address with a token in it is a common leak, and no history holds that file.
    configurations: Mutex<Vec<PathBuf>>,
}

impl Prune {
    fn new(visit: &Visit) -> Self {
        let bare = visit.repository.get().and_then(Option::as_ref).is_some_and(super::git::Repository::is_bare);
        let root = visit.target.location.clone();
        Self {
            root,
            exclude: visit.settings.exclude.clone(),
            bare,
            excluded: AtomicU64::new(0),
            nested: Mutex::default(),
            configurations: Mutex::default(),
        }
    }

    fn keeps(&self, entry: &DirEntry) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        if entry.file_name() == ".git" {
            self.repository(entry);
            return false;
        }
        if self.bare && entry.depth() == 1 && super::git::is_internal(entry.file_name()) {
            return false;
        }
        let relative = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
        let out = !self.exclude.is_empty() && self.exclude.is_match(relative);
        if out {
            self.excluded.fetch_add(1, Ordering::Relaxed);
        }
        !out
    }

    /// The inside of a repository is never read as files, but for its configuration; one below the root is remembered for its
    /// history.
    fn repository(&self, entry: &DirEntry) {
        let configuration = entry.path().join("config");
        if entry.file_type().is_some_and(|kind| kind.is_dir()) && std::fs::symlink_metadata(&configuration).is_ok_and(|meta| meta.is_file())
        {
            lock(&self.configurations).push(configuration);
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

/// Files that one walking thread has gathered.
struct Batch<'w, 'v> {
    walk: &'w Walk<'v>,
    files: Vec<FileToRead>,
}

impl<'w, 'v> Batch<'w, 'v> {
    fn new(walk: &'w Walk<'v>) -> Self {
        Self { walk, files: Vec::with_capacity(PARCEL_FILES) }
    }

    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
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

    fn file(&mut self, path: PathBuf, shown: String) -> WalkState {
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
