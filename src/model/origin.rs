use std::{borrow::Cow, path::PathBuf};

use super::ContentId;

/// Where a document comes from, as far as its collector knows before anybody looked inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What kind of thing it is, with its place or id.
    pub source: Source,
    /// The way from there to what lies inside (`lib/b.jar!/application.yml`), for a member of an archive; else empty.
    pub inside: String,
}

impl Origin {
    /// Where a collector found something.
    pub fn new(source: Source) -> Self {
        Self { source, inside: String::new() }
    }

    /// A member of what lies here.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        Self { source: self.source.clone(), inside: within(&self.inside, name) }
    }

    /// Whether it is a value out of a secrets manager.
    pub fn is_sealed(&self) -> bool {
        matches!(self.source, Source::Answer { sealed: true, .. })
    }

    /// The last part of the name; empty for an object, whose name only its collector knows.
    pub fn leaf(&self) -> &str {
        let outer = match &self.source {
            Source::File { path, .. } | Source::Answer { path, .. } => path,
            Source::Stream { name } => name,
            Source::Object { .. } => "",
        };
        let whole = if self.inside.is_empty() { outer } else { &self.inside };
        whole.rsplit('/').next().unwrap_or_default()
    }

    /// The whole name for people, members with the way to them.
    pub fn name(&self) -> Cow<'_, str> {
        let outer = match &self.source {
            Source::File { path, .. } | Source::Answer { path, .. } => Cow::Borrowed(path.as_str()),
            Source::Stream { name } => Cow::Borrowed(name.as_str()),
            Source::Object { id } => Cow::Owned(format!("object {id}")),
        };
        if self.inside.is_empty() { outer } else { Cow::Owned(within(&outer, &self.inside)) }
    }
}

/// The way to something that lies inside something else: `outer!/inner`; one of the two alone where the other is empty.
pub fn within(outer: &str, inner: &str) -> String {
    match (outer, inner) {
        ("", one) | (one, "") => one.to_owned(),
        _ => format!("{outer}!/{inner}"),
    }
}

/// The kinds of thing that a document can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file. Its content id and its permission bits are asked for only when it yields a fact.
    File {
        /// Path for people, relative to the target's root: `/`-separated, escaped where it is not UTF-8.
        path: String,
        /// The path by which it was opened.
        at: PathBuf,
    },
    /// An object of a repository, placed after inspection by the collector's `place`.
    Object {
        /// Its id, which is its content id.
        id: ContentId,
    },
    /// A stream that the face was given, with the name that the user gave it.
    Stream {
        /// The name to show.
        name: String,
    },
    /// An answer of an API.
    Answer {
        /// Where it lies in what was asked: `123456789012/iam/access-keys-1.json`.
        path: String,
        /// Whether it is a value out of a secrets manager, read by consent: it lies where it should. It is compared with what lies
        /// elsewhere, and never told or kept.
        sealed: bool,
    },
}

/// How a document was made from the one before it in the same parcel, so that nobody inspects the same bytes twice.
///
/// A pack stores many blobs as a base and a delta: long stretches are copies. What was found inside a copied stretch of
/// the base stands in the copy, too; only what is not copied needs a look.
#[derive(Debug, Clone, Copy)]
pub struct Kin<'a> {
    /// How many ancestors this document has in its parcel: the base is the last document given with `depth - 1`.
    pub depth: usize,
    /// Stretches copied from the base, as (start in base, start here, length), ascending by start here, not overlapping here.
    pub copies: &'a [(u32, u32, u32)],
}

/// Bytes being read, with their origin.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Where they come from.
    pub origin: &'a Origin,
    /// All of them.
    pub bytes: &'a [u8],
    /// How they were made from their neighbour's, where the collector knows.
    pub kin: Option<Kin<'a>>,
    /// How many wrappings were taken off to get here (0: as collected).
    pub layer: u8,
}
