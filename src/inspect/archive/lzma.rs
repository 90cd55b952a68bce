use std::ops::ControlFlow;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::opening::Opening;

/// Opens what lzma, the elder of xz, compressed.
pub struct Lzma;

const ABOUT: About = About {
    id: "lzma",
    title: "Files that lzma compressed",
    explain: "Inspects what comes out: as one document, or member by member where it is a tar or cpio archive. The format has no magic number; it is \
              known by a header whose numbers are those that encoders write.",
    controls: &[],
    see: &[],
};

/// Largest dictionary, KiB: twice what any encoder's preset writes.
pub(super) const MEMORY: u32 = 128 << 10;

impl Inspector for Lzma {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        let [0x5d, 0, 0, low, high, size @ .., _, _, _, _] = bytes.first_chunk::<17>().unwrap_or(&[0; 17]) else { return false };
        let sized = size[..8] == [0xff; 8] || size[5..8] == [0; 3];
        // Dictionaries are powers of two; the first byte of the range coder is always 0.
        (u16::from_le_bytes([*low, *high])).is_power_of_two() && sized && bytes[13] == 0
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = match lzma_rust2::LzmaReader::new_mem_limit(document.bytes, MEMORY, None) {
            Ok(reader) => opening.stream(document.origin, &[".lzma", ".tlz"], reader),
            Err(error) => {
                opening.broken("", &error);
                ControlFlow::Continue(())
            }
        };
    }
}
