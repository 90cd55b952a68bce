//! Macaroons of the Python package index and of Fly: caveats say for whom and until when.

use serde_json::Value as Json;

use super::{
    Found, Reading,
    msgpack::{self, Value},
    text,
};
use crate::{
    engine::proofs::macaroon::{bytes, parse},
    model::{Proof, Time},
};

/// Prefix of Fly's macaroons, several of which may follow each other.
const FLY: &[u8] = b"fm2_";

/// Takes name, caveats and expiry.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    match memchr::memmem::find(secret, FLY) {
        Some(at) => fly(&secret[at + FLY.len()..]),
        None => index(secret),
    }
}

/// A token of the package index.
fn index(secret: &[u8]) -> Reading {
    let raw = bytes(secret).unwrap_or_default();
    let Some(macaroon) = parse(&raw) else { return Reading::refuted() };
    let mut reading = Reading { proof: Some(Proof::Valid), ..Reading::default() };
    reading.note_some("host", macaroon.location.and_then(text::utf8));
    if let Some(name) = text::utf8(macaroon.identifier) {
        reading.name(name);
    }
    for caveat in macaroon.caveats.iter().take(16) {
        match serde_json::from_slice(caveat) {
            Ok(Json::Array(fields)) => numbered(&mut reading, &fields),
            Ok(Json::Object(fields)) => named(&mut reading, fields.get("permissions")),
            _ => {}
        }
    }
    reading
}

/// A caveat as the index writes it now: `[tag, fields…]`; 0 dates, 1 project names, 2 project ids, 3 user.
fn numbered(reading: &mut Reading, fields: &[Json]) {
    let number = |at: usize| fields.get(at).and_then(Json::as_i64).and_then(text::whole_seconds);
    match fields.first().and_then(Json::as_i64) {
        Some(0) => (reading.expires, reading.issued) = (earlier(reading.expires, number(1)), number(2)),
        Some(1) => reading.note_some("projects", fields.get(1).and_then(text::scalar)),
        Some(2) => reading.note_some("project-ids", fields.get(1).and_then(text::scalar)),
        Some(3) => reading.note_some("user", fields.get(1).and_then(text::scalar)),
        _ => {}
    }
}

/// A caveat as the index wrote it at first: `"permissions": "user"` or `{"projects": […]}`.
fn named(reading: &mut Reading, permissions: Option<&Json>) {
    match permissions {
        Some(Json::String(scope)) => reading.note("scope", scope),
        Some(Json::Object(scope)) => reading.note_some("projects", scope.get("projects").and_then(text::scalar)),
        _ => {}
    }
}

/// The earlier of two moments, or the one there is.
fn earlier(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    a.into_iter().chain(b).min()
}

/// A token of Fly: `[nonce, location, caveats, tail]`, the caveats as type and body in turn.
fn fly(secret: &[u8]) -> Reading {
    let run = text::base64_run(secret);
    let raw = text::base64(&run[..run.len().min(1 << 16)]).unwrap_or_default();
    let Some(Value::List(parts)) = msgpack::value(&mut raw.as_slice()) else { return Reading::refuted() };
    let [_, Value::Bytes(location), Value::List(caveats), ..] = parts.as_slice() else { return Reading::refuted() };
    let mut reading = Reading { proof: Some(Proof::Valid), ..Reading::default() };
    reading.note_some("host", text::utf8(location));
    for caveat in caveats.as_chunks::<2>().0 {
        match caveat {
            [Value::Number(0), Value::List(body)] => reading.note_some("organization", first_number(body)),
            [Value::Number(3), Value::List(body)] => {
                reading
                    .note_some("app", body.first().and_then(|apps| if let Value::List(apps) = apps { first_number(apps) } else { None }));
            }
            [Value::Number(4), Value::List(body)] => window(&mut reading, body),
            _ => {}
        }
    }
    reading
}

/// The number at the front of a caveat.
fn first_number(body: &[Value<'_>]) -> Option<String> {
    if let Some(Value::Number(number)) = body.first() { Some(number.to_string()) } else { None }
}

/// `[not before, not after]`; several windows narrow each other.
fn window(reading: &mut Reading, body: &[Value<'_>]) {
    if let [Value::Number(from), Value::Number(to), ..] = body {
        reading.issued = reading.issued.max(text::whole_seconds(*from));
        reading.expires = earlier(reading.expires, text::whole_seconds(*to));
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};

    use super::{super::alone, read};
    use crate::{
        engine::proofs,
        model::{Proof, Time},
    };

    #[test]
    fn a_token_of_the_index_names_itself() {
        let mut token = format!("pypi-{}", BASE64URL_NOPAD.encode(b"\x02\x01\x08pypi.org")).into_bytes();
        token.extend(proofs::sum("macaroon", &token).expect("prefix and location"));
        let reading = read(&alone(&token));
        assert_eq!(
            (reading.proof, reading.attributes["host"].as_str(), reading.attributes["user"].as_str()),
            (Some(Proof::Valid), "pypi.org", "user")
        );
        assert_eq!(reading.handle.map(|name| name.len()), Some(36));
    }

    #[test]
    fn a_token_of_fly_tells_organization_and_end() {
        let mut raw = vec![0x94, 0x91, 0x01, 0xa3];
        raw.extend(b"fly");
        raw.extend([
            0x96, 0x00, 0x92, 0x2a, 0x1f, 0x04, 0x92, 0x01, 0xce, 0x65, 0x53, 0xf1, 0x00, 0x03, 0x91, 0x81, 0x07, 0x1f, 0xc4, 0x04,
        ]);
        raw.extend(b"hush");
        let token = format!("fm2_{}", BASE64.encode(&raw));
        let reading = read(&alone(token.as_bytes()));
        assert_eq!((reading.attributes["organization"].as_str(), reading.attributes["app"].as_str()), ("42", "7"));
        assert_eq!(reading.expires, Some(Time(1_700_000_000)));
        assert!(!format!("{reading:?}").contains("hush"));
    }

    #[test]
    fn garbage_is_refuted() {
        assert_eq!(read(&alone(b"fm2_abc")).proof, Some(Proof::Invalid));
        assert_eq!(read(&alone(b"pypi-abc")).proof, Some(Proof::Invalid));
    }
}
