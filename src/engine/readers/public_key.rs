//! Public keys in the two forms that the world writes: `SubjectPublicKeyInfo` (RFC 5280) and the blob of SSH (RFC 4253). Both forms
//! of one key are made of each other, so that a key is known again wherever it is used.

use std::sync::LazyLock;

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use der::{Decode, Tag, asn1::AnyRef};
use md5::Md5;
use sha2::{Digest, Sha256};
use x509_parser::der_parser::Oid;

use super::{
    Reading,
    values::{bits, fields, sequence, spki, string, strings, value},
};

/// `rsaEncryption`, 1.2.840.113549.1.1.1.
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// `id-RSASSA-PSS`, 1.2.840.113549.1.1.10.
pub(super) const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
/// `id-ecPublicKey`, 1.2.840.10045.2.1.
pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// `id-dsa`, 1.2.840.10040.4.1.
pub(super) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
/// Curves: object id, name, bits, the name that SSH uses.
pub(super) const CURVES: &[(&[u8], &str, usize, Option<&str>)] = &[
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7], "P-256", 256, Some("nistp256")),
    (&[0x2b, 0x81, 4, 0, 34], "P-384", 384, Some("nistp384")),
    (&[0x2b, 0x81, 4, 0, 35], "P-521", 521, Some("nistp521")),
    (&[0x2b, 0x81, 4, 0, 10], "secp256k1", 256, None),
];

/// Algorithms whose object id says all: RFC 8410.
pub(super) const MODERN: &[(&[u8], &str, usize)] = &[
    (&[0x2b, 0x65, 110], "x25519", 256),
    (&[0x2b, 0x65, 111], "x448", 448),
    (&[0x2b, 0x65, 112], "ed25519", 256),
    (&[0x2b, 0x65, 113], "ed448", 456),
];

