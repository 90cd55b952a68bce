//! What readers share: bounded, harmless text out of hostile bytes.

use std::sync::LazyLock;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};
use serde_json::{Map, Value};

use crate::model::Time;

/// Longest text that a handle or an attribute shows, in characters.
const LONGEST: usize = 200;

/// Last second of the year 9999: later times are mistakes or jokes.
const LAST_SECOND: i64 = 253_402_300_799;

/// Text fit to show: no control characters, no white space at its ends, bounded.
pub(super) fn shown(text: &str) -> String {
    let visible =
        |c: char| if c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c) { '.' } else { c };
    text.trim().chars().take(LONGEST).map(visible).collect()
}

/// Text of a JSON value: a string, a number, or a list of strings joined by blanks.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Array(items) => Some(items.iter().take(16).filter_map(Value::as_str).collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

/// A field of a JSON object as text.
pub(super) fn field(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name).and_then(scalar).filter(|text| !text.is_empty())
}

/// A field of a JSON object as a moment: seconds since 1970, whole or not, number or text.
pub(super) fn moment(object: &Map<String, Value>, name: &str) -> Option<Time> {
    match object.get(name)? {
        Value::Number(number) => seconds(number.as_f64()?),
        Value::String(text) => seconds(text.parse().ok()?),
        _ => None,
    }
}

/// A moment from seconds since 1970; absurd ones are none.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the range was checked, and its end fits")]
pub(super) fn seconds(value: f64) -> Option<Time> {
    (value >= 1.0 && value <= LAST_SECOND as f64).then_some(Time(value as i64))
}

/// A moment from whole seconds since 1970; absurd ones are none.
pub(super) fn whole_seconds(value: i64) -> Option<Time> {
    (1..=LAST_SECOND).contains(&value).then_some(Time(value))
}

/// The bytes of base64 text of either alphabet, padded or not; bits that fill no byte are ignored.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().position(|byte| *byte == b'=').unwrap_or(text.len());
    let text = if end % 4 == 1 { &text[..end - 1] } else { &text[..end] };
    let url = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url { &LENIENT_URL } else { &LENIENT }.decode(text).ok()
}

/// The usual alphabet without padding, whatever the bits behind the last whole byte.
static LENIENT: LazyLock<Encoding> = LazyLock::new(|| lenient(&BASE64_NOPAD));
/// The same of the alphabet for addresses.
static LENIENT_URL: LazyLock<Encoding> = LazyLock::new(|| lenient(&BASE64URL_NOPAD));

fn lenient(strict: &Encoding) -> Encoding {
    let mut lenient = strict.specification();
    lenient.check_trailing_bits = false;
    lenient.encoding().expect("less strict than one that is sound")
}

/// The first stretch of base64 characters in `text`.
pub(super) fn base64_run(text: &[u8]) -> &[u8] {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    &text[..text.iter().position(|byte| !fits(byte)).unwrap_or(text.len())]
}

/// UTF-8 text, or none.
pub(super) fn utf8(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Undoes percent-encoding; what is no UTF-8 afterwards is shown with replacement characters.
pub(super) fn percent_decoded(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let pair = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|pair| data_encoding::HEXLOWER_PERMISSIVE.decode(pair).ok());
        if let Some(byte) = pair {
            out.extend(byte);
            rest = &tail[2..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{base64, percent_decoded, seconds, shown};

    #[test]
    fn shown_text_has_no_control_characters_and_an_end() {
        assert_eq!(shown(" a\u{1b}[31m\u{202e}b "), "a.[31m.b");
        assert_eq!(shown(&"é".repeat(300)).chars().count(), 200);
    }

    #[test]
    fn absurd_moments_are_none() {
        assert_eq!(seconds(1_516_239_022.7).map(|t| t.0), Some(1_516_239_022));
        assert!([f64::NAN, f64::INFINITY, -1.0, 0.0, 1e13, 1e300].into_iter().all(|value| seconds(value).is_none()));
    }

    #[test]
    fn percent_and_base64_are_forgiving() {
        assert_eq!(percent_decoded(b"a%40b%zz%4"), "a@b%zz%4");
        assert_eq!(base64(b"YQ==").as_deref(), Some(&b"a"[..]));
        assert_eq!(base64(b"_-8").map(|b| b.len()), Some(2));
        assert_eq!(base64(b"a*"), None);
    }
}
