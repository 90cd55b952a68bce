//! A certificate of which a part cannot be read: the rest is told, and which part it is.
//!
//! Appliances and old tools write dates without seconds or of month 13, names in alphabets that do not hold them, keys in
//! forms of their own. Such a certificate is as much in use as any other.

use x509_parser::{
    asn1_rs::{BitString, Class, FromDer as _, Tag},
    extensions::X509Extension,
    time::ASN1Time,
    x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, X509Name},
};

use super::{
    Reading,
    element::Element,
    gaps::Gaps,
    issued::{Parts, told},
    signature,
    text::whole_seconds,
};
use crate::model::Time;

/// Reads what can be read; `None` where it has not the parts of a certificate.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    let whole = Element::first(bytes)?;
    let [body, algorithm, seal] = whole.parts()?.try_into().ok()?;
    if seal.any.tag() != Tag::BitString {
        return None;
    }
    let fields = body.parts()?;
    let version = fields.first().filter(|field| context(field, 0));
    let rest = if version.is_some() { &fields[1..] } else { &fields[..] };
    let [serial, own, issuer, validity, subject, key, more @ ..] = rest else { return None };
    if serial.any.tag() != Tag::Integer || [issuer, validity, subject, key].iter().any(|field| field.any.tag() != Tag::Sequence) {
        return None;
    }
    let mut gaps = Gaps::of(whole.whole);
    let version = version.map_or(Some(0), |field| gaps.known("the version", field.whole, u32::from_der(field.any.data)));
    let signed = [own, &algorithm].map(|one| gaps.known("the signature algorithm", one.whole, AlgorithmIdentifier::from_der(one.whole)));
    let [issuer, subject] =
        [("the issuer", issuer), ("the subject", subject)].map(|(what, name)| gaps.known(what, name.whole, X509Name::from_der(name.whole)));
    let (first, last) = life(validity, &mut gaps);
    gaps.known("the public key", key.whole, SubjectPublicKeyInfo::from_der(key.whole));
    let extensions = extensions(more, &mut gaps);
    gaps.known("the signature", seal.whole, BitString::from_der(seal.whole));
    if gaps.is_empty() {
        // Each part is one, and the parser of whole certificates refuses what is around them.
        gaps.add("its encoding, which is BER and not DER", whole.whole);
    }
    let [_, signed] = signed;
    let signature = signed.map(|algorithm| signature::name(&algorithm));
    let (version, serial) = (version.unwrap_or(0), serial.any.data);
    let parts = Parts { der: whole.whole, version, serial, issuer, subject, issued: first, expires: last, key: key.whole, signature };
    Some(told(&parts, &extensions, gaps))
}

/// The extensions that are some.
fn extensions<'a>(fields: &[Element<'a>], gaps: &mut Gaps<'a>) -> Vec<X509Extension<'a>> {
    let Some(field) = fields.iter().find(|field| context(field, 3)) else { return Vec::new() };
    let all = Element::first(field.any.data).and_then(|all| all.parts()).map(|parts| ((), parts)).ok_or(());
    let all = gaps.known("the extensions", field.whole, all).unwrap_or_default();
    all.iter().filter_map(|one| gaps.extension(one)).collect()
}

/// Whether it is `[number]`.
fn context(of: &Element<'_>, number: u32) -> bool {
    of.any.class() == Class::ContextSpecific && of.any.tag() == Tag(number)
}

/// When its life begins and ends, each as far as it can be read.
fn life(validity: &Element<'_>, gaps: &mut Gaps<'_>) -> (Option<Time>, Option<Time>) {
    let dates = validity.parts().unwrap_or_default();
    let mut date = |at: usize, what| {
        let date = dates.get(at).unwrap_or(validity).whole;
        gaps.known(what, date, ASN1Time::from_der(date)).and_then(|time| whole_seconds(time.timestamp()))
    };
    (date(0, "its first day (Not Before)"), date(1, "its last day (Not After)"))
}
