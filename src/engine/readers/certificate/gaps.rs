//! The parts of a certificate that cannot be read, in the words of OpenSSL's users, with the bytes at which they begin.

use std::fmt;

use x509_parser::{asn1_rs::Oid, extensions::X509Extension, prelude::FromDer as _};

use super::element::Element;

/// Gaps that are told one by one.
const MOST: usize = 8;

/// Extensions by which certificates are judged, by object id.
const EXTENSIONS: &[(&str, &str)] = &[
    ("1.3.6.1.4.1.11129.2.4.2", "signed certificate timestamps"),
    ("1.3.6.1.5.5.7.1.1", "authority information access"),
    ("2.5.29.14", "subject key identifier"),
    ("2.5.29.15", "key usage"),
    ("2.5.29.17", "subject alternative name"),
    ("2.5.29.18", "issuer alternative name"),
    ("2.5.29.19", "basic constraints"),
    ("2.5.29.30", "name constraints"),
    ("2.5.29.31", "CRL distribution points"),
    ("2.5.29.32", "certificate policies"),
    ("2.5.29.33", "policy mappings"),
    ("2.5.29.35", "authority key identifier"),
    ("2.5.29.36", "policy constraints"),
    ("2.5.29.37", "extended key usage"),
];

/// What could not be read of one certificate.
#[derive(Debug)]
pub(super) struct Gaps<'a> {
    certificate: &'a [u8],
    found: Vec<(String, Option<usize>)>,
    more: usize,
}

impl<'a> Gaps<'a> {
    /// None yet, in this certificate.
    pub fn of(certificate: &'a [u8]) -> Self {
        Self { certificate, found: Vec::new(), more: 0 }
    }

    /// What a part was read as, but for what stands behind it; where it was not, it is a gap.
    pub fn known<R, T, E>(&mut self, what: &str, part: &[u8], read: Result<(R, T), E>) -> Option<T> {
        if read.is_err() {
            self.add(what, part);
        }
        read.ok().map(|(_, read)| read)
    }

    /// The same of an extension.
    pub fn extension(&mut self, part: &Element<'a>) -> Option<X509Extension<'a>> {
        let read = X509Extension::from_der(part.whole);
        let what = if read.is_ok() { None } else { Oid::from_der(part.any.data).ok().map(|(_, id)| extension(&id.to_id_string())) };
        self.known(what.as_deref().unwrap_or("an extension"), part.whole, read)
    }

    /// An extension whose outside was read and whose inside was not.
    pub fn inside(&mut self, of: &X509Extension<'_>) {
        self.add(&extension(&of.oid.to_id_string()), of.value);
    }

    /// Adds a gap where some bytes of the certificate begin.
    pub fn add(&mut self, what: &str, part: &[u8]) {
        if self.found.len() == MOST {
            self.more += 1;
            return;
        }
        let at = (part.as_ptr() as usize).checked_sub(self.certificate.as_ptr() as usize);
        self.found.push((what.to_owned(), at.filter(|at| *at < self.certificate.len())));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The parts alone.
    pub fn parts(&self) -> String {
        let all: Vec<&str> = self.found.iter().map(|(what, _)| what.as_str()).collect();
        all.join(", ")
    }
}

impl fmt::Display for Gaps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (what, at)) in self.found.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { ", " })?;
            f.write_str(what)?;
            at.map_or(Ok(()), |at| write!(f, " at byte {at}"))?;
        }
        if self.more > 0 { write!(f, " and {} more parts", self.more) } else { Ok(()) }
    }
}

/// An extension, with its name where it has one here.
fn extension(id: &str) -> String {
    let name = EXTENSIONS.iter().find(|(known, _)| *known == id);
    name.map_or_else(|| format!("the extension {id}"), |(_, name)| format!("the extension {id} ({name})"))
}
