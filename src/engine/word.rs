//! Words in front of values: where one begins, and when it names no secret.

/// Names of what is as random as a key but known to all; in small letters.
const DIGESTS: &[&[u8]] =
    &[b"sha1", b"sha2", b"sha5", b"sha-", b"digest", b"checksum", b"commit", b"integrity", b"revision", b"md5", b"hash", b"etag"];

/// Whether a word begins at that place: behind anything but a letter, or at the hump of `myAcmeKey`.
pub fn begins(bytes: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| bytes[before]) else { return true };
    let hump = before.is_ascii_lowercase() && bytes[at].is_ascii_uppercase();
    // The `n` of an escaped line break in a string is no letter of a word.
    let escaped = || matches!(before, b'n' | b'r' | b't') && at >= 2 && bytes[at - 2] == b'\\';
    !before.is_ascii_alphabetic() || hump || escaped()
}

/// Whether a name says that its value is a digest.
pub fn names_digest(name: &[u8]) -> bool {
    DIGESTS.iter().any(|digest| name.windows(digest.len()).any(|window| window.eq_ignore_ascii_case(digest)))
}

#[cfg(test)]
mod tests {
    use super::{begins, names_digest};

    #[test]
    fn a_word_begins_at_names_humps_and_escapes() {
        for (text, at, expected) in [
            ("acme", 0, true),
            ("my_acme", 3, true),
            ("myAcme", 2, true),
            ("2acme", 1, true),
            ("{\\nacme", 3, true),
            ("placmeholder", 2, false),
            ("MYACME", 2, false),
            ("nacme", 1, false),
        ] {
            assert_eq!(begins(text.as_bytes(), at), expected, "{text}");
        }
    }

    #[test]
    fn digests_are_told_by_their_names() {
        assert!(names_digest(b"acme_SHA256 = ") && names_digest(b"acmeCommit: "));
        assert!(!names_digest(b"acme_token = "));
    }
}
