//! A request for a certificate: who asks, and for which key.

use x509_parser::{certification_request::X509CertificationRequest, prelude::FromDer as _};

use super::{
    Reading, extensions,
    names::{self, clipped},
    reading, signature,
};
use crate::engine::readers::public_key::PublicKey;

/// Reads a request.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    let (_, request) = X509CertificationRequest::from_der(bytes).ok()?;
    let info = &request.certification_request_info;
    let mut found = extensions::Extensions::default();
    request.requested_extensions().into_iter().flatten().for_each(|extension| found.take(extension));
    let mut reading = reading(request.as_raw(), &names::best(&info.subject, &found.names));
    reading.note("subject", clipped(&names::written(&info.subject)));
    reading.note("signature", signature::name(&request.signature_algorithm));
    if let Some(key) = PublicKey::from_spki(info.subject_pki.raw) {
        key.note(&mut reading);
        reading.handle = key.spki_sha256().map(|spki| format!("spki-sha256:{spki}"));
    }
    if !found.names.is_empty() {
        reading.note("sans", names::joined(&found.names));
    }
    Some(reading)
}
