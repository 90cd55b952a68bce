//! A certificate as its issuer made it.

use data_encoding::HEXLOWER;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_parser::{certificate::X509Certificate, prelude::FromDer as _};

use super::{
    Reading, extensions, hex, issuer_serial,
    names::{self, clipped},
    reading, signature,
    text::whole_seconds,
};
use crate::engine::readers::public_key::PublicKey;

/// Serial numbers of fewer bits can be guessed (CA/Browser Forum Baseline Requirements 7.1).
const SERIAL_BYTES: usize = 8;

/// Reads a certificate.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    let (_, certificate) = X509Certificate::from_der(bytes).ok()?;
    let (subject, issuer) = (certificate.subject(), certificate.issuer());
    let found = extensions::read(certificate.extensions());
    let der = certificate.as_raw();
    let mut reading = reading(der, &names::best(subject, &found.names));
    let sha256 = HEXLOWER.encode(&Sha256::digest(der));
    reading.name(format!("x509-sha256:{sha256}"));
    reading.issued = whole_seconds(certificate.validity().not_before.timestamp());
    reading.expires = whole_seconds(certificate.validity().not_after.timestamp());
    reading.note("x509-sha256", sha256);
    reading.note("x509-sha1", HEXLOWER.encode(&Sha1::digest(der)));
    reading.note("subject", clipped(&names::written(subject)));
    reading.note("issuer", clipped(&names::written(issuer)));
    reading.note("serial", hex(certificate.raw_serial()));
    reading.note("x509-issuer-serial", issuer_serial(issuer, certificate.raw_serial()));
    let own_name = subject.as_raw() == issuer.as_raw();
    let own = own_name && found.authority.is_none_or(|key| found.subject_key.is_none_or(|own| own == key));
    reading.note("self-signed", yes(own));
    if certificate.raw_serial().iter().skip_while(|byte| **byte == 0).count() < SERIAL_BYTES {
        reading.note("short-serial", "yes");
    }
    reading.note_some("version", (certificate.version().0 < 2).then(|| (certificate.version().0 + 1).to_string()));
    reading.note("signature", signature::name(&certificate.signature_algorithm));
    match PublicKey::from_spki(certificate.public_key().raw) {
        Some(key) => key.note(&mut reading),
        None => reading.note("spki-sha256", HEXLOWER.encode(&Sha256::digest(certificate.public_key().raw))),
    }
    found.note(&mut reading);
    Some(reading)
}

/// The word for a truth.
pub(super) fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}
