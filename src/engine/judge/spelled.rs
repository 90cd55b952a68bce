//! Values that spell something else: bytes, numbers, a text in base64.

use super::likeness::likeness;

/// Bytes spelled as numbers: `201, 94, 0x16, 37, …`.
pub fn byte_list(value: &[u8]) -> bool {
    let number = |part: &[u8]| {
        let hex = part.strip_prefix(b"0x").or_else(|| part.strip_prefix(b"0X")).or_else(|| part.strip_prefix(b"(byte)0x"));
        hex.map_or_else(
            || part.len() <= 4 && part.iter().all(|b| b.is_ascii_digit() || *b == b'-'),
            |hex| hex.len() <= 2 && hex.iter().all(u8::is_ascii_hexdigit),
        )
    };
    value.contains(&b',') && value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|part| !part.is_empty()).all(number)
}

/// Base64 of a text with words: a message, not a key.
pub fn spelled_text(value: &[u8]) -> bool {
    let body = value.trim_ascii_end();
    let body = &body[..body.iter().position(|byte| *byte == b'=').unwrap_or(body.len())];
    if body.len() < 16 || !body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte)) {
        return false;
    }
    let whole = &body[..body.len() - body.len() % 4];
    data_encoding::BASE64_NOPAD.decode(whole).is_ok_and(|text| {
        text.contains(&b' ') && text.iter().all(|byte| byte.is_ascii_graphic() || b" \t\r\n".contains(byte)) && likeness(&text) > 4
    })
}

/// Bytes that a string literal escapes: half of it or more is `\xb8`.
pub fn escaped_bytes(value: &[u8]) -> bool {
    memchr::memmem::find_iter(value, b"\\x").count() * 8 >= value.len()
}

/// A number as code spells it: `0xC0000224`, `44u32`, `1_000`.
pub fn literal_number(value: &[u8]) -> bool {
    if let Some(hex) = value.strip_prefix(b"0x").or_else(|| value.strip_prefix(b"0X")) {
        // With separators it may be as long as a number gets: nobody writes a key so.
        let digits = hex.iter().filter(|byte| **byte != b'_').count();
        return (digits <= 16 || (digits <= 36 && digits < hex.len()))
            && hex.iter().all(|byte| byte.is_ascii_hexdigit() || b"uUlL_".contains(byte));
    }
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    let rest = &value[digits..];
    let suffixes: &[&[u8]] =
        &[b"u8", b"u16", b"u32", b"u64", b"i8", b"i16", b"i32", b"i64", b"usize", b"isize", b"L", b"UL", b"ul", b"f32", b"f64"];
    digits > 0 && suffixes.contains(&rest)
}

#[cfg(test)]
mod tests {
    use super::{escaped_bytes, literal_number, spelled_text};

    #[test]
    fn a_number_with_separators_is_a_number_and_a_long_row_of_hexadecimal_digits_is_none() {
        assert!(literal_number(b"0x9E37_79B9_7F4A_7C15") && literal_number(b"1_000u64") && literal_number(b"0xC0000224"));
        assert!(!literal_number(b"0x9E3779B97F4A7C159E3779B97F4A7C15"));
    }

    #[test]
    fn base64_of_words_is_a_text_and_base64_of_bytes_is_not() {
        let text = data_encoding::BASE64.encode(b"The key is under the mat.");
        assert!(spelled_text(text.as_bytes()));
        let bytes: Vec<u8> = (0..32_u8).map(|at| at.wrapping_mul(151).wrapping_add(37)).collect();
        assert!(!spelled_text(data_encoding::BASE64.encode(&bytes).as_bytes()));
    }

    #[test]
    fn half_of_a_literal_must_be_escaped() {
        assert!(escaped_bytes(br"\xb8\x1f\x03a") && !escaped_bytes(br"c0rrect\x20horse") && !escaped_bytes(b"plain"));
    }
}
