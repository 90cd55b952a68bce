//! Secret keys of `OpenPGP` (RFC 4880, RFC 9580): the first packet tells algorithm, age and protection.

use crc::{CRC_24_OPENPGP, Crc};
use data_encoding::{BASE64, HEXLOWER};
use sha1::{Digest, Sha1};

use super::Key;
use crate::engine::readers::pem::Block;

/// The checksum below the armour.
const CRC24: Crc<u32> = Crc::<u32>::new(&CRC_24_OPENPGP);

/// Public-key algorithms: number, name, how many integers the public half has, whether a curve stands before them.
const ALGORITHMS: &[(u8, &str, usize, bool)] = &[
    (1, "rsa", 2, false),
    (2, "rsa", 2, false),
    (3, "rsa", 2, false),
    (16, "elgamal", 3, false),
    (17, "dsa", 4, false),
    (18, "ecdh", 1, true),
    (19, "ec", 1, true),
    (22, "ed25519", 1, true),
];

/// Algorithms of RFC 9580 with public halves of a fixed length: number, name, bytes.
const FIXED: &[(u8, &str, usize)] = &[(25, "x25519", 32), (26, "x448", 56), (27, "ed25519", 32), (28, "ed448", 57)];

/// More packets than any key in use has: subkeys, names, and their signatures.
const MOST_PACKETS: usize = 4096;

/// Reads the block of a secret key. A checksum that does not fit refutes it.
pub(super) fn read(block: &Block) -> Option<Key> {
    let raw = block.decoded()?;
    let told = block.checksum.as_ref().map(|text| BASE64.decode(text.as_bytes()));
    if told.is_some_and(|told| told.as_deref() != Ok(&CRC24.checksum(&raw).to_be_bytes()[1..])) {
        return None;
    }
    let mut rest = raw.as_slice();
    let (tag, body) = packet(&mut rest)?;
    let mut key = if tag == 5 { secret_key(body)? } else { return None };
    key.encrypted &= !open_subkey(rest);
    key.comment = user(rest);
    Some(key)
}

/// Takes a packet off the front: its tag and its body. Bodies in parts or of unknown length are not secret keys.
fn packet<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (first, rest) = bytes.split_first()?;
    let (tag, (header, length)) = match first >> 6 {
        0b11 => (first & 63, new_length(rest)?),
        0b10 => (first >> 2 & 15, old_length(first & 3, rest)?),
        _ => return None,
    };
    let body = rest.get(header..header.checked_add(length)?)?;
    *bytes = &rest[header + length..];
    Some((tag, body))
}

/// Length of a packet in the newer form: of its length field, of its body.
fn new_length(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [one @ 0..=191, ..] => Some((1, usize::from(one))),
        [one @ 192..=223, two, ..] => Some((2, (usize::from(one) - 192) * 256 + usize::from(two) + 192)),
        [255, a, b, c, d, ..] => Some((5, usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?)),
        _ => None,
    }
}

/// Length of a packet in the older form.
fn old_length(kind: u8, bytes: &[u8]) -> Option<(usize, usize)> {
    match (kind, bytes) {
        (0, [a, ..]) => Some((1, usize::from(*a))),
        (1, [a, b, ..]) => Some((2, usize::from(u16::from_be_bytes([*a, *b])))),
        (2, [a, b, c, d, ..]) => Some((4, usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?)),
        _ => None,
    }
}

