//! Macaroons of version 2 (libmacaroons), as the Python package index issues them.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use super::Verdict;

/// The prefix before the base64url text.
const PREFIX: &[u8] = b"pypi-";

/// Field that tells where the token holds.
const LOCATION: u8 = 1;
/// Field that names the token, or states a caveat.
const IDENTIFIER: u8 = 2;
/// Field with the key of a third party's caveat.
const CAVEAT_KEY: u8 = 4;
/// Field with the signature.
const SIGNATURE: u8 = 6;

/// A macaroon, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Macaroon<'a> {
    /// Where it holds, `pypi.org`.
    pub location: Option<&'a [u8]>,
    /// Its name.
    pub identifier: &'a [u8],
    /// What restricts it.
    pub caveats: Vec<&'a [u8]>,
}

/// The bytes of a token: its base64url text behind the prefix.
pub(crate) fn bytes(secret: &[u8]) -> Option<Vec<u8>> {
    let text = secret.strip_prefix(PREFIX)?;
    let end = text.iter().position(|byte| *byte == b'=').unwrap_or(text.len());
    BASE64URL_NOPAD.decode(&text[..end]).ok()
}

/// Reads a number of base 128, lowest group first.
fn varint(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in [0, 7, 14] {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Reads one field: its type and its bytes; type 0 ends a section.
fn field<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let kind = u8::try_from(varint(bytes)?).ok()?;
    if kind == 0 {
        return Some((0, &[]));
    }
    let length = varint(bytes)?;
    let (value, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some((kind, value))
}

/// Reads one section: location and identifier, up to its end. An empty section is `None` inside.
#[expect(clippy::type_complexity, reason = "one section has one or two texts, or none: it lives for three lines")]
fn section<'a>(bytes: &mut &'a [u8]) -> Option<Option<(Option<&'a [u8]>, &'a [u8])>> {
    let (mut location, mut identifier) = (None, None);
    loop {
        match field(bytes)? {
            (0, _) if location.is_none() && identifier.is_none() => return Some(None),
            (0, _) => return Some(Some((location, identifier?))),
            (LOCATION, value) => location = Some(value),
            (IDENTIFIER, value) => identifier = Some(value),
            (CAVEAT_KEY, _) => {}
            _ => return None,
        }
    }
}

/// Takes a macaroon apart; `None` unless every byte has its place and the signature has 32.
pub(crate) fn parse(bytes: &[u8]) -> Option<Macaroon<'_>> {
    let mut rest = bytes.strip_prefix(&[2])?;
    let (location, identifier) = section(&mut rest)??;
    let mut caveats = Vec::new();
    while let Some((_, caveat)) = section(&mut rest)? {
        caveats.push(caveat);
    }
    let signed = matches!(field(&mut rest)?, (SIGNATURE, signature) if signature.len() == 32) && rest.is_empty();
    signed.then_some(Macaroon { location, identifier, caveats })
}

/// Checks that the token is a whole macaroon. (Fly's have another form.)
pub(super) fn judge(secret: &[u8]) -> Verdict {
    if !secret.starts_with(PREFIX) {
        return Verdict::NotApplicable;
    }
    match bytes(secret).as_deref().and_then(parse) {
        Some(_) => Verdict::Valid,
        None => Verdict::Invalid,
    }
}

/// What completes a token of which the body holds prefix and location: identifier, a caveat and a signature made of the body's digest.
pub(super) fn sum(body: &[u8]) -> Option<Vec<u8>> {
    let text = body.strip_prefix(PREFIX)?;
    let whole = BASE64URL_NOPAD.decode(&text[..text.len() / 4 * 4]).ok()?;
    let length = 3 + usize::from(*whole.get(2)?);
    let padded: Vec<u8> = text.iter().copied().chain(*b"AAAA").collect();
    let mut macaroon = BASE64URL_NOPAD.decode(&padded[..padded.len() / 4 * 4]).ok()?.get(..length)?.to_vec();
    let digest = Sha256::digest(body);
    let name = HEXLOWER.encode(&digest[..16]);
    let identifier = [&name[..8], &name[8..12], &name[12..16], &name[16..20], &name[20..]].join("-");
    for (kind, value) in
        [(IDENTIFIER, identifier.as_bytes()), (0, b""), (IDENTIFIER, b"[3, \"user\"]"), (0, b""), (0, b""), (SIGNATURE, &digest)]
    {
        macaroon.push(kind);
        if kind != 0 {
            macaroon.push(u8::try_from(value.len()).expect("every value here is short"));
            macaroon.extend(value);
        }
    }
    BASE64URL_NOPAD.encode(&macaroon).as_bytes().strip_prefix(text).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::{PREFIX, Verdict, bytes, judge, parse, sum};

    fn token() -> Vec<u8> {
        let mut token = PREFIX.to_vec();
        let head: Vec<u8> = [&[2, 1, 8][..], b"pypi.org"].concat();
        token.extend(BASE64URL_NOPAD.encode(&head).into_bytes());
        token.extend(sum(&token).expect("prefix and location"));
        token
    }

    #[test]
    fn a_sum_completes_a_token() {
        let token = token();
        assert_eq!(judge(&token), Verdict::Valid);
        let raw = bytes(&token).expect("base64url");
        let read = parse(&raw).expect("a macaroon");
        assert_eq!(read.location, Some(&b"pypi.org"[..]));
        assert_eq!(read.identifier.len(), 36);
        assert_eq!(read.caveats, [&b"[3, \"user\"]"[..]]);
    }

    #[test]
    fn a_cut_token_is_refuted() {
        let token = token();
        for end in 6..token.len() {
            assert_eq!(judge(&token[..end]), Verdict::Invalid, "{end}");
        }
        assert_eq!(judge(b"fm2_abc"), Verdict::NotApplicable);
    }
}
