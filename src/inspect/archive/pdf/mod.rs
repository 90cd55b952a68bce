//! The text of PDF documents.
//!
//! A document is read stream by stream, without its table of objects: broken ones give what they have. Pages say text in the
//! codes of their fonts; where a font has a table of what its codes mean, the text is told once for each such table, because
//! which font a page means by `/F1` matters less than that the right one is among them.

mod codes;
mod filters;
mod predictor;
mod text;

use std::{borrow::Cow, ops::ControlFlow};

use memchr::memmem;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;
use codes::Codes;
use predictor::Predictor;

/// Opens PDF documents.
pub struct Pdf;

const ABOUT: About = About {
    id: "pdf",
    title: "PDF documents",
    explain: "Unpacks the streams of a PDF document (Flate, LZW, ASCII85, ASCIIHex, RunLength) and inspects them: of pages the text that they show, of \
              all others (attached files, objects, settings) the bytes. Pictures hold no text. Encrypted documents are faults.",
    controls: &[],
    see: &[],
};

/// How far before its data a stream is described, bytes.
const DESCRIBED: usize = 2048;
/// Tables of codes that are tried, at most.
const MOST_TABLES: usize = 8;
/// Filters of pictures and fonts, which hold no text.
const PICTURES: &[&[u8]] =
    &[b"/DCTDecode", b"/JPXDecode", b"/CCITTFaxDecode", b"/JBIG2Decode", b"/Subtype/Image", b"/Subtype /Image", b"/FontFile"];

impl Inspector for Pdf {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(b"%PDF-")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        if memmem::find(document.bytes, b"/Encrypt").is_some() {
            opening.fault(FaultKind::Unsupported, "", "encrypted; not scanned");
            return;
        }
        let room = opening.outcome.room();
        let tables: Vec<Codes> = streams(document.bytes).filter_map(|s| Codes::read(&s.small()?)).take(MOST_TABLES).collect();
        let mut left = room;
        for stream in streams(document.bytes) {
            if stream.tell(&tables, &mut left, &mut opening).is_break() {
                return;
            }
        }
    }
}

/// A stream of the document: what is said of it, and its data.
struct Stream<'b> {
    number: usize,
    described: &'b [u8],
    data: &'b [u8],
    /// Whether its end is there.
    ended: bool,
}

/// The streams in the order of their bytes.
fn streams(bytes: &[u8]) -> impl Iterator<Item = Stream<'_>> {
    let (begin, end) = (memmem::Finder::new(b"stream"), memmem::Finder::new(b"endstream"));
    let (mut at, mut number) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let found = at + begin.find(bytes.get(at..)?)?;
            at = found + 6;
            if bytes[..found].ends_with(b"end") {
                continue;
            }
            let rest = &bytes[at..];
            let Some(data) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r")) else {
                continue;
            };
            let found_end = end.find(data);
            let data = &data[..found_end.unwrap_or(data.len())];
            let before = &bytes[found.saturating_sub(DESCRIBED)..found];
            let described = &before[memmem::rfind(before, b"obj").unwrap_or(0)..];
            at = bytes.len() - rest.len() + data.len();
            number += 1;
            return Some(Stream { number, described, data, ended: found_end.is_some() });
        }
    })
}

impl<'b> Stream<'b> {
    fn says(&self, word: &[u8]) -> bool {
        memmem::find(self.described, word).is_some()
    }

    /// Its bytes, where it may be a table of codes.
    fn small(&self) -> Option<Cow<'b, [u8]>> {
        if PICTURES.iter().any(|p| self.says(p)) || self.data.len() >= 64 << 10 {
            return None;
        }
        Some(filters::unfiltered(&filters::named(self.described)?, self.data, 1 << 20).0)
    }

    fn tell(&self, tables: &[Codes], left: &mut u64, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
        let name = format!("stream {}", self.number);
        if PICTURES.iter().any(|p| self.says(p)) {
            return ControlFlow::Continue(());
        }
        let Some(filters) = filters::named(self.described) else {
            opening.fault(FaultKind::Unsupported, &name, "a filter that is not read; not scanned");
            return ControlFlow::Continue(());
        };
        let (bytes, whole) = filters::unfiltered(&filters, self.data, left.saturating_add(1));
        *left = left.saturating_sub(bytes.len() as u64);
        let bytes = match Predictor::named(self.described) {
            Some(predictor) => Cow::Owned(predictor.undone(&bytes)),
            None => bytes,
        };
        if !(whole && self.ended) {
            opening.fault(FaultKind::Malformed, &name, "a stream is corrupt or cut; what could be read of it was scanned");
        }
        if !text::is_page(&bytes) {
            return opening.member(&name, &bytes);
        }
        opening.member(&name, &text::shown(&bytes, None))?;
        // Codes of two bytes mean nothing by themselves.
        tables
            .iter()
            .filter(|_| memchr::memchr(b'<', &bytes).is_some())
            .try_for_each(|table| opening.member(&name, &text::shown(&bytes, Some(table))))
    }
}
