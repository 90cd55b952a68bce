//! Made-up keys and what is in armour like them: right in structure, random in numbers, so that they open nothing.

use data_encoding::{BASE64, HEXUPPER};

use super::{
    certificates,
    der::{bits, integer, null, octets, oid, sequence, tagged},
    random::Random,
};

/// 1.2.840.113549.1.1.1
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// 1.2.840.113549.1.5.13
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
/// 1.2.840.113549.1.5.12
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
/// 1.2.840.113549.2.9
const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
/// 2.16.840.1.101.3.4.1.42
const AES256_CBC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
/// 1.2.840.10045.3.1.7
pub(super) const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
/// 1.3.6.1.4.1.11591.15.1
const PGP_ED25519: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];

/// Bytes of an encrypted 2048-bit key: what AES pads 1,217 to.
const ENCRYPTED: usize = 1232;
/// Characters on a line of armour (RFC 7468).
const LINE: usize = 64;

/// What makes the key of one kind.
type Maker = fn(&mut Random) -> String;

/// The kinds that templates name.
const KINDS: &[(&str, Maker)] = &[
    ("rsa", |random| armour("RSA PRIVATE KEY", "", &rsa(random))),
    ("rsa-encrypted", rsa_encrypted),
    ("pkcs8", |random| armour("PRIVATE KEY", "", &pkcs8(random))),
    ("pkcs8-encrypted", |random| armour("ENCRYPTED PRIVATE KEY", "", &pkcs8_encrypted(random))),
    ("ec", |random| armour("EC PRIVATE KEY", "", &ec(random))),
    ("dsa", |random| armour("DSA PRIVATE KEY", "", &dsa(random))),
    ("openssh", |random| armour("OPENSSH PRIVATE KEY", "", &openssh(random))),
    ("openssh-encrypted", |random| armour("OPENSSH PRIVATE KEY", "", &openssh_encrypted(random))),
    ("pgp", pgp),
    ("certificate", certificates::certificate),
    ("public", certificates::public),
    ("certificate-request", certificates::request),
    ("revocation-list", certificates::revocation_list),
    ("bundle", certificates::bundle),
];

/// The names of all kinds.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

/// A key block of that kind, without a newline at its end.
pub(super) fn block(kind: &str, random: &mut Random) -> Option<String> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, make)| make(random))
}

/// Headers and base64 between the two lines that a label stands in.
pub(super) fn armour(label: &str, headers: &str, bytes: &[u8]) -> String {
    let text = BASE64.encode(bytes);
    let lines: Vec<&str> = (0..text.len()).step_by(LINE).map(|at| &text[at..text.len().min(at + LINE)]).collect();
    format!("-----BEGIN {label}-----\n{headers}{}\n-----END {label}-----", lines.join("\n"))
}

/// An odd number of exactly so many bytes.
fn number(random: &mut Random, bytes: usize) -> Vec<u8> {
    let mut number = random.many(bytes);
    number[0] |= 0x80;
    number[bytes - 1] |= 1;
    integer(&number)
}

/// `RSAPrivateKey` of RFC 8017 with 2,048 bits.
fn rsa(random: &mut Random) -> Vec<u8> {
    let version = [integer(&[0]), number(random, 256), integer(&[1, 0, 1]), number(random, 256)];
    let primes = [128; 5].map(|bytes| number(random, bytes));
    sequence(&[&version[..], &primes].concat())
}

/// The same, encrypted as OpenSSL did before PKCS#8 (RFC 1421).
fn rsa_encrypted(random: &mut Random) -> String {
    let headers = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{}\n\n", HEXUPPER.encode(&random.bytes::<16>()));
    armour("RSA PRIVATE KEY", &headers, &random.many(ENCRYPTED))
}

/// `PrivateKeyInfo` of RFC 5208.
fn pkcs8(random: &mut Random) -> Vec<u8> {
    sequence(&[integer(&[0]), sequence(&[oid(RSA_ENCRYPTION), null()]), octets(&rsa(random))])
}

/// `EncryptedPrivateKeyInfo` of RFC 5208 with PBES2 (RFC 8018).
fn pkcs8_encrypted(random: &mut Random) -> Vec<u8> {
    let hash = sequence(&[oid(HMAC_SHA256), null()]);
    let derivation = sequence(&[oid(PBKDF2), sequence(&[octets(&random.bytes::<16>()), integer(&[8, 0]), hash])]);
    let cipher = sequence(&[oid(AES256_CBC), octets(&random.bytes::<16>())]);
    let scheme = sequence(&[oid(PBES2), sequence(&[derivation, cipher])]);
    sequence(&[scheme, octets(&random.many(ENCRYPTED))])
}

