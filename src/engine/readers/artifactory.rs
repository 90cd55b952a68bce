//! Reference tokens of `JFrog`: base64 of `reftkn:01:<expiry>:<random>`.

use super::{Found, Reading, text};
use crate::model::Proof;

/// Takes the expiry; 0 means never.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let decoded = text::base64(text::base64_run(found.secret())).unwrap_or_default();
    let mut fields = decoded.splitn(4, |byte| *byte == b':');
    if fields.next() != Some(b"reftkn") {
        return Reading::refuted();
    }
    let expiry = fields.nth(1).and_then(text::utf8).and_then(|seconds| seconds.parse::<i64>().ok());
    let mut reading = Reading { proof: expiry.map(|_| Proof::Valid), expires: expiry.and_then(text::whole_seconds), ..Reading::default() };
    if expiry == Some(0) {
        reading.note("lifetime", "unlimited");
    }
    reading
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::{super::alone, read};
    use crate::model::{Proof, Time};

    #[test]
    fn the_expiry_stands_in_clear() {
        let reading = read(&alone(BASE64.encode(b"reftkn:01:1700000000:abcdefghijk").as_bytes()));
        assert_eq!((reading.expires, reading.proof), (Some(Time(1_700_000_000)), Some(Proof::Valid)));
        let reading = read(&alone(BASE64.encode(b"reftkn:01:0000000000:abcdefghijk").as_bytes()));
        assert_eq!((reading.expires, reading.attributes["lifetime"].as_str()), (None, "unlimited"));
        assert_eq!(read(&alone(b"YWJj")).proof, Some(Proof::Invalid));
    }
}
