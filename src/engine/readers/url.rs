//! Credentials in addresses: `scheme://user:password@host/database`.

use super::{Found, Reading, text};

/// How far behind the match the address may go on.
const REACH: usize = 512;

/// Takes user, host and database; never what the rule calls the secret.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let mut reading = Reading::default();
    let Some((scheme, rest)) = address(found) else { return reading };
    let authority = &rest[..rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len())];
    let Some(at) = memchr::memrchr(b'@', authority) else { return reading };
    let user = authority[..at].split(|byte| *byte == b':').next().unwrap_or_default();
    let place = &authority[at + 1..];
    let (host, port) =
        place.iter().rposition(|byte| *byte == b':').map_or((place, &b""[..]), |colon| (&place[..colon], &place[colon + 1..]));
    reading.note("scheme", text::percent_decoded(scheme));
    reading.note("host", text::percent_decoded(host));
    reading.note("port", text::percent_decoded(port));
    reading.note_some("user", public(user, &authority[..at], found.secret()).then(|| text::percent_decoded(user)));
    reading.note_some("database", database(&rest[authority.len()..]));
    let parts = ["user", "host", "database"].map(|name| reading.attributes.get(name).cloned());
    if let [user, Some(host), database] = parts {
        let user = user.map(|user| format!("{user}@")).unwrap_or_default();
        reading.name(format!("{user}{host}{}", database.map(|name| format!("/{name}")).unwrap_or_default()));
    }
    reading
}

/// Scheme and what follows `://`, up to white space or a quote.
fn address<'a>(found: &Found<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let whole = found.whole();
    let mark = memchr::memmem::find(&whole[..whole.len().min(4096)], b"://")?;
    let word =
        whole[..mark].iter().rposition(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'.' | b'-')).map_or(0, |at| at + 1);
    let from = found.whole.start + mark + 3;
    let to = found.document.len().min(found.whole.end.saturating_add(REACH)).min(from + 4096);
    let text = found.document.get(from..to)?;
    let breaks =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'|' | b',' | b';' | b')');
    // Before the `@` a password may hold such a character: it ends only behind the match.
    let inside = found.whole.end.saturating_sub(from).min(text.len());
    let end = text[inside..].iter().position(breaks).map_or(text.len(), |at| inside + at);
    Some((&whole[word..mark], &text[..end]))
}

/// Whether a user is a name and not the secret: it has a password beside it, and is no part of the secret.
fn public(user: &[u8], pair: &[u8], secret: &[u8]) -> bool {
    let filler = matches!(&pair[user.len()..], b"" | b":" | b":x" | b":x-oauth-basic");
    !user.is_empty() && !filler && user != secret && (secret.len() < 4 || memchr::memmem::find(user, secret).is_none())
}

/// The first part of the path.
fn database(path: &[u8]) -> Option<String> {
    let name = path.strip_prefix(b"/")?.split(|byte| matches!(byte, b'/' | b'?' | b'#' | b'@' | b':')).next()?;
    Some(text::percent_decoded(name))
}

#[cfg(test)]
mod tests {
    use super::{super::Found, read};

    fn found<'a>(document: &'a str, whole: &str, secret: &str) -> Found<'a> {
        let (at, of) = (document.find(whole).expect("it is there"), document.find(secret).expect("it is there"));
        Found { document: document.as_bytes(), whole: at..at + whole.len(), secret: of..of + secret.len(), handle: None }
    }

    #[test]
    fn user_host_and_database_are_told() {
        let document = "DATABASE_URL='postgres://app%2Drw:hush@db.corp:5432/orders?sslmode=require'";
        let reading = read(&found(document, "postgres://app%2Drw:hush@", "hush"));
        assert_eq!(reading.handle.as_deref(), Some("app-rw@db.corp/orders"));
        assert_eq!((reading.attributes["port"].as_str(), reading.attributes["scheme"].as_str()), ("5432", "postgres"));
        assert!(!format!("{reading:?}").contains("hush"));
    }

    #[test]
    fn a_token_in_the_place_of_the_user_is_not_told() {
        for document in ["https://hushhush@git.corp/a", "https://hushhush:x-oauth-basic@git.corp/a"] {
            let reading = read(&found(document, document, "hushhush"));
            assert_eq!(reading.handle.as_deref(), Some("git.corp/a"));
            assert!(!format!("{reading:?}").contains("hush"));
        }
    }
}
