//! PKCS#12 (RFC 7292): safes of bags, mostly sealed under one password, signed under the same.

mod mac;
mod seal;

use der::asn1::AnyRef;

use super::{
    Contents, PASSWORDS, alias,
    element::{explicit, first, inside, number, parts},
    work::Work,
};

/// `data`, 1.2.840.113549.1.7.1.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
/// `encryptedData`, 1.2.840.113549.1.7.6.
const ENCRYPTED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
/// How the ids of bags begin: 1.2.840.113549.1.12.10.1.
const BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1];
/// `friendlyName`, 1.2.840.113549.1.9.20.
const FRIENDLY: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 20];
/// How deep safes may lie in each other.
const DEEPEST: usize = 4;

/// Looks into a store.
pub(super) fn open(bytes: &[u8]) -> Option<Contents> {
    let pfx = parts(first(bytes)?)?;
    let [version, safe, ..] = pfx.as_slice() else { return None };
    if number(*version)? != 3 {
        return None;
    }
    let signed = octets(content(*safe, DATA)?);
    let mut work = Work::new();
    let mut opening = Opening { contents: Contents::default(), password: None, work: &mut work, sealed_keys: 0 };
    match pfx.get(2).map(|mac| mac::password(*mac, signed, opening.work)) {
        Some(mac::Tried::Opens(password)) => opening.password = Some(password),
        Some(mac::Tried::Closed) => {}
        Some(mac::Tried::Costly) => opening.contents.untried = true,
        // Not signed, or not in a way that can be tried: what opens is told by opening it.
        None | Some(mac::Tried::Unknown) => opening.password = PASSWORDS.iter().copied().find(|password| tries(signed, password)),
    }
    opening.contents.opens_with = opening.password;
    opening.safes(signed);
    Some(opening.contents)
}

/// Whether a password opens anything of a store that is not signed.
fn tries(signed: &[u8], password: &'static str) -> bool {
    let mut work = Work::new();
    let mut opening = Opening { contents: Contents::default(), password: Some(password), work: &mut work, sealed_keys: 0 };
    opening.safes(signed);
    opening.contents.closed + opening.sealed_keys == 0 && opening.contents.keys + opening.contents.certificates > 0
}

/// The content of a kind that a `ContentInfo` holds.
fn content<'a>(info: AnyRef<'a>, kind: &[u8]) -> Option<AnyRef<'a>> {
    let [id, content] = parts(info)?.try_into().ok()?;
    if id.value() == kind { explicit(content) } else { None }
}

/// The bytes of an octet string.
fn octets(string: AnyRef<'_>) -> &[u8] {
    string.value()
}

/// A store being looked into.
struct Opening<'w> {
    contents: Contents,
    password: Option<&'static str>,
    work: &'w mut Work,
    /// Keys that the password does not open.
    sealed_keys: usize,
}

impl Opening<'_> {
    /// All safes of a store.
    fn safes(&mut self, signed: &[u8]) {
        let Some(all) = first(signed).and_then(parts) else {
            self.contents.closed += 1;
            return;
        };
        for info in all {
            if let Some(safe) = content(info, DATA) {
                self.bags(octets(safe), 0);
            } else if let Some(sealed) = content(info, ENCRYPTED) {
                match self.unsealed(sealed) {
                    Some(safe) => self.bags(&safe, 0),
                    None => self.contents.closed += 1,
                }
            }
        }
    }

    /// What an `EncryptedData` holds.
    fn unsealed(&mut self, sealed: AnyRef<'_>) -> Option<Vec<u8>> {
        let parts_of = parts(sealed)?;
        let info = parts(*parts_of.get(1)?)?;
        let [_, algorithm, data] = info.try_into().ok()?;
        self.sealed_by(algorithm);
        seal::open(algorithm, &whole(data)?, self.password?, self.work)
    }

    /// Notes how something is sealed, where that protects little or is not known here.
    fn sealed_by(&mut self, algorithm: AnyRef<'_>) {
        self.contents.legacy = self.contents.legacy.or(seal::legacy(algorithm));
        self.contents.unknown = self.contents.unknown.or(seal::unknown(algorithm));
    }

    /// The bags of a safe.
    fn bags(&mut self, safe: &[u8], depth: usize) {
        let Some(all) = first(safe).and_then(parts) else {
            self.contents.closed += 1;
            return;
        };
        for bag in all {
            if self.bag(bag, depth).is_none() {
                self.contents.closed += 1;
            }
        }
    }

    fn bag(&mut self, bag: AnyRef<'_>, depth: usize) -> Option<()> {
        let fields = parts(bag)?;
        let [id, value, attributes @ ..] = fields.as_slice() else { return None };
        let kind = id.value().strip_prefix(BAG)?;
        let value = explicit(*value)?;
        let name = attributes.first().and_then(|all| friendly(*all));
        match kind {
            [1] => self.key(name, whole_element(value)?),
            [2] => {
                let [algorithm, data] = parts(value)?.try_into().ok()?;
                self.sealed_by(algorithm);
                self.contents.keys += 1;
                // One password in 256 leaves an end that looks like one, and no key.
                let opened = self.password.and_then(|password| seal::open(algorithm, octets(data), password, self.work));
                if let Some(key) = opened.filter(|key| first(key).and_then(parts).is_some()) {
                    self.contents.keys -= 1;
                    self.key(name, key);
                } else {
                    self.sealed_keys += 1;
                }
            }
            [3] => {
                let [_, certificate] = parts(value)?.try_into().ok()?;
                self.contents.certificates += 1;
                let name = self.member(name, "certificate", "cer");
                self.contents.members.push((name, octets(explicit(certificate)?).to_vec()));
            }
            [5] => self.contents.secrets += 1,
            [6] if depth < DEEPEST => self.bags(&whole_element(value)?, depth + 1),
            _ => {}
        }
        Some(())
    }

    fn key(&mut self, name: Option<String>, der: Vec<u8>) {
        self.contents.keys += 1;
        if let Some(name) = &name {
            self.contents.aliases.push(name.clone());
        }
        let name = self.member(name, "key", "key");
        self.contents.members.push((name, der));
    }

    /// The name of a member: its own, else what it is with its number.
    fn member(&self, name: Option<String>, what: &str, ending: &str) -> String {
        format!("{}.{ending}", name.unwrap_or_else(|| format!("{what}{}", self.contents.members.len())))
    }
}

/// The name of a bag.
fn friendly(attributes: AnyRef<'_>) -> Option<String> {
    let named = parts(attributes)?.into_iter().filter_map(parts).find(|one| one.first().is_some_and(|id| id.value() == FRIENDLY))?;
    let text = parts(*named.get(1)?)?.first()?.value();
    let units: Vec<u16> = text.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    Some(alias(&String::from_utf16_lossy(&units))).filter(|name| !name.is_empty())
}

/// The bytes of an octet string that is tagged otherwise, in one piece or several.
fn whole(data: AnyRef<'_>) -> Option<Vec<u8>> {
    if data.header().tag().is_constructed() {
        return Some(inside(data.value())?.iter().flat_map(|piece| piece.value().to_vec()).collect());
    }
    Some(data.value().to_vec())
}

/// An element with its head.
fn whole_element(of: AnyRef<'_>) -> Option<Vec<u8>> {
    der::Encode::to_der(&of).ok()
}
