//! JSON web tokens: claims say who speaks, to whom and until when.

use serde_json::{Map, Value};

use super::{Found, Reading, text};
use crate::{
    engine::proofs::jwt::{object, parts},
    model::Proof,
};

/// Claims that are told under their own name.
const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "azp",
    "appid",
    "oid",
    "tid",
    "jti",
    "role",
    "ref",
    "client_id",
    "scope",
    "scp",
    "idtyp",
    "uid",
    "actid",
    "user_uuid",
];

/// Claims of legacy service accounts of Kubernetes.
const KUBERNETES: &[(&str, &str)] = &[
    ("kubernetes.io/serviceaccount/namespace", "namespace"),
    ("kubernetes.io/serviceaccount/service-account.name", "serviceaccount"),
    ("kubernetes.io/serviceaccount/secret.name", "secret-name"),
];

/// The date of issue in the example of jwt.io, which half of all tutorials copy.
const EXAMPLE_ISSUED: i64 = 1_516_239_022;

/// Takes header and claims.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let parts = parts(secret);
    let Some(header) = parts.first().and_then(|part| object(part)) else { return Reading::refuted() };
    let mut reading = Reading::default();
    for name in ["alg", "kid", "enc"] {
        reading.note_some(name, text::field(&header, name));
    }
    if parts.len() < 5 {
        match parts.get(1).and_then(|part| object(part)) {
            Some(claims) => read_claims(&mut reading, &claims),
            None => return Reading::refuted(),
        }
    }
    reading.note_some("app", app(secret));
    if reading.handle.is_none() {
        reading.handle = reading.attributes.get("kid").cloned();
    }
    reading
}

/// Dates, names and the public handle of the claims.
fn read_claims(reading: &mut Reading, claims: &Map<String, Value>) {
    reading.issued = text::moment(claims, "iat").or_else(|| text::moment(claims, "nbf"));
    reading.expires = text::moment(claims, "exp");
    for name in CLAIMS {
        reading.note_some(name, text::field(claims, name));
    }
    read_kubernetes(reading, claims);
    let claim = |name: &str| text::field(claims, name);
    let handle = match (claim("iss"), claim("sub"), claim("ref"), claim("role")) {
        (Some(issuer), Some(subject), ..) => Some(format!("{issuer} {subject}")),
        (Some(issuer), None, Some(project), Some(role)) => Some(format!("{issuer} {project} {role}")),
        _ => None,
    };
    if let Some(handle) = handle {
        reading.name(handle);
    }
    if example(claims) {
        reading.note("example", "yes");
        reading.proof = Some(Proof::Invalid);
    }
}

/// Namespace and account of Kubernetes: flat in legacy tokens, nested in bound ones.
fn read_kubernetes(reading: &mut Reading, claims: &Map<String, Value>) {
    for (claim, attribute) in KUBERNETES {
        reading.note_some(attribute, text::field(claims, claim));
    }
    let Some(bound) = claims.get("kubernetes.io").and_then(Value::as_object) else { return };
    reading.note_some("namespace", text::field(bound, "namespace"));
    for kind in ["serviceaccount", "pod", "secret"] {
        let name = bound.get(kind).and_then(Value::as_object).and_then(|object| text::field(object, "name"));
        reading.note_some(if kind == "secret" { "secret-name" } else { kind }, name);
    }
}

/// Whether these are the claims of jwt.io's example.
fn example(claims: &Map<String, Value>) -> bool {
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    let dated = text::moment(claims, "iat").is_some_and(|time| time.0 == EXAMPLE_ISSUED);
    (is("name", "John Doe") && (dated || is("sub", "1234567890"))) || (dated && is("sub", "1234567890"))
}

/// The app in the prefix of an installation token of GitHub, `ghs_<app>_`.
fn app(secret: &[u8]) -> Option<&str> {
    let rest = secret.strip_prefix(b"ghs_")?;
    let digits = &rest[..memchr::memchr(b'_', rest)?];
    text::utf8(digits).filter(|digits| !digits.is_empty() && digits.len() <= 20 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::{super::alone, Reading, read};
    use crate::model::{Proof, Time};

    fn token(header: &str, claims: &str) -> Reading {
        let text = format!("{}.{}.hushhush", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(claims.as_bytes()));
        let reading = read(&alone(text.as_bytes()));
        assert!(!format!("{reading:?}").contains("hushhush"));
        reading
    }

    #[test]
    fn claims_become_handle_dates_and_attributes() {
        let reading =
            token(r#"{"alg":"RS256","kid":"k1"}"#, r#"{"iss":"https://i","sub":"s","aud":["a","b"],"iat":1700000000,"exp":1700003600.5}"#);
        assert_eq!(reading.handle.as_deref(), Some("https://i s"));
        assert_eq!((reading.issued, reading.expires), (Some(Time(1_700_000_000)), Some(Time(1_700_003_600))));
        assert_eq!((reading.attributes["alg"].as_str(), reading.attributes["aud"].as_str()), ("RS256", "a b"));
    }

    #[test]
    fn absurd_dates_are_left_out() {
        for claims in
            [r#"{"exp":1e300}"#, r#"{"exp":-5}"#, r#"{"exp":1700000000000}"#, r#"{"exp":"soon"}"#, r#"{"exp":99999999999999999999}"#]
        {
            assert_eq!(token(r#"{"alg":"none"}"#, claims).expires, None, "{claims}");
        }
    }

    #[test]
    fn service_accounts_of_kubernetes_are_named() {
        let old = r#"{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:ci:deployer","kubernetes.io/serviceaccount/namespace":"ci","kubernetes.io/serviceaccount/service-account.name":"deployer"}"#;
        let new = r#"{"kubernetes.io":{"namespace":"ci","serviceaccount":{"name":"deployer"},"pod":{"name":"p"}}}"#;
        for claims in [old, new] {
            let reading = token(r#"{"alg":"RS256"}"#, claims);
            assert_eq!((reading.attributes["namespace"].as_str(), reading.attributes["serviceaccount"].as_str()), ("ci", "deployer"));
        }
    }

    #[test]
    fn the_tutorials_example_is_refuted() {
        let reading = token(r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#);
        assert_eq!((reading.proof, reading.attributes["example"].as_str()), (Some(Proof::Invalid), "yes"));
        assert_eq!(token(r#"{"alg":"HS256"}"#, r#"{"sub":"x","iat":1516239022}"#).proof, None);
    }

    #[test]
    fn installation_tokens_of_github_name_their_app() {
        let text = format!(
            "ghs_12345_{}.{}.x",
            BASE64URL_NOPAD.encode(br#"{"alg":"RS256"}"#),
            BASE64URL_NOPAD.encode(br#"{"role":"r","ref":"p","iss":"i"}"#)
        );
        let reading = read(&alone(text.as_bytes()));
        assert_eq!((reading.attributes["app"].as_str(), reading.handle.as_deref()), ("12345", Some("i p r")));
    }

    #[test]
    fn what_does_not_decode_is_refuted() {
        assert_eq!(read(&alone(b"eyJ.eyJ.x")).proof, Some(Proof::Invalid));
        assert_eq!(read(&alone(b"")).proof, Some(Proof::Invalid));
    }
}
