//! JSON web tokens: header and payload are JSON objects, or it is no token.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::Verdict;

/// Longest part that is decoded; longer ones are no tokens that anybody sends in a header.
const LONGEST: usize = 1 << 16;

/// The JSON object that a base64url part holds.
pub(crate) fn object(part: &[u8]) -> Option<Map<String, Value>> {
    if part.len() > LONGEST {
        return None;
    }
    let unpadded = part.strip_suffix(b"==").or_else(|| part.strip_suffix(b"=")).unwrap_or(part);
    match serde_json::from_slice(&BASE64URL_NOPAD.decode(unpadded).ok()?) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// The parts of the token, from its header on: some tokens carry a prefix (`ghs_<app>_`).
pub(crate) fn parts(secret: &[u8]) -> Vec<&[u8]> {
    let start = memchr::memmem::find(secret, b"ey").unwrap_or(0);
    secret[start..].splitn(6, |byte| *byte == b'.').collect()
}

/// Drops what does not decode. An encrypted token has five parts and a payload that nobody can read.
pub(super) fn judge(secret: &[u8]) -> Verdict {
    let parts = parts(secret);
    let header = parts.first().and_then(|part| object(part));
    let payload = parts.get(1).and_then(|part| object(part));
    match (header, payload, parts.len()) {
        (Some(header), _, 5) if header.contains_key("enc") => Verdict::NotApplicable,
        (Some(header), Some(_), _) if header.get("alg").is_some_and(Value::is_string) => Verdict::Valid,
        (Some(_), Some(_), _) => Verdict::NotApplicable,
        _ => Verdict::Drop,
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::{Verdict, judge};

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.c2ln", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(payload.as_bytes()))
    }

    #[test]
    fn only_two_json_objects_make_a_token() {
        assert_eq!(judge(token(r#"{"alg":"HS256"}"#, r#"{"sub":"a"}"#).as_bytes()), Verdict::Valid);
        assert_eq!(judge(format!("ghs_12_{}", token(r#"{"alg":"HS256"}"#, "{}")).as_bytes()), Verdict::Valid);
        assert_eq!(judge(token(r#"{"x":1}"#, r#"{"sub":"a"}"#).as_bytes()), Verdict::NotApplicable);
        assert_eq!(judge(token(r#"{"alg":"HS256"}"#, "[1]").as_bytes()), Verdict::Drop);
        assert_eq!(judge(token("eyJ", "not json").as_bytes()), Verdict::Drop);
        assert_eq!(judge(b"eyJ"), Verdict::Drop);
    }

    #[test]
    fn an_encrypted_token_is_not_judged() {
        let header = BASE64URL_NOPAD.encode(br#"{"alg":"dir","enc":"A256GCM"}"#);
        assert_eq!(judge(format!("{header}..aXY.Y2lwaGVy.dGFn").as_bytes()), Verdict::NotApplicable);
    }
}
