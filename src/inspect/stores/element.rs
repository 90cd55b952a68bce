//! Elements of DER, one level at a time.

use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, asn1::AnyRef};

/// Elements that are looked at on one level.
const MOST: usize = 20_000;

/// The elements in the content of another one.
pub(super) fn inside(content: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut all = Vec::new();
    while !reader.is_finished() && all.len() < MOST {
        all.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(all)
}

/// The elements in a sequence or set.
pub(super) fn parts(of: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    if matches!(of.header().tag(), Tag::Sequence | Tag::Set) { inside(of.value()) } else { None }
}

/// The first element of some bytes; what stands behind it is left out.
pub(super) fn first(bytes: &[u8]) -> Option<AnyRef<'_>> {
    AnyRef::decode(&mut SliceReader::new(bytes).ok()?).ok()
}

/// Whether it is `[0]`, and what is in it.
pub(super) fn explicit(of: AnyRef<'_>) -> Option<AnyRef<'_>> {
    let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
    if of.header().tag() == tag { first(of.value()) } else { None }
}

/// A number that is not negative.
pub(super) fn number(of: AnyRef<'_>) -> Option<u64> {
    let value = of.value();
    let fits = of.header().tag() == Tag::Integer && value.len() <= 8 && value.first().is_some_and(|byte| *byte < 0x80);
    fits.then(|| value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
