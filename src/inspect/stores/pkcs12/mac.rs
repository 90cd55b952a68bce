//! The signature of a store, which tells whether a password is its own, and the derivation of keys that PKCS#12 has to itself.

use der::asn1::AnyRef;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512, digest::block_api::BlockSizeUser};

use crate::inspect::stores::{
    PASSWORDS,
    element::{number, parts},
    work::Work,
};

/// What was learned by trying passwords.
pub(super) enum Tried {
    /// This one is its own.
    Opens(&'static str),
    /// None of them is.
    Closed,
    /// It is signed in a way that is not known here (PBMAC1 of RFC 9579): what opens it is told by opening it.
    Unknown,
    /// They were not tried: too much work.
    Costly,
}

/// SHA-1, 1.3.14.3.2.26.
const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 0x1a];
/// How the ids of SHA-2 begin: 2.16.840.1.101.3.4.2.
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];

/// Tries the well-known passwords on a `MacData`.
pub(super) fn password(data: AnyRef<'_>, signed: &[u8], work: &mut Work) -> Tried {
    let Some(seal) = Seal::of(data).filter(Seal::known) else { return Tried::Unknown };
    for password in PASSWORDS {
        if work.pay(seal.rounds).is_none() {
            return Tried::Costly;
        }
        // An empty password is nothing, or an end of text: tools differ.
        let forms = [bmp(password), if password.is_empty() { Vec::new() } else { bmp(password) }];
        if forms.iter().take(if password.is_empty() { 2 } else { 1 }).any(|form| seal.fits(form, signed) == Some(true)) {
            return Tried::Opens(password);
        }
    }
    Tried::Closed
}

/// How a store is signed.
struct Seal<'a> {
    hash: &'a [u8],
    digest: &'a [u8],
    salt: &'a [u8],
    rounds: u64,
}

impl<'a> Seal<'a> {
    fn of(data: AnyRef<'a>) -> Option<Self> {
        let fields = parts(data)?;
        let [info, salt, rest @ ..] = fields.as_slice() else { return None };
        let [algorithm, digest] = parts(*info)?.try_into().ok()?;
        let hash = parts(algorithm)?.first()?.value();
        let rounds = rest.first().map_or(Some(1), |rounds| number(*rounds))?;
        Some(Self { hash, digest: digest.value(), salt: salt.value(), rounds })
    }

    /// Whether its way of signing is known here.
    fn known(&self) -> bool {
        self.hash == SHA1 || matches!(self.hash.strip_prefix(SHA2), Some([1..=3]))
    }

    fn fits(&self, password: &[u8], signed: &[u8]) -> Option<bool> {
        match (self.hash, self.hash.strip_prefix(SHA2)) {
            (SHA1, _) => {
                let key = derived::<Sha1>(password, self.salt, 3, self.rounds, 20);
                Some(Hmac::<Sha1>::new_from_slice(&key).ok()?.chain_update(signed).verify_slice(self.digest).is_ok())
            }
            (_, Some([1])) => {
                let key = derived::<Sha256>(password, self.salt, 3, self.rounds, 32);
                Some(Hmac::<Sha256>::new_from_slice(&key).ok()?.chain_update(signed).verify_slice(self.digest).is_ok())
            }
            (_, Some([2])) => {
                let key = derived::<Sha384>(password, self.salt, 3, self.rounds, 48);
                Some(Hmac::<Sha384>::new_from_slice(&key).ok()?.chain_update(signed).verify_slice(self.digest).is_ok())
            }
            (_, Some([3])) => {
                let key = derived::<Sha512>(password, self.salt, 3, self.rounds, 64);
                Some(Hmac::<Sha512>::new_from_slice(&key).ok()?.chain_update(signed).verify_slice(self.digest).is_ok())
            }
            _ => None,
        }
    }
}

/// A password as PKCS#12 writes it: UTF-16 with an end.
pub(super) fn bmp(password: &str) -> Vec<u8> {
    password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect()
}

/// A key of a password (RFC 7292, appendix B): for sealing (1), its first block (2), for signing (3).
pub(super) fn derived<H: Digest + BlockSizeUser>(password: &[u8], salt: &[u8], purpose: u8, rounds: u64, size: usize) -> Vec<u8> {
    let block = H::block_size();
    let stretched = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().cycle().take(bytes.len().div_ceil(block) * block).collect() };
    let mut input = [stretched(salt), stretched(password)].concat();
    let mut key = Vec::new();
    while key.len() < size {
        let mut hash = H::new().chain_update(vec![purpose; block]).chain_update(&input).finalize();
        for _ in 1..rounds {
            hash = H::digest(&hash);
        }
        key.extend_from_slice(&hash);
        let step: Vec<u8> = hash.iter().copied().cycle().take(block).collect();
        for chunk in input.chunks_mut(block) {
            let mut carry = 1;
            for (byte, add) in chunk.iter_mut().zip(&step).rev() {
                let sum = u16::from(*byte) + u16::from(*add) + carry;
                *byte = sum.to_le_bytes()[0];
                carry = sum >> 8;
            }
        }
    }
    key.truncate(size);
    key
}
