//! From the joint to the value's end.

use std::ops::Range;

use super::{
    Assignment,
    joint::{Joined, Joint},
    stem::Sort,
};

/// The longest value that is read, bytes.
const LONGEST: usize = 2048;
/// The longest name of a function that is called with the value, bytes.
pub(super) const CALL: usize = 48;
/// Words that stand before the credential in a header's value.
const SCHEMES: &[&[u8]] = &[b"Bearer ", b"bearer ", b"Basic ", b"basic ", b"Token ", b"token ", b"Bearer%20", b"Digest ", b"JWT "];

/// Reads the value behind a joint.
pub(super) fn read(bytes: &[u8], sort: Sort, name: Range<usize>, joined: &Joined) -> Option<Assignment> {
    let mut found = Assignment { sort, name, value: 0..0, joint: joined.joint, quote: None, call: None, goes_on: false, listed: false };
    let mut at = joined.at;
    at = prefix(bytes, at, &mut found);
    let escaped = bytes.get(at) == Some(&b'\\') && matches!(bytes.get(at + 1), Some(b'"' | b'\''));
    let open = at + usize::from(escaped);
    match bytes.get(open)? {
        quote @ (b'"' | b'\'' | b'`') => {
            let value = quoted(bytes, open + 1, *quote, escaped)?;
            found.quote = Some(*quote);
            if is_name(bytes, value.end + 1 + usize::from(escaped)) {
                return None;
            }
            found.goes_on = goes_on(bytes, value.end + 1 + usize::from(escaped));
            found.value = without_scheme(bytes, value);
        }
        _ if bytes_spelled(bytes, at, &mut found) => {}
        _ if joined.quoted || found.call.is_some() || found.listed => return None,
        _ => found.value = without_scheme(bytes, unquoted(bytes, at, joined.joint)?),
    }
    (!found.value.is_empty()).then_some(found)
}

/// Skips what wraps a quoted value: `b"`, `String(`, `new Foo(`, `[]byte(`, `[`, `{`.
fn prefix(bytes: &[u8], from: usize, found: &mut Assignment) -> usize {
    let rest = &bytes[from..(from + CALL).min(bytes.len())];
    let Some(quote) = rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'\n' | b'=' | b';' | b',')) else { return from };
    if quote == 0 || !matches!(rest[quote], b'"' | b'\'' | b'`') {
        return from;
    }
    let wrap = rest[..quote].strip_suffix(b"\\").unwrap_or(&rest[..quote]);
    let trimmed = wrap.trim_ascii_end();
    let trimmed = trimmed.strip_suffix(b"(b").map_or(trimmed, |_| &trimmed[..trimmed.len() - 1]);
    if trimmed.len() <= 2 && trimmed.iter().all(|byte| b"bBuUrRLfF@$".contains(byte)) {
        return from + wrap.len();
    }
    let name = trimmed.trim_end_matches_any(b"([{ ");
    if name.len() == trimmed.len() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.:[]<>&* ".contains(byte)) {
        return from;
    }
    found.listed = trimmed.ends_with(b"[") || trimmed.ends_with(b"{");
    if !name.is_empty() {
        found.call = Some(from..from + name.len());
    }
    from + wrap.len()
}

trait Trim {
    fn trim_end_matches_any(&self, set: &[u8]) -> &[u8];
}

impl Trim for [u8] {
    fn trim_end_matches_any(&self, set: &[u8]) -> &[u8] {
        let keep = self.iter().rposition(|byte| !set.contains(byte)).map_or(0, |at| at + 1);
        &self[..keep]
    }
}

