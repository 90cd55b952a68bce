use std::fmt;

use serde::{Serialize, Serializer};

/// The random key of all fingerprints of one record; kept there, or given for a fleet of records.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl Pepper {
    /// Takes 32 random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The key, to be stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Keyed BLAKE3, cut to 128 bits: no two secrets of one fleet meet by chance, and without the key nobody can try guesses.
    pub(super) fn digest(&self, raw: &[u8]) -> Fingerprint {
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::keyed_hash(&self.0, raw).as_bytes()[..16]);
        Fingerprint(short)
    }
}

/// A keyed digest of a secret: equal for equal secrets under one pepper, and of no use without it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Takes back a fingerprint that was stored.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes, to be stored.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
