//! What joins a name and its value.

use std::ops::Range;

use super::{default, element, value};

/// How many blanks may stand in one gap.
const GAP: usize = 40;
/// Names of types that stand between name and `=` in Go.
const TYPES: &[&[u8]] = &[b"string", b"String", b"[]byte", b"str", b"text", b"TEXT", b"varchar"];

/// What joins a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// `=`, `:`, `=>` and the like.
    Assigned,
    /// `==`, `!=`: the value is compared with.
    Compared,
    /// `name("value")`.
    Passed,
    /// `("name", "value")`.
    Paired,
    /// `<name>value</name>`.
    Element,
    /// `?name=value` in an address.
    Query,
    /// `--name value`.
    Flag,
    /// Nothing but blanks.
    Blank,
}

/// A joint with where the value may begin.
#[derive(Debug)]
pub(super) struct Joined {
    pub joint: Joint,
    /// Behind the joint and the blanks that follow.
    pub at: usize,
    /// Whether only a quoted value will do.
    pub quoted: bool,
}

/// Whether what stands behind a name may join it to a value of at least `shortest` bytes: exact, for it is asked of every name.
pub(super) fn may_follow(bytes: &[u8], from: usize, shortest: usize) -> bool {
    let (at, closed) = closing(bytes, from);
    let gap = blanks(bytes, at);
    let Some(first) = bytes.get(gap) else { return false };
    let next = bytes.get(gap + 1).copied().unwrap_or(0);
    match first {
        b'=' | b'(' | b'>' => true,
        b':' => next != b':' || matches!(bytes.get(gap + 2), Some(b'=' | b':')),
        b'!' | b'+' => next == b'=',
        b'?' => matches!(next, b'?' | b'='),
        b'|' => next == b'|',
        b'-' => next == b'>',
        b'<' => matches!(next, b'-' | b'/'),
        b'[' => next == b']',
        b'{' => closed,
        b'"' | b'\'' => gap > at,
        b',' => closed || named_value(bytes, at).is_some(),
        b'\n' | b'\r' => named_value(bytes, at).is_some(),
        byte if byte.is_ascii_alphanumeric() => {
            go_type(bytes, gap).is_some() || (gap > at && (named_value(bytes, at).is_some() || !is_short(&bytes[gap..], shortest)))
        }
        _ => false,
    }
}

/// Whether a text begins with a word that is too short for a value, and nothing behind it makes it a part of something longer.
fn is_short(text: &[u8], shortest: usize) -> bool {
    text.iter().take(shortest).position(|byte| value::ends(*byte)).is_some_and(|_| {
        let more = |byte: &&u8| matches!(byte, b'"' | b'\'' | b'`' | b'\n' | b'=' | b';' | b',' | b'[' | b'{');
        text.iter().take(value::CALL).find(more).is_none_or(|byte| matches!(byte, b'\n' | b';' | b','))
    })
}

/// Reads what stands behind a name.
pub(super) fn read(bytes: &[u8], name: &Range<usize>) -> Option<Joined> {
    let before = name.start.checked_sub(1).map(|at| bytes[at]);
    let (mut at, closed) = closing(bytes, name.end);
    if before == Some(b'<') && bytes.get(at) == Some(&b'>') {
        // `(?<secret>…)` and `(?P<secret>…)` name a group of a pattern.
        if name.start.checked_sub(2).is_some_and(|at| matches!(bytes[at], b'?' | b'P' | b'k')) {
            return None;
        }
        return Some(Joined { joint: Joint::Element, at: at + 1, quoted: false });
    }
    if let Some(at) = element::value(bytes, name, at) {
        return Some(Joined { joint: Joint::Element, at, quoted: false });
    }
    if let Some(at) = default::value(bytes, name, at) {
        return Some(Joined { joint: Joint::Assigned, at, quoted: false });
    }
    if let Some(at) = named_value(bytes, at) {
        return Some(Joined { joint: Joint::Assigned, at, quoted: false });
    }
    let gap = blanks(bytes, at);
    let blank = gap > at;
    at = go_type(bytes, gap).unwrap_or(gap);
    let quoted_name = closed && matches!(before, Some(b'"' | b'\'' | b'`' | b'\\'));
    let (joint, behind) = operator(bytes, at, quoted_name)?;
    if joint == Joint::Paired && !first_argument(bytes, name.start) {
        return None;
    }
    let joint = match joint {
        Joint::Blank if !blank => return None,
        Joint::Blank if before == Some(b'-') => Joint::Flag,
        Joint::Assigned if matches!(before, Some(b'?' | b'&')) && bytes.get(at) == Some(&b'=') => Joint::Query,
        joint => joint,
    };
    let mut joined = Joined { joint, at: blanks(bytes, behind), quoted: matches!(joint, Joint::Passed | Joint::Paired | Joint::Compared) };
    next_line(bytes, &mut joined);
    annotation(bytes, &mut joined);
    Some(joined)
}

