//! Keys of SSH.com: the header always says encrypted, the cipher inside says whether that is so.

use super::Key;
use crate::engine::readers::values::string;

/// First bytes of the format; the length of the whole follows.
const MAGIC: &[u8] = &[0x3f, 0x6f, 0xf9, 0xeb];
/// Bytes of the length.
const LENGTH: usize = 4;

/// Reads the names of type and cipher, which stand in clear before the secret.
pub(super) fn read(raw: &[u8]) -> Option<Key> {
    let mut rest = raw.strip_prefix(MAGIC)?.get(LENGTH..)?;
    let (kind, cipher) = (string(&mut rest)?, string(&mut rest)?);
    let _secret = string(&mut rest)?;
    let algorithm = [("if-modn", "rsa"), ("dl-modp", "dsa")].into_iter().find(|(family, _)| kind.starts_with(family.as_bytes()));
    let encrypted = cipher != b"none";
    Some(Key {
        algorithm: algorithm.map(|(_, name)| name.to_owned()),
        encrypted,
        cipher: encrypted.then(|| String::from_utf8_lossy(cipher).into_owned()),
        ..Key::default()
    })
}

#[cfg(test)]
mod tests {
    use super::{MAGIC, read};
    use crate::engine::readers::values::strings;

    #[test]
    fn the_cipher_says_whether_a_passphrase_is_needed() {
        for (cipher, encrypted) in [("none", false), ("3des-cbc", true)] {
            let body = strings(&[b"if-modn{sign{rsa-pkcs1-sha1},encrypt{rsa-pkcs1v2-oaep}}", cipher.as_bytes(), &[7; 40]]);
            let key = read(&[MAGIC, &[0, 0, 0, 99], &body].concat()).expect("a key");
            assert_eq!((key.algorithm.as_deref(), key.encrypted, key.cipher.is_some()), (Some("rsa"), encrypted, encrypted));
        }
        assert_eq!(read(&[7; 80]), None);
    }
}
