use std::sync::Arc;

use super::{Appearance, Credential, Mark, Span, Time};

/// One entry of the inventory, which is all that is known at the end of a run: a credential that the run saw, with every place
/// that this or an earlier run knows. Nobody holds all entries at once.
#[derive(Debug, Clone)]
pub struct Known {
    /// The credential.
    pub credential: Credential,
    /// Where it lies, sorted by target, path, span.
    pub places: Vec<Place>,
}

/// One sighting with the place of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The target as the user would name it.
    pub target: Arc<str>,
    /// What tells copies of one repository apart from different ones: its oldest root commit, else the target's name.
    pub lineage: Arc<str>,
    /// Whether the run being judged saw it (else: an earlier run, elsewhere).
    pub this_run: bool,
    /// The bytes, and where they lie.
    ///
    /// The path of a member of an archive holds the whole way: `app.jar!/application.yml`.
    pub appearance: Appearance,
    /// Which encodings were taken off there; empty: it lies there in clear.
    pub wrapping: Arc<str>,
    /// Which lines.
    pub span: Span,
    /// When a run first saw it there.
    pub first_seen: Time,
    /// The mark at its line, as the content has it.
    pub mark: Option<Box<Mark>>,
    /// The allow of the run that covers it, by its number in the run.
    pub allow: Option<i64>,
}
