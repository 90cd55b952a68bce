//! Hexadecimal, either case, without anything between the digits.

/// Shortest run that is decoded, digits.
const SHORTEST: usize = 32;

/// Whether a run is hexadecimal and says text: all digits, an even number of them, the first sixteen bytes legible.
pub(super) fn speaks(run: &[u8]) -> bool {
    run.len() >= SHORTEST
        && run.len().is_multiple_of(2)
        && run.as_chunks::<2>().0[..SHORTEST / 2]
            .iter()
            .all(|pair| byte(*pair).is_some_and(|b| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r')))
        && run.iter().all(u8::is_ascii_hexdigit)
}

/// What a run says.
pub(super) fn decode(run: &[u8]) -> Vec<u8> {
    run.as_chunks::<2>().0.iter().filter_map(|pair| byte(*pair)).collect()
}

/// The byte that two digits say.
pub(super) fn byte([high, low]: [u8; 2]) -> Option<u8> {
    Some(digit(high)? << 4 | digit(low)?)
}

/// The value of a digit.
pub(super) const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, speaks};

    #[test]
    fn text_speaks_and_digests_do_not() {
        let code = data_encoding::HEXLOWER.encode(b"token = something long");
        assert!(speaks(code.as_bytes()));
        assert_eq!(decode(code.as_bytes()), b"token = something long");
        assert!(!speaks(b"d41d8cd98f00b204e9800998ecf8427e") && !speaks(b"00000000000000000000000000000000"));
    }
}
