//! The two hashes by which repositories name their objects.

use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::model::ContentId;

/// The object format of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// 20 bytes: nearly all repositories.
    Sha1,
    /// 32 bytes: `git init --object-format=sha256`.
    Sha256,
}

impl Hash {
    /// Length of an id in bytes.
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The format whose ids have `digits` hexadecimal digits.
    pub fn of_digits(digits: usize) -> Option<Self> {
        match digits {
            40 => Some(Self::Sha1),
            64 => Some(Self::Sha256),
            _ => None,
        }
    }

    /// The digest of `parts`, one after the other.
    pub fn digest(self, parts: &[&[u8]]) -> ContentId {
        let id = match self {
            Self::Sha1 => ContentId::new(&parts.iter().fold(Sha1::new(), Digest::chain_update).finalize()),
            Self::Sha256 => ContentId::new(&parts.iter().fold(Sha256::new(), Digest::chain_update).finalize()),
        };
        id.expect("digests have 20 or 32 bytes")
    }

    /// The id of an object.
    pub fn object(self, kind: Kind, bytes: &[u8]) -> ContentId {
        self.digest(&[format!("{} {}\0", kind.name(), bytes.len()).as_bytes(), bytes])
    }
}

/// The kinds of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A point of history: a tree, parents, author, message.
    Commit,
    /// A directory.
    Tree,
    /// A file's bytes.
    Blob,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// All kinds, by the number that a pack gives them, less one.
    pub const ALL: [Self; 4] = [Self::Commit, Self::Tree, Self::Blob, Self::Tag];

    /// The kind's name as objects spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The kind of this name.
    pub fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().as_bytes() == name)
    }
}
