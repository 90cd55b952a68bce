//! `openssh-key-v1`: the public half stands in clear even where a passphrase protects the private one (OpenSSH, PROTOCOL.key).

use super::Key;
use crate::engine::readers::values::{number, string};

/// First bytes of the format.
pub(super) const MAGIC: &[u8] = b"openssh-key-v1\0";

/// Algorithms: the name in the blob, how many strings stand before the comment, the short name, its bits.
const ALGORITHMS: &[(&str, usize, &str, Option<usize>)] = &[
    ("ssh-ed25519", 2, "ed25519", Some(256)),
    ("ssh-rsa", 6, "rsa", None),
    ("ssh-dss", 5, "dsa", Some(1024)),
    ("ecdsa-sha2-nistp256", 3, "ec", Some(256)),
    ("ecdsa-sha2-nistp384", 3, "ec", Some(384)),
    ("ecdsa-sha2-nistp521", 3, "ec", Some(521)),
];

/// Reads what follows the magic.
pub(super) fn read(rest: &[u8]) -> Option<Key> {
    let (mut key, mut rest) = clear(rest)?;
    let secret = string(&mut rest)?;
    if !key.encrypted {
        key.comment = comment(checked(secret)?);
    }
    Some(key)
}

/// Reads what stands in clear before the secret half, and what is left behind it.
pub(super) fn clear(mut rest: &[u8]) -> Option<(Key, &[u8])> {
    let (cipher, derivation, mut options) = (string(&mut rest)?, string(&mut rest)?, string(&mut rest)?);
    if number(&mut rest)? != 1 {
        return None;
    }
    let encrypted = cipher != b"none" || derivation != b"none";
    let mut key = public(string(&mut rest)?)?;
    key.encrypted = encrypted;
    key.cipher = encrypted.then(|| String::from_utf8_lossy(cipher).into_owned());
    if derivation == b"bcrypt" {
        key.kdf = Some("bcrypt".to_owned());
        key.rounds = string(&mut options).and_then(|_| number(&mut options)).map(u64::from);
    }
    Some((key, rest))
}

/// What the public half tells.
pub(super) fn public(blob: &[u8]) -> Option<Key> {
    let mut rest = blob;
    let name = string(&mut rest)?;
    let first = string(&mut rest)?;
    let known = ALGORITHMS.iter().find(|(known, ..)| known.as_bytes() == name);
    let modulus = if name == b"ssh-rsa" { string(&mut rest) } else { None };
    let bits = modulus.map(|modulus| 8 * modulus.iter().skip_while(|byte| **byte == 0).count()).or(known.and_then(|known| known.3));
    let algorithm = known.map_or_else(|| String::from_utf8_lossy(name).into_owned(), |known| known.2.to_owned());
    let named = !first.is_empty() && name.is_ascii() && (4..=64).contains(&name.len());
    named.then(|| Key { algorithm: Some(algorithm), bits, blob: Some(blob.to_vec()), ..Key::default() })
}

/// What stands behind the two check numbers of an unprotected private half; `None` where they differ.
fn checked(mut secret: &[u8]) -> Option<&[u8]> {
    (number(&mut secret)? == number(&mut secret)?).then_some(secret)
}

/// The comment behind the strings of a known algorithm, if nothing but padding (1, 2, 3 …) follows: a damaged key must not pass off
/// its secret as a comment.
fn comment(mut rest: &[u8]) -> Option<String> {
    let name = string(&mut rest)?;
    let (_, count, ..) = ALGORITHMS.iter().find(|(known, ..)| known.as_bytes() == name)?;
    for _ in 0..*count {
        string(&mut rest)?;
    }
    let comment = string(&mut rest)?;
    let padded = rest.len() < 256 && rest.iter().zip(1_u8..).all(|(byte, expected)| *byte == expected);
    padded.then(|| String::from_utf8_lossy(comment).into_owned())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::engine::readers::values::strings;

    fn key(check: [u8; 8], cipher: &[u8]) -> Vec<u8> {
        let blob = strings(&[b"ssh-ed25519", &[7; 32]]);
        let secret = [&check[..], &strings(&[b"ssh-ed25519", &[7; 32], &[9; 64], b"deploy@ci"])].concat();
        [strings(&[cipher, b"none", b""]), vec![0, 0, 0, 1], strings(&[&blob, &secret])].concat()
    }

    #[test]
    fn a_plain_key_tells_its_comment() {
        let key = read(&key([1; 8], b"none")).expect("a key");
        assert_eq!((key.comment.as_deref(), key.algorithm.as_deref(), key.encrypted), (Some("deploy@ci"), Some("ed25519"), false));
    }

    #[test]
    fn an_encrypted_key_tells_its_public_half_alone() {
        let key = read(&key([1, 2, 3, 4, 5, 6, 7, 8], b"aes256-ctr")).expect("a key");
        assert_eq!((key.comment, key.encrypted, key.blob.is_some()), (None, true, true));
    }

    #[test]
    fn check_numbers_that_differ_refute_a_plain_key() {
        assert_eq!(read(&key([1, 2, 3, 4, 5, 6, 7, 8], b"none")), None);
        assert_eq!(read(b"\0\0\0\x04none"), None);
    }
}
