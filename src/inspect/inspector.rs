use crate::{
    engine::Scratch,
    model::{About, Credential, Document, Fault, IdleMark, Notes, Observed, Origin, Pepper, Span},
    rules::RuleBook,
};

/// Reads one kind of document.
pub trait Inspector: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// Whether it wants a document, by its origin and its first bytes alone.
    fn wants(&self, origin: &Origin, head: &[u8]) -> bool;

    /// Tells what it learned. May panic on hostile bytes: the worker turns that into a fault and goes on.
    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome);
}

/// What a worker has at hand for its inspectors.
pub struct Workbench<'r> {
    /// What secrets look like.
    pub rules: &'r RuleBook,
    /// The key of all fingerprints.
    pub pepper: &'r Pepper,
    /// The key of the digests in a baseline, where one is in use.
    pub salt: Option<&'r Pepper>,
    /// The engine's buffers, and what it knows of the documents before this one in the same parcel.
    pub scratch: Scratch,
}

/// Where an inspector tells what it learned about the document at hand.
pub trait Outcome {
    /// A credential was seen at these lines.
    fn seen(&mut self, credential: Credential, span: Span, notes: Notes);

    /// One of our own marks stands there and covers nothing.
    fn idle(&mut self, mark: IdleMark);

    /// A credential may have been seen at these lines: what was observed decides together with the place, once that is known.
    fn perhaps(&mut self, credential: Credential, span: Span, observed: Observed, notes: Notes);

    /// Something in the document could not be read.
    fn fault(&mut self, fault: Fault);

    /// Unwrapped bytes, to be inspected one layer down. `wrapping` says what was taken off.
    fn inner(&mut self, wrapping: &'static str, bytes: Vec<u8>);
}