/// Reads the body of a secret-key packet of version 4; of other versions only that it is one.
fn secret_key(body: &[u8]) -> Option<Key> {
    let (version, rest) = body.split_first()?;
    let (created, rest) = rest.split_first_chunk::<4>()?;
    let created = Some(i64::from(u32::from_be_bytes(*created)));
    if *version != 4 {
        return matches!(version, 3 | 5 | 6).then(|| Key { created, opaque: true, ..Key::default() });
    }
    let (number, rest) = rest.split_first()?;
    let (name, length, bits) = if let Some((_, name, integers, curve)) = ALGORITHMS.iter().find(|(known, ..)| known == number) {
        let (length, bits) = public_half(rest, *integers, *curve, *number == 18)?;
        (*name, length, (!curve).then_some(bits))
    } else if let Some((_, name, length)) = FIXED.iter().find(|(known, ..)| known == number) {
        (*name, *length, None)
    } else {
        return Some(Key { created, opaque: true, algorithm: Some(format!("pgp-{number}")), ..Key::default() });
    };
    let (encrypted, stub) = protection(rest.get(length..)?)?;
    let public = &body[..body.len() - rest.len() + length];
    Some(Key { algorithm: Some(name.to_owned()), bits, encrypted, stub, created, pgp: Some(fingerprint(public)?), ..Key::default() })
}

/// Length of the public half, and the bits of its first integer.
fn public_half(bytes: &[u8], integers: usize, curve: bool, derivation: bool) -> Option<(usize, usize)> {
    let mut at = if curve { 1 + usize::from(*bytes.first()?) } else { 0 };
    let mut bits = None;
    for _ in 0..integers {
        let count = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        bits.get_or_insert(count);
        at += 2 + count.div_ceil(8);
    }
    if derivation {
        at += 1 + usize::from(*bytes.get(at)?);
    }
    bytes.get(at)?;
    Some((at, bits?))
}

/// Whether a passphrase protects the secret half, and whether it is there at all (`GNU` dummies have none).
fn protection(secret: &[u8]) -> Option<(bool, bool)> {
    let usage = *secret.first()?;
    let stub = matches!(usage, 253..=255) && secret.get(2) == Some(&101);
    Some((usage != 0, stub))
}

/// The fingerprint of version 4: SHA-1 over the public half.
fn fingerprint(public: &[u8]) -> Option<String> {
    let length = u16::try_from(public.len()).ok()?.to_be_bytes();
    let digest = Sha1::new_with_prefix([0x99]).chain_update(length).chain_update(public).finalize();
    Some(format!("pgp:{}", HEXLOWER.encode(&digest)))
}

/// Whether nothing protects a subkey behind the key: a main key without its secret says nothing of theirs.
fn open_subkey(mut rest: &[u8]) -> bool {
    let packets = std::iter::from_fn(|| packet(&mut rest)).take(MOST_PACKETS);
    packets.filter(|(tag, _)| *tag == 7).filter_map(|(_, body)| secret_key(body)).any(|key| !key.encrypted && !key.opaque)
}

/// The first user id behind the key.
fn user(mut rest: &[u8]) -> Option<String> {
    for _ in 0..8 {
        let (tag, body) = packet(&mut rest)?;
        if tag == 13 {
            return Some(String::from_utf8_lossy(body).into_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{new_length, old_length, packet, protection};

    #[test]
    fn packets_of_both_forms_are_taken_apart() {
        assert_eq!(packet(&mut &[0xc5, 2, 7, 8][..]), Some((5, &[7, 8][..])));
        assert_eq!(packet(&mut &[0x94, 1, 7][..]), Some((5, &[7][..])));
        assert_eq!(packet(&mut &[0x94, 9, 7][..]), None);
        assert_eq!(packet(&mut &[0x14, 1, 7][..]), None);
        assert_eq!((new_length(&[192, 0]), new_length(&[255, 0, 0, 1, 0])), (Some((2, 192)), Some((5, 256))));
        assert_eq!((old_length(1, &[1, 0]), old_length(3, &[1])), (Some((2, 256)), None));
    }

    #[test]
    fn protection_and_stubs_are_told_apart() {
        assert_eq!(protection(&[0, 1]), Some((false, false)));
        assert_eq!(protection(&[254, 9, 3]), Some((true, false)));
        assert_eq!(protection(&[255, 0, 101]), Some((true, true)));
    }
}
