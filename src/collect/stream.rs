use std::io::Read;

use crate::model::{About, Document, Fault, FaultKind, Origin, Source};

use super::{CollectError, Collector, Desk, Outlet, Parcel, Visit};

/// Reads standard input as one document.
pub struct Stream;

const ABOUT: About = About {
    id: "stream",
    title: "Standard input",
    explain: "Reads standard input as one document; --stdin-name gives it a name. More than --max-file-size is cut there and said.",
    controls: &[],
    see: &[],
};

impl Collector for Stream {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["-"]
    }

    fn collect(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError> {
        let mut bytes = Vec::new();
        let limit = visit.settings.max_file_size;
        // One byte more than allowed tells a stream that is too long from one that just fits.
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map_err(CollectError::Stream)?;
        let name = visit.settings.stdin_name.clone();
        if bytes.is_empty() {
            outlet.skipped("empty standard input", 1);
            return Ok(());
        }
        if bytes.len() as u64 > limit {
            bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            outlet.fault(Fault::new(
                FaultKind::TooLarge,
                &name,
                format!("standard input is longer than {limit} bytes; the rest was not scanned"),
            ));
        }
        let _ = outlet.offer(Box::new(Whole { origin: Origin::new(Source::Stream { name }), bytes }));
        Ok(())
    }
}

/// Bytes that are in memory already.
struct Whole {
    origin: Origin,
    bytes: Vec<u8>,
}

impl Parcel for Whole {
    fn open(self: Box<Self>, desk: &mut dyn Desk) {
        let _ = desk.document(&Document { origin: &self.origin, bytes: &self.bytes, kin: None, layer: 0 });
    }
}
