//! Base64, both alphabets, with and without padding, on one line or on many.

use std::ops::Range;

/// The value of each letter of both alphabets; 255 for all other bytes.
pub(super) const VALUES: [u8; 256] = values();

#[expect(clippy::cast_possible_truncation, reason = "there are 64 letters")]
const fn values() -> [u8; 256] {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [255; 256];
    let mut at = 0;
    while at < letters.len() {
        table[letters[at] as usize] = at as u8;
        at += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
}

/// How much of a run decides whether it says something, characters.
const SAMPLE: usize = 24;

/// What compressed files and archives begin with.
const MAGIC: &[&[u8]] =
    &[&[0x1f, 0x8b, 8], b"PK\x03\x04", b"BZh", &[0xfd, b'7', b'z', b'X', b'Z'], &[0x28, 0xb5, 0x2f, 0xfd], &[b'7', b'z', 0xbc, 0xaf]];

/// The same in base64, as far as the letters are certain.
const LONG: &[&[u8]] = &[b"H4sI", b"UEsDB", b"Qlpo", b"/Td6", b"KLUv/", b"N3q8r"];
/// Shortest run that is looked at for them.
const SHORTEST_ARCHIVE: usize = 80;

/// Shortest first line of text that goes on on the next one.
const SHORTEST_LINE: usize = 40;

/// Whether a run says text, UTF-16 text or an archive, by its beginning.
pub(super) fn speaks(run: &[u8]) -> bool {
    let Some(sample) = run.first_chunk::<SAMPLE>() else { return false };
    let archive = run.len() >= SHORTEST_ARCHIVE && b"HUQ/KN".contains(&run[0]) && LONG.iter().any(|magic| run.starts_with(magic));
    // Most runs are known by their first letters.
    let [first, second, ..] = three(*sample.first_chunk().expect("24 letters are more than four"));
    if !archive && !(printable(first) && (printable(second) || second == 0)) {
        return false;
    }
    let mut said = [0; SAMPLE / 4 * 3];
    for (letters, bytes) in sample.as_chunks::<4>().0.iter().zip(said.as_chunks_mut::<3>().0) {
        *bytes = three(*letters);
    }
    archive || is_wide(&said) || said.iter().all(|b| printable(*b))
}

/// Whether what was said is no text of one byte a character: it is then inspected alone.
pub(super) fn is_binary(said: &[u8]) -> bool {
    is_wide(said) || MAGIC.iter().any(|magic| said.starts_with(magic))
}

fn is_wide(said: &[u8]) -> bool {
    said.len() >= 16 && said[..16].chunks_exact(2).all(|pair| pair[1] == 0 && printable(pair[0]))
}

fn printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

fn three(letters: [u8; 4]) -> [u8; 3] {
    let bits = letters.iter().fold(0_u32, |bits, letter| bits << 6 | u32::from(VALUES[usize::from(*letter)] & 63));
    let [_, bytes @ ..] = bits.to_be_bytes();
    bytes
}

/// The stretch that begins with a run: its padding, and the lines on which it goes on.
pub(super) fn whole(bytes: &[u8], run: Range<usize>) -> Range<usize> {
    let width = run.len();
    let mut end = padded(bytes, run.end);
    if width < SHORTEST_LINE || !width.is_multiple_of(4) {
        return run.start..end;
    }
    while end == run.end || bytes[end - 1] != b'=' {
        let Some(line) = next_line(bytes, end) else { break };
        let letters = bytes[line..].iter().take(width + 1).take_while(|b| VALUES[usize::from(**b)] < 64).count();
        let behind = padded(bytes, line + letters);
        let closed = bytes.get(behind).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'-' | b'|'));
        if letters == 0 || letters > width || !closed {
            break;
        }
        end = behind;
        if letters < width {
            break;
        }
    }
    run.start..end
}

fn padded(bytes: &[u8], end: usize) -> usize {
    end + bytes[end..].iter().take(2).take_while(|b| **b == b'=').count()
}

/// Where the next line begins, behind its indentation.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = &bytes[end..];
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
    let indented = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    Some(bytes.len() - rest.len() + indented)
}

/// What a stretch says; anything that is no letter is passed over.
pub(super) fn decode(stretch: &[u8]) -> Vec<u8> {
    let mut said = Vec::with_capacity(stretch.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for value in stretch.iter().map(|b| VALUES[usize::from(*b)]).filter(|value| *value < 64) {
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            said.push((bits >> count & 0xff) as u8);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};
    use proptest::prelude::*;

    use super::{decode, speaks, whole};

    #[test]
    fn text_speaks_and_digests_and_paths_do_not() {
        assert!(speaks(BASE64.encode(b"password = something\n").as_bytes()));
        let wide: Vec<u8> = "Write-Host hello".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(speaks(BASE64.encode(&wide).as_bytes()));
        assert!(speaks(BASE64.encode(&[[0x1f, 0x8b, 8].as_slice(), &[0; 60]].concat()).as_bytes()));
        for silent in ["src/engine/readers/private_key/mod", "getElementsByClassNameAndMore", "ffffffffffffffffffffffffffffffff"] {
            assert!(!speaks(silent.as_bytes()), "{silent}");
        }
    }

    #[test]
    fn lines_of_one_width_belong_together() {
        let text = "a long text that is written on several lines, as mail does it, up to its end".repeat(3);
        let code = BASE64.encode(text.as_bytes());
        let lines: Vec<&str> = code.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).expect("ASCII")).collect();
        let wrapped = format!("key: |\n  {}\nnext: x\n", lines.join("\n  "));
        let start = 9;
        let at = whole(wrapped.as_bytes(), start..start + 76);
        assert_eq!(decode(&wrapped.as_bytes()[at]), text.as_bytes());
    }

    proptest! {
        #[test]
        fn both_alphabets_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decode(BASE64.encode(&bytes).as_bytes()), bytes.clone());
            prop_assert_eq!(decode(BASE64URL_NOPAD.encode(&bytes).as_bytes()), bytes);
        }
    }
}
