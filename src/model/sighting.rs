use serde::Serialize;

use super::{ContentId, CredentialKey, Notes, Observed};

/// A stretch of a document. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// Line of the first byte.
    pub line: u32,
    /// Column of the first byte, in characters.
    pub column: u32,
    /// Line of the last byte.
    pub end_line: u32,
    /// Column behind the last byte, in characters.
    pub end_column: u32,
}

/// A credential was seen in some content. Where that content lies is told by its appearances.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sighting {
    /// What was seen.
    pub credential: CredentialKey,
    /// In which bytes.
    pub content: ContentId,
    /// At which lines of them.
    pub span: Span,
    /// What speaks for and against it, where only the place can tell whether it is one.
    pub observed: Option<Observed>,
    /// What else was noticed there.
    pub notes: Notes,
}
