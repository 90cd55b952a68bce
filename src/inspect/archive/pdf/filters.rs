use std::{borrow::Cow, io::Read};

use memchr::memmem;
use weezl::{BitOrder, LzwStatus, decode::Decoder};

/// What the data of a stream was put through, the last step first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// Deflate with the head of zlib.
    Flate,
    /// Whether codes grow one step early, as they do unless it is said that they do not.
    Lzw { early: bool },
    /// Five characters for four bytes.
    Ascii85,
    /// Hexadecimal digits.
    AsciiHex,
    /// Runs of equal bytes.
    RunLength,
}

/// Steps of one stream, at most.
const MOST: usize = 4;

/// The filters that the description of a stream names; `None` where one of them is not read.
pub(super) fn named(described: &[u8]) -> Option<Vec<Filter>> {
    let Some(at) = memmem::find(described, b"/Filter") else { return Some(Vec::new()) };
    let rest = described[at + 7..].trim_ascii_start();
    let mut names: Vec<&[u8]> = Vec::new();
    if let Some(list) = rest.strip_prefix(b"[") {
        let list = &list[..memchr::memchr(b']', list).unwrap_or(list.len())];
        names.extend(list.split(|b| *b == b'/').skip(1).map(<[u8]>::trim_ascii));
    } else if let Some(name) = rest.strip_prefix(b"/") {
        names.extend(name.split(|b| !b.is_ascii_alphanumeric()).next());
    }
    let early = !says(described, b"/EarlyChange 0");
    let filters: Option<Vec<Filter>> = names.into_iter().map(|name| one(name, early)).collect();
    filters.filter(|filters| filters.len() <= MOST)
}

fn says(described: &[u8], words: &[u8]) -> bool {
    memmem::find(described, words).is_some()
}

fn one(name: &[u8], early: bool) -> Option<Filter> {
    Some(match name {
        b"FlateDecode" | b"Fl" => Filter::Flate,
        b"LZWDecode" | b"LZW" => Filter::Lzw { early },
        b"ASCII85Decode" | b"A85" => Filter::Ascii85,
        b"ASCIIHexDecode" | b"AHx" => Filter::AsciiHex,
        b"RunLengthDecode" | b"RL" => Filter::RunLength,
        _ => return None,
    })
}

/// Takes filters off some data, none of which may make more than so many bytes of it. Says whether all could be read; what
/// is broken ends where it breaks.
pub(super) fn unfiltered<'b>(filters: &[Filter], data: &'b [u8], most: u64) -> (Cow<'b, [u8]>, bool) {
    filters.iter().fold((Cow::Borrowed(data), true), |(data, whole), filter| {
        let mut bytes = Vec::new();
        let read = match filter {
            Filter::Flate => flate2::read::ZlibDecoder::new(&*data).take(most).read_to_end(&mut bytes).is_ok(),
            Filter::Lzw { early } => lzw(&data, *early, most, &mut bytes),
            Filter::Ascii85 => ascii85(&data, most, &mut bytes),
            Filter::AsciiHex => {
                let digits = &data[..memchr::memchr(b'>', &data).unwrap_or(data.len())];
                bytes = super::text::hex(digits);
                digits.iter().all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace() || *b == 0)
            }
            Filter::RunLength => runs(&data, most, &mut bytes),
        };
        (Cow::Owned(bytes), whole && read)
    })
}

fn room(bytes: &[u8], most: u64) -> bool {
    (bytes.len() as u64) < most
}

fn lzw(data: &[u8], early: bool, most: u64, bytes: &mut Vec<u8>) -> bool {
    let mut decoder = if early { Decoder::with_tiff_size_switch(BitOrder::Msb, 8) } else { Decoder::new(BitOrder::Msb, 8) };
    let (mut rest, mut buffer) = (data, vec![0; 16 << 10]);
    while room(bytes, most) {
        let step = decoder.decode_bytes(rest, &mut buffer);
        rest = &rest[step.consumed_in..];
        bytes.extend_from_slice(&buffer[..step.consumed_out]);
        match step.status {
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::Done) => return true,
            // It ends without saying so.
            Ok(LzwStatus::NoProgress) | Err(_) => return false,
        }
    }
    true
}

