//! Values in DER and strings of SSH: what keys and certificates are made of.

use der::{Decode, Encode, Reader as _, SliceReader, Tag, asn1::AnyRef};

/// One value in DER.
pub(super) fn value(tag: Tag, content: &[u8]) -> Option<Vec<u8>> {
    AnyRef::new(tag, content).ok()?.to_der().ok()
}

/// A sequence of values that are in DER already.
pub(super) fn sequence(parts: &[&[u8]]) -> Option<Vec<u8>> {
    value(Tag::Sequence, &parts.concat())
}

/// The values inside a sequence; at most 32 of them.
pub(super) fn fields(sequence: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    if sequence.header().tag() != Tag::Sequence {
        return None;
    }
    values(sequence.value())
}

/// All values of a stretch.
pub(super) fn values(content: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut values = Vec::new();
    while !reader.is_finished() && values.len() < 32 {
        values.push(AnyRef::decode(&mut reader).ok()?);
    }
    reader.is_finished().then_some(values)
}

/// How many bits a positive integer has.
pub(super) fn bits(integer: &[u8]) -> usize {
    let significant = integer.iter().position(|byte| *byte != 0).map_or(&[][..], |at| &integer[at..]);
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}

/// The lowest 64 bits of an integer.
pub(super) fn low(integer: &[u8]) -> u64 {
    integer.iter().rev().take(8).rev().fold(0, |acc, byte| acc << 8 | u64::from(*byte))
}

/// `SubjectPublicKeyInfo` (RFC 5280) of an algorithm that is in DER already, and the public half as bit string.
pub(super) fn named_by(algorithm: &[u8], public: &[u8]) -> Option<Vec<u8>> {
    sequence(&[algorithm, &value(Tag::BitString, &[&[0], public].concat())?])
}

/// `SubjectPublicKeyInfo` of an algorithm and its parameters.
pub(super) fn spki(id: &[u8], parameters: &[u8], public: &[u8]) -> Option<Vec<u8>> {
    named_by(&sequence(&[&value(Tag::ObjectIdentifier, id)?, parameters])?, public)
}

/// Strings as SSH writes them: length, bytes.
pub(super) fn strings(parts: &[&[u8]]) -> Vec<u8> {
    let length = |part: &[u8]| u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes();
    parts.iter().flat_map(|part| [&length(part)[..], part].concat()).collect()
}

/// Takes a 32-bit number of SSH off the front.
pub(super) fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (head, tail) = bytes.split_first_chunk::<4>()?;
    *bytes = tail;
    Some(u32::from_be_bytes(*head))
}

/// Takes a string of SSH off the front.
pub(super) fn string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(bytes)?).ok()?;
    let (head, tail) = bytes.split_at_checked(length)?;
    *bytes = tail;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::{bits, low, number, string, strings};

    #[test]
    fn sizes_count_significant_bits() {
        assert_eq!((bits(&[0, 0x80, 0]), bits(&[1]), bits(&[0])), (16, 1, 0));
        assert_eq!(low(&[9, 0, 0, 0, 0, 0, 0, 1, 2]), 0x0102);
    }

    #[test]
    fn strings_come_back_and_lengths_that_lie_are_none() {
        let written = strings(&[b"ab", b""]);
        let mut rest = &written[..];
        assert_eq!((string(&mut rest), string(&mut rest), rest.len()), (Some(&b"ab"[..]), Some(&b""[..]), 0));
        assert_eq!((string(&mut &[0, 0, 0, 9, 1][..]), number(&mut &[0, 0][..])), (None, None));
    }
}
