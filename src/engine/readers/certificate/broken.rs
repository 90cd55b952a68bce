//! A certificate of which a part cannot be read: the rest is told, and which part it is.
//!
//! Appliances and old tools write dates without seconds or of month 13, names in alphabets that do not hold them, keys in
//! forms of their own. Such a certificate is as much in use as any other.

use der::{Encode as _, Tag, TagNumber, asn1::AnyRef};
use x509_parser::{
    extensions::X509Extension,
    prelude::FromDer as _,
    time::ASN1Time,
    x509::{AlgorithmIdentifier, X509Name},
};

use super::{
    Reading,
    issued::{Parts, told},
    signature,
    text::whole_seconds,
};
use crate::engine::readers::values::{first, values};

/// Reads what can be read; `None` where it has not the parts of a certificate.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    let (whole, der) = first(bytes)?;
    let [body, algorithm, seal] = sequence(whole)?.try_into().ok()?;
    if seal.header().tag() != Tag::BitString {
        return None;
    }
    let fields = sequence(body)?;
    let version = fields.first().filter(|field| context(**field, 0)).and_then(|field| first(field.value())).map(|(version, _)| version);
    let rest = if version.is_some() { &fields[1..] } else { &fields[..] };
    let [serial, _, issuer, validity, subject, key, more @ ..] = rest else { return None };
    if serial.header().tag() != Tag::Integer || [issuer, validity, subject, key].iter().any(|field| field.header().tag() != Tag::Sequence) {
        return None;
    }
    let encoded: Vec<Vec<u8>> = [issuer, subject, key, &algorithm].iter().map(|field| field.to_der()).collect::<Result<_, _>>().ok()?;
    let [issuer, subject, key, algorithm] = <[Vec<u8>; 4]>::try_from(encoded).ok()?;
    let mut broken = Vec::new();
    let (first_day, last_day) = life(*validity, &mut broken);
    let parts = Parts {
        der,
        version: version.and_then(|version| version.value().last().copied()).map_or(0, u32::from),
        serial: serial.value(),
        issuer: part(&issuer, "the name of its issuer", &mut broken),
        subject: part(&subject, "its name", &mut broken),
        issued: first_day,
        expires: last_day,
        key: &key,
        signature: AlgorithmIdentifier::from_der(&algorithm).ok().map(|(_, algorithm)| signature::name(&algorithm)),
        broken: Vec::new(),
    };
    let encoded = extensions(more, &mut broken);
    let known: Vec<X509Extension<'_>> =
        encoded.iter().filter_map(|one| X509Extension::from_der(one).ok()).map(|(_, extension)| extension).collect();
    if known.len() < encoded.len() {
        broken.push("an extension");
    }
    if broken.is_empty() {
        broken.push("a part beside its names, dates and extensions");
    }
    let mut reading = told(&Parts { broken: broken.clone(), ..parts }, &known);
    reading.broken = Some(format!("a certificate was read but for {}", broken.join(", ")));
    Some(reading)
}

/// The extensions, each encoded.
fn extensions(fields: &[AnyRef<'_>], broken: &mut Vec<&'static str>) -> Vec<Vec<u8>> {
    let Some(field) = fields.iter().find(|field| context(**field, 3)) else { return Vec::new() };
    let all = first(field.value()).and_then(|(all, _)| sequence(all));
    let encoded = all.and_then(|all| all.iter().map(|one| one.to_der().ok()).collect());
    encoded.unwrap_or_else(|| {
        broken.push("its extensions");
        Vec::new()
    })
}

/// The parts of a sequence.
fn sequence(of: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    if of.header().tag() == Tag::Sequence { values(of.value()) } else { None }
}

/// Whether it is `[number]`.
fn context(of: AnyRef<'_>, number: u8) -> bool {
    matches!(of.header().tag(), Tag::ContextSpecific { constructed: true, number: found } if found == TagNumber(number.into()))
}

/// A name, or what could not be read.
fn part<'a>(der: &'a [u8], what: &'static str, broken: &mut Vec<&'static str>) -> Option<X509Name<'a>> {
    let read = X509Name::from_der(der).ok().map(|(_, name)| name);
    if read.is_none() {
        broken.push(what);
    }
    read
}

/// When its life begins and ends, each as far as it can be read.
fn life(validity: AnyRef<'_>, broken: &mut Vec<&'static str>) -> (Option<crate::model::Time>, Option<crate::model::Time>) {
    let dates = sequence(validity).unwrap_or_default();
    let mut date = |at: usize, what| {
        let encoded = dates.get(at).and_then(|date| date.to_der().ok());
        let read = encoded.and_then(|date| ASN1Time::from_der(&date).ok().and_then(|(_, time)| whole_seconds(time.timestamp())));
        if read.is_none() {
            broken.push(what);
        }
        read
    };
    (date(0, "its first day"), date(1, "its last day"))
}
