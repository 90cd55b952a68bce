use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::opening::Opening;

/// Opens what gzip compressed.
pub struct Gzip;

const ABOUT: About = About {
    id: "gzip",
    title: "Files that gzip compressed",
    explain: "Inspects what comes out: as one document, or member by member where it is a tar or cpio archive. Several streams one behind the other are read as one.",
    controls: &[],
    see: &[],
};

impl Inspector for Gzip {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        // Deflate is the only method, and three bits are reserved.
        matches!(bytes, [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 && bytes.len() > 18)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = opening.stream(document.origin, &[".gz", ".tgz", ".gzip"], flate2::read::MultiGzDecoder::new(document.bytes));
    }
}
