//! What stands around name and value.

use super::{
    super::assignment::{Assignment, Joint},
    evidence::Evidence,
    notes::Notes,
};

/// Whether name and value are parts of the name of a resource: `arn:aws:secretsmanager:us-east-1:123456789012:secret:db-x7Kq2P`
/// names a secret and holds none.
pub(super) fn in_arn(bytes: &[u8], found: &Assignment) -> bool {
    let start = found.name.start;
    if start == 0 || bytes[start - 1] != b':' || found.value.start != found.name.end + 1 {
        return false;
    }
    let before = &bytes[start.saturating_sub(200)..start];
    let outside = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>');
    let run = before.iter().rposition(outside).map_or(before, |at| &before[at + 1..]);
    run.windows(4).any(|part| part == b"arn:")
}

/// Observes the line in which both stand.
pub(super) fn observe(bytes: &[u8], found: &Assignment, seen: &mut Notes) {
    let floor = found.name.start.saturating_sub(200);
    let start = memchr::memrchr(b'\n', &bytes[floor..found.name.start]).map_or(floor, |at| floor + at + 1);
    let before = bytes[start..found.name.start].trim_ascii();
    let comment: &[&[u8]] = &[b"#", b"//", b"*", b"--", b";", b"<!--", b"/*", b"%"];
    seen.note_if(comment.iter().any(|mark| before.starts_with(mark)), Evidence::Comment);
    seen.note_if(
        before.last().is_some_and(|byte| *byte == b'{') && before.len() > 1 && before[before.len() - 2] == b'$',
        Evidence::Default,
    );
    if found.quote.is_none() && found.joint != Joint::Element {
        let rest = &bytes[found.value.end..(found.value.end + 60).min(bytes.len())];
        let rest = &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
        let trailing = rest.trim_ascii();
        let word = trailing.split(|byte| *byte == b' ').next().unwrap_or_default();
        let goes_on = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'))
            && word.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
            && !word.contains(&b'=')
            && !word.contains(&b':');
        seen.note_if(goes_on, Evidence::Trailing);
    }
    let around = &bytes[found.name.start.saturating_sub(100)..(found.value.end + 100).min(bytes.len())];
    seen.note_if(around.iter().any(|byte| *byte < 9 || (14..27).contains(byte)), Evidence::Binary);
    let statement = found.quote.is_none() && bytes.get(found.value.end) == Some(&b';') && !seen.has(Evidence::InString);
    let beside = found.name.start.checked_sub(1).is_some_and(|at| matches!(bytes[at], b';' | b'?' | b'&' | b'"'));
    seen.note_if(statement && !beside && seen.has(Evidence::BareWord), Evidence::Statement);
    let words_before = before.split(|byte| *byte == b' ').filter(|word| word.len() > 2 && word.iter().all(u8::is_ascii_alphabetic)).count();
    let says = found.joint == Joint::Blank || (found.joint == Joint::Assigned && found.quote.is_none());
    seen.note_if(words_before >= 3 && says, Evidence::InSentence);
}
