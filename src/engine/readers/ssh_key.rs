//! SSH public keys on a line, as `.pub` files, `authorized_keys` and `known_hosts` have them: the key, its options, its comment.

use super::{Found, Public, Reading, public_key::PublicKey, text};
use crate::model::Proof;

/// Longest options that are read, in bytes.
const LONGEST: usize = 4096;

/// The options of `authorized_keys` (sshd(8)).
const OPTIONS: &[&str] = &[
    "agent-forwarding",
    "cert-authority",
    "command",
    "environment",
    "expiry-time",
    "from",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-touch-required",
    "no-user-rc",
    "no-x11-forwarding",
    "permitlisten",
    "permitopen",
    "port-forwarding",
    "principals",
    "pty",
    "restrict",
    "tunnel",
    "user-rc",
    "verify-required",
    "x11-forwarding",
];

/// Reads the key in a match.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let Some((blob, key)) = key(found.secret()) else { return Reading::refuted() };
    let options = options(found.before(LONGEST));
    let comment = comment(found.behind(128));
    let shown = comment.clone().unwrap_or_else(|| format!("{} {}", key.algorithm, key.bits.unwrap_or_default()));
    // The same key with other options lets in under other conditions.
    let raw = options.as_ref().map_or(&[][..], |options| options.raw);
    let public = Public { bytes: [&blob, raw].concat(), shown: text::shown(&shown) };
    let mut reading = Reading { proof: Some(Proof::Valid), public: Some(public), handle: key.ssh_sha256(), ..Reading::default() };
    key.note(&mut reading);
    key.note_ssh(&mut reading);
    reading.note_some("comment", comment);
    reading.note_some("hosts", hosts(found.before(LONGEST)).filter(|_| options.is_none()));
    if let Some(options) = options {
        reading.note("options", options.names.join(", "));
    }
    reading
}

/// The hosts that a line of `known_hosts` knows by the key, as they are written; hashed ones are none that one could show.
fn hosts(before: &[u8]) -> Option<String> {
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let line = before[start..].strip_suffix(b" ")?;
    let line = [&b"@cert-authority "[..], b"@revoked "].into_iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line);
    let fits =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',' | b':' | b'-' | b'_' | b'[' | b']' | b'*' | b'?' | b'!');
    // A word alone may be anything; a name with dots, or an address, is a host's.
    let named = line.iter().any(u8::is_ascii_alphanumeric) && line[..line.len() - 1].iter().any(|byte| matches!(byte, b'.' | b':'));
    (named && line.iter().all(fits)).then(|| String::from_utf8_lossy(&line[..line.len().min(180)]).into_owned())
}

/// The blob and the key in a text of algorithm and base64.
pub(super) fn key(text: &[u8]) -> Option<(Vec<u8>, PublicKey)> {
    let (_, body) = text.split_at(text.iter().position(|byte| *byte == b' ')? + 1);
    let blob = text::base64(body)?;
    let key = PublicKey::from_blob(&blob)?;
    Some((blob, key))
}

/// The options in front of a key.
struct Options<'a> {
    /// As they are written.
    raw: &'a [u8],
    /// Their names in small letters; values may hold anything, a command with a password as well.
    names: Vec<String>,
}

/// The options that end where a key begins, if the line begins with some.
fn options(before: &[u8]) -> Option<Options<'_>> {
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let raw = before[start..].trim_ascii();
    let mut names = Vec::new();
    for option in split(raw)? {
        let name = text::utf8(option)?.split('=').next()?.trim().to_ascii_lowercase();
        if !OPTIONS.contains(&name.as_str()) {
            return None;
        }
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then_some(Options { raw, names })
}

/// The parts between commas that no quotes protect; `None` where a blank stands outside of quotes.
fn split(raw: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in raw.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&raw[start..at]);
                start = at + 1;
            }
            b' ' | b'\t' if !quoted => return None,
            _ => {}
        }
    }
    parts.push(&raw[start..]);
    parts.retain(|part| !part.is_empty());
    Some(parts)
}

/// The first word behind a key, where it looks like the name of somebody or something.
fn comment(behind: &[u8]) -> Option<String> {
    let word = behind.strip_prefix(b" ")?;
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_' | b'+' | b':');
    let end = word.iter().position(|byte| !fits(byte)).unwrap_or(word.len());
    let ends = word.get(end).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\' | b'<' | b',' | b')'));
    (end > 0 && end <= 80 && ends).then(|| String::from_utf8_lossy(&word[..end]).into_owned())
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::{
        super::{Found, Reading, values::strings},
        comment, read,
    };

    fn line(before: &str, behind: &str) -> (Vec<u8>, Reading) {
        let key = format!("ssh-ed25519 {}", BASE64.encode(&strings(&[b"ssh-ed25519", &[7; 32]])));
        let document = format!("first\n{before}{key}{behind}\nlast");
        let start = 6 + before.len();
        let at = start..start + key.len();
        let reading = read(&Found { document: document.as_bytes(), whole: at.clone(), secret: at, handle: None });
        (reading.public.clone().expect("a key").bytes, reading)
    }

    #[test]
    fn options_are_told_by_name_and_make_another_credential() {
        let (plain, reading) = line("", " deploy@ci");
        assert_eq!((reading.attributes["comment"].as_str(), reading.attributes.get("options")), ("deploy@ci", None));
        let (limited, reading) = line("from=\"10.0.0.0/8,10.1.0.1\",command=\"run --now, please\",no-pty ", "");
        assert_eq!(reading.attributes["options"], "command, from, no-pty");
        assert_ne!(plain, limited);
        assert!(reading.attributes.values().all(|value| !value.contains("please")));
    }

    #[test]
    fn what_stands_before_a_key_and_is_no_option_makes_no_difference() {
        let (plain, _) = line("", "");
        for before in ["github.com ", "|1|abc=|def= ", "key: \"", "- ", "echo from "] {
            let (other, reading) = line(before, "");
            assert_eq!((&other, reading.attributes.get("options")), (&plain, None), "{before}");
        }
    }

    #[test]
    fn known_hosts_tells_the_hosts_and_nothing_else_does() {
        let told = |before: &str| line(before, "").1.attributes.get("hosts").cloned();
        assert_eq!(told("github.com,140.82.121.4 ").as_deref(), Some("github.com,140.82.121.4"));
        assert_eq!(told("[git.acme.dev]:2222 ").as_deref(), Some("[git.acme.dev]:2222"));
        assert_eq!(told("@cert-authority *.acme.dev ").as_deref(), Some("*.acme.dev"));
        for other in ["", "key: ", "- ", "|1|abc=|def= ", "echo ", "from=\"a.b\" ", "see a.b: "] {
            assert_eq!(told(other), None, "{other}");
        }
    }

    #[test]
    fn a_comment_is_one_word() {
        assert_eq!(comment(b" a@b.c\n").as_deref(), Some("a@b.c"));
        assert_eq!(comment(b" a@b\",").as_deref(), Some("a@b"));
        assert_eq!((comment(b"\na"), comment(b" a/b;c"), comment(b" ")), (None, None, None));
    }
}
