//! How safes and keys are sealed: PBES2 (RFC 8018), and the older ways of PKCS#12.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, KeyInit, KeyIvInit as _, block_padding::Pkcs7};
use der::asn1::AnyRef;
use des::{TdesEde2, TdesEde3};
use pbkdf2::pbkdf2_hmac;
use rc2::Rc2;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use crate::inspect::stores::{
    element::{number, parts},
    work::Work,
};

use super::mac::{bmp, derived};

/// PKCS#5: 1.2.840.113549.1.5.
const PKCS5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5];
/// The older ways of PKCS#12: 1.2.840.113549.1.12.1.
const PKCS12: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1];
/// Hashes with a key: 1.2.840.113549.2.
const HMAC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2];
/// AES: 2.16.840.1.101.3.4.1.
const AES: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1];
/// Triple DES: 1.2.840.113549.3.7.
const TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 3, 7];

/// `id-scrypt`, 1.3.6.1.4.1.11591.4.11.
const SCRYPT: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
/// Blocks of 128 bytes that scrypt may take: 32 megabytes.
const SCRYPT_MOST: u64 = 1 << 18;

/// The name of a way that protects little, if it is one.
pub(super) fn legacy(algorithm: AnyRef<'_>) -> Option<&'static str> {
    match parts(algorithm)?.first()?.value().strip_prefix(PKCS12)? {
        [1 | 2] => Some("rc4"),
        [3 | 4] => Some("triple-des"),
        [5] => Some("rc2-128"),
        [6] => Some("rc2-40"),
        _ => None,
    }
}

/// The name of a way that this version cannot open whatever the password, if it is one.
pub(super) fn unknown(algorithm: AnyRef<'_>) -> Option<&'static str> {
    let [id, parameters] = parts(algorithm)?.try_into().ok()?;
    if id.value().strip_prefix(PKCS5) != Some(&[13]) {
        return None;
    }
    let derivation = parts(*parts(parameters)?.first()?)?;
    match derivation.first()?.value() {
        SCRYPT if derivation.get(1).and_then(|options| Scrypt::of(*options)).is_some() => None,
        SCRYPT => Some("scrypt with parameters that cost too much, or are none"),
        id if id.strip_prefix(PKCS5) == Some(&[12]) => None,
        _ => Some("a derivation of keys that is not known here"),
    }
}

/// How scrypt derives a key (RFC 7914, 7).
struct Scrypt<'a> {
    salt: &'a [u8],
    /// Binary logarithm of its cost.
    cost: u8,
    block: u32,
    lanes: u32,
}

impl<'a> Scrypt<'a> {
    /// Reads parameters that take no more memory than is granted.
    fn of(options: AnyRef<'a>) -> Option<Self> {
        let options = parts(options)?;
        let [salt, cost, block, lanes, ..] = options.as_slice() else { return None };
        let (cost, block, lanes) = (number(*cost)?, number(*block)?, number(*lanes)?);
        let fit = cost.is_power_of_two() && cost > 1 && cost.checked_mul(block)?.checked_mul(lanes)? <= SCRYPT_MOST;
        let log = u8::try_from(cost.trailing_zeros()).ok().filter(|_| fit)?;
        Some(Self { salt: salt.value(), cost: log, block: u32::try_from(block).ok()?, lanes: u32::try_from(lanes).ok()? })
    }

    fn derive(&self, password: &str, key: &mut [u8], work: &mut Work) -> Option<()> {
        work.pay((u64::from(self.block) * u64::from(self.lanes)) << (self.cost + 1))?;
        let parameters = scrypt::Params::new(self.cost, self.block, self.lanes).ok()?;
        scrypt::scrypt(password.as_bytes(), self.salt, &parameters, key).ok()
    }
}

/// PBKDF2 with one hash: password, salt, rounds, key.
type Derive = fn(&[u8], &[u8], u32, &mut [u8]);

/// PBKDF2 with the hash that its options name.
fn pbkdf2(options: AnyRef<'_>, password: &str, key: &mut [u8], work: &mut Work) -> Option<()> {
    let options = parts(options)?;
    let [salt, rounds, rest @ ..] = options.as_slice() else { return None };
    let hash = rest.iter().find_map(|option| parts(*option)).and_then(|hash| hash.first().map(|id| id.value()));
    let rounds = number(*rounds)?;
    work.pay(rounds.checked_mul(4)?)?;
    let derive: Derive = match hash.map(|id| id.strip_prefix(HMAC)) {
        None | Some(Some([7])) => pbkdf2_hmac::<Sha1>,
        Some(Some([9])) => pbkdf2_hmac::<Sha256>,
        Some(Some([10])) => pbkdf2_hmac::<Sha384>,
        Some(Some([11])) => pbkdf2_hmac::<Sha512>,
        _ => return None,
    };
    derive(password.as_bytes(), salt.value(), u32::try_from(rounds).ok()?, key);
    Some(())
}

/// Opens what is sealed; `None` where the password is another one, the way is not known, or the work is too much.
pub(super) fn open(algorithm: AnyRef<'_>, sealed: &[u8], password: &str, work: &mut Work) -> Option<Vec<u8>> {
    let [id, parameters] = parts(algorithm)?.try_into().ok()?;
    if id.value().strip_prefix(PKCS5) == Some(&[13]) {
        return modern(parameters, sealed, password, work);
    }
    let kind = *id.value().strip_prefix(PKCS12)?.first()?;
    let [salt, rounds] = parts(parameters)?.try_into().ok()?;
    let rounds = number(rounds)?;
    // A key of up to 24 bytes takes two turns, its first block one.
    work.pay(rounds.checked_mul(3)?)?;
    let password = bmp(password);
    let key = |size| derived::<Sha1>(&password, salt.value(), 1, rounds, size);
    let first = derived::<Sha1>(&password, salt.value(), 2, rounds, 8);
    match kind {
        3 => unsealed::<TdesEde3>(&key(24), &first, sealed),
        4 => unsealed::<TdesEde2>(&key(16), &first, sealed),
        5 => unsealed::<Rc2>(&key(16), &first, sealed),
        6 => unsealed::<Rc2>(&key(5), &first, sealed),
        _ => None,
    }
}

/// PBES2 with PBKDF2 or scrypt.
fn modern(parameters: AnyRef<'_>, sealed: &[u8], password: &str, work: &mut Work) -> Option<Vec<u8>> {
    let [derivation, cipher] = parts(parameters)?.try_into().ok()?;
    let [id, options] = parts(derivation)?.try_into().ok()?;
    let [cipher, first] = parts(cipher)?.try_into().ok()?;
    let size = match (cipher.value(), cipher.value().strip_prefix(AES)) {
        (_, Some([2])) => 16,
        (_, Some([22])) | (TRIPLE_DES, _) => 24,
        (_, Some([42])) => 32,
        _ => return None,
    };
    let mut key = vec![0; size];
    match (id.value(), id.value().strip_prefix(PKCS5)) {
        (_, Some([12])) => pbkdf2(options, password, &mut key, work)?,
        (SCRYPT, _) => Scrypt::of(options)?.derive(password, &mut key, work)?,
        _ => return None,
    }
    match (size, cipher.value() == TRIPLE_DES) {
        (_, true) => unsealed::<TdesEde3>(&key, first.value(), sealed),
        (16, _) => unsealed::<Aes128>(&key, first.value(), sealed),
        (24, _) => unsealed::<Aes192>(&key, first.value(), sealed),
        _ => unsealed::<Aes256>(&key, first.value(), sealed),
    }
}

/// What stands below a cipher in blocks that hang together; `None` where its end is none.
fn unsealed<C: KeyInit + BlockCipherDecrypt>(key: &[u8], first: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    cbc::Decryptor::<C>::new_from_slices(key, first).ok()?.decrypt_padded_vec::<Pkcs7>(sealed).ok()
}
