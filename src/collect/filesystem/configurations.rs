//! The configurations of a repository, of its submodules and of its work trees.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How deep submodules and the parts of their names may be nested.
const DEEPEST: usize = 12;
/// How many folders are looked into for one repository.
const MOST: usize = 10_000;

/// Adds the configurations that lie below the `.git` of a repository. Nothing is followed out of it. What is not looked into is
/// told to `lost`.
pub(super) fn below(git: &Path, found: &mut Vec<PathBuf>, lost: &mut dyn FnMut(&Path, io::Error)) {
    let mut waiting = vec![(git.to_owned(), 0)];
    let mut left = MOST;
    while let Some((folder, depth)) = waiting.pop() {
        found
            .extend(["config", "config.worktree"].map(|name| folder.join(name)).into_iter().filter(|path| is(path, fs::Metadata::is_file)));
        // A folder with a HEAD is a repository; one without is part of the name of a submodule.
        let repository = is(&folder.join("HEAD"), fs::Metadata::is_file);
        let nests = if depth == 0 || repository { vec![folder.join("modules"), folder.join("worktrees")] } else { vec![folder] };
        for nest in nests.into_iter().filter(|nest| is(nest, fs::Metadata::is_dir)) {
            if depth == DEEPEST || left == 0 {
                lost(&nest, io::Error::other("more folders of submodules than are looked into"));
                continue;
            }
            match fs::read_dir(&nest) {
                Ok(inner) => {
                    let folders = inner.flatten().filter(|inner| inner.file_type().is_ok_and(|kind| kind.is_dir()));
                    let folders: Vec<_> = folders.take(left).map(|inner| (inner.path(), depth + 1)).collect();
                    left -= folders.len();
                    waiting.extend(folders);
                }
                Err(error) => lost(&nest, error),
            }
        }
    }
}

fn is(path: &Path, kind: fn(&fs::Metadata) -> bool) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| kind(&meta))
}
