use memchr::memmem;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::opening::Opening;

/// Opens what a script carries behind its last line.
pub struct Script;

const ABOUT: About = About {
    id: "script",
    title: "Scripts that unpack themselves",
    explain: "Inspects what a shell script carries behind a line of its own, compressed by gzip, bzip2, xz or zstd: as one document, or member by member where \
              it is a tar or cpio archive. A zip archive behind a script is opened as one.",
    controls: &[],
    see: &[],
};

/// How what is carried begins, with the end of the line before it.
const BEGINS: [&[u8]; 3] = [b"\n\x1f\x8b\x08", b"\n\xfd7zXZ\0", b"\n\x28\xb5\x2f\xfd"];
/// The same of bzip2, and what stands behind its level: three letters alone stand in texts, too.
const BZIP2: (&[u8], &[u8]) = (b"\nBZh", b"1AY&SY");
/// How long the script itself is at most, bytes.
const LONGEST: usize = 1 << 20;

impl Inspector for Script {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(b"#!")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let script = &document.bytes[..document.bytes.len().min(LONGEST)];
        let bzip2 = memmem::find_iter(script, BZIP2.0).find(|at| script.get(at + 5..).is_some_and(|rest| rest.starts_with(BZIP2.1)));
        let Some(at) = BEGINS.iter().filter_map(|begin| memmem::find(script, begin)).chain(bzip2).min() else { return };
        let carried = &document.bytes[at + 1..];
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = match carried[0] {
            0x1f => opening.stream(document.origin, &[], flate2::read::GzDecoder::new(carried)),
            b'B' => opening.stream(document.origin, &[], ::bzip2::read::BzDecoder::new(carried)),
            0xfd => opening.stream(document.origin, &[], lzma_rust2::XzReader::new(carried, false)),
            _ => opening.stream(document.origin, &[], super::zstd::Frames::of(carried)),
        };
    }
}
