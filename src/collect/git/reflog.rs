//! Logs of references: what they named before.

use std::{collections::BTreeSet, os::unix::ffi::OsStrExt as _, path::Path};

use super::{file::Names, hash::Hash, refs::Tip};
use crate::model::{ContentId, Fault, RefClass};

/// No log is larger than this.
const MOST: u64 = 256 << 20;
/// Directories of logs are entered this deep.
const DEPTH: usize = 64;

/// Adds all objects that the logs below `top` name.
pub fn read(top: &Path, hash: Hash, names: &Names, tips: &mut BTreeSet<Tip>, faults: &mut Vec<Fault>) {
    let mut todo = vec![(top.to_owned(), 0)];
    while let Some((dir, depth)) = todo.pop() {
        for (name, kind) in names.list(&dir, faults) {
            let path = dir.join(&name);
            if kind.is_dir() && depth < DEPTH {
                todo.push((path, depth + 1));
                continue;
            }
            if name.as_bytes().ends_with(b".lock") {
                continue;
            }
            let class =
                if path.strip_prefix(top).is_ok_and(|name| name == Path::new("refs/stash")) { RefClass::Stash } else { RefClass::Reflog };
            match names.read(&path, MOST) {
                Ok(text) => tips.extend(ids(&text.unwrap_or_default(), hash).map(|id| Tip { id, class, name: String::new() })),
                Err(fault) => faults.push(fault),
            }
        }
    }
}

/// The objects of `old new name <mail> time zone\tmessage` lines.
fn ids(text: &[u8], hash: Hash) -> impl Iterator<Item = ContentId> {
    let digits = hash.len() * 2;
    text.split(|b| *b == b'\n').flat_map(move |line| {
        let id =
            |from: usize| line.get(from..from + digits).and_then(ContentId::from_hex).filter(|id| id.as_bytes().iter().any(|b| *b != 0));
        [id(0), id(digits + 1)].into_iter().flatten()
    })
}
