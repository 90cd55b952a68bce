//! Elements whose attribute or neighbour names their content: `<entry key="name">value</entry>`, `<key>name</key> <string>value`.

use std::ops::Range;

/// How far behind a name its content may begin, bytes.
const REACH: usize = 80;

/// Attributes that name the content of their element.
const ATTRIBUTES: &[&[u8]] = &[b"key", b"name", b"Key", b"Name"];

/// Where the content begins that a name names; `closed` is behind the quotes that close the name.
pub(super) fn value(bytes: &[u8], name: &Range<usize>, closed: usize) -> Option<usize> {
    match bytes.get(name.start.checked_sub(1)?)? {
        b'>' if bytes.get(name.end) == Some(&b'<') => neighbour(bytes, name),
        b'"' | b'\'' if closed == name.end + 1 && attribute(&bytes[..name.start - 1]) => content(bytes, closed),
        _ => None,
    }
}

/// `<key>name</key> <string>value</string>`, as property lists have it.
fn neighbour(bytes: &[u8], name: &Range<usize>) -> Option<usize> {
    let rest = window(bytes, name.end).strip_prefix(b"</key>")?.trim_ascii_start().strip_prefix(b"<string>")?;
    Some((name.end + REACH).min(bytes.len()) - rest.len())
}

/// Whether what stands before a quote is such an attribute and its sign.
fn attribute(before: &[u8]) -> bool {
    before.strip_suffix(b"=").is_some_and(|before| {
        ATTRIBUTES
            .iter()
            .any(|word| before.strip_suffix(*word).is_some_and(|rest| matches!(rest.last(), Some(b' ' | b':' | b'\t' | b'\n'))))
    })
}

/// The content of the element whose attribute ended: it may have more attributes, but not end itself.
fn content(bytes: &[u8], closed: usize) -> Option<usize> {
    let rest = window(bytes, closed);
    let end = rest.iter().position(|byte| matches!(byte, b'>' | b'<' | b'\n'))?;
    let plain = rest[..end].is_empty() || (rest[0] == b' ' && !holds(&rest[..end], b"value") && !rest[..end].ends_with(b"/"));
    (rest[end] == b'>' && plain).then_some(closed + end + 1)
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

fn window(bytes: &[u8], from: usize) -> &[u8] {
    &bytes[from..(from + REACH).min(bytes.len())]
}
