//! Private keys of every form: algorithm, size, whether a passphrase protects them, and the public name by which inventories know them.
//!
//! A block that does not parse is refuted: documentation is full of them. One that is cut off is not judged, nor is what has no armour.

mod asn1;
mod openssh;
mod pgp;
mod putty;
#[cfg(test)]
mod specimens;
mod sshcom;

use data_encoding::BASE64_NOPAD;
use sha2::{Digest, Sha256};

use super::{
    Found, Reading, pem,
    public_key::{self, PublicKey},
    text,
};
use crate::model::Proof;

/// What a key tells of itself.
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
#[derive(Debug, Default, PartialEq, Eq)]
struct Key {
    /// `rsa`, `ec`, `ed25519`, `dsa` …; unknown where it is encrypted.
    algorithm: Option<String>,
    /// Size of the modulus or field.
    bits: Option<usize>,
    /// Name of the curve.
    curve: Option<String>,
    /// Whether a passphrase is needed to use it.
    encrypted: bool,
    /// Whether that is not known, since the form is not.
    opaque: bool,
    /// The cipher that protects it.
    cipher: Option<String>,
    /// What makes a key of the passphrase.
    kdf: Option<String>,
    /// How often it does its work, or how much memory it needs.
    rounds: Option<u64>,
    /// The SHA-1 of the whole key in PKCS#8, by which EC2 lists an RSA key pair that it made.
    pkcs8: Option<[u8; 20]>,
    /// The public half as `SubjectPublicKeyInfo`.
    spki: Option<Vec<u8>>,
    /// The public half as an SSH blob.
    blob: Option<Vec<u8>>,
    /// What its owner wrote on it.
    comment: Option<String>,
    /// Fingerprint of `OpenPGP`.
    pgp: Option<String>,
    /// When it was made, in seconds since 1970.
    created: Option<i64>,
    /// Whether the secret half lies elsewhere (smart card, off-line primary key).
    stub: bool,
    /// Whether its numbers do not belong together: invented, mistyped or masked, but of the right form.
    unmatched: bool,
}

/// Reads the key in a match.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let whole = found.whole();
    if memchr::memmem::find(whole, putty::MARK).is_some() {
        let closed = memchr::memmem::find(whole, putty::LAST).is_some();
        return judged(putty::read(whole), closed);
    }
    match pem::block(found.before(pem::LONGEST_LEAD), whole) {
        Some(block) if block.closed => judged(from_block(&block), true),
        Some(block) => judged(Some(cut(&block)), false),
        None => Reading::default(),
    }
}

/// What DER without a label may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// PKCS#8.
    Pkcs8,
    /// PKCS#8 under a passphrase.
    Encrypted,
    /// PKCS#1.
    Rsa,
    /// SEC 1.
    Ec,
}

impl Shape {
    /// What bytes are by their first ones: a sequence that is all there, of a version or of a way of encryption.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = match bytes {
            [0x30, length @ ..=0x7f, rest @ ..] | [0x30, 0x81, length, rest @ ..] => (usize::from(*length), rest),
            [0x30, 0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
            _ => return None,
        };
        if length > rest.len() || rest.len() > length + 2 {
            return None;
        }
        match rest {
            [2, 1, 0 | 1, 0x30, _, 6, ..] => Some(Self::Pkcs8),
            [2, 1, 0, 2, 0x81 | 0x82, ..] => Some(Self::Rsa),
            [2, 1, 1, 4, 16..=80, ..] => Some(Self::Ec),
            [0x30, _, 6, 9 | 10, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5 | 12, ..] => Some(Self::Encrypted),
            _ => None,
        }
    }

    /// The rule of what has this shape.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Pkcs8 => "private-key.pkcs8",
            Self::Encrypted => "private-key.pkcs8-encrypted",
            Self::Rsa => "private-key.rsa",
            Self::Ec => "private-key.ec",
        }
    }
}

