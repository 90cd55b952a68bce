//! Keys in DER: PKCS#1, SEC1, DSA, PKCS#8 plain and encrypted.
//!
//! What the bytes are is told by their shape, not by the label above them: labels are often wrong.

use der::{Decode, Encode, Tag, TagNumber, asn1::AnyRef};
use sha1::{Digest, Sha1};

use super::Key;
use crate::engine::readers::{
    public_key::{CURVES, DSA, EC, MODERN, RSA, RSA_PSS},
    values::{bits, fields, low, named_by, sequence, spki, strings, value},
};

/// `id-PBES2`, 1.2.840.113549.1.5.13.
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
/// `id-PBKDF2`, 1.2.840.113549.1.5.12.
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
/// `id-scrypt`, 1.3.6.1.4.1.11591.4.11.
const SCRYPT: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];

/// Reads a key of any of these shapes.
pub(super) fn read(raw: &[u8]) -> Option<Key> {
    let fields = fields(AnyRef::from_der(raw).ok()?)?;
    let tags: Vec<Tag> = fields.iter().map(|field| field.header().tag()).collect();
    match tags.as_slice() {
        [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] => pkcs8(&fields),
        [Tag::Sequence, Tag::OctetString] => encrypted(&fields),
        [Tag::Integer, Tag::OctetString, ..] => sec1(&fields, None),
        _ if tags == [Tag::Integer; 6] => dsa(&fields),
        _ if fields.len() >= 9 && tags[..9] == [Tag::Integer; 9] => rsa(&fields, None),
        _ => None,
    }
}

