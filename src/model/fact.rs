use super::{Appearance, Credential, Fault, Sighting};

/// One thing that we learned. Telling it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A credential exists.
    Credential(Credential),
    /// Content lies at a place.
    Appearance(Appearance),
    /// A credential was seen in content.
    Sighting(Sighting),
    /// Something could not be read; the run is the poorer for it.
    Fault(Fault),
}