/// Reads a key in DER.
pub(crate) fn from_der(bytes: &[u8]) -> Option<Reading> {
    let whole = der::SliceReader::new(bytes).ok().and_then(|mut reader| der::Reader::tlv_bytes(&mut reader).ok())?;
    asn1::read(whole).map(reading)
}

/// What is complete is proved or refuted; what is cut off only tells what it tells.
fn judged(key: Option<Key>, closed: bool) -> Reading {
    match key {
        Some(key) if closed => reading(key),
        Some(key) => Reading { proof: None, ..reading(key) },
        None if closed => Reading::refuted(),
        None => Reading::default(),
    }
}

/// What the label and the bytes in clear tell of a block that is cut off.
fn cut(block: &pem::Block) -> Key {
    let raw = block.decoded().unwrap_or_default();
    if let Some((key, _)) = raw.strip_prefix(openssh::MAGIC).and_then(openssh::clear) {
        return key;
    }
    let der = block.label.ends_with("PRIVATE KEY") && !block.label.starts_with("SSH2 ") && !block.label.starts_with("OPENSSH ");
    let encrypted = block.sealed() || block.label.starts_with("ENCRYPTED ");
    Key { algorithm: block.algorithm(), encrypted, opaque: !der, ..Key::default() }
}

/// The key in an armoured block.
fn from_block(block: &pem::Block) -> Option<Key> {
    if block.label.contains("PGP") {
        return pgp::read(block);
    }
    if block.label.contains("OpenVPN") {
        return static_key(&block.body);
    }
    let raw = block.decoded()?;
    if block.label.starts_with("SSH2 ") {
        return sshcom::read(&raw);
    }
    if block.sealed() {
        return legacy(block, &raw);
    }
    if let Some(rest) = raw.strip_prefix(openssh::MAGIC) {
        return openssh::read(rest);
    }
    if raw.first() == Some(&b'{') {
        return sealed(&raw);
    }
    asn1::read(&raw)
}

/// A key that OpenSSL encrypted before PKCS#8: whole blocks of a cipher that a header names.
fn legacy(block: &pem::Block, raw: &[u8]) -> Option<Key> {
    let cipher = block.headers.iter().find_map(|header| header.strip_prefix("DEK-Info:"))?.split(',').next()?.trim().to_owned();
    (raw.len() >= 48 && raw.len().is_multiple_of(8)).then(|| Key {
        algorithm: block.algorithm(),
        encrypted: true,
        cipher: Some(cipher),
        // One round of MD5, whatever the passphrase.
        kdf: Some("md5".to_owned()),
        rounds: Some(1),
        ..Key::default()
    })
}

/// A key of cosign: a JSON object with ciphertext.
fn sealed(raw: &[u8]) -> Option<Key> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(raw).ok()?;
    object.contains_key("ciphertext").then(|| Key { encrypted: true, ..Key::default() })
}

/// A static key of `OpenVPN`: 256 bytes in hexadecimal.
fn static_key(body: &str) -> Option<Key> {
    let digits = body.bytes().filter(u8::is_ascii_hexdigit).count();
    (digits == 512).then(|| Key { algorithm: Some("openvpn-static".to_owned()), bits: Some(2048), ..Key::default() })
}

