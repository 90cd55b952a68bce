//! A list of revoked certificates: whose, from when to when, how many.

use x509_parser::{prelude::FromDer as _, revocation_list::CertificateRevocationList};

use super::{
    Reading,
    names::{self, clipped},
    reading, signature,
    text::whole_seconds,
};

/// Reads a list.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    let (_, list) = CertificateRevocationList::from_der(bytes).ok()?;
    let mut reading = reading(list.as_raw(), &names::best(list.issuer(), &[]));
    reading.issued = whole_seconds(list.last_update().timestamp());
    reading.expires = list.next_update().and_then(|at| whole_seconds(at.timestamp()));
    reading.note("issuer", clipped(&names::written(list.issuer())));
    reading.note("signature", signature::name(&list.signature_algorithm));
    reading.note("revoked", list.iter_revoked_certificates().count().to_string());
    Some(reading)
}
