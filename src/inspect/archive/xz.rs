use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::opening::Opening;

/// Opens what xz compressed.
pub struct Xz;

const ABOUT: About = About {
    id: "xz",
    title: "Files that xz compressed",
    explain: "Inspects what comes out: as one document, or member by member where it is a tar or cpio archive.",
    controls: &[],
    see: &[],
};

impl Inspector for Xz {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(b"\xfd7zXZ\0")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = opening.stream(document.origin, &[".xz", ".txz"], lzma_rust2::XzReader::new(document.bytes, true));
    }
}
