//! `\uXXXX`, `\u{XX}`, `\xNN`, `\/`, and the quotes and line ends of JSON and program text.

use super::{
    escapes::{Escape, telling, word_before, word_behind},
    hex,
};

/// Reads the escape at a backslash.
pub(super) fn read(bytes: &[u8], at: usize) -> Escape {
    let rest = bytes.get(at + 1..)?;
    match rest.first()? {
        b'u' => unicode(&rest[1..]),
        b'U' => fixed(&rest[1..], 8),
        b'x' => fixed(&rest[1..], 2),
        b'/' => Some((2, b'/')),
        // What stands for white space matters where it hides that a word begins.
        b'n' => word_behind(bytes, at + 2).then_some((2, b'\n')),
        b'r' => (rest.starts_with(b"r\\n") || word_behind(bytes, at + 2)).then_some((2, b'\r')),
        b't' => word_behind(bytes, at + 2).then_some((2, b'\t')),
        quote @ (b'"' | b'\'') => (word_before(bytes, at) || word_behind(bytes, at + 2)).then_some((2, *quote)),
        // An escaped escape, which is decoded one layer down; not the file names of Windows.
        b'\\' => matches!(rest.get(1), Some(b'"' | b'u' | b'x' | b'/' | b'n')).then(|| twice(bytes, at)).flatten(),
        _ => None,
    }
}

fn twice(bytes: &[u8], at: usize) -> Escape {
    let inner = match bytes.get(at + 2)? {
        b'"' => word_before(bytes, at) || word_behind(bytes, at + 3),
        b'n' => word_behind(bytes, at + 3),
        b'/' => true,
        _ => read(bytes, at + 1).is_some(),
    };
    inner.then_some((2, b'\\'))
}

/// `u0041`, `u{41}`.
fn unicode(rest: &[u8]) -> Escape {
    let Some(braced) = rest.strip_prefix(b"{") else { return fixed(rest, 4) };
    let count = braced.iter().take(6).take_while(|b| b.is_ascii_hexdigit()).count();
    let value = u32::from_str_radix(std::str::from_utf8(&braced[..count]).ok()?, 16).ok()?;
    let byte = u8::try_from(value).ok().filter(|byte| telling(*byte))?;
    (braced.get(count) == Some(&b'}')).then_some((4 + count, byte))
}

/// A number of digits of which all but the last two are 0.
fn fixed(rest: &[u8], digits: usize) -> Escape {
    let (zeros, pair) = rest.get(..digits)?.split_at(digits - 2);
    let byte = hex::byte(*pair.first_chunk()?)?;
    (zeros.iter().all(|b| *b == b'0') && telling(byte)).then_some((2 + digits, byte))
}

#[cfg(test)]
mod tests {
    use super::{Escape, read};

    #[test]
    fn each_form_says_its_byte() {
        let cases: &[(&[u8], Escape)] = &[
            (b"\\u0041", Some((6, b'A'))),
            (b"\\u{2f}", Some((6, b'/'))),
            (b"\\x3D", Some((4, b'='))),
            (b"\\U00000026", Some((10, b'&'))),
            (b"\\/", Some((2, b'/'))),
            (b"\\nabcdefghijklmnop", Some((2, b'\n'))),
            (b"\\nabc", None),
            (b"\\u00e9", None),
            (b"\\users", None),
            (b"\\x00", None),
            (b"\\\\u0041", Some((2, b'\\'))),
            (b"\\", None),
            (b"\\u{", None),
        ];
        for (text, escape) in cases {
            assert_eq!(read(text, 0), *escape, "{}", text.escape_ascii());
        }
    }
}
