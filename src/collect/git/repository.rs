//! A repository: where its parts lie, and what can be asked of it.

use std::{
    ffi::OsStr,
    fs,
    ops::ControlFlow,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use super::{
    alternates,
    file::Names,
    hash::Hash,
    index::{self, Staged},
    parcel,
    place::{Surroundings, place},
    refs::{self, Refs},
    select::{Chosen, Restriction, SelectError},
    store::Store,
};
use crate::{
    collect::{Crew, Outlet},
    model::{Appearance, ContentId, Fault, FaultKind},
};

/// Pointer files (`.git`, `commondir`, `HEAD`) hold one line.
const POINTER: u64 = 64 << 10;

/// A repository on this machine. Its configuration is never read.
pub struct Repository {
    /// The root of its work tree; `None` for a bare one.
    pub(super) tree: Option<PathBuf>,
    /// What belongs to this work tree alone: `HEAD`, the index.
    pub(super) private: PathBuf,
    /// What all its work trees share: objects, references.
    pub(super) common: PathBuf,
    /// How its files are named.
    pub(super) names: Names,
    pub(super) store: OnceLock<(Arc<Store>, Vec<Fault>)>,
    pub(super) refs: OnceLock<(Refs, Vec<Fault>)>,
    pub(super) index: OnceLock<(Vec<Staged>, Vec<Fault>)>,
    lineage: OnceLock<Option<ContentId>>,
}

impl Repository {
    /// Finds the repository whose work tree has its root at `path`, or that is `path` itself; `None` where there is none.
    ///
    /// A `.git` that leads nowhere is a fault, and no repository.
    pub fn discover(path: &Path, fault: &mut dyn FnMut(Fault)) -> Option<Self> {
        let (names, dot) = (Names::new(path), path.join(".git"));
        let private = match fs::symlink_metadata(&dot) {
            Err(_) => return is_repository(path).then(|| Self::at(None, path.to_owned(), names, fault)),
            Ok(found) if found.is_dir() => Ok(dot.clone()),
            Ok(_) if dot.is_dir() => Ok(dot.clone()),
            Ok(_) => pointer(&names, &dot, "gitdir: "),
        };
        let private = match private {
            Ok(private) if private.is_dir() => private,
            Ok(private) => {
                fault(names.fault(
                    FaultKind::Missing,
                    &dot,
                    format!("the repository that it points at is not there: {}", names.show(&private)),
                ));
                return None;
            }
            Err(broken) => {
                fault(broken);
                return None;
            }
        };
        let found = Self::at(Some(path.to_owned()), private, names, fault);
        if !is_repository(&found.common) {
            fault(found.names.fault(FaultKind::Malformed, &dot, "not a repository: it has no objects"));
            return None;
        }
        Some(found)
    }

    fn at(tree: Option<PathBuf>, private: PathBuf, names: Names, fault: &mut dyn FnMut(Fault)) -> Self {
        let shared = private.join("commondir");
        let common = if fs::symlink_metadata(&shared).is_ok() {
            pointer(&names, &shared, "").unwrap_or_else(|broken| {
                fault(broken);
                private.clone()
            })
        } else {
            private.clone()
        };
        Self {
            tree,
            private,
            common,
            names,
            store: OnceLock::new(),
            refs: OnceLock::new(),
            index: OnceLock::new(),
            lineage: OnceLock::new(),
        }
    }

    /// The root of the work tree; `None` for a bare repository.
    pub fn work_tree(&self) -> Option<&Path> {
        self.tree.as_deref()
    }

    /// Whether it has no work tree.
    pub fn is_bare(&self) -> bool {
        self.tree.is_none()
    }

    /// The directory that holds objects and references, by which two work trees of one repository are known.
    pub fn common_dir(&self) -> &Path {
        &self.common
    }

    pub(super) fn store(&self) -> &Arc<Store> {
        &self.opened().0
    }

    fn opened(&self) -> &(Arc<Store>, Vec<Fault>) {
        self.store.get_or_init(|| {
            let mut faults = Vec::new();
            let dirs = alternates::follow(&self.common.join("objects"), &self.names, &mut faults);
            let hash = object_format(&dirs, &self.common, &self.names);
            let store = Store::open(&dirs, hash, &self.names, &mut faults);
            (Arc::new(store), faults)
        })
    }

    fn refs(&self) -> &(Refs, Vec<Fault>) {
        self.refs.get_or_init(|| {
            let mut faults = Vec::new();
            let refs = refs::read(&self.private, &self.common, self.store().hash, &self.names, &mut faults);
            (refs, faults)
        })
    }

    fn staged(&self) -> &(Vec<Staged>, Vec<Fault>) {
        self.index.get_or_init(|| {
            let mut faults = Vec::new();
            let hash = self.store().hash;
            let mut staged = index::read(&self.private.join("index"), hash, &self.names, &mut faults);
            staged.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            (staged, faults)
        })
    }

    /// Offers every commit, tag and blob as a document, or those that `restriction` leaves.
    pub fn collect(&self, restriction: &Restriction, outlet: &dyn Outlet) -> Result<ControlFlow<()>, SelectError> {
        let (store, faults) = self.opened();
        faults.iter().cloned().for_each(|fault| outlet.fault(fault));
        // Trees are not documents; nobody knows how many they are before they are read, about half is usual.
        outlet.expect(store.rows() as u64 / 2);
        let chosen = if restriction.is_none() { None } else { Some(Arc::new(Chosen::find(store, &self.refs().0, restriction)?)) };
        Ok(parcel::offer(store, chosen.as_ref(), outlet))
    }

    /// Tells where each of `wanted` lies, and every fault that became known only while objects were read; call it once, after
    /// the parcels were opened, even if nothing is wanted.
    pub fn place(&self, wanted: &[ContentId], crew: &dyn Crew, each: &mut dyn FnMut(Appearance), fault: &mut dyn FnMut(Fault)) {
        let (refs, faults) = self.refs();
        faults.iter().cloned().for_each(&mut *fault);
        let (files, faults) = self.staged();
        faults.iter().cloned().for_each(&mut *fault);
        let mut staged = std::collections::BTreeMap::new();
        for file in files {
            staged.entry(file.id).or_insert_with(|| file.path.clone());
        }
        let objects = self.names.show(&self.common.join("objects"));
        let around = Surroundings { refs, staged: &staged, place: &objects };
        let lineage = place(self.store(), &around, wanted, crew, each, fault);
        let _ = self.lineage.set(lineage);
        self.store().tell_losses(fault);
    }

    /// The smallest root commit, the same in every clone and fork; known once contents were placed.
    pub fn lineage(&self) -> Option<String> {
        self.lineage.get().copied().flatten().map(|id| id.to_string())
    }

    /// The tracked files that nobody has touched since they were checked out, with their blob and size, by path.
    ///
    /// Only where file and blob have one size: a filter may stand between them (LFS, line ends), and then they differ.
    pub fn clean_files(&self) -> Vec<(PathBuf, ContentId, u64)> {
        let Some(tree) = self.tree.as_deref() else { return Vec::new() };
        let clean = index::clean(tree, &self.private.join("index"), &self.staged().0);
        clean
            .into_iter()
            .filter(|file| self.store().size(file.id.as_bytes()) == Some(file.size))
            .map(|file| (file.path, file.id, file.size))
            .collect()
    }

    /// Whether the object was given as a document.
    pub fn was_read(&self, id: &ContentId) -> bool {
        let store = self.store();
        store.find(id.as_bytes()).is_some_and(|row| store.read.has(row))
    }
}

/// Whether a directory has what makes a repository.
fn is_repository(path: &Path) -> bool {
    path.join("objects").is_dir() && (path.join("refs").is_dir() || path.join("HEAD").is_file() || path.join("packed-refs").is_file())
}

/// Reads a file that names a directory, relative to its own.
fn pointer(names: &Names, file: &Path, prefix: &str) -> Result<PathBuf, Fault> {
    let text = names.read(file, POINTER)?.unwrap_or_default();
    let line = text.split(|b| *b == b'\n' || *b == b'\r').next().unwrap_or_default();
    let target = line.strip_prefix(prefix.as_bytes()).filter(|target| !target.is_empty());
    let target = target.ok_or_else(|| names.fault(FaultKind::Malformed, file, "a file that points at no repository"))?;
    let target = file.parent().unwrap_or(Path::new("")).join(OsStr::from_bytes(target));
    match fs::metadata(&target) {
        Err(error) => Err(names.fault(
            FaultKind::Missing,
            file,
            format!("the repository that it points at is not there: {}: {error}", names.show(&target)),
        )),
        Ok(found) if found.is_dir() => Ok(target),
        Ok(found) if found.is_file() => {
            Err(names.fault(FaultKind::Malformed, file, "the repository that it points at is a file: it leads nowhere"))
        }
        Ok(_) => Err(names.fault(FaultKind::SpecialFile, file, "the repository that it points at is a device or pipe: not opened")),
    }
}

/// Tells the object format by the names that objects have: the configuration, which says it too, is never read.
fn object_format(dirs: &[PathBuf], common: &Path, names: &Names) -> Hash {
    let mut ignored = Vec::new();
    for dir in dirs {
        for (name, _) in names.list(&dir.join("pack"), &mut ignored) {
            let digits = name.to_str().and_then(|n| n.strip_prefix("pack-")).and_then(|n| n.split('.').next()).map(str::len);
            if let Some(hash) = digits.and_then(Hash::of_digits) {
                return hash;
            }
        }
        for byte in 0..=255u8 {
            for (name, _) in names.list(&dir.join(format!("{byte:02x}")), &mut ignored) {
                if let Some(hash) = Hash::of_digits(name.len() + 2) {
                    return hash;
                }
            }
        }
    }
    let packed = names.read(&common.join("packed-refs"), u64::MAX - 1).ok().flatten().unwrap_or_default();
    let line = packed.split(|b| *b == b'\n').find(|line| !line.starts_with(b"#")).unwrap_or_default();
    line.split(|b| *b == b' ').next().and_then(|id| Hash::of_digits(id.len())).unwrap_or(Hash::Sha1)
}
