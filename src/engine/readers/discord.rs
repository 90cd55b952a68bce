//! Snowflakes of Discord: the id of a bot or webhook holds the moment when it was made.

use super::{Found, Reading, text};
use crate::model::{Proof, Time};

/// First millisecond of Discord's time, 2015-01-01.
const EPOCH: u64 = 1_420_070_400_000;

/// Takes the snowflake. A webhook is as old as its id; a bot's token may be younger, so its id dates the bot alone.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let webhook = id_in_address(found.whole());
    let Some(id) = webhook.or_else(|| id_in_token(found.secret())) else { return Reading::refuted() };
    let mut reading = Reading::default();
    let made = id.parse().ok().and_then(moment);
    reading.proof = made.map(|_| Proof::Valid);
    reading.name(&id);
    if webhook_made(found.whole()) {
        reading.issued = made;
    } else {
        reading.note_some("bot-created", made.map(Time::date));
    }
    reading
}

/// The moment inside a snowflake.
fn moment(snowflake: u64) -> Option<Time> {
    let milliseconds = (snowflake >> 22) + EPOCH;
    text::whole_seconds(i64::try_from(milliseconds / 1000).ok()?)
}

/// Whether the match is an address of a webhook.
fn webhook_made(whole: &[u8]) -> bool {
    id_in_address(whole).is_some()
}

/// The digits behind `/webhooks/`.
fn id_in_address(whole: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(whole, b"/webhooks/")? + 10;
    digits(whole[start..].split(|byte| *byte == b'/').next()?)
}

/// The digits that the first part of a token encodes.
fn id_in_token(secret: &[u8]) -> Option<String> {
    let first = secret.split(|byte| *byte == b'.').next()?;
    digits(&text::base64(first.get(..first.len().min(64))?)?)
}

/// Seventeen to twenty digits.
fn digits(bytes: &[u8]) -> Option<String> {
    let fits = (17..=20).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit);
    fits.then(|| String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::{super::alone, read};
    use crate::model::Proof;

    #[test]
    fn a_webhook_is_as_old_as_its_id() {
        let address = format!("https://discord.com/api/webhooks/{}/{}", "175928847299117063", "h".repeat(60));
        let reading = read(&alone(address.as_bytes()));
        assert_eq!(reading.issued.map(|t| t.to_string()).as_deref(), Some("2016-04-30T11:18:25Z"));
        assert_eq!(reading.handle.as_deref(), Some("175928847299117063"));
    }

    #[test]
    fn a_token_names_its_bot() {
        let token = format!("{}.abcdef.{}", BASE64URL_NOPAD.encode(b"175928847299117063"), "h".repeat(27));
        let reading = read(&alone(token.as_bytes()));
        assert_eq!(reading.attributes["bot-created"], "2016-04-30");
        assert_eq!(reading.issued, None);
        assert_eq!(read(&alone(b"abc.def.ghi")).proof, Some(Proof::Invalid));
    }
}
