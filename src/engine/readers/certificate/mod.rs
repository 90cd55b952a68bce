//! Certificates, requests for them and lists of revoked ones (RFC 5280, RFC 2986): what they say of themselves, as far as it can be read.
//!
//! Nothing is verified: what a certificate claims is told as its claim.

mod broken;
mod element;
mod extensions;
mod gaps;
mod issued;
mod list;
mod names;
mod request;
mod signature;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use x509_parser::x509::X509Name;

use super::{Found, Public, Reading, pem, text};

/// What DER without a label may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A certificate.
    Certificate,
    /// A request for one.
    Request,
    /// A list of revoked ones.
    RevocationList,
}

impl Form {
    /// The rule of what has this form.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Certificate => "x509.certificate",
            Self::Request => "x509.request",
            Self::RevocationList => "x509.revocation-list",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::Request => "a request for a certificate",
            Self::RevocationList => "a list of revoked certificates",
        }
    }

    /// What bytes are by their first ones: a sequence of a sequence, which begins as none of the others does.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let inner = opened(opened(bytes)?)?;
        match inner {
            // A version, whichever; then the serial number.
            [0xa0, 3, 2, 1, _, 2, ..] => Some(Self::Certificate),
            [2, 1, 0, 0x30, ..] => Some(Self::Request),
            // Version 2, or none: the algorithm comes first.
            [2, 1, 1, 0x30, rest @ ..] if dated(rest) => Some(Self::RevocationList),
            // Version 1 says nothing of it: the serial number comes first.
            [2, length @ 1..=20, rest @ ..] if rest.get(usize::from(*length)) == Some(&0x30) => Some(Self::Certificate),
            [0x30, rest @ ..] if dated(rest) => Some(Self::RevocationList),
            _ => None,
        }
    }
}

/// What stands in the sequence at the beginning of some bytes, if as much is there as its length says.
fn opened(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = match bytes {
        [0x30, 0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
        [0x30, 0x83, high, middle, low, rest @ ..] => (usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low), rest),
        [0x30, 0x84, a, b, c, d, rest @ ..] => (usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?, rest),
        // Short is a list that revokes nothing, signed on a small curve.
        [0x30, 0x81, length, rest @ ..] | [0x30, length @ 0x20..=0x7f, rest @ ..] => (usize::from(*length), rest),
        _ => return None,
    };
    (length <= rest.len()).then_some(rest)
}

/// Whether an algorithm and a name are followed by a time: so begins a list of revoked certificates.
fn dated(algorithm: &[u8]) -> bool {
    let behind = |bytes: &[u8]| -> Option<usize> { bytes.first().filter(|length| **length < 0x80).map(|length| 1 + usize::from(*length)) };
    let Some(name) = behind(algorithm).and_then(|at| algorithm.get(at..)) else { return false };
    let after = match name {
        [0x30, 0x81, length, ..] => name.get(3 + usize::from(*length)..),
        [0x30, 0x82, high, low, ..] => name.get(4 + (usize::from(*high) << 8 | usize::from(*low))..),
        [0x30, rest @ ..] => behind(rest).and_then(|at| rest.get(at..)),
        _ => None,
    };
    matches!(after, Some([0x17 | 0x18, ..]))
}

/// Reads what stands in armour.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let Some((label, bytes, closed)) = pem::bytes(found) else { return Reading::default() };
    let form = match label.as_str() {
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Form::Request,
        "X509 CRL" => Form::RevocationList,
        _ => Form::Certificate,
    };
    match from_der(form, &bytes) {
        Some(reading) => reading,
        // What is whole in its armour and begins and ends as DER does was meant to be one.
        None if closed && opened(&bytes).is_some() => {
            let broken = format!("what calls itself {} cannot be read as one: {}", text::shown(&label), why(&bytes));
            Reading { broken: Some(broken), ..Reading::refuted() }
        }
        None if closed => Reading::refuted(),
        None => Reading::default(),
    }
}

/// Why DER cannot be read as what it should be.
pub(crate) fn why(bytes: &[u8]) -> String {
    element::flaw(bytes).map_or_else(|| "it has not the parts of one".to_owned(), |at| format!("its DER breaks at byte {at}"))
}

/// Takes the armour off a bundle, which says nothing of itself: what is in it does.
pub(super) fn read_bundle(found: &Found<'_>) -> Reading {
    let Some((label, bytes, closed)) = pem::bytes(found) else { return Reading::default() };
    let whole = bytes.starts_with(&[0x30, 0x80]) || opened(&bytes).is_some();
    match (closed, whole) {
        (true, true) => Reading { wrapped: Some(bytes), ..Reading::default() },
        (true, false) => Reading::refuted(),
        _ => Reading { broken: Some(format!("the end of what calls itself {} is missing", text::shown(&label))), ..Reading::default() },
    }
}

/// Reads DER; what stands behind it is left out.
pub(crate) fn from_der(form: Form, bytes: &[u8]) -> Option<Reading> {
    match form {
        Form::Certificate => issued::read(bytes),
        Form::Request => request::read(bytes),
        Form::RevocationList => list::read(bytes),
    }
}

/// A reading of something public that was read in full.
fn reading(bytes: &[u8], shown: &str) -> Reading {
    let public = Public { bytes: bytes.to_vec(), shown: names::clipped(&text::shown(shown)) };
    Reading { proof: Some(crate::model::Proof::Valid), public: Some(public), ..Reading::default() }
}

/// How a serial number and its issuer are known together: the number, and the beginning of the issuer's SHA-256.
fn issuer_serial(issuer: &X509Name<'_>, serial: &[u8]) -> String {
    format!("{}@{}", hex(serial), HEXLOWER.encode(&Sha256::digest(issuer.as_raw())[..16]))
}

/// A number in hexadecimal digits, without leading zeros.
fn hex(number: &[u8]) -> String {
    let significant = number.iter().position(|byte| *byte != 0).map_or(&[0][..], |at| &number[at..]);
    HEXLOWER.encode(&significant[..significant.len().min(32)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Form, from_der, hex};

    #[test]
    fn numbers_have_no_leading_zeros() {
        assert_eq!((hex(&[0, 0, 10]), hex(&[0]), hex(&[])), ("0a".to_owned(), "00".to_owned(), "00".to_owned()));
    }

    #[test]
    fn lengths_that_lie_have_no_form() {
        assert_eq!(Form::of(&[0x30, 0x82, 0xff, 0xff, 0x30, 0x82, 0xff, 0xfe, 0xa0, 3, 2, 1, 2, 2]), None);
        assert_eq!(Form::of(b"0\x82"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Form::of(&bytes);
            for form in [Form::Certificate, Form::Request, Form::RevocationList] {
                let _ = from_der(form, &bytes);
            }
        }
    }
}
