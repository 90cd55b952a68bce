//! Key files of `PuTTY`: comment, encryption and public half are lines of text.

use super::{super::text, Key, openssh};

/// How a file begins.
pub(super) const MARK: &[u8] = b"PuTTY-User-Key-File-";

/// The field at its end.
pub(super) const LAST: &[u8] = b"Private-MAC:";

/// Longest file that is read.
const LONGEST: usize = 1 << 16;

/// Reads the lines of a key file.
pub(super) fn read(whole: &[u8]) -> Option<Key> {
    let content = String::from_utf8_lossy(&whole[..whole.len().min(LONGEST)]).replace("\\n", "\n");
    let mut lines = content.lines().map(str::trim);
    let algorithm = lines.find_map(|line| line.split_once("PuTTY-User-Key-File-")?.1.split_once(": ")).map(|(_, name)| name.to_owned())?;
    let mut key = Key { algorithm: Some(algorithm), ..Key::default() };
    let mut cipher = None;
    while let Some(line) = lines.next() {
        match line.split_once(": ") {
            Some(("Encryption", name)) => cipher = Some(name.to_owned()),
            Some(("Comment", comment)) => key.comment = Some(comment.to_owned()),
            Some(("Public-Lines", count)) => {
                let count = count.parse::<usize>().ok()?.min(1024);
                let blob = text::base64(lines.by_ref().take(count).collect::<String>().as_bytes())?;
                key = Key { comment: key.comment, ..openssh::public(&blob)? };
            }
            _ => {}
        }
    }
    key.encrypted = cipher.as_deref()? != "none";
    key.cipher = cipher.filter(|name| name != "none");
    Some(key)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::read;
    use crate::engine::readers::values::strings;

    #[test]
    fn headers_tell_comment_and_encryption() {
        let blob = BASE64.encode(&strings(&[b"ssh-ed25519", &[7; 32]]));
        let (first, second) = blob.split_at(64);
        let file = format!(
            "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: aes256-cbc\r\nComment: ops key\r\nPublic-Lines: 2\r\n{first}\r\n{second}\r\nPrivate-Lines: 1\r\nhush\r\n"
        );
        let key = read(file.as_bytes()).expect("a key file");
        assert_eq!((key.comment.as_deref(), key.cipher.as_deref(), key.encrypted), (Some("ops key"), Some("aes256-cbc"), true));
        assert!(key.blob.is_some());
        assert_eq!(read(b"PuTTY-User-Key-File-2: ssh-rsa\nEnc"), None);
    }
}
