use memchr::memmem;

use super::codes::Codes;

/// Whether a stream shows text: it has strings and the operators that show them.
pub(super) fn is_page(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"BT").is_some() && (memmem::find(bytes, b"Tj").is_some() || memmem::find(bytes, b"TJ").is_some())
}

/// The text that a page shows; with a table, strings are read by it.
pub(super) fn shown(page: &[u8], codes: Option<&Codes>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = page;
    while let Some((first, behind)) = rest.split_first() {
        rest = match first {
            b'(' => literal(behind, codes, &mut text),
            b'<' if behind.first() != Some(&b'<') => {
                let end = memchr::memchr(b'>', behind).unwrap_or(behind.len());
                say(&hex(&behind[..end]), codes, &mut text);
                behind.get(end + 1..).unwrap_or_default()
            }
            b'T' if matches!(behind.first(), Some(b'd' | b'D' | b'm' | b'*')) => line(&mut text, &behind[1..]),
            b'E' if behind.starts_with(b"T") => line(&mut text, &behind[1..]),
            // A wide gap in an array is a space.
            b'-' => gap(behind, &mut text),
            _ => behind,
        };
    }
    text
}

fn line<'p>(text: &mut Vec<u8>, rest: &'p [u8]) -> &'p [u8] {
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    rest
}

fn gap<'p>(rest: &'p [u8], text: &mut Vec<u8>) -> &'p [u8] {
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits > 2 && rest[0] > b'1' && text.last().is_some_and(|last| !last.is_ascii_whitespace()) {
        text.push(b' ');
    }
    &rest[digits..]
}

/// A string in parentheses, which may nest and have escapes.
fn literal<'p>(rest: &'p [u8], codes: Option<&Codes>, text: &mut Vec<u8>) -> &'p [u8] {
    let (mut said, mut depth, mut at) = (Vec::new(), 1, 0);
    while let Some(byte) = rest.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let (meant, length) = escape(&rest[at..]);
                said.extend(meant);
                at += length;
                continue;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        said.push(*byte);
    }
    say(&said, codes, text);
    &rest[at..]
}

/// What stands behind a backslash: its byte, and how long it is.
fn escape(rest: &[u8]) -> (Option<u8>, usize) {
    match rest.first() {
        Some(b'n') => (Some(b'\n'), 1),
        Some(b'r') => (Some(b'\r'), 1),
        Some(b't') => (Some(b'\t'), 1),
        Some(b'\r' | b'\n') => (None, 1),
        Some(b'0'..=b'7') => {
            let digits = rest.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let value = rest[..digits].iter().fold(0_u32, |sum, digit| sum << 3 | u32::from(digit - b'0'));
            (Some((value & 0xff) as u8), digits)
        }
        Some(other) => (Some(*other), 1),
        None => (None, 0),
    }
}

fn say(said: &[u8], codes: Option<&Codes>, text: &mut Vec<u8>) {
    let Some(codes) = codes else { return text.extend_from_slice(said) };
    let meanings = said.chunks(codes.width).filter_map(|code| codes.meaning(code));
    meanings.for_each(|meaning| text.extend_from_slice(meaning.as_bytes()));
}

/// The bytes of hexadecimal digits with white space between.
pub(super) fn hex(digits: &[u8]) -> Vec<u8> {
    let values: Vec<u8> = digits.iter().filter_map(|b| char::from(*b).to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    values.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::codes::Codes;
    use super::shown;

    #[test]
    fn strings_are_joined_as_they_are_shown() {
        let page = br"BT /F1 12 Tf 72 720 Td (to\(ken=) Tj [(ab) -20 (cd) -300 (e\146)] TJ 0 -14 Td <6768> Tj ET";
        assert_eq!(shown(page, None), b"to(ken=abcd ef\ngh\n");
    }

    #[test]
    fn codes_mean_what_their_table_says() {
        let table = b"2 beginbfchar\n<0003> <0061>\n<0004> <00620063>\nendbfchar\n1 beginbfrange\n<0010> <0012> <0041>\nendbfrange";
        let codes = Codes::read(table).expect("a table");
        assert_eq!(shown(b"BT <00030004001000110012> Tj ET", Some(&codes)), b"abcABC\n");
    }
}
