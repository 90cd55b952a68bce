//! The configurations of a repository, of its submodules and of its work trees.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// How deep submodules and the parts of their names may be nested.
const DEEPEST: usize = 12;
/// How many folders are looked into for one repository.
const MOST: usize = 10_000;

/// Adds the configurations that lie below the `.git` of a repository. Nothing is followed out of it.
pub(super) fn below(git: &Path, found: &mut Vec<PathBuf>) {
    let mut waiting = vec![(git.to_owned(), 0)];
    let mut left = MOST;
    while let Some((folder, depth)) = waiting.pop() {
        found
            .extend(["config", "config.worktree"].map(|name| folder.join(name)).into_iter().filter(|path| is(path, fs::Metadata::is_file)));
        // A folder with a HEAD is a repository; one without is part of the name of a submodule.
        let repository = is(&folder.join("HEAD"), fs::Metadata::is_file);
        let nests = if depth == 0 || repository { vec![folder.join("modules"), folder.join("worktrees")] } else { vec![folder] };
        for nest in nests.into_iter().filter(|nest| depth < DEEPEST && is(nest, fs::Metadata::is_dir)) {
            for inner in fs::read_dir(nest).into_iter().flatten().flatten() {
                left = left.saturating_sub(1);
                if left > 0 && inner.file_type().is_ok_and(|kind| kind.is_dir()) {
                    waiting.push((inner.path(), depth + 1));
                }
            }
        }
    }
}

fn is(path: &Path, kind: fn(&fs::Metadata) -> bool) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| kind(&meta))
}
