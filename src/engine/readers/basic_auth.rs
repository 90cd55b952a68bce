//! HTTP basic authentication: base64 of `user:password`.

use super::{Found, Reading, text};
use crate::model::Proof;

/// Takes the user. Where the password is empty or a filler, the user is the token and nothing is told.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let decoded = text::base64(text::base64_run(found.secret())).unwrap_or_default();
    let Some(pair) = text::utf8(&decoded).and_then(|text| text.split_once(':')) else { return Reading::refuted() };
    let mut reading = Reading { proof: Some(Proof::Valid), ..Reading::default() };
    let filler = matches!(pair.1, "" | "x" | "X" | "x-oauth-basic" | "api_token" | "unused");
    if !filler && !pair.0.contains(char::is_control) {
        reading.note("user", pair.0);
    }
    reading
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::{super::alone, read};
    use crate::model::Proof;

    #[test]
    fn the_user_is_told_and_the_password_not() {
        let reading = read(&alone(BASE64.encode(b"deploy:hushhush").as_bytes()));
        assert_eq!(reading.attributes["user"], "deploy");
        assert!(!format!("{reading:?}").contains("hush"));
    }

    #[test]
    fn a_token_in_the_place_of_the_user_is_not_told() {
        assert!(read(&alone(BASE64.encode(b"hushhush:x-oauth-basic").as_bytes())).attributes.is_empty());
        assert_eq!(read(&alone(BASE64.encode(b"no colon").as_bytes())).proof, Some(Proof::Invalid));
    }
}