/// Puts a key into the words of readings. SSH keys go by the fingerprint that OpenSSH prints, others by the SHA-256 of their SPKI.
fn reading(key: Key) -> Reading {
    let proof = if key.unmatched { Proof::NotApplicable } else { Proof::Valid };
    let mut reading = Reading { proof: Some(proof), issued: key.created.and_then(text::whole_seconds), ..Reading::default() };
    reading.note_some("encrypted", (!key.opaque).then_some(if key.encrypted { "yes" } else { "no" }));
    reading.note_some("algorithm", key.algorithm);
    reading.note_some("bits", key.bits.map(|bits| bits.to_string()));
    reading.note_some("curve", key.curve);
    reading.note_some("cipher", key.cipher);
    reading.note_some("comment", key.comment);
    if key.stub {
        reading.note("stub", "yes");
    }
    reading.note_some("kdf", key.kdf);
    reading.note_some("kdf-rounds", key.rounds.map(|rounds| rounds.to_string()));
    reading.note_some("aws-key-pair", key.pkcs8.map(|digest| public_key::colons(&digest)));
    let native = key.spki.is_none();
    let by_blob = || key.blob.as_deref().and_then(PublicKey::from_blob);
    let public = key.spki.as_deref().and_then(PublicKey::from_spki).or_else(by_blob);
    if let Some(public) = &public {
        public.note(&mut reading);
        public.note_ssh(&mut reading);
    }
    let spki = public.as_ref().and_then(PublicKey::spki_sha256).map(|spki| format!("spki-sha256:{spki}"));
    let ssh = key.blob.map(|blob| format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(blob))));
    if let Some(handle) = key.pgp.or(if native { ssh.or(spki) } else { spki.or(ssh) }) {
        reading.name(handle);
    }
    reading
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::{
        super::{alone, values::strings},
        Reading, read,
    };
    use crate::model::Proof;

    fn armoured(label: &str, headers: &str, bytes: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{headers}{}\n-----END {label}-----", BASE64.encode(bytes))
    }

    fn reading(label: &str, bytes: &[u8]) -> Reading {
        read(&alone(armoured(label, "", bytes).as_bytes()))
    }

    /// A value in DER that is shorter than 256 bytes.
    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).expect("short");
        if length < 128 { [&[tag, length], content].concat() } else { [&[tag, 0x81, length], content].concat() }
    }

    /// A small RSA key of which the primes are 2^159+1-like numbers, with the low half of their product.
    fn rsa(matched: bool) -> Vec<u8> {
        let (mut p, mut q, mut n) = ([7; 20], [9; 20], [0x55; 40]);
        (p[0], q[0], n[0]) = (0x7f, 0x7f, 0x3f);
        (p[12..]).copy_from_slice(&0x0102_0304_0506_0709_u64.to_be_bytes());
        (q[12..]).copy_from_slice(&0x1112_1314_1516_1719_u64.to_be_bytes());
        let low = 0x0102_0304_0506_0709_u64.wrapping_mul(0x1112_1314_1516_1719) ^ u64::from(!matched);
        (n[32..]).copy_from_slice(&low.to_be_bytes());
        let numbers = [&[0][..], &n, &[1, 0, 1], &[5; 8], &p, &q, &[6], &[7], &[8]].map(|number| der(2, number));
        der(0x30, &numbers.concat())
    }

    #[test]
    fn the_same_rsa_key_has_the_same_name_in_every_wrapping() {
        let inner = rsa(true);
        let id = der(0x30, &[der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), der(5, &[])].concat());
        let outer = der(0x30, &[der(2, &[0]), id, der(4, &inner)].concat());
        let (pkcs1, pkcs8) = (reading("RSA PRIVATE KEY", &inner), reading("PRIVATE KEY", &outer));
        assert_eq!(pkcs1, pkcs8);
        assert_eq!(
            (pkcs1.proof, pkcs1.attributes["bits"].as_str(), pkcs1.attributes["encrypted"].as_str()),
            (Some(Proof::Valid), "318", "no")
        );
        assert!(pkcs1.handle.is_some_and(|name| name.starts_with("spki-sha256:")));
        assert!(pkcs1.attributes["ssh-fingerprint"].starts_with("SHA256:"));
    }

    #[test]
    fn a_modulus_that_is_not_the_product_proves_nothing() {
        assert_eq!(reading("RSA PRIVATE KEY", &rsa(false)).proof, Some(Proof::NotApplicable));
    }

    #[test]
    fn ed25519_in_pkcs8_and_openssh_go_by_the_same_fingerprint() {
        let id = der(0x30, &der(6, &[0x2b, 0x65, 112]));
        let public = [&[0][..], &[3; 32]].concat();
        let pkcs8 = der(0x30, &[der(2, &[1]), id, der(4, &der(4, &[9; 32])), der(0x81, &public)].concat());
        let blob = strings(&[b"ssh-ed25519", &[3; 32]]);
        let private = [&[1; 8], &strings(&[b"ssh-ed25519", &[3; 32], &[9; 64], b"ci"])[..]].concat();
        let openssh =
            [b"openssh-key-v1\0".to_vec(), strings(&[b"none", b"none", b""]), vec![0, 0, 0, 1], strings(&[&blob, &private])].concat();
        let (pkcs8, openssh) = (reading("PRIVATE KEY", &pkcs8), reading("OPENSSH PRIVATE KEY", &openssh));
        assert_eq!(pkcs8.attributes.get("ssh-fingerprint"), openssh.handle.as_ref());
        assert_eq!((pkcs8.proof, openssh.attributes["comment"].as_str()), (Some(Proof::Valid), "ci"));
    }

    #[test]
    fn passphrases_are_told_by_header_and_by_form() {
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011\n\n";
        let old = read(&alone(armoured("RSA PRIVATE KEY", headers, &[7; 64]).as_bytes()));
        assert_eq!(
            (old.attributes["encrypted"].as_str(), old.attributes["cipher"].as_str(), old.attributes["algorithm"].as_str()),
            ("yes", "AES-128-CBC", "rsa")
        );
        let scheme = der(0x30, &der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13]));
        let new = reading("ENCRYPTED PRIVATE KEY", &der(0x30, &[scheme, der(4, &[7; 64])].concat()));
        assert_eq!((new.attributes["encrypted"].as_str(), new.proof, new.handle), ("yes", Some(Proof::Valid), None));
        let sealed = reading("ENCRYPTED SIGSTORE PRIVATE KEY", br#"{"kdf":{},"cipher":{},"ciphertext":"aHVzaA=="}"#);
        assert_eq!(sealed.attributes["encrypted"], "yes");
    }

    #[test]
    fn what_is_no_key_is_refuted() {
        let dots = ["-----BEGIN PRIVATE", " KEY-----\n...\n-----END PRIVATE", " KEY-----"].concat();
        assert_eq!(read(&alone(dots.as_bytes())).proof, Some(Proof::Invalid));
        assert_eq!(reading("PRIVATE KEY", &[7; 400]).proof, Some(Proof::Invalid));
        assert_eq!(reading("PGP PRIVATE KEY BLOCK", &[7; 400]).proof, Some(Proof::Invalid));
        let cut = rsa(true);
        assert_eq!(reading("RSA PRIVATE KEY", &cut[..cut.len() - 9]).proof, Some(Proof::Invalid));
    }

    proptest! {
        #[test]
        fn no_block_panics(label in "(RSA |EC |OPENSSH |PGP |)PRIVATE KEY( BLOCK|)", bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..200_usize, byte in any::<u8>()) {
            let _ = reading(&label, &bytes);
            let mut key = rsa(true);
            let at = at % key.len();
            key[at] = byte;
            let _ = reading(&label, &key);
            let _ = reading(&label, &[b"openssh-key-v1\0".to_vec(), bytes].concat());
        }

        #[test]
        fn no_secret_number_is_told(secret in "[a-z]{40}") {
            let blob = strings(&[b"ssh-ed25519", &[3; 32]]);
            let private = [&[1; 8], &strings(&[b"ssh-ed25519", &[3; 32], secret.as_bytes(), b"ci"])[..]].concat();
            let raw = [b"openssh-key-v1\0".to_vec(), strings(&[b"none", b"none", b""]), vec![0, 0, 0, 1], strings(&[&blob, &private])].concat();
            let told = format!("{:?}", reading("OPENSSH PRIVATE KEY", &raw));
            prop_assert!(!told.contains(&secret) && !told.contains(&BASE64.encode(secret.as_bytes())[..20]));
        }
    }
}
