//! Keys of Amazon Bedrock: the long ones name their user, the short ones wrap a presigned address.

use super::{Found, Reading, aws_key_id::account, text};
use crate::model::{Proof, Time};

/// Prefix of a key that lives as long as its user.
const LONG: &[u8] = b"ABSK";

/// Prefix of a key that lives hours.
const SHORT: &[u8] = b"bedrock-api-key-";

/// Takes user and account of a long key, key id and dates of a short one.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let decoded = |text: &[u8]| text::base64(text::base64_run(text)).unwrap_or_default();
    match (secret.strip_prefix(LONG), secret.strip_prefix(SHORT)) {
        (Some(rest), _) => long(&decoded(rest)),
        (_, Some(rest)) => short(&decoded(rest)),
        _ => Reading::default(),
    }
}

/// `<user>-at-<account>:<secret>`: only what stands before the colon is public.
fn long(decoded: &[u8]) -> Reading {
    let user = decoded.iter().position(|byte| *byte == b':').and_then(|end| text::utf8(&decoded[..end]));
    let Some((user, (_, number))) = user.and_then(|user| Some((user, user.rsplit_once("-at-")?))) else { return Reading::refuted() };
    let mut reading = Reading { proof: Some(Proof::Valid), ..Reading::default() };
    reading.name(user);
    reading.note("user", user);
    if number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        reading.note("account", number);
    }
    reading
}

/// A presigned address: key id, date and lifetime stand in its query.
fn short(decoded: &[u8]) -> Reading {
    let Some(query) = text::utf8(decoded).and_then(|url| url.split_once('?')).map(|(_, query)| query) else { return Reading::refuted() };
    let value = |name: &str| query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value);
    let scope = value("X-Amz-Credential").map(|scope| text::percent_decoded(scope.as_bytes()));
    let id = scope.as_deref().and_then(|scope| scope.split('/').next());
    let issued = value("X-Amz-Date").and_then(date);
    let lifetime = value("X-Amz-Expires").and_then(|seconds| seconds.parse::<i64>().ok()).filter(|seconds| (0..=604_800).contains(seconds));
    let expires = issued.zip(lifetime).map(|(issued, lifetime)| Time(issued.0 + lifetime));
    let mut reading = Reading { issued, expires, proof: id.map(|_| Proof::Valid), ..Reading::default() };
    if let Some(id) = id {
        reading.name(id);
        reading.note_some("account", account(id.as_bytes()));
    }
    reading.note_some("region", scope.as_deref().and_then(|scope| scope.split('/').nth(2)));
    reading
}

/// `20260131T120000Z`.
fn date(text: &str) -> Option<Time> {
    let part = |range| text.get(range);
    let at = format!("{}-{}-{}T{}:{}:{}Z", part(0..4)?, part(4..6)?, part(6..8)?, part(9..11)?, part(11..13)?, part(13..15)?);
    Time::parse(&at)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::{super::alone, read};

    #[test]
    fn long_keys_name_their_user_and_hide_their_secret() {
        let key = format!("ABSK{}", BASE64.encode(b"BedrockAPIKey-ab12-at-123456789012:hushhushhush"));
        let reading = read(&alone(key.as_bytes()));
        assert_eq!(reading.handle.as_deref(), Some("BedrockAPIKey-ab12-at-123456789012"));
        assert_eq!(reading.attributes["account"], "123456789012");
        assert!(!format!("{reading:?}").contains("hush"));
    }

    #[test]
    fn short_keys_tell_when_they_end() {
        // In two pieces, so that this file holds no key id.
        let id = ["ASIAY34F", "ZKBOKMUTVV7A"].concat();
        let url = format!(
            "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential={id}%2F20260131%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260131T120000Z&X-Amz-Expires=43200&X-Amz-Signature=hush"
        );
        let reading = read(&alone(format!("bedrock-api-key-{}", BASE64.encode(url.as_bytes())).as_bytes()));
        assert_eq!(reading.expires.map(|t| t.to_string()).as_deref(), Some("2026-02-01T00:00:00Z"));
        assert_eq!((reading.attributes["region"].as_str(), reading.attributes["account"].as_str()), ("us-east-1", "609629065308"));
        assert!(!format!("{reading:?}").contains("hush"));
    }
}
