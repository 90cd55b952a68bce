//! A small reader of `MessagePack`, as far as Fly's macaroons use it.

/// A value; what no reader asks for is `Other`.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Number(i64),
    /// Text, or bytes.
    Bytes(&'a [u8]),
    /// A list; a map is the list of its keys and values.
    List(Vec<Value<'a>>),
    /// Nil, truth values, floats, extensions.
    Other,
}

/// Deepest nesting that is followed.
const DEEPEST: u8 = 12;

/// Reads one value off the front; `None` where the bytes are cut or nested too deeply.
pub(super) fn value<'a>(bytes: &mut &'a [u8]) -> Option<Value<'a>> {
    nested(bytes, DEEPEST)
}

/// Takes `length` bytes off the front.
fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = bytes.split_at_checked(length)?;
    *bytes = tail;
    Some(head)
}

/// Takes a big-endian number of `width` bytes off the front.
fn number(bytes: &mut &[u8], width: usize) -> Option<u64> {
    take(bytes, width).map(|bytes| bytes.iter().fold(0, |acc, byte| acc << 8 | u64::from(*byte)))
}

/// A length of `width` bytes.
fn length(bytes: &mut &[u8], width: usize) -> Option<usize> {
    number(bytes, width).and_then(|length| usize::try_from(length).ok())
}

/// Reads one value (the format's table of first bytes).
fn nested<'a>(bytes: &mut &'a [u8], depth: u8) -> Option<Value<'a>> {
    let depth = depth.checked_sub(1)?;
    let first = take(bytes, 1)?[0];
    let width = |offset: u8| 1_usize << offset;
    match first {
        0x00..=0x7f => Some(Value::Number(i64::from(first))),
        0xe0..=0xff => Some(Value::Number(i64::from(first) - 256)),
        0x80..=0x8f => list(bytes, 2 * usize::from(first & 15), depth),
        0x90..=0x9f => list(bytes, usize::from(first & 15), depth),
        0xa0..=0xbf => take(bytes, usize::from(first & 31)).map(Value::Bytes),
        0xc4..=0xc6 => length(bytes, width(first - 0xc4)).and_then(|length| take(bytes, length)).map(Value::Bytes),
        0xd9..=0xdb => length(bytes, width(first - 0xd9)).and_then(|length| take(bytes, length)).map(Value::Bytes),
        0xcc..=0xcf => number(bytes, width(first - 0xcc)).map(|number| i64::try_from(number).map_or(Value::Other, Value::Number)),
        0xd0..=0xd3 => number(bytes, width(first - 0xd0)).map(|number| Value::Number(signed(number, width(first - 0xd0)))),
        0xdc | 0xdd => length(bytes, width(first - 0xdc + 1)).and_then(|items| list(bytes, items, depth)),
        0xde | 0xdf => length(bytes, width(first - 0xde + 1)).and_then(|pairs| list(bytes, pairs.checked_mul(2)?, depth)),
        0xca | 0xcb => take(bytes, width(first - 0xca + 2)).map(|_| Value::Other),
        0xd4..=0xd8 => take(bytes, 1 + width(first - 0xd4)).map(|_| Value::Other),
        0xc7..=0xc9 => length(bytes, width(first - 0xc7)).and_then(|length| take(bytes, length.checked_add(1)?)).map(|_| Value::Other),
        0xc0..=0xc3 => Some(Value::Other),
    }
}

/// A list of `items` values; every value takes a byte at least, which bounds what a lying length costs.
fn list<'a>(bytes: &mut &'a [u8], items: usize, depth: u8) -> Option<Value<'a>> {
    if items > bytes.len() {
        return None;
    }
    (0..items).map(|_| nested(bytes, depth)).collect::<Option<_>>().map(Value::List)
}

/// Extends the sign of a number of `width` bytes.
fn signed(number: u64, width: usize) -> i64 {
    let unused = 64 - 8 * width;
    (number << unused).cast_signed() >> unused
}

#[cfg(test)]
mod tests {
    use super::{Value, value};

    #[test]
    fn numbers_texts_and_lists_are_read() {
        let mut bytes: &[u8] = &[0x94, 0x04, 0xd1, 0xff, 0xfe, 0xce, 0x65, 0x53, 0xf1, 0x00, 0xa2, b'h', b'i'];
        let expected = Value::List(vec![Value::Number(4), Value::Number(-2), Value::Number(1_700_000_000), Value::Bytes(b"hi")]);
        assert_eq!(value(&mut bytes), Some(expected));
        assert!(bytes.is_empty());
    }

    #[test]
    fn lies_and_depth_are_refused() {
        assert_eq!(value(&mut &[0xdd, 0xff, 0xff, 0xff, 0xff, 0][..]), None);
        assert_eq!(value(&mut &[0x91; 100][..]), None);
        assert_eq!(value(&mut &[0xc6, 0xff, 0xff, 0xff, 0xff][..]), None);
    }
}
