//! OpenSSH certificates (PROTOCOL.certkeys): whose key, for whom, by whom signed, from when to when.

use data_encoding::BASE64_NOPAD;
use sha2::{Digest, Sha256};

use super::{
    Found, Public, Reading,
    public_key::PublicKey,
    text,
    values::{number, string, strings},
};
use crate::model::Proof;

/// How the name of a certificate's type ends.
const SUFFIX: &str = "-cert-v01@openssh.com";
/// Principals that are looked at.
const MOST: usize = 1000;

/// Reads the certificate in a match.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let body = secret.iter().position(|byte| *byte == b' ').map_or(&[][..], |at| &secret[at + 1..]);
    text::base64(body).and_then(|blob| certificate(&blob)).unwrap_or_else(Reading::refuted)
}

/// A 64-bit number off the front.
fn long(bytes: &mut &[u8]) -> Option<u64> {
    Some(u64::from(number(bytes)?) << 32 | u64::from(number(bytes)?))
}

fn certificate(blob: &[u8]) -> Option<Reading> {
    let mut rest = blob;
    let full = text::utf8(string(&mut rest)?)?;
    let plain = full.strip_suffix(SUFFIX)?;
    string(&mut rest)?;
    let key = key(plain, &mut rest)?;
    let serial = long(&mut rest)?;
    let host = match number(&mut rest)? {
        1 => false,
        2 => true,
        _ => return None,
    };
    let id = text::shown(&String::from_utf8_lossy(string(&mut rest)?));
    let principals = principals(string(&mut rest)?);
    let (after, before) = (long(&mut rest)?, long(&mut rest)?);
    let (critical, _, _, authority) = (string(&mut rest)?, string(&mut rest)?, string(&mut rest)?, string(&mut rest)?);
    let shown = if id.is_empty() { principals.first().cloned().unwrap_or_default() } else { id.clone() };
    let mut reading = Reading {
        proof: Some(Proof::Valid),
        public: Some(Public { bytes: blob.to_vec(), shown }),
        handle: Some(format!("ssh-certificate:{}", BASE64_NOPAD.encode(&Sha256::digest(blob)))),
        issued: i64::try_from(after).ok().and_then(text::whole_seconds),
        expires: i64::try_from(before).ok().and_then(text::whole_seconds),
        ..Reading::default()
    };
    key.note(&mut reading);
    key.note_ssh(&mut reading);
    reading.note("subject", format!("key id {id}"));
    reading.note("issuer", format!("SSH SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(authority))));
    reading.note("serial", serial.to_string());
    reading.note("for", if host { "host" } else { "user" });
    reading.note("principals", principals.join(", "));
    reading.note_some("forever", (before == u64::MAX).then_some("yes"));
    reading.note_some("forced-command", names(critical).contains(&"force-command").then_some("yes"));
    reading.note_some("source-address", names(critical).contains(&"source-address").then_some("yes"));
    Some(reading)
}

/// The key of a certificate, whose fields stand between nonce and serial number.
fn key(plain: &str, rest: &mut &[u8]) -> Option<PublicKey> {
    let count = match plain {
        "ssh-ed25519" => 1,
        "ssh-rsa" | "sk-ssh-ed25519" => 2,
        "sk-ecdsa-sha2-nistp256" => 3,
        "ssh-dss" => 4,
        _ if plain.starts_with("ecdsa-sha2-") => 2,
        _ => return None,
    };
    let name = if plain.starts_with("sk-") { format!("{plain}@openssh.com") } else { plain.to_owned() };
    let mut parts = vec![name.as_bytes()];
    for _ in 0..count {
        parts.push(string(rest)?);
    }
    PublicKey::from_blob(&strings(&parts))
}

/// For whom it is good; none means for everybody.
fn principals(mut packed: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(one) = string(&mut packed).filter(|_| all.len() < MOST) {
        all.push(text::shown(&String::from_utf8_lossy(one)));
    }
    all
}

/// The names in a list of names and values.
fn names(mut packed: &[u8]) -> Vec<&str> {
    let mut all = Vec::new();
    while let (Some(name), Some(_)) = (string(&mut packed).and_then(text::utf8), string(&mut packed)) {
        all.push(name);
        if all.len() == MOST {
            break;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::certificate;
    use crate::engine::readers::values::strings;

    #[test]
    fn what_is_cut_anywhere_is_none() {
        let head = strings(&[b"ssh-ed25519-cert-v01@openssh.com", &[1; 32], &[7; 32]]);
        let names = strings(&[b"deploy@ci", &strings(&[b"root", b"app"])]);
        let times = [100_u64.to_be_bytes(), 200_u64.to_be_bytes()].concat();
        let tail = strings(&[&strings(&[b"force-command", b"x"]), b"", b"", &strings(&[b"ssh-ed25519", &[9; 32]]), b"signature"]);
        let whole = [&head[..], &7_u64.to_be_bytes(), &1_u32.to_be_bytes(), &names, &times, &tail].concat();
        let reading = certificate(&whole).expect("a certificate");
        assert_eq!((reading.issued.map(|t| t.0), reading.expires.map(|t| t.0)), (Some(100), Some(200)));
        assert_eq!((reading.attributes["principals"].as_str(), reading.attributes["forced-command"].as_str()), ("root, app", "yes"));
        let needed = whole.len() - 13;
        assert!((0..needed).all(|end| certificate(&whole[..end]).is_none()));
    }
}
