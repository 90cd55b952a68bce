//! Deltas: how a pack tells one object as copies from another and a few new bytes.

use super::inflate::grow;

/// A stretch copied from the base: start in the base, start in the result, length.
pub type Copied = (u32, u32, u32);

/// Reads the little-endian base-128 number at `*at` and steps over it.
fn number(delta: &[u8], at: &mut usize) -> Option<u64> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let byte = *delta.get(*at)?;
        *at += 1;
        if shift > 56 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

/// The sizes of base and result that a delta states, and where its instructions begin.
pub fn sizes(delta: &[u8]) -> Option<(u64, u64, usize)> {
    let mut at = 0;
    Some((number(delta, &mut at)?, number(delta, &mut at)?, at))
}

/// Reads offset and length of a copy instruction: each set bit of `flags` stands for a byte that is there.
#[inline]
fn copy_of(flags: u8, delta: &[u8], at: &mut usize) -> Option<(usize, usize)> {
    let (mut from, mut length) = (0usize, 0usize);
    for i in 0..4 {
        if flags >> i & 1 == 1 {
            from |= usize::from(*delta.get(*at)?) << (8 * i);
            *at += 1;
        }
    }
    for i in 0..3 {
        if flags >> (4 + i) & 1 == 1 {
            length |= usize::from(*delta.get(*at)?) << (8 * i);
            *at += 1;
        }
    }
    Some((from, if length == 0 { 0x1_0000 } else { length }))
}

/// Applies `delta` to `base`, writes the result to the start of `out` and its copied stretches to `copies`; the result's length.
///
/// `None` when the delta is not one for this base. `most` bounds the result.
pub fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>, copies: Option<&mut Vec<Copied>>, most: usize) -> Option<usize> {
    let (from, size, mut at) = sizes(delta)?;
    let size = usize::try_from(size).ok()?;
    if from != base.len() as u64 || size > most {
        return None;
    }
    grow(out, size);
    let mut copies = copies;
    if let Some(copies) = copies.as_deref_mut() {
        copies.clear();
    }
    let (out, mut filled) = (&mut out[..size], 0usize);
    while let Some(&op) = delta.get(at) {
        at += 1;
        if op & 0x80 != 0 {
            let (from, length) = copy_of(op, delta, &mut at)?;
            out.get_mut(filled..filled + length)?.copy_from_slice(base.get(from..from + length)?);
            if let Some(copies) = copies.as_deref_mut() {
                note(copies, from, filled, length);
            }
            filled += length;
        } else {
            let length = usize::from(op);
            out.get_mut(filled..filled + length)?.copy_from_slice(delta.get(at..at + length)?);
            filled += length;
            at += length;
            if op == 0 {
                return None;
            }
        }
    }
    (filled == size).then_some(size)
}

/// Adds a copied stretch, or lengthens the last one where it goes on. What does not fit 32 bits is left out: it will be read as new.
fn note(copies: &mut Vec<Copied>, from: usize, to: usize, length: usize) {
    let (Ok(from), Ok(to), Ok(length)) = (u32::try_from(from), u32::try_from(to), u32::try_from(length)) else { return };
    if to.checked_add(length).is_none() || from.checked_add(length).is_none() {
        return;
    }
    match copies.last_mut() {
        Some(last) if last.0 + last.2 == from && last.1 + last.2 == to => last.2 += length,
        _ => copies.push((from, to, length)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::apply;

    #[test]
    fn copies_that_go_on_are_one() {
        let delta = [10, 9, 0x90, 2, 0x91, 2, 3, 2, b'x', b'y', 0x91, 0, 2];
        let (mut out, mut copies) = (Vec::new(), Vec::new());
        assert_eq!(apply(b"0123456789", &delta, &mut out, Some(&mut copies), 100), Some(9));
        assert_eq!(&out[..9], b"01234xy01");
        assert_eq!(copies, [(0, 0, 5), (0, 7, 2)]);
        assert_eq!(apply(b"012345678", &delta, &mut out, None, 100), None);
        assert_eq!(apply(b"0123456789", &delta, &mut out, None, 8), None);
    }

    proptest! {
        #[test]
        fn hostile_deltas_are_refused_without_a_panic(base in proptest::collection::vec(any::<u8>(), 0..60), mut delta in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut out = Vec::new();
            apply(&base, &delta, &mut out, Some(&mut Vec::new()), 1 << 20);
            delta.splice(0..0, [u8::try_from(base.len()).expect("at most 60"), 30]);
            let mut copies = Vec::new();
            if let Some(length) = apply(&base, &delta, &mut out, Some(&mut copies), 1 << 20) {
                prop_assert_eq!(length, 30);
                for (from, to, length) in copies {
                    let (from, to, length) = (from as usize, to as usize, length as usize);
                    prop_assert_eq!(&base[from..from + length], &out[to..to + length]);
                }
            }
        }
    }
}