/// Primes for which the multiples of 65537 are few: the moduli of the library behind CVE-2017-15361 (ROCA) all lie among them.
const ROCA_PRIMES: [u64; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// For each of these primes the remainders that powers of 65537 leave, as bits.
static ROCA_REMAINDERS: LazyLock<[[u64; 3]; 17]> = LazyLock::new(|| {
    ROCA_PRIMES.map(|prime| {
        let (mut seen, mut power) = ([0; 3], 1);
        for _ in 0..prime {
            seen[usize::try_from(power / 64).expect("below 157 / 64")] |= 1 << (power % 64);
            power = power * 65537 % prime;
        }
        seen
    })
});

/// A public key.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// `rsa`, `ec`, `ed25519`, `dsa` …; the object id where it has no name here.
    pub algorithm: String,
    /// Size of the modulus or field.
    pub bits: Option<usize>,
    /// Name of the curve.
    pub curve: Option<&'static str>,
    /// The public exponent of RSA; the largest number where it is larger.
    pub exponent: Option<u64>,
    /// Whether its primes were made by the library of CVE-2017-15361.
    pub roca: bool,
    /// Whether its primes lie so close together that they can be computed (CVE-2022-26320).
    pub close: bool,
    /// The modulus of RSA, big-endian, without leading zeros.
    pub modulus: Option<Vec<u8>>,
    /// As `SubjectPublicKeyInfo`.
    pub spki: Option<Vec<u8>>,
    /// As an SSH blob.
    pub blob: Option<Vec<u8>>,
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo`.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        let parts = fields(AnyRef::from_der(der).ok()?)?;
        let [algorithm, public] = parts.as_slice() else { return None };
        let algorithm = fields(*algorithm)?;
        let id = algorithm.first().filter(|id| id.header().tag() == Tag::ObjectIdentifier)?.value();
        let (unused, public) = public.value().split_first()?;
        if *unused != 0 {
            return None;
        }
        let key = match id {
            RSA | RSA_PSS => Self::rsa_numbers(public)?,
            EC => Self::on_curve(algorithm.get(1)?.value(), public),
            DSA => Self::dsa_numbers(algorithm.get(1).copied(), public),
            _ => Self::modern(id, public),
        };
        Some(Self { spki: Some(der.to_vec()), ..key })
    }

    /// Reads the two numbers of an RSA key (RFC 8017).
    pub fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let spki = spki(RSA, &value(Tag::Null, &[])?, AnyRef::from_der(der).ok().map(|_| der)?)?;
        Self::from_spki(&spki)
    }

    /// Reads the blob of an SSH key.
    pub fn from_blob(blob: &[u8]) -> Option<Self> {
        let mut rest = blob;
        let name = std::str::from_utf8(string(&mut rest)?).ok()?;
        let mut next = || string(&mut rest);
        let key = match name {
            "ssh-rsa" => {
                let (exponent, modulus) = (next()?, next()?);
                let public = sequence(&[&value(Tag::Integer, modulus)?, &value(Tag::Integer, exponent)?])?;
                let null = value(Tag::Null, &[])?;
                Self { spki: spki(RSA, &null, &public), ..Self::rsa(modulus, exponent) }
            }
            "ssh-dss" => {
                let [p, q, g, y] = [next()?, next()?, next()?, next()?];
                let parameters = sequence(&[&value(Tag::Integer, p)?, &value(Tag::Integer, q)?, &value(Tag::Integer, g)?])?;
                Self { bits: Some(bits(p)), spki: spki(DSA, &parameters, &value(Tag::Integer, y)?), ..Self::named("dsa") }
            }
            "ssh-ed25519" | "ssh-ed448" => {
                let algorithm = &name["ssh-".len()..];
                let point = next()?;
                let (id, _, size) = MODERN.iter().find(|(_, known, _)| *known == algorithm)?;
                Self { bits: Some(*size), spki: spki(id, &[], point), ..Self::named(algorithm) }
            }
            _ => Self::by_ssh_name(name, &mut next)?,
        };
        Some(Self { blob: Some(blob.to_vec()), ..key })
    }

    /// Keys on NIST's curves, and keys of security tokens, whose blobs are no keys of anything else.
    fn by_ssh_name<'b>(name: &str, next: &mut impl FnMut() -> Option<&'b [u8]>) -> Option<Self> {
        if let Some(curve) = name.strip_prefix("ecdsa-sha2-") {
            let (_, point) = (next()?, next()?);
            let (id, ..) = CURVES.iter().find(|known| known.3 == Some(curve))?;
            return Some(Self { spki: spki(EC, &value(Tag::ObjectIdentifier, id)?, point), ..Self::on_curve(id, point) });
        }
        match name {
            "sk-ssh-ed25519@openssh.com" => Some(Self { bits: Some(256), ..Self::named("ed25519-sk") }),
            "sk-ecdsa-sha2-nistp256@openssh.com" => Some(Self { bits: Some(256), curve: Some("P-256"), ..Self::named("ec-sk") }),
            _ => None,
        }
    }

    fn named(algorithm: &str) -> Self {
        Self { algorithm: algorithm.to_owned(), ..Self::default() }
    }

    fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        let significant = bits(exponent);
        let number = exponent.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        Self {
            bits: Some(bits(modulus)),
            exponent: Some(if significant > 64 { u64::MAX } else { number }),
            roca: bits(modulus) >= 512 && is_roca(modulus),
            close: super::close_primes::close(modulus),
            modulus: Some(modulus.iter().copied().skip_while(|byte| *byte == 0).collect()),
            // Integers of DER are written like those of SSH: big-endian, with a zero before a high bit.
            blob: Some(strings(&[b"ssh-rsa", exponent, modulus])),
            ..Self::named("rsa")
        }
    }

    fn rsa_numbers(public: &[u8]) -> Option<Self> {
        let numbers = fields(AnyRef::from_der(public).ok()?)?;
        let [modulus, exponent] = numbers.as_slice() else { return None };
        Some(Self::rsa(modulus.value(), exponent.value()))
    }

    fn on_curve(id: &[u8], point: &[u8]) -> Self {
        let known = CURVES.iter().find(|(known, ..)| *known == id);
        let ssh = known.and_then(|known| known.3);
        Self {
            bits: known.map(|(_, _, bits, _)| *bits),
            curve: Some(known.map_or("other", |(_, name, ..)| *name)),
            blob: ssh.map(|name| strings(&[format!("ecdsa-sha2-{name}").as_bytes(), name.as_bytes(), point])),
            ..Self::named("ec")
        }
    }

    fn dsa_numbers(parameters: Option<AnyRef<'_>>, public: &[u8]) -> Self {
        let numbers = parameters.and_then(fields).unwrap_or_default();
        let y = AnyRef::from_der(public).ok();
        let blob = match (numbers.as_slice(), y) {
            ([p, q, g], Some(y)) => Some(strings(&[b"ssh-dss", p.value(), q.value(), g.value(), y.value()])),
            _ => None,
        };
        Self { bits: numbers.first().map(|p| bits(p.value())), blob, ..Self::named("dsa") }
    }

    /// Ed25519 and its kin, and whatever is newer.
    fn modern(id: &[u8], public: &[u8]) -> Self {
        let Some((_, name, size)) = MODERN.iter().find(|(known, ..)| *known == id) else {
            return Self::named(&Oid::new(id.into()).to_id_string());
        };
        let ssh = (*name == "ed25519").then(|| strings(&[b"ssh-ed25519", public]));
        Self { bits: Some(*size), blob: ssh, ..Self::named(name) }
    }

    /// The SHA-256 of the `SubjectPublicKeyInfo`, by which a key is known again in whatever uses it.
    pub fn spki_sha256(&self) -> Option<String> {
        self.spki.as_ref().map(|spki| HEXLOWER.encode(&Sha256::digest(spki)))
    }

    /// The fingerprint that OpenSSH prints.
    pub fn ssh_sha256(&self) -> Option<String> {
        self.blob.as_ref().map(|blob| format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(blob))))
    }

    /// Notes by which names those who list SSH keys know it: its fingerprints, and the MD5 of the public half that EC2 shows for an RSA
    /// key pair that was imported.
    pub fn note_ssh(&self, reading: &mut Reading) {
        reading.note_some("ssh-fingerprint", self.ssh_sha256());
        reading.note_some("ssh-md5", self.blob.as_ref().map(|blob| colons(&Md5::digest(blob))));
        let imported = self.spki.as_ref().filter(|_| self.algorithm == "rsa");
        reading.note_some("aws-imported-key-pair", imported.map(|spki| colons(&Md5::digest(spki))));
    }

    /// Notes what there is to know of a key.
    pub fn note(&self, reading: &mut Reading) {
        reading.modulus.clone_from(&self.modulus);
        reading.note("algorithm", &self.algorithm);
        reading.note_some("bits", self.bits.map(|bits| bits.to_string()));
        reading.note_some("curve", self.curve);
        // Others than these say nothing.
        reading.note_some("exponent", self.exponent.filter(|e| *e < 65537 || e % 2 == 0).map(|e| e.to_string()));
        reading.note_some("roca", self.roca.then_some("yes"));
        reading.note_some("close-primes", self.close.then_some("yes"));
        reading.note_some("spki-sha256", self.spki_sha256());
    }
}

/// Hexadecimal digits with a colon between two and two.
pub(super) fn colons(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

/// Whether a modulus leaves remainders as only the library behind ROCA makes them; by chance one in 2^27 does.
fn is_roca(modulus: &[u8]) -> bool {
    ROCA_PRIMES.iter().zip(ROCA_REMAINDERS.iter()).all(|(prime, seen)| {
        let rest = modulus.iter().fold(0, |rest, byte| (rest << 8 | u64::from(*byte)) % prime);
        usize::try_from(rest / 64).is_ok_and(|word| seen[word] >> (rest % 64) & 1 == 1)
    })
}

#[cfg(test)]
mod tests {
    use der::{Encode as _, Tag, asn1::AnyRef};

    use super::{PublicKey, ROCA_PRIMES, RSA, is_roca};
    use crate::engine::readers::values::{sequence, spki, strings, value};

    fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        let numbers = sequence(&[&value(Tag::Integer, modulus).expect("short"), &value(Tag::Integer, exponent).expect("short")]);
        spki(RSA, &AnyRef::NULL.to_der().expect("short"), &numbers.expect("short")).expect("short")
    }

    #[test]
    fn one_key_has_the_same_two_forms_wherever_it_is_read() {
        let keys = [
            strings(&[b"ssh-rsa", &[1, 0, 1], &[&[0][..], &[0xab; 256]].concat()]),
            strings(&[b"ssh-ed25519", &[7; 32]]),
            strings(&[b"ecdsa-sha2-nistp384", b"nistp384", &[4; 97]]),
            strings(&[b"ssh-dss", &[3; 128], &[3; 20], &[5; 128], &[6; 128]]),
        ];
        for blob in keys {
            let from_blob = PublicKey::from_blob(&blob).expect("a key");
            let from_spki = PublicKey::from_spki(from_blob.spki.as_deref().expect("its other form")).expect("a key");
            assert_eq!(from_spki.blob.as_deref(), Some(&blob[..]));
            assert_eq!((&from_spki.algorithm, from_spki.bits, from_spki.curve), (&from_blob.algorithm, from_blob.bits, from_blob.curve));
        }
    }

    #[test]
    fn sizes_and_exponents_are_told() {
        let key = PublicKey::from_spki(&rsa_spki(&[0x7f; 128], &[3])).expect("a key");
        assert_eq!((key.bits, key.exponent, key.roca), (Some(1023), Some(3), false));
        let large = PublicKey::from_spki(&rsa_spki(&[0x7f; 128], &[1; 9])).expect("a key");
        assert_eq!(large.exponent, Some(u64::MAX));
    }

    #[test]
    fn powers_of_65537_are_what_roca_makes() {
        assert!(is_roca(&[1]) && is_roca(&65537_u64.to_be_bytes()) && is_roca(&(65537_u64 * 65537).to_be_bytes()));
        assert!(!is_roca(&[2]) && !is_roca(&ROCA_PRIMES[0].to_be_bytes()));
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert!(
            [&b""[..], b"0", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], b"\0\0\0\x07ssh-rsa"]
                .iter()
                .all(|bytes| PublicKey::from_spki(bytes).is_none() && PublicKey::from_blob(bytes).is_none())
        );
    }
}
