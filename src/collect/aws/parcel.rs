use crate::{
    collect::{Desk, Parcel},
    model::{Document, Origin},
};

/// One answer, fetched already: promises of an API go stale.
pub(super) struct Answer {
    /// Where it lies in its account.
    pub origin: Origin,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl Parcel for Answer {
    fn open(self: Box<Self>, desk: &mut dyn Desk) {
        let _ = desk.document(&Document { origin: &self.origin, bytes: &self.bytes, kin: None, layer: 0 });
    }
}
