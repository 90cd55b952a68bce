//! Declared parameters whose default is the value: `variable "name" { default = "value" }` of HCL, the parameters of templates,
//! outputs of a Terraform state (`"name": {"value": "…"}`), and what holds its `value` on the line below.

use std::ops::Range;

/// How far behind a name its default may stand, bytes.
const REACH: usize = 400;
/// The keys under which a declaration has the value.
const WORDS: &[&[u8]] = &[b"default", b"value"];
/// How many lines a declaration may take.
const LINES: usize = 8;

/// Where the default of a declared name begins; `closed` is behind the quotes that close the name.
pub(super) fn value(bytes: &[u8], name: &Range<usize>, closed: usize) -> Option<usize> {
    let rest = &bytes[closed..(closed + REACH).min(bytes.len())];
    let quoted = closed > name.end;
    if let Some(at) = below(&bytes[..name.start], rest) {
        return Some(closed + at);
    }
    let body = if let Some(behind) = rest.strip_prefix(b":") {
        let behind = behind.trim_ascii_start();
        if quoted { behind.strip_prefix(b"{")? } else { rest[1..].trim_ascii_start().starts_with(b"Type:").then_some(behind)? }
    } else {
        let before = name.start.checked_sub(1).map_or(&[][..], |quote| &bytes[..quote]);
        let declared = quoted && before.ends_with(b"variable ");
        rest.strip_prefix(b" ").filter(|_| declared)?.strip_prefix(b"{")?
    };
    let from = closed + rest.len() - body.len();
    declared(body).map(|at| from + at)
}

/// Where the value begins, when a key of YAML ends its line and the next one, further in, begins with `value:`.
fn below(before: &[u8], rest: &[u8]) -> Option<usize> {
    let line = rest.strip_prefix(b":")?;
    let end = memchr::memchr(b'\n', rest)? + 1;
    let (line, next) = (&line[..end - 1], rest[end..].split_inclusive(|byte| *byte == b'\n').next()?);
    let margin = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
    let indent = |text: &[u8]| text.iter().take_while(|byte| **byte == b' ').count();
    let key = line.trim_ascii().is_empty() && margin.iter().all(|byte| b" -\"'".contains(byte));
    let value = given(next, WORDS[1]).filter(|value| key && !value.is_empty() && indent(next) > indent(margin))?;
    Some(end + next.len() - value.len())
}

/// Where the value of one of [`WORDS`] begins in the body of a declaration.
fn declared(body: &[u8]) -> Option<usize> {
    let end = memchr::memchr(b'}', body).unwrap_or(body.len());
    let mut from = 0;
    for line in body[..end].split_inclusive(|byte| *byte == b'\n').take(LINES) {
        from += line.len();
        if let Some(value) = WORDS.iter().find_map(|word| given(line, word)) {
            return Some(from - value.len());
        }
    }
    None
}

/// What stands behind `word =` or `"word":`, to the end of the line that begins so.
fn given<'l>(line: &'l [u8], word: &[u8]) -> Option<&'l [u8]> {
    let text = line.trim_ascii_start();
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let (start, behind) = text.split_at_checked(word.len())?;
    let behind = behind.strip_prefix(b"\"").unwrap_or(behind).trim_ascii_start();
    let value = behind.strip_prefix(b"=").or_else(|| behind.strip_prefix(b":"))?;
    start.eq_ignore_ascii_case(word).then(|| value.trim_ascii_start())
}