/// `ECPrivateKey` of RFC 5915 on P-256.
fn ec(random: &mut Random) -> Vec<u8> {
    let point = [&[4], &random.bytes::<64>()[..]].concat();
    sequence(&[integer(&[1]), octets(&random.bytes::<32>()), tagged(0, &oid(PRIME256V1)), tagged(1, &bits(&point))])
}

/// The six numbers that OpenSSL writes for DSA.
fn dsa(random: &mut Random) -> Vec<u8> {
    let numbers = [128, 20, 128, 128, 20].map(|bytes| number(random, bytes));
    sequence(&[&[integer(&[0])], &numbers[..]].concat())
}

/// A string of the SSH protocol: its length, then its bytes.
fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).expect("keys are short").to_be_bytes(), bytes].concat()
}

/// `openssh-key-v1` around a private part.
fn openssh_around(cipher: &str, derivation: &str, options: &[u8], public: &[u8], private: &[u8]) -> Vec<u8> {
    let blob = [string(b"ssh-ed25519"), string(public)].concat();
    let head = [string(cipher.as_bytes()), string(derivation.as_bytes()), string(options), vec![0, 0, 0, 1]];
    [b"openssh-key-v1\0".to_vec(), head.concat(), string(&blob), string(private)].concat()
}

fn openssh(random: &mut Random) -> Vec<u8> {
    let (check, seed, public) = (random.bytes::<4>(), random.bytes::<32>(), random.bytes::<32>());
    let numbers = [string(b"ssh-ed25519"), string(&public), string(&[seed, public].concat()), string(b"ci@acme.dev")];
    let mut private = [&check, &check, &numbers.concat()[..]].concat();
    private.extend((1..=7).take((8 - private.len() % 8) % 8));
    openssh_around("none", "none", b"", &public, &private)
}

fn openssh_encrypted(random: &mut Random) -> Vec<u8> {
    let options = [string(&random.bytes::<16>()), vec![0, 0, 0, 24]].concat();
    let (public, private) = (random.bytes::<32>(), random.bytes::<160>());
    openssh_around("aes256-ctr", "bcrypt", &options, &public, &private)
}

/// A version 4 secret key packet (RFC 4880, `EdDSA` as `GnuPG` writes it) in armour with its CRC-24.
fn pgp(random: &mut Random) -> String {
    let public = [&[1, 7, 0x40], &random.bytes::<32>()[..]].concat();
    let mut number = random.bytes::<32>();
    number[0] |= 0x80;
    let secret = [&[1, 0], &number[..]].concat();
    let sum = secret.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte))).to_be_bytes();
    // Created in the summer of 2023; algorithm 22; nothing protects the secret.
    let head = [&[4, 0x64, 0x9f, 0x20, 0x10, 22, 9], PGP_ED25519].concat();
    let body = [&head, &public, &[0][..], &secret, &sum].concat();
    let packet = [&[0xc5, u8::try_from(body.len()).expect("below 192")], &body[..]].concat();
    let sum = crc::Crc::<u32>::new(&crc::CRC_24_OPENPGP).checksum(&packet).to_be_bytes();
    let block = armour("PGP PRIVATE KEY BLOCK", "\n", &packet);
    block.replacen("\n-----END", &format!("\n={}\n-----END", BASE64.encode(&sum[1..])), 1)
}

#[cfg(test)]
mod tests {
    use super::{block, kinds};
    use crate::rules::template::random::Random;

    #[test]
    fn blocks_have_full_lines_and_equal_labels() {
        for kind in kinds() {
            let block = block(kind, &mut Random::new(1)).expect("a kind of the table");
            let lines: Vec<&str> = block.lines().collect();
            let (first, last) = (lines[0], lines[lines.len() - 1]);
            assert_eq!(first.replace("BEGIN", "END"), last, "{kind}");
            assert!(lines.iter().all(|line| line.len() <= 64), "{kind}");
        }
    }

    #[test]
    fn an_openssh_key_is_one_that_its_library_reads() {
        for kind in ["openssh", "openssh-encrypted"] {
            let block = block(kind, &mut Random::new(1)).expect("a kind of the table");
            let body: String = block.lines().filter(|line| !line.starts_with('-')).collect();
            let bytes = data_encoding::BASE64.decode(body.as_bytes()).expect("base64");
            let key = ssh_key::PrivateKey::from_bytes(&bytes);
            // The public half is no product of the random private one, which the library may check.
            assert!(matches!(key, Ok(_) | Err(ssh_key::Error::Crypto)), "{kind}: {:?}", key.err());
        }
    }
}
