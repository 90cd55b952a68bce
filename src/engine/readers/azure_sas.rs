//! Shared access signatures of Azure storage: everything but `sig` says what may be done, where and until when.

use super::{Found, Reading, text};
use crate::model::Time;

/// How far the address may reach on either side of the match.
const REACH: usize = 2048;

/// Query parameters and the attributes that they become.
const ATTRIBUTES: &[(&[u8], &str)] = &[
    (b"sp", "permissions"),
    (b"sr", "resource"),
    (b"ss", "services"),
    (b"srt", "resource-types"),
    (b"si", "policy"),
    (b"skoid", "object"),
    (b"sktid", "tenant"),
    (b"sip", "address-range"),
    (b"spr", "protocol"),
];

/// Takes dates, permissions and the account from the address around the signature.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let address = address(found);
    let (place, query) =
        address.iter().position(|byte| *byte == b'?').map_or((&b""[..], address), |at| (&address[..at], &address[at + 1..]));
    let mut reading = Reading::default();
    for pair in query.split(|byte| matches!(byte, b'&' | b';')).take(64) {
        let Some(equal) = pair.iter().position(|byte| *byte == b'=') else { continue };
        let (name, value) = (&pair[..equal], text::percent_decoded(&pair[equal + 1..]));
        match name.strip_prefix(b"amp;").or_else(|| name.strip_prefix(b"SharedAccessSignature=")).unwrap_or(name) {
            b"se" => reading.expires = moment(&value),
            b"st" => reading.issued = moment(&value),
            name => reading
                .note_some(ATTRIBUTES.iter().find(|(known, _)| *known == name).map_or("", |(_, to)| to), known(name).then_some(value)),
        }
    }
    if let Some(host) = host(place) {
        reading.note("host", &host);
        reading.name(host);
    }
    reading
}

/// Whether a parameter becomes an attribute.
fn known(name: &[u8]) -> bool {
    ATTRIBUTES.iter().any(|(known, _)| *known == name)
}

/// The unbroken text around the match.
fn address<'a>(found: &Found<'a>) -> &'a [u8] {
    let breaks = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'|');
    let (before, behind) = (found.before(REACH), found.behind(REACH));
    let start = before.iter().rposition(breaks).map_or(before.len(), |at| before.len() - at - 1);
    let length = behind.iter().position(breaks).unwrap_or(behind.len());
    let (from, to) = (found.whole.start.saturating_sub(start), found.whole.end.saturating_add(length));
    found.document.get(from..to).unwrap_or_default()
}

/// `account.blob.core.windows.net` of `https://account.blob.core.windows.net/box`.
fn host(place: &[u8]) -> Option<String> {
    let start = memchr::memmem::rfind(place, b"://")? + 3;
    let host = place[start..].split(|byte| *byte == b'/').next()?;
    let fits = host.contains(&b'.') && host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    fits.then(|| String::from_utf8_lossy(host).into_owned())
}

/// A moment or a day, as the service accepts them.
fn moment(text: &str) -> Option<Time> {
    let tries = [text.to_owned(), format!("{text}T00:00:00Z"), text.replace('Z', ":00Z")];
    tries.iter().find_map(|text| Time::parse(text))
}

#[cfg(test)]
mod tests {
    use super::{super::Found, read};

    #[test]
    fn the_query_tells_all_but_the_signature() {
        let document = "url = \"https://acct.blob.core.windows.net/box?sv=2022-11-02&st=2026-01-01&se=2026-02-01T00%3A00%3A00Z&sr=c&sp=rwl&sig=hush%2Bhush%3D&x=1\"";
        let at = document.find("sig=").expect("it is there");
        let found = Found { document: document.as_bytes(), whole: at..at + 18, secret: at + 4..at + 18, handle: None };
        let reading = read(&found);
        assert_eq!(reading.expires.map(|t| t.to_string()).as_deref(), Some("2026-02-01T00:00:00Z"));
        assert_eq!(reading.issued.map(|t| t.to_string()).as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(reading.handle.as_deref(), Some("acct.blob.core.windows.net"));
        assert_eq!((reading.attributes["permissions"].as_str(), reading.attributes["resource"].as_str()), ("rwl", "c"));
        assert!(!format!("{reading:?}").contains("hush"));
    }
}