/// PKCS#1; inside PKCS#8 the algorithm stands outside. Whether the modulus is the product of its primes is seen on 64 bits; keys of more than two primes are not tried.
fn rsa(fields: &[AnyRef<'_>], algorithm: Option<AnyRef<'_>>) -> Option<Key> {
    let [version, modulus, exponent, _, p, q] = [0, 1, 2, 3, 4, 5].map(|at| fields[at].value());
    let product = low(p).wrapping_mul(low(q)) == low(modulus) && bits(modulus).abs_diff(bits(p) + bits(q)) <= 1;
    let public = sequence(&[&fields[1].to_der().ok()?, &fields[2].to_der().ok()?])?;
    let plain = sequence(&[&value(Tag::ObjectIdentifier, RSA)?, &value(Tag::Null, &[])?]);
    let key = Key {
        bits: Some(bits(modulus)),
        spki: algorithm.map_or(plain, |algorithm| algorithm.to_der().ok()).and_then(|algorithm| named_by(&algorithm, &public)),
        // Integers of DER are written like those of SSH: big-endian, with a zero before a high bit.
        blob: Some(strings(&[b"ssh-rsa", exponent, modulus])),
        unmatched: version == [0] && !product,
        pkcs8: whole(fields),
        ..named("rsa")
    };
    (bits(modulus) >= 256).then_some(key)
}

/// The SHA-1 of a key in PKCS#8, as EC2 computes it for the key pairs that it makes.
fn whole(fields: &[AnyRef<'_>]) -> Option<[u8; 20]> {
    let numbers: Vec<Vec<u8>> = fields.iter().map(Encode::to_der).collect::<Result<_, _>>().ok()?;
    let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).collect();
    let algorithm = sequence(&[&value(Tag::ObjectIdentifier, RSA)?, &value(Tag::Null, &[])?])?;
    let whole = sequence(&[&value(Tag::Integer, &[0])?, &algorithm, &value(Tag::OctetString, &sequence(&numbers)?)?])?;
    Some(Sha1::digest(whole).into())
}

/// DSA as OpenSSL writes it: version, p, q, g, y, x.
fn dsa(fields: &[AnyRef<'_>]) -> Option<Key> {
    let der: Vec<Vec<u8>> = fields.iter().map(Encode::to_der).collect::<Result<_, _>>().ok()?;
    let parameters = sequence(&[&der[1], &der[2], &der[3]])?;
    let [p, q, g, y] = [1, 2, 3, 4].map(|at| fields[at].value());
    Some(Key { bits: Some(bits(p)), spki: spki(DSA, &parameters, &der[4]), blob: Some(strings(&[b"ssh-dss", p, q, g, y])), ..named("dsa") })
}

/// SEC1: version, secret, `[0]` curve, `[1]` public point. Inside PKCS#8 the curve stands outside.
fn sec1(fields: &[AnyRef<'_>], outer: Option<AnyRef<'_>>) -> Option<Key> {
    let explicit =
        |number: TagNumber| fields.iter().find(|field| field.header().tag() == Tag::ContextSpecific { constructed: true, number });
    let inside = |number| explicit(number).and_then(|field| AnyRef::from_der(field.value()).ok());
    let curve = inside(TagNumber(0)).or(outer).filter(|curve| curve.header().tag() == Tag::ObjectIdentifier)?;
    if !(16..=80).contains(&fields.get(1)?.value().len()) {
        return None;
    }
    let point = inside(TagNumber(1)).and_then(|bits| bits.value().split_first().map(|(_, point)| point.to_vec()));
    let known = CURVES.iter().find(|(id, ..)| *id == curve.value());
    let ssh = known.and_then(|known| known.3).zip(point.as_ref());
    Some(Key {
        curve: known.map(|(_, name, ..)| (*name).to_owned()),
        bits: known.map(|(_, _, bits, _)| *bits),
        spki: point.as_ref().and_then(|point| spki(EC, &curve.to_der().ok()?, point)),
        blob: ssh.map(|(name, point)| strings(&[format!("ecdsa-sha2-{name}").as_bytes(), name.as_bytes(), point])),
        ..named("ec")
    })
}

/// PKCS#8: version, algorithm, the key of that algorithm, attributes, `[1]` public half.
fn pkcs8(parts: &[AnyRef<'_>]) -> Option<Key> {
    let algorithm = fields(parts[1])?;
    let id = algorithm.first()?.value();
    let inner = parts[2].value();
    let nested = || AnyRef::from_der(inner).ok().and_then(fields);
    match id {
        RSA | RSA_PSS => nested().filter(|fields| fields.len() >= 9).and_then(|fields| rsa(&fields, Some(parts[1]))),
        EC => nested().and_then(|fields| sec1(&fields, algorithm.get(1).copied())),
        DSA => Some(Key {
            bits: algorithm.get(1).and_then(|of| fields(*of)).and_then(|of| of.first().map(|p| bits(p.value()))),
            ..named("dsa")
        }),
        _ => modern(id, inner, parts),
    }
}

/// Ed25519 and its kin: an octet string in the octet string; the public half stands there only in version 2.
fn modern(id: &[u8], inner: &[u8], parts: &[AnyRef<'_>]) -> Option<Key> {
    let Some((_, name, size)) = MODERN.iter().find(|(known, ..)| *known == id) else { return Some(Key::default()) };
    AnyRef::from_der(inner).ok().filter(|secret| secret.value().len().abs_diff(size / 8) <= 1)?;
    let public = parts.iter().skip(3).find(|part| part.header().tag() == Tag::ContextSpecific { constructed: false, number: TagNumber(1) });
    let written = public.and_then(|bits| bits.value().split_first()).map(|(_, point)| point.to_vec());
    let point = written.or_else(|| if *name == "ed25519" { made(inner) } else { None });
    let ssh = point.as_ref().filter(|_| *name == "ed25519").map(|point| strings(&[b"ssh-ed25519", point]));
    Some(Key { bits: Some(*size), spki: point.and_then(|point| spki(id, &[], &point)), blob: ssh, ..named(name) })
}

/// The public half of an Ed25519 key, made of its secret one.
fn made(inner: &[u8]) -> Option<Vec<u8>> {
    let secret: [u8; 32] = AnyRef::from_der(inner).ok()?.value().try_into().ok()?;
    Some(ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(secret)).pk.to_vec())
}

/// PKCS#8 under a passphrase.
fn encrypted(parts: &[AnyRef<'_>]) -> Option<Key> {
    let algorithm = fields(parts[0])?;
    let id = algorithm.first().filter(|id| id.header().tag() == Tag::ObjectIdentifier)?.value();
    let cipher = (id == PBES2).then(|| "PBES2".to_owned());
    let (kdf, rounds) = algorithm.get(1).and_then(|of| derivation(*of)).unzip();
    let kdf = kdf.map(str::to_owned);
    (parts[1].value().len() >= 16).then(|| Key { encrypted: true, cipher, kdf, rounds, ..Key::default() })
}

/// What makes a key of the passphrase, and how often or how large (RFC 8018, RFC 7914).
fn derivation(parameters: AnyRef<'_>) -> Option<(&'static str, u64)> {
    let derivation = fields(*fields(parameters)?.first()?)?;
    let [id, parameters, ..] = derivation.as_slice() else { return None };
    let name = match id.value() {
        PBKDF2 => "pbkdf2",
        SCRYPT => "scrypt",
        _ => return None,
    };
    fields(*parameters)?.get(1).map(|number| (name, low(number.value())))
}

/// A key of an algorithm, nothing else known.
fn named(algorithm: &str) -> Key {
    Key { algorithm: Some(algorithm.to_owned()), ..Key::default() }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_has_no_known_shape_is_none() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[0x30, 0x03, 0x02, 0x01, 0x00]), None);
        assert_eq!(read(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
