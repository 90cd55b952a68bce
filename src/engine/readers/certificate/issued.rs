//! A certificate as its issuer made it.

use data_encoding::HEXLOWER;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_parser::{certificate::X509Certificate, extensions::X509Extension, prelude::FromDer as _, x509::X509Name};

use super::{
    Reading, broken, extensions,
    gaps::Gaps,
    hex, issuer_serial,
    names::{self, clipped},
    reading, signature,
    text::whole_seconds,
};
use crate::{engine::readers::public_key::PublicKey, model::Time};

/// Serial numbers of fewer bits can be guessed (CA/Browser Forum Baseline Requirements 7.1).
const SERIAL_BYTES: usize = 8;

/// What a certificate says, part by part; `None` what could not be read.
pub(super) struct Parts<'a> {
    /// All of it.
    pub der: &'a [u8],
    pub version: u32,
    pub serial: &'a [u8],
    pub issuer: Option<X509Name<'a>>,
    pub subject: Option<X509Name<'a>>,
    pub issued: Option<Time>,
    pub expires: Option<Time>,
    /// Its key, as `SubjectPublicKeyInfo`.
    pub key: &'a [u8],
    pub signature: Option<String>,
}

/// Reads a certificate.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    let Ok((_, certificate)) = X509Certificate::from_der(bytes) else { return broken::read(bytes) };
    let parts = Parts {
        der: certificate.as_raw(),
        version: certificate.version().0,
        serial: certificate.raw_serial(),
        issuer: Some(certificate.issuer().clone()),
        subject: Some(certificate.subject().clone()),
        issued: whole_seconds(certificate.validity().not_before.timestamp()),
        expires: whole_seconds(certificate.validity().not_after.timestamp()),
        key: certificate.public_key().raw,
        signature: Some(signature::name(&certificate.signature_algorithm)),
    };
    Some(told(&parts, certificate.extensions(), Gaps::of(certificate.as_raw())))
}

/// What is told of a certificate, and that its gaps are not.
pub(super) fn told(parts: &Parts<'_>, extensions: &[X509Extension<'_>], mut gaps: Gaps<'_>) -> Reading {
    let found = extensions::read(extensions, &mut gaps);
    let shown = parts.subject.as_ref().map(|subject| names::best(subject, &found.names));
    let mut reading = reading(parts.der, &shown.or_else(|| found.names.first().cloned()).unwrap_or_default());
    let sha256 = HEXLOWER.encode(&Sha256::digest(parts.der));
    reading.name(format!("x509-sha256:{sha256}"));
    (reading.issued, reading.expires) = (parts.issued, parts.expires);
    reading.note("x509-sha256", sha256);
    reading.note("x509-sha1", HEXLOWER.encode(&Sha1::digest(parts.der)));
    reading.note("serial", hex(parts.serial));
    note_names(&mut reading, parts, &found);
    if parts.serial.iter().skip_while(|byte| **byte == 0).count() < SERIAL_BYTES {
        reading.note("short-serial", "yes");
    }
    reading.note_some("version", (parts.version < 2).then(|| (parts.version + 1).to_string()));
    reading.note_some("signature", parts.signature.as_ref());
    match PublicKey::from_spki(parts.key) {
        Some(key) => key.note(&mut reading),
        None => reading.note("spki-sha256", HEXLOWER.encode(&Sha256::digest(parts.key))),
    }
    found.note(&mut reading);
    if !gaps.is_empty() {
        reading.note("broken", gaps.parts());
        reading.broken = Some(format!("a certificate was read but for {gaps}"));
    }
    reading
}

/// Whose it is, and who issued it.
fn note_names(reading: &mut Reading, parts: &Parts<'_>, found: &extensions::Extensions<'_>) {
    if let Some(subject) = &parts.subject {
        reading.note("subject", clipped(&names::written(subject)));
    }
    if let Some(issuer) = &parts.issuer {
        reading.note("issuer", clipped(&names::written(issuer)));
        reading.note("x509-issuer-serial", issuer_serial(issuer, parts.serial));
    }
    if let (Some(subject), Some(issuer)) = (&parts.subject, &parts.issuer) {
        let own_name = subject.as_raw() == issuer.as_raw();
        let own = own_name && found.authority.is_none_or(|key| found.subject_key.is_none_or(|own| own == key));
        reading.note("self-signed", yes(own));
    }
}

/// The word for a truth.
pub(super) fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}
