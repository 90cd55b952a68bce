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
    /// The way to the member of an archive in which it lies (`b.jar!/application.yml`); empty: in the bytes themselves.
    pub inside: String,
    /// Which encodings were taken off at the span (`base64`, `base64, percent`), the outermost first; empty: it lies there in clear.
    pub wrapping: String,
    /// At which lines of them, or of the member.
    pub span: Span,
    /// What speaks for and against it, where only the place can tell whether it is one.
    pub observed: Option<Observed>,
    /// What else was noticed there.
    pub notes: Notes,
}
