use std::{fmt, str::FromStr};

use serde::Serialize;

/// Something that a run could not see. Recorded, counted and shown; the run goes on and is the poorer for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Fault {
    /// What sort of trouble it was.
    pub kind: FaultKind,
    /// Where: a path relative to the target, or an object (`.git/objects/pack/…`, `commit 1f2e…`).
    pub path: String,
    /// What was being done and what went wrong, in words.
    pub what: String,
}

impl Fault {
    /// A fault of `kind` at `path`.
    pub fn new(kind: FaultKind, path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { kind, path: path.into(), what: what.into() }
    }

    /// The fault that an I/O error amounts to.
    pub fn io(path: impl Into<String>, doing: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as E;
        let kind = match error.kind() {
            E::PermissionDenied => FaultKind::PermissionDenied,
            E::NotFound => FaultKind::Vanished,
            _ => FaultKind::Unreadable,
        };
        Self::new(kind, path, format!("cannot {doing}: {error}"))
    }
}

/// The sorts of trouble; their names are part of the report's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The operating system said no.
    PermissionDenied,
    /// It was listed, and gone when it was opened.
    Vanished,
    /// Reading it failed (I/O error, too many open files …).
    Unreadable,
    /// Larger than the size limit.
    TooLarge,
    /// Its structure is broken (corrupt object, bad index, garbled reference).
    Malformed,
    /// It ends before it should (cut pack, file that shrank while read).
    Truncated,
    /// An object that others name is not there (shallow or partial clone, lost object).
    Missing,
    /// A format that this version does not read.
    Unsupported,
    /// A pipe, socket or device where a file was expected; never opened.
    SpecialFile,
    /// An inspector panicked on it; the rest of the run went on.
    Crashed,
    /// The run was stopped before it got there.
    CutShort,
}

impl FaultKind {
    /// All kinds with their names.
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::PermissionDenied, "permission-denied"),
        (Self::Vanished, "vanished"),
        (Self::Unreadable, "unreadable"),
        (Self::TooLarge, "too-large"),
        (Self::Malformed, "malformed"),
        (Self::Truncated, "truncated"),
        (Self::Missing, "missing"),
        (Self::Unsupported, "unsupported"),
        (Self::SpecialFile, "special-file"),
        (Self::Crashed, "crashed"),
        (Self::CutShort, "cut-short"),
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("unreadable", |(_, name)| name)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for FaultKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::NAMES.iter().find(|(_, name)| *name == text).map(|(kind, _)| *kind).ok_or_else(|| format!("no fault kind `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::FaultKind;

    #[test]
    fn every_kind_has_a_name_and_comes_back_from_it() {
        for (kind, name) in FaultKind::NAMES {
            assert_eq!(kind.name(), *name);
            assert_eq!(name.parse(), Ok(*kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(serde_json::Value::from(*name)));
        }
    }
}
