//! Keys in JSON (RFC 7517): the public half is there even where the secret one is.

use serde_json::{Map, Value};

use super::{
    Found, Reading,
    public_key::PublicKey,
    public_pem,
    text::{self, field},
    values::strings,
};

/// How far the ends of an object may be from a match, in bytes.
const REACH: usize = 8192;

/// Reads a public key.
pub(super) fn read(found: &Found<'_>) -> Reading {
    // Only what is read in full is a key.
    let Some(object) = object(found) else { return Reading::refuted() };
    let mut reading = key(&object).map_or_else(Reading::refuted, |key| public_pem::reading(&key));
    note(&object, &mut reading);
    reading
}

/// Reads what a private key tells of itself.
pub(super) fn read_private(found: &Found<'_>) -> Reading {
    let Some(object) = object(found) else { return Reading::default() };
    let mut reading = Reading::default();
    if let Some(key) = key(&object) {
        key.note(&mut reading);
        key.note_ssh(&mut reading);
    }
    note(&object, &mut reading);
    reading
}

fn note(object: &Map<String, Value>, reading: &mut Reading) {
    for name in ["kid", "use", "alg"] {
        reading.note_some(name, field(object, name));
    }
}

/// The innermost object around a match.
fn object(found: &Found<'_>) -> Option<Map<String, Value>> {
    let before = found.before(REACH);
    let start = before.iter().rposition(|byte| *byte == b'{')?;
    let rest = [&before[start..], found.whole(), found.behind(REACH)].concat();
    let end = rest.iter().position(|byte| *byte == b'}')?;
    let text = text::utf8(&rest[..=end])?;
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&text.replace("\\\"", "\""))).ok()
}

/// The public half.
fn key(object: &Map<String, Value>) -> Option<PublicKey> {
    let part = |name: &str| object.get(name).and_then(Value::as_str).and_then(|value| text::base64(value.as_bytes()));
    let blob = match (object.get("kty")?.as_str()?, object.get("crv").and_then(Value::as_str)) {
        ("RSA", _) => strings(&[b"ssh-rsa", &positive(&part("e")?), &positive(&part("n")?)]),
        ("EC", Some(curve)) => {
            let (curve, size) = match curve {
                "P-256" => ("nistp256", 32),
                "P-384" => ("nistp384", 48),
                "P-521" => ("nistp521", 66),
                _ => return None,
            };
            let (x, y) = (part("x")?, part("y")?);
            if x.len() != size || y.len() != size {
                return None;
            }
            strings(&[format!("ecdsa-sha2-{curve}").as_bytes(), curve.as_bytes(), &[&[4], &x[..], &y].concat()])
        }
        ("OKP", Some("Ed25519")) => strings(&[b"ssh-ed25519", &part("x").filter(|x| x.len() == 32)?]),
        _ => return None,
    };
    PublicKey::from_blob(&blob)
}

/// A number that is not taken for a negative one.
fn positive(number: &[u8]) -> Vec<u8> {
    let significant = number.iter().position(|byte| *byte != 0).map_or(&[0][..], |at| &number[at..]);
    let sign: &[u8] = if significant[0] >= 0x80 { &[0] } else { &[] };
    [sign, significant].concat()
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::{super::Found, read};
    use crate::model::Proof;

    #[test]
    fn a_key_in_json_is_the_same_as_anywhere() {
        let n = BASE64URL_NOPAD.encode(&[0xab; 256]);
        for text in [
            format!(r#"{{"keys":[{{"use":"sig","kty":"RSA","kid":"2026","n":"{n}","e":"AQAB"}}]}}"#),
            format!(r#""{{\"kty\":\"RSA\",\"kid\":\"2026\",\"n\":\"{n}\",\"e\":\"AQAB\"}}""#),
        ] {
            let at = text.find("kty").expect("a key");
            let reading = read(&Found { document: text.as_bytes(), whole: at..at + 3, secret: at..at + 3, handle: None });
            assert_eq!((reading.attributes["bits"].as_str(), reading.attributes["kid"].as_str()), ("2048", "2026"), "{text}");
            let blob = super::strings(&[b"ssh-rsa", &[1, 0, 1], &[&[0][..], &[0xab; 256]].concat()]);
            let ssh = super::PublicKey::from_blob(&blob).expect("a key");
            assert_eq!(Some(&reading.attributes["spki-sha256"]), ssh.spki_sha256().as_ref());
        }
    }

    #[test]
    fn what_is_no_object_or_no_key_is_nothing() {
        for text in ["kty", "{\"kty\":\"RSA\"}", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", "{\"kty\":\"EC\""] {
            let at = text.find("kty").expect("a word");
            let reading = read(&Found { document: text.as_bytes(), whole: at..at + 3, secret: at..at + 3, handle: None });
            assert_eq!((reading.proof, reading.public), (Some(Proof::Invalid), None), "{text}");
        }
    }
}
