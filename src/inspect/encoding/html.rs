//! `&#NN;`, `&#xNN;` and the names of the two characters that every writer of HTML and XML escapes.

use super::escapes::{Escape, telling};

/// Names of characters that stand in credentials or beside them.
const NAMES: &[(&[u8], u8)] = &[(b"amp;", b'&'), (b"quot;", b'"')];

/// Longest number of an escape, digits.
const LONGEST: usize = 7;

/// Reads the escape at a `&`.
pub(super) fn read(bytes: &[u8], at: usize) -> Escape {
    let rest = bytes.get(at + 1..)?;
    match rest.first()? {
        b'#' => number(&rest[1..]),
        b'a'..=b'z' => NAMES.iter().find(|(name, _)| rest.starts_with(name)).map(|(name, byte)| (1 + name.len(), *byte)),
        _ => None,
    }
}

fn number(rest: &[u8]) -> Escape {
    let (digits, radix, before) = match rest.first()? {
        b'x' | b'X' => (&rest[1..], 16, 3),
        _ => (rest, 10, 2),
    };
    let count = digits.iter().take(LONGEST + 1).take_while(|b| char::from(**b).is_digit(radix)).count();
    if count == 0 || count > LONGEST {
        return None;
    }
    let value = u32::from_str_radix(std::str::from_utf8(&digits[..count]).ok()?, radix).ok()?;
    let semicolon = usize::from(digits.get(count) == Some(&b';'));
    let byte = u8::try_from(value).ok().filter(|byte| telling(*byte))?;
    Some((before + count + semicolon, byte))
}
