//! Inflating zlib streams, behind one door: whichever library does it, callers see this.

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Decompressor;

/// An inflater and its tables, used again and again.
///
/// Objects of a known size go through libdeflate, which takes a third less time than zlib-rs; streams whose end is to be found,
/// and heads of streams, through flate2.
pub struct Inflate {
    whole: Decompressor,
    stream: Option<Decompress>,
}

impl Default for Inflate {
    fn default() -> Self {
        Self { whole: Decompressor::new(), stream: None }
    }
}

/// Makes `out` at least `size` bytes long. Buffers only grow, so that bytes are zeroed once and not for each object.
pub fn grow(out: &mut Vec<u8>, size: usize) {
    if out.len() < size {
        out.resize(size.next_power_of_two().max(4096), 0);
    }
}

impl Inflate {
    /// Inflates the stream at the start of `source` to exactly `size` bytes at the start of `out`.
    ///
    /// A stream that is longer, shorter or whose check sum is wrong gives `None`.
    pub fn exactly(&mut self, source: &[u8], out: &mut Vec<u8>, size: usize) -> Option<()> {
        grow(out, size);
        (self.whole.zlib_decompress(source, &mut out[..size]).ok()? == size).then_some(())
    }

    /// Does the same, and says how many bytes of `source` the stream took.
    pub fn measured(&mut self, source: &[u8], out: &mut Vec<u8>, size: usize) -> Option<usize> {
        grow(out, size);
        let stream = self.stream();
        let status = stream.decompress(source, &mut out[..size], FlushDecompress::Finish).ok()?;
        let complete = stream.total_out() == size as u64 && (status == Status::StreamEnd || ends(stream, source));
        complete.then(|| usize::try_from(stream.total_in()).expect("no more than was given"))
    }

    /// Inflates as much of `source` as fits in `out`; how many bytes came out.
    pub fn prefix(&mut self, source: &[u8], out: &mut [u8]) -> Option<usize> {
        let stream = self.stream();
        stream.decompress(source, out, FlushDecompress::None).ok()?;
        usize::try_from(stream.total_out()).ok()
    }

    fn stream(&mut self) -> &mut Decompress {
        let stream = self.stream.get_or_insert_with(|| Decompress::new(true));
        stream.reset(true);
        stream
    }
}

/// Whether nothing but the check sum is left of the stream: an output of no bytes cannot tell the end from being full.
fn ends(stream: &mut Decompress, source: &[u8]) -> bool {
    let read = usize::try_from(stream.total_in()).expect("no more than was given");
    let before = stream.total_out();
    let status = stream.decompress(&source[read..], &mut [0; 1], FlushDecompress::Finish);
    status.is_ok_and(|s| s == Status::StreamEnd) && stream.total_out() == before
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::Inflate;

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    }

    #[test]
    fn only_the_right_size_is_taken() {
        let (mut inflate, mut out) = (Inflate::default(), Vec::new());
        for size in [0usize, 1, 5, 70_000] {
            let bytes = vec![b'x'; size];
            let mut stream = deflate(&bytes);
            let length = stream.len();
            stream.extend_from_slice(b"next entry");
            assert_eq!(inflate.measured(&stream, &mut out, size), Some(length), "{size}");
            assert_eq!((inflate.exactly(&stream, &mut out, size), &out[..size]), (Some(()), &bytes[..]));
            assert_eq!(inflate.exactly(&stream, &mut out, size + 1), None);
            assert_eq!(inflate.exactly(&stream[..length - 1], &mut out, size), None);
            if size > 0 {
                assert_eq!(inflate.exactly(&stream, &mut out, size - 1), None);
            }
        }
    }
}
