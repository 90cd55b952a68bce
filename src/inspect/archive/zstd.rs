use std::io::{self, Read};

use ruzstd::decoding::{
    FrameDecoder, StreamingDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::opening::Opening;

/// Opens what zstd compressed.
pub struct Zstd;

const ABOUT: About = About {
    id: "zstd",
    title: "Files that zstd compressed",
    explain: "Inspects what comes out: as one document, or member by member where it is a tar or cpio archive. Several frames one behind the other are \
              read as one; skippable frames are skipped.",
    controls: &[],
    see: &[],
};

impl Inspector for Zstd {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = opening.stream(document.origin, &[".zst", ".tzst", ".zstd"], Frames::of(document.bytes));
    }
}

/// All frames of a file as one stream.
pub(super) struct Frames<'b> {
    rest: &'b [u8],
    frame: Option<StreamingDecoder<&'b [u8], FrameDecoder>>,
}

impl<'b> Frames<'b> {
    /// Starts before the first one.
    pub fn of(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, frame: None }
    }

    /// Begins the next frame; none is left at the end.
    fn next(&mut self) -> io::Result<Option<StreamingDecoder<&'b [u8], FrameDecoder>>> {
        while !self.rest.is_empty() {
            match StreamingDecoder::new(self.rest) {
                Ok(frame) => return Ok(Some(frame)),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(8);
                    self.rest = self.rest.get(skipped..).ok_or(io::ErrorKind::UnexpectedEof)?;
                }
                Err(error) => return Err(sorted(error)),
            }
        }
        Ok(None)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.frame.is_none() {
                self.frame = self.next()?;
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let count = frame.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.rest = self.frame.take().map_or(&[], StreamingDecoder::into_inner);
        }
    }
}

/// What cannot be decoded, as a reader says it.
fn sorted(error: FrameDecoderError) -> io::Error {
    match error {
        FrameDecoderError::ReadFrameHeaderError(_) => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
        FrameDecoderError::WindowSizeTooBig { .. } => io::Error::new(io::ErrorKind::OutOfMemory, error.to_string()),
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}
