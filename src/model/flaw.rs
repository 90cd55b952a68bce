use super::{Fault, FaultKind, within};

/// Something public in a document, such as a certificate, that cannot be read as far as it should.
///
/// Its place decides what it is: among tests and examples it was made so on purpose and is counted, anywhere else it is a fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flaw {
    /// The way to the member of an archive in which it lies; empty: in the document itself.
    pub inside: String,
    /// Where in it, and what cannot be read, in words.
    pub what: String,
}

impl Flaw {
    /// The fault that it is in a document of that name.
    pub fn fault(self, name: &str) -> Fault {
        Fault::new(FaultKind::Malformed, within(name, &self.inside), self.what)
    }
}
