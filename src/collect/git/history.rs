//! The collector of histories.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

use super::{Repository, Restriction};
use crate::{
    collect::{CollectError, Collector, Crew, Outlet, Visit, show_path, visit::lock},
    model::{About, Appearance, ContentId, Fault, FaultKind},
};

/// Reads every object of a git repository.
pub struct Git;

const ABOUT: About = About {
    id: "git",
    title: "History of a git repository",
    explain: "Reads every commit, annotated tag and blob of a repository, whether a branch, a tag, a stash, a note, a log or nothing at all keeps it: packs, \
              loose objects and the stores that it borrows from. What was found is then placed: first commit, path, whether HEAD still holds it. The \
              repository's configuration is never read, nothing of it is executed and nothing fetched.",
    controls: &[],
    see: &["https://git-scm.com/docs/gitformat-pack", "https://git-scm.com/docs/gitrepository-layout"],
};

impl Collector for Git {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["", "git"]
    }

    fn collect(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError> {
        let asked = visit.target.scheme == "git";
        if !asked && !visit.settings.history {
            return Ok(());
        }
        let mut faults = Vec::new();
        let found = Repository::discover(&visit.target.location, &mut |fault| faults.push(fault));
        if asked && found.is_none() {
            let hint = faults.first().map(|fault| fault.what.clone());
            return Err(CollectError::NotARepository { path: visit.target.location.clone(), hint });
        }
        for fault in faults {
            outlet.fault(fault);
        }
        let Some(repository) = visit.repository.get_or_init(|| found) else { return Ok(()) };
        let restriction = Restriction { branch: visit.settings.branch.clone(), since: visit.settings.since_commit.clone() };
        match repository.collect(&restriction, outlet) {
            Ok(_) => Ok(()),
            Err(error) => Err(CollectError::NoSuchRevision { path: visit.target.location.clone(), name: error.name().to_owned() }),
        }
    }

    /// Reads the histories of repositories that the walk met inside the target (submodules, checkouts).
    fn rest(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError> {
        let mut nested = std::mem::take(&mut *lock(&visit.nested));
        nested.sort();
        nested.dedup();
        for path in nested.into_iter().filter(|_| visit.settings.history && visit.target.scheme.is_empty()) {
            let shown = show_path(path.strip_prefix(&visit.target.location).unwrap_or(&path).as_os_str().as_bytes());
            let mut told = |fault: Fault| outlet.fault(Fault { path: format!("{shown}/{}", fault.path), ..fault });
            let Some(repository) = Repository::discover(&path, &mut told) else { continue };
            match Standing::of(&repository, visit) {
                Standing::Inside => {
                    let _ = repository.collect(&Restriction::default(), outlet);
                    lock(&visit.inner).push((shown, repository));
                }
                Standing::Known => {}
                Standing::Outside => {
                    let what = "its .git points at a repository outside of the target: its files were read, that history was not";
                    outlet.fault(Fault::new(FaultKind::Unsupported, shown, what));
                }
            }
        }
        Ok(())
    }

    fn place(
        &self,
        visit: &Visit,
        wanted: &[ContentId],
        crew: &dyn Crew,
        each: &mut dyn FnMut(Appearance),
        faults: &mut dyn FnMut(Fault),
    ) -> Result<(), CollectError> {
        if let Some(Some(repository)) = visit.repository.get() {
            repository.place(wanted, crew, each, faults);
        }
        for (shown, repository) in lock(&visit.inner).iter() {
            let mut here = |appearance: Appearance| each(Appearance { path: format!("{shown}/{}", appearance.path), ..appearance });
            repository.place(wanted, crew, &mut here, &mut |fault| faults(Fault { path: format!("{shown}/{}", fault.path), ..fault }));
        }
        Ok(())
    }
}

/// Where the store of a nested repository lies.
enum Standing {
    /// Below the target, or where the target's own repository keeps its modules.
    Inside,
    /// It is a store that is read already: a linked work tree.
    Known,
    /// Somewhere else: a `.git` file can point at anything.
    Outside,
}

impl Standing {
    fn of(nested: &Repository, visit: &Visit) -> Self {
        let real = |path: &Path| path.canonicalize().ok();
        let Some(store) = real(nested.common_dir()) else { return Self::Outside };
        let own = visit.repository.get().and_then(Option::as_ref).and_then(|r| real(r.common_dir()));
        if own.as_ref() == Some(&store) || lock(&visit.inner).iter().any(|(_, r)| real(r.common_dir()).as_ref() == Some(&store)) {
            return Self::Known;
        }
        let inside = real(&visit.target.location).into_iter().chain(own).any(|root| store.starts_with(root));
        if inside { Self::Inside } else { Self::Outside }
    }
}

/// Whether an entry at the top of a bare repository belongs to its store of objects and references; its configuration and hooks
/// are files like others.
pub fn is_internal(name: &OsStr) -> bool {
    const STORE: &[&str] = &["objects", "refs", "reftable", "logs", "packed-refs", "index", "shallow", "worktrees", "modules", "HEAD"];
    STORE.iter().any(|own| name == *own) || name.as_bytes().ends_with(b"_HEAD")
}
