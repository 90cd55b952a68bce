//! Files of a directory tree: a walk ([`walk`]) that does not go everywhere ([`prune`]) and hands its files over in parcels.

mod batch;
mod configurations;
mod prune;
mod walk;

use std::os::unix::ffi::OsStrExt;

use crate::model::{About, Appearance, ContentId, Fault, RefClasses};

use super::{
    CollectError, Collector, Crew, Outlet, Visit,
    file::{FileToRead, Files, PARCEL_FILES, special},
    show_path,
    visit::lock,
};

use walk::Walk;

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
