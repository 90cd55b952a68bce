use std::io::{self, Read};

use crate::inspect::archive::{lzma::MEMORY, zstd::Frames};

/// Not compressed.
pub(super) const STORED: u64 = 0;
/// Encrypted with AES; the real method stands elsewhere.
pub(super) const AES: u64 = 99;

/// Methods that were ever given a number.
pub(super) fn is_one(method: u64) -> bool {
    matches!(method, 0..=20 | 93..=99)
}

/// A decoder that knows how much of its input it used, as far as that can be known.
pub(super) enum Decoder<'b> {
    Deflate(flate2::bufread::DeflateDecoder<&'b [u8]>),
    Other(Box<dyn Read + 'b>, usize),
}

impl Decoder<'_> {
    /// How many bytes of the input were used; all where nobody knows.
    pub fn used(&self) -> usize {
        match self {
            Self::Deflate(decoder) => usize::try_from(decoder.total_in()).unwrap_or(usize::MAX),
            Self::Other(_, all) => *all,
        }
    }
}

impl Read for Decoder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Deflate(decoder) => decoder.read(buffer),
            Self::Other(decoder, _) => decoder.read(buffer),
        }
    }
}

/// What decodes a method.
pub(super) fn reader(method: u64, packed: &[u8]) -> io::Result<Decoder<'_>> {
    let all = packed.len();
    let decoder: Box<dyn Read + '_> = match method {
        8 => return Ok(Decoder::Deflate(flate2::bufread::DeflateDecoder::new(packed))),
        9 => Box::new(deflate64::Deflate64Decoder::new(packed)),
        12 => Box::new(::bzip2::read::MultiBzDecoder::new(packed)),
        14 => Box::new(lzma(packed)?),
        93 => Box::new(Frames::of(packed)),
        95 => Box::new(lzma_rust2::XzReader::new(packed, true)),
        other => return Err(io::Error::new(io::ErrorKind::Unsupported, format!("compression method {other}"))),
    };
    Ok(Decoder::Other(decoder, all))
}

/// LZMA in a zip: two bytes of version, two of length, five of properties, and no size.
fn lzma(packed: &[u8]) -> io::Result<impl Read + '_> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "no LZMA properties");
    let properties = packed.get(4..9).ok_or_else(broken)?;
    let dictionary = u32::from_le_bytes([properties[1], properties[2], properties[3], properties[4]]);
    if dictionary > MEMORY << 10 {
        return Err(io::Error::new(io::ErrorKind::OutOfMemory, "dictionary too large"));
    }
    lzma_rust2::LzmaReader::new_with_props(&packed[9..], u64::MAX, properties[0], dictionary, None)
}
