use std::fmt;

use serde::Serialize;

use super::{ContentId, Time};

/// Content lies at a place: a file of a tree, or a path in a repository's history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Appearance {
    /// Which bytes.
    pub content: ContentId,
    /// Path relative to the target's root, `/`-separated, lossless for people (see `escape_path` of the collectors).
    pub path: String,
    /// Permission bits of the file, where a file system told them.
    pub mode: Option<u32>,
    /// The commit that first brought the content; `None` for plain files and for objects that no commit reaches.
    pub introduced: Option<Introduction>,
    /// Whether HEAD holds the content; `None` outside of a repository or where HEAD could not be read.
    pub in_head: Option<bool>,
    /// Whether the content lies in the work tree (or plain directory) now.
    pub in_tree: bool,
    /// By which classes of references the content is reached; empty for plain files.
    pub refs: RefClasses,
}

/// The commit that first brought some content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Introduction {
    /// Full id, hexadecimal.
    pub commit: String,
    /// `Name <mail>` as the commit has it, lossy where it is not UTF-8.
    pub author: String,
    /// Committer date: when it entered this history.
    pub date: Time,
}

/// The ways by which an object of a repository is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum RefClass {
    /// `HEAD` itself.
    Head,
    /// `refs/heads/*`.
    Branch,
    /// `refs/remotes/*`.
    Remote,
    /// `refs/tags/*`.
    Tag,
    /// `refs/pull/*` and `refs/merge-requests/*`: anyone may have written it.
    Review,
    /// `refs/stash` and its reflog.
    Stash,
    /// `refs/notes/*`.
    Note,
    /// Only a reflog remembers it.
    Reflog,
    /// The index: staged.
    Index,
    /// Any other reference (`refs/replace/*`, `refs/original/*`, `ORIG_HEAD` …).
    Other,
}

impl RefClass {
    /// All classes in the order of their bits.
    pub const ALL: &'static [Self] =
        &[Self::Head, Self::Branch, Self::Remote, Self::Tag, Self::Review, Self::Stash, Self::Note, Self::Reflog, Self::Index, Self::Other];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Branch => "branch",
            Self::Remote => "remote",
            Self::Tag => "tag",
            Self::Review => "review",
            Self::Stash => "stash",
            Self::Note => "note",
            Self::Reflog => "reflog",
            Self::Index => "index",
            Self::Other => "other",
        }
    }
}

/// A set of [`RefClass`]. Empty means that nothing reaches the object (dangling, force-pushed away).
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefClasses(u16);

impl RefClasses {
    /// No class.
    pub const NONE: Self = Self(0);

    /// The set with one class.
    pub fn of(class: RefClass) -> Self {
        Self(1 << class as u8)
    }

    /// Takes back the bits that were stored.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & ((1 << RefClass::ALL.len()) - 1))
    }

    /// The set as bits, to be stored or carried along a graph.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the class is in the set.
    pub fn has(self, class: RefClass) -> bool {
        self.0 & Self::of(class).0 != 0
    }

    /// Whether no class is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of the classes, in order.
    pub fn names(self) -> Vec<&'static str> {
        RefClass::ALL.iter().filter(|c| self.has(**c)).map(|c| c.name()).collect()
    }
}

impl fmt::Debug for RefClasses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