fn ascii85(data: &[u8], most: u64, bytes: &mut Vec<u8>) -> bool {
    let (mut group, mut count) = (0_u32, 0);
    let digits = data.trim_ascii_start();
    for byte in digits.strip_prefix(b"<~").unwrap_or(digits) {
        match byte {
            b'~' => break,
            _ if !room(bytes, most) => return true,
            b'z' if count == 0 => bytes.extend([0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
            }
            0 | b'\t' | b'\n' | b'\r' | b'\x0c' | b' ' => {}
            _ => return false,
        }
        if count == 5 {
            bytes.extend(group.to_be_bytes());
            (group, count) = (0, 0);
        }
    }
    // The last group is filled up with the highest digit, and as much is left out of what it says.
    if count > 0 {
        let filled = (count..5).fold(group, |group, _| group.wrapping_mul(85).wrapping_add(84));
        bytes.extend(&filled.to_be_bytes()[..count - 1]);
    }
    count != 1
}

fn runs(data: &[u8], most: u64, bytes: &mut Vec<u8>) -> bool {
    let mut rest = data;
    while let Some((length, behind)) = rest.split_first().filter(|_| room(bytes, most)) {
        let (taken, times) = match length {
            128 => return true,
            0..128 => (usize::from(*length) + 1, 1),
            _ => (1, 257 - usize::from(*length)),
        };
        let Some((taken, behind)) = behind.split_at_checked(taken) else {
            bytes.extend_from_slice(behind);
            return false;
        };
        (0..times).for_each(|_| bytes.extend_from_slice(taken));
        rest = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Filter, named, unfiltered};

    fn read(filters: &[Filter], data: &[u8]) -> (Vec<u8>, bool) {
        let (bytes, whole) = unfiltered(filters, data, 1000);
        (bytes.into_owned(), whole)
    }

    #[test]
    fn filters_are_read_in_the_order_in_which_they_are_named() {
        let lzw = Filter::Lzw { early: true };
        assert_eq!(named(b"<</Length 5 /Filter [/ASCII85Decode/LZWDecode ]>>"), Some(vec![Filter::Ascii85, lzw]));
        assert_eq!(named(b"<</Filter/LZWDecode/DecodeParms <</EarlyChange 0>>>>"), Some(vec![Filter::Lzw { early: false }]));
        assert_eq!(named(b"<</Filter /Fl /Length 9>>"), Some(vec![Filter::Flate]));
        assert_eq!(named(b"<</Length 9>>"), Some(vec![]));
        assert_eq!(named(b"<</Filter [/Crypt /FlateDecode]>>"), None);
        assert_eq!(named(&[&b"<</Filter ["[..], &b"/AHx ".repeat(9), b"]>>"].concat()), None);
    }

    #[test]
    fn each_filter_gives_what_was_put_through_it() {
        // The example of the PDF reference.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(read(&[Filter::Lzw { early: true }], &packed), (b"-----A---B".to_vec(), true));
        assert_eq!(read(&[Filter::Ascii85], b"87cUR\nD]i,\"Ebo7~>"), (b"Hello World".to_vec(), true));
        assert_eq!(read(&[Filter::Ascii85], b"z!!~>"), (vec![0; 5], true));
        assert_eq!(read(&[Filter::AsciiHex], b"48 65\n6C6c 7>"), (b"Hellp".to_vec(), true));
        assert_eq!(read(&[Filter::RunLength], &[2, b'a', b'b', b'c', 254, b'x', 128]), (b"abcxxx".to_vec(), true));
        assert_eq!(read(&[Filter::AsciiHex, Filter::RunLength], b"FE 78 80>"), (b"xxx".to_vec(), true));
    }

    #[test]
    fn what_is_broken_says_so_and_nothing_grows_beyond_its_room() {
        for (filter, data) in
            [(Filter::Lzw { early: true }, &b"\x80\x0b\x60"[..]), (Filter::Ascii85, b"ab\xff"), (Filter::RunLength, b"\x05ab")]
        {
            assert!(!read(&[filter], data).1, "{filter:?}");
        }
        assert!(read(&[Filter::RunLength], &[129, 0].repeat(9000)).0.len() < 1200);
        assert!(read(&[Filter::Ascii85], &b"z".repeat(9000)).0.len() < 1200);
    }
}
