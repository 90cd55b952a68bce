//! Key stores of Java in its own formats, JKS and JCEKS: certificates lie in clear, keys behind a password.

use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::Pkcs7};
use der::asn1::AnyRef;
use des::TdesEde3;
use md5::Md5;
use sha1::{Digest, Sha1};

use super::{Contents, PASSWORDS, alias, element, work::Work};

/// What Java adds before it signs a store.
const SALT: &[u8] = b"Mighty Aphrodite";
/// How a key is protected in JKS: 1.3.6.1.4.1.42.2.17.1.1.
const SUN: &[u8] = &[0x2b, 6, 1, 4, 1, 0x2a, 2, 0x11, 1, 1];
/// How a key is protected in JCEKS: 1.3.6.1.4.1.42.2.19.1.
const SUN_JCE: &[u8] = &[0x2b, 6, 1, 4, 1, 0x2a, 2, 0x13, 1];
/// Entries that are looked at.
const MOST: u32 = 100_000;

/// Takes numbers, names and blobs off the front.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.take(2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_be_bytes)?;
        Some(String::from_utf8_lossy(self.take(length.into())?).into_owned())
    }

    fn blob(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).ok()?)
    }
}

/// Looks into a store.
pub(super) fn open(bytes: &[u8]) -> Option<Contents> {
    let mut rest = Rest(bytes.get(4..)?);
    let (version, count) = (rest.number()?, rest.number()?);
    let mut contents = Contents { opens_with: password(bytes), ..Contents::default() };
    let mut work = Work::new();
    for at in 0..count.min(MOST) {
        // An entry of another kind is a Java object: where it ends, nobody else knows.
        let Some(kind @ (1 | 2)) = rest.number() else {
            contents.secrets += usize::try_from(count - at).unwrap_or(usize::MAX);
            break;
        };
        let name = alias(&rest.text()?);
        rest.take(8)?;
        if kind == 1 {
            key(&mut contents, &name, rest.blob()?, &mut work);
            let chain = rest.number()?;
            for at in 0..chain.min(MOST) {
                certificate(&mut contents, &format!("{name}.{at}"), version, &mut rest)?;
            }
        } else {
            certificate(&mut contents, &name, version, &mut rest)?;
        }
        contents.aliases.push(name);
    }
    Some(contents)
}

fn certificate(contents: &mut Contents, name: &str, version: u32, rest: &mut Rest<'_>) -> Option<()> {
    let x509 = version < 2 || rest.text()? == "X.509";
    let der = rest.blob()?;
    contents.certificates += 1;
    if x509 {
        contents.members.push((format!("{name}.cer"), der.to_vec()));
    }
    Some(())
}

fn key(contents: &mut Contents, name: &str, sealed: &[u8], work: &mut Work) {
    contents.keys += 1;
    if let Some(key) = contents.opens_with.and_then(|password| opened(sealed, password, work)) {
        contents.members.push((format!("{name}.key"), key));
    }
}

/// A password as Java hashes it.
fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// The password under which the store was signed.
fn password(bytes: &[u8]) -> Option<&'static str> {
    let (signed, digest) = bytes.split_last_chunk::<20>()?;
    let fits = |password: &&&str| {
        let sum = Sha1::new().chain_update(utf16(password)).chain_update(SALT).chain_update(signed).finalize();
        sum.as_slice() == digest
    };
    PASSWORDS.iter().find(fits).copied()
}

/// The key in what Java sealed.
fn opened(sealed: &[u8], password: &str, work: &mut Work) -> Option<Vec<u8>> {
    let [algorithm, data] = element::parts(element::first(sealed)?)?.try_into().ok()?;
    let algorithm = element::parts(algorithm)?;
    match algorithm.first()?.value() {
        SUN => of_jks(data.value(), password),
        SUN_JCE => of_jceks(*algorithm.get(1)?, data.value(), password, work),
        _ => None,
    }
}

/// JKS: a stream of hashes of the password, each of the one before it, over the key; then a check.
fn of_jks(sealed: &[u8], password: &str) -> Option<Vec<u8>> {
    let (salt, rest) = sealed.split_at_checked(20)?;
    let (body, check) = rest.split_last_chunk::<20>()?;
    let password = utf16(password);
    let mut last = salt.to_vec();
    let mut key = body.to_vec();
    for block in key.chunks_mut(20) {
        last = Sha1::new().chain_update(&password).chain_update(&last).finalize().to_vec();
        block.iter_mut().zip(&last).for_each(|(byte, mask)| *byte ^= mask);
    }
    (Sha1::new().chain_update(&password).chain_update(&key).finalize().as_slice() == check).then_some(key)
}

/// JCEKS: triple DES under a key of both halves of a salt, each hashed with the password as often as is told.
fn of_jceks(parameters: AnyRef<'_>, sealed: &[u8], password: &str, work: &mut Work) -> Option<Vec<u8>> {
    let [salt, rounds] = element::parts(parameters)?.try_into().ok()?;
    let (salt, rounds) = (<[u8; 8]>::try_from(salt.value()).ok()?, element::number(rounds)?);
    work.pay(rounds.checked_mul(2)?)?;
    let (first, second) = salt.split_at(4);
    // Equal halves are turned into other ones in a way of their own; chance makes none such in this world's lifetime.
    if first == second {
        return None;
    }
    let half = |half: &[u8]| (0..rounds.max(1)).fold(half.to_vec(), |last, _| Md5::digest([&last, password.as_bytes()].concat()).to_vec());
    let material = [half(first), half(second)].concat();
    cbc::Decryptor::<TdesEde3>::new_from_slices(&material[..24], &material[24..]).ok()?.decrypt_padded_vec::<Pkcs7>(sealed).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Work, opened};

    proptest! {
        #[test]
        fn no_sealed_key_panics(bytes in prop::collection::vec(any::<u8>(), 0..120), known in any::<bool>()) {
            let id: &[u8] = if known { super::SUN_JCE } else { super::SUN };
            let short = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap_or(0x7f)], content].concat();
            let parameters = short(0x30, &[short(4, &[1, 2, 3, 4, 5, 6, 7, 8]), short(2, &[2])].concat());
            let algorithm = short(0x30, &[short(6, id), parameters].concat());
            let sealed = short(0x30, &[algorithm, short(4, &bytes[..bytes.len().min(60)])].concat());
            let _ = opened(&sealed, "changeit", &mut Work::new());
            let _ = opened(&bytes, "changeit", &mut Work::new());
        }
    }
}
