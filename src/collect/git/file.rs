//! Opening files that somebody else laid out: regular ones only, never waiting, nothing followed by surprise.

use std::{
    ffi::OsString,
    fs::{self, File, FileType, OpenOptions},
    io::Read as _,
    os::unix::{ffi::OsStrExt as _, fs::OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::{
    collect::show_path,
    model::{Fault, FaultKind},
};

/// How paths are named in faults: relative to the target's root.
#[derive(Debug, Clone)]
pub struct Names(PathBuf);

impl Names {
    /// Names relative to `root`.
    pub fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    /// The name of `path` for people.
    pub fn show(&self, path: &Path) -> String {
        show_path(path.strip_prefix(&self.0).unwrap_or(path).as_os_str().as_bytes())
    }

    /// The fault of `kind` at `path`.
    pub fn fault(&self, kind: FaultKind, path: &Path, what: impl Into<String>) -> Fault {
        Fault::new(kind, self.show(path), what)
    }

    /// Opens a regular file. A pipe, socket or device is not touched: it is looked at first, and looked at again once open.
    ///
    /// A symbolic link is followed (shared object stores are made of them) as long as a regular file stands at its end.
    pub fn open(&self, path: &Path) -> Result<File, Fault> {
        let io = |error: &std::io::Error| Fault::io(self.show(path), "open", error);
        self.regular(path, fs::metadata(path).map_err(|e| io(&e))?.file_type())?;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY)
            .open(path)
            .map_err(|e| io(&e))?;
        self.regular(path, file.metadata().map_err(|e| io(&e))?.file_type())?;
        Ok(file)
    }

    fn regular(&self, path: &Path, found: FileType) -> Result<(), Fault> {
        if found.is_file() {
            return Ok(());
        }
        let what = if found.is_dir() {
            "a directory where a file was expected"
        } else {
            "a pipe, socket or device where a file was expected: not opened"
        };
        let kind = if found.is_dir() { FaultKind::Malformed } else { FaultKind::SpecialFile };
        Err(self.fault(kind, path, what))
    }

    /// Reads a whole file of at most `most` bytes; `None` where there is none.
    pub fn read(&self, path: &Path, most: u64) -> Result<Option<Vec<u8>>, Fault> {
        if let Err(error) = fs::symlink_metadata(path)
            && matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
        {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.open(path)?.take(most + 1).read_to_end(&mut bytes).map_err(|e| Fault::io(self.show(path), "read", &e))?;
        if bytes.len() as u64 > most {
            return Err(self.fault(FaultKind::TooLarge, path, format!("larger than the {most} bytes that such a file may have")));
        }
        Ok(Some(bytes))
    }

    /// The entries of a directory, sorted by name; none where there is no directory.
    pub fn list(&self, path: &Path, faults: &mut Vec<Fault>) -> Vec<(OsString, FileType)> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                faults.push(Fault::io(self.show(path), "list", &error));
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for entry in entries {
            match entry.and_then(|e| Ok((e.file_name(), e.file_type()?))) {
                Ok(entry) => found.push(entry),
                Err(error) => faults.push(Fault::io(self.show(path), "list", &error)),
            }
        }
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        found
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::net::UnixListener, path::Path};

    use super::Names;
    use crate::model::FaultKind;

    #[test]
    fn only_regular_files_are_opened() {
        let dir = tempfile::tempdir().expect("a directory");
        let names = Names::new(dir.path());
        let _socket = UnixListener::bind(dir.path().join("socket")).expect("a socket");
        fs::write(dir.path().join("file"), "text").expect("a file");
        let kind = |path: &Path| names.read(path, 4).map_err(|f| (f.kind, f.path));
        assert_eq!(kind(&dir.path().join("socket")), Err((FaultKind::SpecialFile, "socket".to_owned())));
        assert_eq!(kind(&dir.path().join("file")), Ok(Some(b"text".to_vec())));
        assert_eq!(kind(&dir.path().join("gone")), Ok(None));
        assert_eq!(names.read(&dir.path().join("file"), 3).map_err(|f| f.kind), Err(FaultKind::TooLarge));
        assert_eq!(names.read(dir.path(), 3).map_err(|f| f.kind), Err(FaultKind::Malformed));
    }
}
