//! Service account keys of Google Cloud: the private key's neighbours in the same JSON object name it.

use super::{Found, Reading, private_key, text};

/// How far from the match the object may reach, on either side.
const REACH: usize = 8192;

/// Fields of the object that are told.
const FIELDS: &[(&str, &str)] =
    &[("client_email", "client-email"), ("private_key_id", "private-key-id"), ("project_id", "project"), ("client_id", "client-id")];

/// Takes the fields around the key; the key's own id is the public name, its public half stays as attribute.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let mut reading = private_key::read(found);
    let (before, behind) = object(found);
    for (field, attribute) in FIELDS {
        reading.note_some(attribute, value(found.whole(), field).or_else(|| value(before, field)).or_else(|| value(behind, field)));
    }
    let key = reading.handle.take();
    reading.note_some("public-key", key.as_ref());
    reading.handle = reading.attributes.get("private-key-id").cloned().or(key);
    reading
}

/// What stands before and behind the match in the same object.
fn object<'a>(found: &Found<'a>) -> (&'a [u8], &'a [u8]) {
    let (before, behind) = (found.before(REACH), found.behind(REACH));
    let opens = border(before.iter().rev(), b'{', b'}').map_or(before, |at| &before[before.len() - at..]);
    let closes = border(behind.iter(), b'}', b'{').map_or(behind, |at| &behind[..at]);
    (opens, closes)
}

/// How far the next unmatched `end` is; pairs of `other` and `end` on the way are skipped.
fn border<'a>(bytes: impl Iterator<Item = &'a u8>, end: u8, other: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in bytes.enumerate() {
        if *byte == other {
            depth += 1;
        } else if *byte == end {
            depth = match depth.checked_sub(1) {
                Some(depth) => depth,
                None => return Some(at),
            };
        }
    }
    None
}

/// The value of `"field": "value"`, whatever quotes and escapes stand around it.
fn value(object: &[u8], field: &str) -> Option<String> {
    let fitting = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_' | b':');
    memchr::memmem::find_iter(object, field.as_bytes()).take(4).find_map(|at| {
        let inside = at.checked_sub(1).is_some_and(|before| object[before].is_ascii_alphanumeric() || object[before] == b'_');
        let rest = &object[at + field.len()..];
        let start =
            rest.iter().take(64).position(|byte| !matches!(byte, b'"' | b'\\' | b'\'' | b':' | b'=' | b' ' | b'\t' | b'\n' | b'\r'))?;
        let rest = &rest[start..];
        let end = rest.iter().take(256).position(|byte| !fitting(byte)).unwrap_or(rest.len().min(256));
        text::utf8(&rest[..end]).filter(|value| !inside && start > 0 && value.len() > 2).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::{super::Found, read};

    #[test]
    fn the_neighbours_in_the_same_object_name_the_key() {
        let own = r#"{"type": "service_account", "project_id": "acme-prod", "private_key_id": "0123456789ab", "private_key": "PEM", "client_email": "ci@acme-prod.iam.gserviceaccount.com"}"#;
        let other = r#"{"private_key_id": "ffffffffffff", "client_email": "other@x"}"#;
        for document in [format!("[{other},{own},{other}]"), own.replace('"', "\\\""), own.replace(", ", ",\n  ")] {
            let at = document.find("PEM").expect("it is there");
            let reading = read(&Found { document: document.as_bytes(), whole: at..at + 3, secret: at..at + 3, handle: None });
            assert_eq!(reading.handle.as_deref(), Some("0123456789ab"), "{document}");
            assert_eq!(reading.attributes["client-email"], "ci@acme-prod.iam.gserviceaccount.com");
            assert_eq!(reading.attributes["project"], "acme-prod");
        }
    }
}
