//! The index of a work tree: what is staged, and which files are as they were checked out.
//!
//! The one place where git2 is used: it knows every version and extension of this file. It is given the file alone, never the
//! repository, so that no configuration is read.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _},
    path::{Component, Path, PathBuf},
};

use super::{file::Names, hash::Hash};
use crate::model::{ContentId, Fault, FaultKind};

/// A file that the index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Its path in the work tree, raw bytes.
    pub path: Vec<u8>,
    /// Its blob.
    pub id: ContentId,
    stat: Stat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    mode: u32,
    size: u32,
    ino: u32,
    mtime: (i32, u32),
}

/// A tracked file whose stat data say that nobody has touched it since it was checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanFile {
    /// Its path relative to the root of the work tree.
    pub path: PathBuf,
    /// The blob that it was checked out from.
    pub id: ContentId,
    /// Its size in bytes. A blob of another size means that a filter stood between them.
    pub size: u64,
}

/// The files of an index; none when there is no index.
pub fn read(path: &Path, hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Vec<Staged> {
    if fs::symlink_metadata(path).is_err() {
        return Vec::new();
    }
    let opened = names.open(path).and_then(|_| {
        if hash == Hash::Sha256 {
            return Err(names.fault(
                FaultKind::Unsupported,
                path,
                "the index of a SHA-256 repository is not read: its blobs are, but not that they are staged",
            ));
        }
        git2::Index::open(path).map_err(|e| names.fault(FaultKind::Malformed, path, format!("cannot read the index: {}", e.message())))
    });
    match opened {
        Ok(index) => index.iter().filter_map(|entry| staged(&entry)).collect(),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}

/// A file or symbolic link; other repositories' commits are left out.
fn staged(entry: &git2::IndexEntry) -> Option<Staged> {
    let id = ContentId::new(entry.id.as_bytes())?;
    let mtime = (entry.mtime.seconds(), entry.mtime.nanoseconds());
    let stat = Stat { mode: entry.mode, size: entry.file_size, ino: entry.ino, mtime };
    matches!(entry.mode & 0o170_000, 0o100_000 | 0o120_000).then(|| Staged { path: entry.path.clone(), id, stat })
}

/// The files that are as the index says. Inodes must agree, which a planted index cannot foresee; a file that was changed in
/// the same moment as the index was written may have changed later, too, and is not trusted.
pub fn clean(root: &Path, index: &Path, staged: &[Staged]) -> Vec<CleanFile> {
    let Ok(written) = fs::symlink_metadata(index).map(|found| (found.mtime(), found.mtime_nsec())) else { return Vec::new() };
    staged.iter().filter_map(|file| untouched(root, file, written)).collect()
}

fn untouched(root: &Path, file: &Staged, written: (i64, i64)) -> Option<CleanFile> {
    let path = Path::new(OsStr::from_bytes(&file.path));
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if !plain || file.stat.mode & 0o170_000 != 0o100_000 || file.stat.ino == 0 {
        return None;
    }
    let found = fs::symlink_metadata(root.join(path)).ok()?;
    let mtime = (i64::from(file.stat.mtime.0), i64::from(file.stat.mtime.1));
    let same = found.file_type().is_file()
        && u32::try_from(found.len()).ok()? == file.stat.size
        && found.ino() & u64::from(u32::MAX) == u64::from(file.stat.ino)
        && (found.mtime(), found.mtime_nsec()) == mtime;
    (same && mtime < written).then(|| CleanFile { path: path.to_owned(), id: file.id, size: found.len() })
}
