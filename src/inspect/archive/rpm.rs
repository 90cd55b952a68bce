use std::ops::ControlFlow;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::{lzma::MEMORY, opening::Opening, zstd::Frames};

/// Opens RPM packages.
pub struct Rpm;

const ABOUT: About = About {
    id: "rpm",
    title: "RPM packages",
    explain: "Skips the headers of a package, whose scripts lie there in clear, and opens its payload: a compressed cpio archive.",
    controls: &[],
    see: &[],
};

const LEAD: usize = 96;

impl Inspector for Rpm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(&[0xed, 0xab, 0xee, 0xdb])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        match payload(document.bytes) {
            Some(payload) => drop(open(payload, document.origin, &mut opening)),
            None => opening.fault(FaultKind::Malformed, "", "the headers of the package are corrupt; its payload was not scanned"),
        }
    }
}

/// What follows the lead, the signature and the header.
fn payload(bytes: &[u8]) -> Option<&[u8]> {
    let signature = header(bytes, LEAD)?;
    // The signature is padded to a multiple of eight.
    let end = header(bytes, LEAD + (signature - LEAD).next_multiple_of(8))?;
    bytes.get(end..)
}

/// Where a header ends: 16 bytes, an index of 16 bytes each, a store.
fn header(bytes: &[u8], at: usize) -> Option<usize> {
    let intro = bytes.get(at..at + 16).filter(|intro| intro.starts_with(&[0x8e, 0xad, 0xe8]))?;
    let number = |at: usize| Some(u32::from_be_bytes(intro[at..at + 4].try_into().ok()?) as usize);
    Some(at + 16 + number(8)?.checked_mul(16)? + number(12)?).filter(|end| *end <= bytes.len())
}

fn open(payload: &[u8], origin: &Origin, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    match payload {
        [0x1f, 0x8b, ..] => opening.stream(origin, &[".rpm"], flate2::read::MultiGzDecoder::new(payload)),
        [0xfd, b'7', ..] => opening.stream(origin, &[".rpm"], lzma_rust2::XzReader::new(payload, true)),
        [0x28, 0xb5, ..] => opening.stream(origin, &[".rpm"], Frames::of(payload)),
        [b'B', b'Z', ..] => opening.stream(origin, &[".rpm"], ::bzip2::read::MultiBzDecoder::new(payload)),
        [0x5d, 0, ..] => match lzma_rust2::LzmaReader::new_mem_limit(payload, MEMORY, None) {
            Ok(reader) => opening.stream(origin, &[".rpm"], reader),
            Err(error) => {
                opening.broken("", &error);
                ControlFlow::Continue(())
            }
        },
        _ => opening.stream(origin, &[".rpm"], payload),
    }
}
