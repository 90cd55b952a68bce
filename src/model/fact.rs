use super::{Appearance, ContentId, Credential, Entity, Fault, Flaw, IdleMark, OwnerLine, Part, Sighting, entity::Basis};

/// One thing that we learned. Telling it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A credential exists.
    Credential(Credential),
    /// Content lies at a place.
    Appearance(Appearance),
    /// A credential was seen in content.
    Sighting(Sighting),
    /// Content is an inventory, and tells of an identity, of what it holds or may do: on that basis.
    Entity(ContentId, Basis, Entity),
    /// Content, or what lies inside it on that way, is a part of something that several documents declare.
    Part(ContentId, String, Part),
    /// Content says who answers for which paths, if it lies where that counts.
    Owners(ContentId, Vec<OwnerLine>),
    /// One of our own marks stands in content and allows nothing.
    Idle(ContentId, IdleMark),
    /// Content holds something public that cannot be read as far as it should.
    Flaw(ContentId, Flaw),
    /// Something in content could not be read. The fault's path is the way inside, until it is known where the content lies.
    Blind(ContentId, Fault),
    /// Something could not be read; the run is the poorer for it.
    Fault(Fault),
}
