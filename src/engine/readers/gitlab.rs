//! Routable tokens of GitLab: their payload says to which cell, organization, user, group or project they lead.

use super::{Found, Reading, text};

/// Keys of the payload and the attributes that they become.
const ATTRIBUTES: &[(u8, &str)] = &[(b'c', "cell"), (b'o', "organization"), (b'u', "user"), (b'g', "group"), (b'p', "project")];

/// Takes the numbers of the payload, written in base 36; what follows its lines is random.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let mut reading = Reading::default();
    let Some(end) = memchr::memchr(b'.', secret) else { return reading };
    // `glrt-t1_` has a kind of runner before the payload.
    let start = memchr::memchr(b'-', &secret[..end]).map_or(0, |at| at + 1);
    let payload = &secret[start..end];
    let payload = if payload.get(2) == Some(&b'_') && payload[0] == b't' { &payload[3..] } else { payload };
    let decoded = text::base64(&payload[..payload.len().min(512)]).unwrap_or_default();
    for line in decoded.split(|byte| *byte == b'\n').take(8) {
        let Some((key, value)) = line.split_first_chunk::<2>().filter(|(key, _)| key[1] == b':') else { break };
        let number = text::utf8(value).and_then(|digits| u64::from_str_radix(digits, 36).ok());
        let attribute = ATTRIBUTES.iter().find(|(known, _)| *known == key[0]);
        if let Some(((_, name), number)) = attribute.zip(number) {
            reading.note(name, number.to_string());
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::{super::alone, read};

    #[test]
    fn the_payload_names_user_and_organization() {
        let payload = BASE64URL_NOPAD.encode(b"o:1\nu:2s\n\x07\x99random\nhush");
        let reading = read(&alone(format!("glpat-{payload}.01.120abcdef").as_bytes()));
        assert_eq!((reading.attributes["organization"].as_str(), reading.attributes["user"].as_str()), ("1", "100"));
        assert_eq!(reading.attributes.len(), 2);
    }

    #[test]
    fn older_tokens_tell_nothing() {
        assert!(read(&alone(b"glpat-abcdef")).attributes.is_empty());
    }
}
