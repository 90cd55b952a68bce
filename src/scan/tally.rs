use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a run has done so far: written by workers, read by whoever shows progress.
#[derive(Debug, Default)]
pub struct Tally {
    documents: AtomicU64,
    bytes: AtomicU64,
    expected: AtomicU64,
    stop: AtomicBool,
}

impl Tally {
    /// Counts documents and bytes that were inspected.
    pub(super) fn count(&self, documents: u64, bytes: u64) {
        self.documents.fetch_add(documents, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Adds documents that a collector knows to be there before they are read.
    pub fn expect(&self, documents: u64) {
        self.expected.fetch_add(documents, Ordering::Relaxed);
    }

    /// Documents known to be there; 0 where nobody knows.
    pub fn expected(&self) -> u64 {
        self.expected.load(Ordering::Relaxed)
    }

    /// Documents inspected: files, blobs, messages.
    pub fn documents(&self) -> u64 {
        self.documents.load(Ordering::Relaxed)
    }

    /// Bytes inspected.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Asks the run to end soon; what was learned so far is kept. Safe to call from a signal handler.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked the run to end.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