/// The inside of a quoted text that ends on the same line.
fn quoted(bytes: &[u8], from: usize, quote: u8, escaped: bool) -> Option<Range<usize>> {
    let ceiling = (from + LONGEST).min(bytes.len());
    let mut at = from;
    while at < ceiling {
        match bytes[at] {
            b'\n' | b'\r' => return None,
            b'\\' if escaped && bytes.get(at + 1) == Some(&quote) => return Some(from..at),
            b'\\' if !escaped => at += 1,
            byte if byte == quote && !escaped => {
                // A doubled quote is one inside, in SQL and in CSV; an empty text else.
                return Some(from..at);
            }
            byte if byte == quote => return Some(from..at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a byte ends a value that has no quotes.
pub(super) fn ends(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'>' | b';' | b',' | b'\\' | 0)
}

/// The bytes up to a blank or to what ends a value.
fn unquoted(bytes: &[u8], from: usize, joint: Joint) -> Option<Range<usize>> {
    let ceiling = (from + LONGEST).min(bytes.len());
    let ends = |byte: u8| ends(byte) || (joint == Joint::Query && matches!(byte, b'&' | b'#'));
    let end = if joint == Joint::Element {
        (from..ceiling).find(|at| matches!(bytes[*at], b'<' | b'\n'))?
    } else {
        (from..ceiling).find(|at| ends(bytes[*at])).unwrap_or(ceiling)
    };
    let text = &bytes[from..end];
    let closers = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
    let mut kept = text.len();
    for (open, close) in closers {
        if let Some(at) = text.iter().position(|byte| *byte == close)
            && !text[..at].contains(&open)
        {
            kept = kept.min(at);
        }
    }
    let query = text[..kept].iter().position(|byte| *byte == b'&').filter(|at| text[*at..].contains(&b'='));
    Some(from..from + query.unwrap_or(kept))
}

/// Whether something is appended to a quoted value, or a format filled in.
fn goes_on(bytes: &[u8], from: usize) -> bool {
    let rest = bytes[from.min(bytes.len())..(from + 12).min(bytes.len())].trim_ascii_start();
    matches!(rest.first(), Some(b'+' | b'%' | b'.'))
}

fn without_scheme(bytes: &[u8], value: Range<usize>) -> Range<usize> {
    let text = &bytes[value.clone()];
    let starts = |scheme: &&&[u8]| text.first() == scheme.first() && text.starts_with(scheme);
    let skip = SCHEMES.iter().find(starts).map_or(0, |scheme| scheme.len());
    value.start + skip..value.end
}

/// Where the value and its closing quote end.
pub(super) fn end_of(bytes: &[u8], found: &Assignment) -> usize {
    let escaped = usize::from(found.quote.is_some() && bytes.get(found.value.end) == Some(&b'\\'));
    found.value.end + escaped + usize::from(found.quote.is_some())
}

/// The next quoted value of a list.
pub(super) fn next_of_list(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let mut at = from;
    let blank = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    if bytes.get(at) != Some(&b',') {
        return None;
    }
    at += 1;
    while at < from + 40 && blank(at) {
        at += 1;
    }
    let quote = *bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let value = quoted(bytes, at + 1, quote, false)?;
    // `"a": …` is a name, not a value.
    (bytes.get(value.end + 1) != Some(&b':') && !value.is_empty()).then_some(value)
}

/// `[]byte{201, 94, …}`, `new byte[] { 0x1f, … }`, `[1, 2, …]`: at least eight numbers on one line.
fn bytes_spelled(bytes: &[u8], from: usize, found: &mut Assignment) -> bool {
    let rest = &bytes[from..(from + LONGEST).min(bytes.len())];
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let Some(open) = line
        .iter()
        .take(CALL)
        .position(|byte| matches!(byte, b'{' | b'['))
        .map(|at| line[at..].iter().take(4).rposition(|byte| matches!(byte, b'{' | b'[')).map_or(at, |more| at + more))
    else {
        return false;
    };
    let open = line.iter().take(CALL).rposition(|byte| matches!(byte, b'{' | b'[')).unwrap_or(open);
    let inside = &line[open + 1..];
    let len = inside.iter().take_while(|byte| byte.is_ascii_hexdigit() || b"xX, -".contains(byte)).count();
    let text = inside[..len].trim_ascii_end();
    let numbers = text.split(|byte| *byte == b',').filter(|part| part.iter().any(u8::is_ascii_digit)).count();
    if numbers < 8 || !line[..open].iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.:[]<>&*{} ".contains(byte)) {
        return false;
    }
    let start = from + open + 1 + inside.iter().take_while(|byte| **byte == b' ').count();
    found.value = start..from + open + 1 + text.len();
    true
}

/// Whether a quoted text is the name of the next thing: `"password", "x": …`.
fn is_name(bytes: &[u8], from: usize) -> bool {
    let rest = bytes[from.min(bytes.len())..(from + 6).min(bytes.len())].trim_ascii_start();
    rest.starts_with(b":") || rest.starts_with(b"=>") || (rest.starts_with(b"=") && !rest.starts_with(b"=="))
}
