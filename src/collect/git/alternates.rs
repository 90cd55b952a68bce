//! Stores that a repository borrows objects from.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use super::file::Names;
use crate::model::{Fault, FaultKind};

/// No file of alternates is larger than this.
const MOST: u64 = 1 << 20;
/// No repository borrows from more stores than this.
const STORES: usize = 256;

/// The object directory `own`, and all those that it borrows from, directly or through others; each once.
pub fn follow(own: &Path, names: &Names, faults: &mut Vec<Fault>) -> Vec<PathBuf> {
    let mut seen: BTreeSet<PathBuf> = fs::canonicalize(own).into_iter().collect();
    let (mut dirs, mut at) = (vec![own.to_owned()], 0);
    while let Some(dir) = dirs.get(at).cloned() {
        at += 1;
        let list = dir.join("info/alternates");
        let text = names.read(&list, MOST).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        for line in text.unwrap_or_default().split(|b| *b == b'\n').filter(|line| !line.is_empty() && line[0] != b'#') {
            let store = dir.join(OsStr::from_bytes(line));
            match fs::canonicalize(&store) {
                Ok(real) if !real.is_dir() => faults.push(names.fault(
                    FaultKind::Malformed,
                    &list,
                    format!("an alternate object store is no directory: {}", names.show(&store)),
                )),
                Ok(real) if dirs.len() < STORES => {
                    if seen.insert(real.clone()) {
                        dirs.push(real);
                    }
                }
                Ok(_) => faults.push(names.fault(
                    FaultKind::Unsupported,
                    &list,
                    format!("more than {STORES} alternate object stores: the others are not read"),
                )),
                Err(error) => {
                    faults.push(names.fault(
                        FaultKind::Missing,
                        &list,
                        format!("an alternate object store cannot be opened: {}: {error}", names.show(&store)),
                    ));
                }
            }
        }
    }
    dirs
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::follow;
    use crate::collect::git::file::Names;

    #[test]
    fn stores_that_point_at_each_other_are_read_once_and_broken_ones_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        for store in [&a, &b] {
            fs::create_dir_all(store.join("info")).expect("a store");
        }
        fs::write(a.join("info/alternates"), format!("../b\n../gone\n# note\n{}\n", a.display())).expect("a file");
        fs::write(b.join("info/alternates"), "../a\n").expect("a file");
        let mut faults = Vec::new();
        let dirs = follow(&a, &Names::new(dir.path()), &mut faults);
        assert_eq!(dirs.len(), 2);
        assert_eq!(faults.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["a/info/alternates"]);
    }
}
