//! As much DER (X.690) as made-up keys and certificates need.

/// Tags of what keys are made of.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OID: u8 = 0x06;
const UTF8: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[n]`, constructed.
const CONTEXT: u8 = 0xa0;

/// An element: tag, length, content.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    let mut bytes = vec![tag];
    if content.len() >= 0x80 {
        bytes.push(0x80 | u8::try_from(significant.len()).expect("a length has at most eight bytes"));
    }
    bytes.extend(significant);
    bytes.extend(content);
    bytes
}

/// A positive number of these bytes, highest first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if bytes.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, bytes].concat())
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// A set of one.
pub(super) fn set(part: &[u8]) -> Vec<u8> {
    element(SET, part)
}

pub(super) fn text(text: &str) -> Vec<u8> {
    element(UTF8, text.as_bytes())
}

/// A moment of this century, `YYMMDDHHMMSSZ`.
pub(super) fn time(text: &str) -> Vec<u8> {
    element(UTC_TIME, text.as_bytes())
}

pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, bytes)
}

/// Whole bytes as bits.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}

/// An object identifier, given encoded.
pub(super) fn oid(encoded: &[u8]) -> Vec<u8> {
    element(OID, encoded)
}

pub(super) fn null() -> Vec<u8> {
    element(NULL, &[])
}

/// An explicitly tagged element.
pub(super) fn tagged(number: u8, inner: &[u8]) -> Vec<u8> {
    element(CONTEXT | number, inner)
}

#[cfg(test)]
mod tests {
    use super::{integer, octets};

    #[test]
    fn lengths_and_signs_are_the_shortest() {
        assert_eq!(integer(&[0x7f]), [2, 1, 0x7f]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(octets(&[1; 0x7f])[..2], [4, 0x7f]);
        assert_eq!(octets(&[1; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(octets(&[1; 0x100])[..4], [4, 0x82, 1, 0]);
        assert_eq!(octets(&[])[..], [4, 0]);
    }
}
