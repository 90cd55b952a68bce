use std::{os::unix::fs::MetadataExt, path::Path};

/// Who holds a lock on a file, as far as Linux tells in `/proc/locks`: `process 4242 (sqlite3)`.
pub(super) fn who(path: &Path) -> String {
    holder(path).unwrap_or_else(|| "another process".into())
}

fn holder(path: &Path) -> Option<String> {
    let meta = std::fs::metadata(path).ok()?;
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let suffix = format!(":{}", meta.ino());
    let line = locks.lines().find(|l| l.split_whitespace().any(|word| word.ends_with(&suffix)))?;
    // `1: POSIX  ADVISORY  WRITE 4242 08:01:1234 0 EOF`
    let pid = line.split_whitespace().nth(4)?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Some(format!("process {pid} ({})", name.trim().escape_debug()))
}