/// Quotes and brackets that close what the name stands in: `config['password']`, `"password"`, `[:password]`, `**password**`.
fn closing(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    while at < from + 4 && bytes.get(at).is_some_and(|byte| b"\"'`]\\*".contains(byte)) {
        at += 1;
    }
    (at, at > from)
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    let end = (from + GAP).min(bytes.len());
    (from..end).find(|at| !matches!(bytes[*at], b' ' | b'\t')).unwrap_or(end)
}

/// What stands before `value` in what AWS prints of stacks, and in files of parameters for them.
const OF_STACKS: &[&[u8]] = &[b"Parameter", b"Output"];

/// `<add key="name" value="…"/>`, `{"name": "name", "value": "…"}`, `- name: name` with `value: …` on the next line,
/// `{"ParameterKey": "name", "ParameterValue": "…"}`: where the value begins.
fn named_value(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = &bytes[from..(from + 2 * GAP).min(bytes.len())];
    // A blank parts attributes and lines; a comma needs none.
    let trimmed = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
    if trimmed.len() == rest.len() {
        return None;
    }
    let word = trimmed.strip_prefix(b"\"").or_else(|| trimmed.strip_prefix(b"'")).unwrap_or(trimmed);
    let word = OF_STACKS.iter().find_map(|kind| word.strip_prefix(*kind)).unwrap_or(word);
    if !word.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"value")) {
        return None;
    }
    let behind = &word[5..];
    let behind = behind.strip_prefix(b"\"").or_else(|| behind.strip_prefix(b"'")).unwrap_or(behind).trim_ascii_start();
    let value = behind.strip_prefix(b"=").or_else(|| behind.strip_prefix(b":"))?;
    let at = bytes.len().min(from + 2 * GAP) - value.len();
    Some(blanks(bytes, at))
}

/// `password string = "…"`.
fn go_type(bytes: &[u8], at: usize) -> Option<usize> {
    // Most that stands here begins with none of them.
    let first = bytes.get(at).filter(|byte| b"sS[tTv".contains(byte))?;
    let word = TYPES.iter().find(|word| word[0] == *first && bytes[at..].starts_with(word))?;
    let behind = blanks(bytes, at + word.len());
    (behind > at + word.len() && matches!(bytes.get(behind), Some(b'=' | b':'))).then_some(behind)
}

/// The joint at a place, and where it ends.
fn operator(bytes: &[u8], at: usize, quoted_name: bool) -> Option<(Joint, usize)> {
    const SPELLED: &[(&[u8], Joint)] = &[
        (b"===", Joint::Compared),
        (b"!==", Joint::Compared),
        (b"::=", Joint::Assigned),
        (b":::=", Joint::Assigned),
        (b"||=", Joint::Assigned),
        (b"??=", Joint::Assigned),
        (b"==", Joint::Compared),
        (b"!=", Joint::Compared),
        (b"=>", Joint::Assigned),
        (b"->", Joint::Assigned),
        (b":=", Joint::Assigned),
        (b"?=", Joint::Assigned),
        (b"+=", Joint::Assigned),
        (b"<-", Joint::Assigned),
        (b"=", Joint::Assigned),
    ];
    let rest = &bytes[at..];
    let first = *rest.first()?;
    if let Some((text, joint)) = SPELLED.iter().find(|(text, _)| text[0] == first && rest.starts_with(text)) {
        return Some((*joint, at + text.len()));
    }
    match rest.first()? {
        b':' if rest.get(1) == Some(&b':') => None,
        b':' => Some((Joint::Assigned, at + 1)),
        b'(' => Some((Joint::Passed, at + 1)),
        b',' if quoted_name => Some((Joint::Paired, at + 1)),
        byte if byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'') => Some((Joint::Blank, at)),
        _ => None,
    }
}

/// A value may stand on the next line, if it is quoted.
fn next_line(bytes: &[u8], joined: &mut Joined) {
    let mut at = joined.at;
    if bytes.get(at) == Some(&b'\\') && matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) {
        at += 1;
    }
    if bytes.get(at) == Some(&b'\r') {
        at += 1;
    }
    if bytes.get(at) == Some(&b'\n') && !matches!(joined.joint, Joint::Blank | Joint::Flag | Joint::Paired) {
        joined.at = blanks(bytes, at + 1);
        joined.quoted = true;
    }
}

/// `password: String = "…"`: the type is skipped. `password: &'static str`, `password?: string`.
fn annotation(bytes: &[u8], joined: &mut Joined) {
    let rest = &bytes[joined.at..(joined.at + GAP).min(bytes.len())];
    let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"&'<>[]?:._ |".contains(byte)).count();
    let is_type = rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'&' | b'['));
    if is_type && word > 1 && rest.get(word) == Some(&b'=') && rest[word - 1] == b' ' && rest.get(word + 1) != Some(&b'=') {
        joined.at = blanks(bytes, joined.at + word + 1);
    }
}

/// Whether a quoted name is the first argument of a call or the first part of a pair.
fn first_argument(bytes: &[u8], name: usize) -> bool {
    let mut before = bytes[..name].iter().rev().take(GAP).skip_while(|byte| b"\"'`\\".contains(byte)).skip_while(|byte| **byte == b' ');
    before.next() == Some(&b'(')
}
