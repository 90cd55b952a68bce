//! Public keys in armour: `SubjectPublicKeyInfo`, or the two numbers of an RSA key (PKCS#1).

use super::{Found, Public, Reading, pem, public_key::PublicKey};
use crate::model::Proof;

/// Reads the key in a match.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let Some((label, bytes, closed)) = pem::bytes(found) else { return Reading::default() };
    let key = if label.starts_with("RSA ") { PublicKey::from_pkcs1(&bytes) } else { PublicKey::from_spki(&bytes) };
    match key {
        Some(key) => reading(&key),
        None if closed => Reading::refuted(),
        None => Reading::default(),
    }
}

/// What there is to say of a public key that stands alone.
pub(super) fn reading(key: &PublicKey) -> Reading {
    let shown = format!("{} {}", key.curve.unwrap_or(&key.algorithm), key.bits.unwrap_or_default());
    let public = key.spki.clone().map(|bytes| Public { bytes, shown });
    let mut reading = Reading { proof: Some(Proof::Valid), public, ..Reading::default() };
    reading.handle = key.spki_sha256().map(|spki| format!("spki-sha256:{spki}"));
    key.note(&mut reading);
    key.note_ssh(&mut reading);
    reading
}
