use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::opening::Opening;

/// Opens what bzip2 compressed.
pub struct Bzip2;

const ABOUT: About = About {
    id: "bzip2",
    title: "Files that bzip2 compressed",
    explain: "Inspects what comes out: as one document, or member by member where it is a tar or cpio archive.",
    controls: &[],
    see: &[],
};

impl Inspector for Bzip2 {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        matches!(bytes, [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = opening.stream(document.origin, &[".bz2", ".tbz2", ".tbz"], ::bzip2::read::MultiBzDecoder::new(document.bytes));
    }
}
