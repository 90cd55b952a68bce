//! Tokens that are base64 of a JSON object: Grafana, Sentry, 1Password, Mapbox.

use serde_json::{Map, Value};

use super::{Found, Reading, text};
use crate::model::Proof;

/// Longest text that is decoded.
const LONGEST: usize = 1 << 16;

/// Public fields and the attributes that they become. Every other field may be a secret (`k`, `muk`, `secretKey` …).
const ATTRIBUTES: &[(&str, &str)] = &[
    ("o", "organization"),
    ("org", "organization"),
    ("id", "organization"),
    ("n", "name"),
    ("u", "user"),
    ("a", "token"),
    ("email", "email"),
    ("url", "host"),
    ("signInAddress", "host"),
    ("region_url", "region"),
    ("deviceUuid", "device"),
];

/// Takes the public fields and the date of issue.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let Some(object) = object(found.secret()) else { return Reading::refuted() };
    let mut reading = Reading { issued: text::moment(&object, "iat"), proof: Some(Proof::Valid), ..Reading::default() };
    for (name, attribute) in ATTRIBUTES {
        reading.note_some(attribute, object.get(*name).and_then(text::scalar));
    }
    let inner = |outer: &str| object.get(outer).and_then(Value::as_object);
    reading.note_some("region", inner("m").and_then(|meta| text::field(meta, "r")));
    reading.note_some("email", inner("userAuth").and_then(|auth| text::field(auth, "email")));
    let handle = ["organization", "user", "name", "token", "email"].map(|name| reading.attributes.get(name).cloned());
    let handle: Vec<String> = handle.into_iter().flatten().collect();
    if !handle.is_empty() {
        reading.name(handle.join(" "));
    }
    reading
}

/// The object that the first base64 text beginning with `{"` holds.
fn object(secret: &[u8]) -> Option<Map<String, Value>> {
    let start = memchr::memmem::find(secret, b"ey")?;
    let run = text::base64_run(&secret[start..]);
    // A second part may follow a `_`, which base64url also holds: try the shorter text first.
    let cut = run.iter().position(|byte| *byte == b'_').map(|end| &run[..end]);
    [cut, Some(run)].into_iter().flatten().filter(|text| text.len() <= LONGEST).find_map(|text| {
        match serde_json::from_slice(&text::base64(text)?) {
            Ok(Value::Object(map)) => Some(map),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};

    use super::{super::alone, read};
    use crate::model::{Proof, Time};

    #[test]
    fn only_public_fields_are_told() {
        let token = format!("glc_{}", BASE64.encode(br#"{"o":"12345","n":"stack-reader","k":"hushhush","m":{"r":"prod-eu"}}"#));
        let reading = read(&alone(token.as_bytes()));
        assert_eq!(reading.handle.as_deref(), Some("12345 stack-reader"));
        assert_eq!(reading.attributes["region"], "prod-eu");
        assert!(!format!("{reading:?}").contains("hush"));
    }

    #[test]
    fn a_token_of_sentry_tells_its_age() {
        let json = BASE64URL_NOPAD.encode(br#"{"iat":1687336543.698,"url":"https://sentry.io","region_url":null,"org":"acme"}"#);
        let reading = read(&alone(format!("sntrys_{json}_{}", "A".repeat(43)).as_bytes()));
        assert_eq!((reading.issued, reading.proof), (Some(Time(1_687_336_543)), Some(Proof::Valid)));
        assert_eq!(reading.handle.as_deref(), Some("acme"));
    }

    #[test]
    fn what_is_no_object_is_refuted() {
        assert_eq!(read(&alone(b"glc_eyJhbroken")).proof, Some(Proof::Invalid));
    }
}
