use std::ops::ControlFlow;

use crate::model::{About, Appearance, ContentId, Document, Fault};

use super::{CollectError, Crew, Visit};

/// Turns a target into parcels. Fetches, never interprets.
pub trait Collector: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// The schemes that it serves; the empty one is a bare path, `-` standard input.
    fn schemes(&self) -> &'static [&'static str];

    /// Offers everything that the target holds.
    fn collect(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError>;

    /// Offers what could be judged only after the first parcels were opened. Called once, when they all were.
    fn rest(&self, _visit: &Visit, _outlet: &dyn Outlet) -> Result<(), CollectError> {
        Ok(())
    }

    /// Where the contents that yielded facts lie, asked once after inspection, for all of them together: one pass answers
    /// for one content or for thousands. The crew has nothing else to do then.
    fn place(
        &self,
        _visit: &Visit,
        _wanted: &[ContentId],
        _crew: &dyn Crew,
        _each: &mut dyn FnMut(Appearance),
        _faults: &mut dyn FnMut(Fault),
    ) -> Result<(), CollectError> {
        Ok(())
    }
}

/// Documents that are cheapest to open together: 64 small files, some delta trees of a pack.
///
/// A promise: nothing is read until a worker opens it, and then into the worker's own buffers.
pub trait Parcel: Send {
    /// Reads the documents, one after the other, onto the desk. Stops early when the desk breaks.
    fn open(self: Box<Self>, desk: &mut dyn Desk);
}

/// A worker's desk, as a parcel sees it.
pub trait Desk {
    /// An empty buffer with some room, to be handed back.
    fn buffer(&mut self) -> Vec<u8>;
    /// Takes a buffer back for the next document.
    fn give_back(&mut self, buffer: Vec<u8>);
    /// The size above which a document is a fault and not a read, in bytes.
    fn limit(&self) -> u64;
    /// Inspects a document. `Break` says that the run is over and the parcel should stop.
    fn document(&mut self, document: &Document<'_>) -> ControlFlow<()>;
    /// Reports what could not be read.
    fn fault(&mut self, fault: Fault);
    /// Counts what was deliberately not read, and why.
    fn skipped(&mut self, why: &'static str, count: u64);
}

/// Where collectors hand over what they have.
pub trait Outlet: Sync {
    /// Offers a parcel. May block: that is the back-pressure. `Break` says that the run is over.
    fn offer(&self, parcel: Box<dyn Parcel>) -> ControlFlow<()>;
    /// Reports what could not be seen.
    fn fault(&self, fault: Fault);
    /// Counts what was deliberately left out, and why.
    fn skipped(&self, why: &'static str, count: u64);
    /// Whether the run is over, for a collector that waits long for what it could offer.
    fn stopped(&self) -> bool {
        false
    }
    /// Tells about how many documents will come, where that is known before they are read.
    fn expect(&self, _documents: u64) {}
}
