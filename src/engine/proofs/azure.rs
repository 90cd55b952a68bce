//! Keys of Microsoft's clouds that say what they are: a signature at a fixed place and a checksum behind it.
//!
//! The layouts are published with Microsoft's `security-utilities`: identifiable keys and common annotated keys (Marvin32), client
//! secrets of Entra (Marvin32, cut to three characters) and the older personal access tokens of Azure DevOps (CRC-32).

use crc::{CRC_32_ISO_HDLC, Crc};
use data_encoding::{BASE32_NOPAD, BASE64, BASE64_NOPAD, BASE64URL_NOPAD};

use super::{Verdict, marvin::checksum};

/// A seed is eight characters of ASCII, the first one in the highest byte.
const fn seed(text: [u8; 8]) -> u64 {
    u64::from_be_bytes(text)
}

/// Seeds of Service Bus, Event Hubs and Relay, by what the key may do.
const MESSAGING: &[u64] = &[seed(*b"Send0000"), seed(*b"Listen00"), seed(*b"Manage00"), seed(*b"System00"), seed(*b"Unknown0")];

/// Seeds of Cosmos DB.
const COSMOS: &[u64] = &[
    seed(*b"MastRO00"),
    seed(*b"MastRW00"),
    seed(*b"SystRO00"),
    seed(*b"SystRW00"),
    seed(*b"SysAll00"),
    seed(*b"Resour00"),
    seed(*b"Encryp00"),
];

/// The keys of one service.
struct Service {
    /// Four characters before the checksum.
    signature: &'static [u8; 4],
    /// Seeds of its kinds of key.
    seeds: &'static [u64],
    /// Whether a key that fits no seed is certainly wrong. Not where keys are rewritten after they were made (Redis) or where the
    /// published seeds may not be all (API Management, Event Grid).
    complete: bool,
}

/// All services with a published signature and seed.
const SERVICES: &[Service] = &[
    Service { signature: b"+ASb", seeds: MESSAGING, complete: true },
    Service { signature: b"+AEh", seeds: MESSAGING, complete: true },
    Service { signature: b"+ARm", seeds: MESSAGING, complete: true },
    Service { signature: b"+ABa", seeds: &[seed(*b"AbAcct00")], complete: true },
    Service { signature: b"AzFu", seeds: &[seed(*b"Functi00"), seed(*b"Master00"), seed(*b"System00")], complete: true },
    Service { signature: b"ACDb", seeds: COSMOS, complete: true },
    Service { signature: b"+ASt", seeds: &[seed(*b"Default0")], complete: true },
    Service { signature: b"AzSe", seeds: &[seed(*b"Query000"), seed(*b"PAdmin00")], complete: true },
    Service { signature: b"+AMC", seeds: &[seed(*b"Classic0")], complete: true },
    Service { signature: b"+ACR", seeds: &[seed(*b"ACRDflt0")], complete: true },
    Service { signature: b"AIoT", seeds: &[seed(*b"IoTHub00"), seed(*b"DpsKey00"), seed(*b"Device00")], complete: true },
    Service { signature: b"AzCa", seeds: &[seed(*b"Access00")], complete: false },
    Service {
        signature: b"APIM",
        seeds: &[seed(*b"Tenant00"), seed(*b"IoTHub00"), seed(*b"Gatewy00"), seed(*b"GitKey00")],
        complete: false,
    },
    Service { signature: b"AZEG", seeds: &[seed(*b"SendRecv")], complete: false },
];

/// Characters of base64 that hold the checksum.
const CHECKSUM_TEXT: usize = 6;

/// Where a common annotated key says that it is one.
const ANNOTATION: std::ops::Range<usize> = 52..56;

/// Characters of a common annotated key that are summed.
const ANNOTATED: usize = 80;

/// The bytes of base64 text of either alphabet, without its padding; bits that fill no byte are ignored.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let plain: Vec<u8> = text
        .iter()
        .map(|byte| {
            if *byte == b'-' {
                b'+'
            } else if *byte == b'_' {
                b'/'
            } else {
                *byte
            }
        })
        .collect();
    let mut lenient = BASE64_NOPAD.specification();
    lenient.check_trailing_bits = false;
    lenient.encoding().ok()?.decode(&plain).ok()
}

/// Text without the `=` at its end.
fn unpadded(text: &[u8]) -> &[u8] {
    text.iter().rposition(|byte| *byte != b'=').map_or(&[], |at| &text[..=at])
}

/// The service whose signature ends `body`.
fn service(body: &[u8]) -> Option<&'static Service> {
    let signature = body.last_chunk::<4>()?;
    SERVICES.iter().find(|service| service.signature == signature)
}

/// Checks the Marvin32 of an identifiable key or of a common annotated key.
pub(super) fn judge_identifiable(secret: &[u8]) -> Verdict {
    let text = unpadded(secret);
    if text.get(ANNOTATION) == Some(b"JQQJ") {
        return judge_annotated(text);
    }
    let Some(service) = text.len().checked_sub(CHECKSUM_TEXT).and_then(|at| service(&text[..at])) else { return Verdict::NotApplicable };
    let Some(bytes) = decode(text).filter(|bytes| bytes.len() >= 24) else { return Verdict::Invalid };
    let (body, last) = bytes.split_last_chunk::<4>().expect("there are at least 24 bytes");
    let fits = service.seeds.iter().any(|seed| checksum(body, *seed) == u32::from_le_bytes(*last));
    match (fits, service.complete) {
        (true, _) => Verdict::Valid,
        (false, true) => Verdict::Invalid,
        (false, false) => Verdict::NotApplicable,
    }
}

/// Checks a common annotated key. Some are published with another encoding of the checksum, so a misfit refutes nothing.
fn judge_annotated(text: &[u8]) -> Verdict {
    match text.get(..ANNOTATED).and_then(sum_identifiable) {
        Some(sum) if sum == text[ANNOTATED..] => Verdict::Valid,
        _ => Verdict::NotApplicable,
    }
}

/// The checksum text behind a signature, padded to whole groups of base64.
pub(super) fn sum_identifiable(body: &[u8]) -> Option<Vec<u8>> {
    if body.get(ANNOTATION) == Some(b"JQQJ") {
        let sum = checksum(&decode(body).filter(|bytes| bytes.len() == 60)?, seed(*b"Default0")).to_le_bytes();
        return Some(BASE64.encode(&sum[..3]).into_bytes());
    }
    let service = service(body)?;
    let mut bytes = decode(&[body, &[b'A'; CHECKSUM_TEXT]].concat()).filter(|bytes| bytes.len() >= 24)?;
    let (summed, last) = bytes.split_last_chunk_mut::<4>()?;
    *last = checksum(summed, service.seeds[0]).to_le_bytes();
    let url = body.iter().any(|byte| matches!(byte, b'-' | b'_')) || service.signature == b"AzFu";
    let text = if url { BASE64URL_NOPAD.encode(&bytes) } else { BASE64_NOPAD.encode(&bytes) };
    let tail = text.as_bytes().strip_prefix(body)?;
    Some([tail, &b"=="[..text.len().next_multiple_of(4) - text.len()]].concat())
}

/// Alphabet of client secrets of Entra, in the order of its values.
const ENTRA: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

/// Checks the three characters at the end of a client secret with `8Q~`; those with `7Q~` have none.
pub(super) fn judge_entra(secret: &[u8]) -> Verdict {
    let Some((body, last)) = secret.len().checked_sub(3).map(|at| secret.split_at(at)) else { return Verdict::NotApplicable };
    match sum_entra(body) {
        None => Verdict::NotApplicable,
        Some(sum) if sum == last => Verdict::Valid,
        Some(_) => Verdict::Invalid,
    }
}

/// The first three of the six digits of base 66 that the Marvin32 of a client secret makes.
pub(super) fn sum_entra(body: &[u8]) -> Option<Vec<u8>> {
    let base = u32::try_from(ENTRA.len()).expect("an alphabet is short");
    let sum = checksum(body, seed(*b"AadPwd00"));
    let digit = |place: u32| ENTRA[(sum / base.pow(place) % base) as usize];
    (body.len() >= 30 && body.get(3..6) == Some(b"8Q~")).then(|| vec![digit(5), digit(4), digit(3)])
}

/// What the CRC-32 of an older personal access token is mixed with: users, applications.
const DEVOPS: [u32; 2] = [0xe0b9_692d, 0x1019_f92e];

/// Checks an older personal access token of Azure DevOps: 52 characters of base32, with the bytes of the checksum strewn among the others.
pub(super) fn judge_devops(secret: &[u8]) -> Verdict {
    let mut lenient = BASE32_NOPAD.specification();
    lenient.check_trailing_bits = false;
    let decoded = lenient.encoding().ok().and_then(|base32| base32.decode(&secret.to_ascii_uppercase()).ok());
    let Some(bytes) = decoded.filter(|bytes| bytes.len() == 32) else { return Verdict::NotApplicable };
    let body = [&bytes[..2], &bytes[3..7], &bytes[9..22], &bytes[23..]].concat();
    let told = u32::from_le_bytes([bytes[22], bytes[8], bytes[7], bytes[2]]);
    let sum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&body);
    if DEVOPS.iter().any(|mixed| sum ^ mixed == told) { Verdict::Valid } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::{
        BASE32_NOPAD, CRC_32_ISO_HDLC, Crc, DEVOPS, SERVICES, Verdict, judge_devops, judge_entra, judge_identifiable, sum_entra,
        sum_identifiable,
    };

    #[test]
    fn a_sum_completes_a_key_of_every_service_and_length() {
        for (service, length) in SERVICES.iter().flat_map(|service| [33, 42, 44, 76].map(|length| (service, length))) {
            let mut key = "aB3dE5gH7jK".repeat(8).into_bytes()[..length].to_vec();
            key.extend(service.signature);
            key.extend(sum_identifiable(&key).expect("a signature at its place"));
            assert_eq!((judge_identifiable(&key), key.len() % 4), (Verdict::Valid, 0));
            key[7] ^= 1;
            let expected = if service.complete { Verdict::Invalid } else { Verdict::NotApplicable };
            assert_eq!(judge_identifiable(&key), expected);
        }
        assert_eq!(judge_identifiable(&[b'a'; 44]), Verdict::NotApplicable);
    }

    #[test]
    fn common_annotated_keys_have_a_short_checksum() {
        let mut key = format!("{}JQQJ99{}AAABAZDO", "aB3dE5gH7jKmN".repeat(4), "BJACAAAAAAAAAA").into_bytes();
        assert_eq!(key.len(), 80);
        key.extend(sum_identifiable(&key).expect("eighty characters"));
        assert_eq!(judge_identifiable(&key), Verdict::Valid);
        key[7] ^= 1;
        assert_eq!(judge_identifiable(&key), Verdict::NotApplicable);
    }

    #[test]
    fn client_secrets_of_entra_end_in_three_characters_of_checksum() {
        let mut secret = format!("aB38Q~{}", "dE5gH7jKmN".repeat(4).split_at(31).0).into_bytes();
        secret.extend(sum_entra(&secret).expect("the mark at its place"));
        assert_eq!((judge_entra(&secret), secret.len()), (Verdict::Valid, 40));
        secret[20] ^= 1;
        assert_eq!(judge_entra(&secret), Verdict::Invalid);
        assert_eq!(judge_entra(b"aB37Q~"), Verdict::NotApplicable);
    }

    #[test]
    fn older_devops_tokens_carry_a_crc_among_their_bytes() {
        let mut bytes: Vec<u8> = (0..32).map(|i: u8| i.wrapping_mul(37)).collect();
        let body = [&bytes[..2], &bytes[3..7], &bytes[9..22], &bytes[23..]].concat();
        let sum = (Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&body) ^ DEVOPS[0]).to_le_bytes();
        (bytes[22], bytes[8], bytes[7], bytes[2]) = (sum[0], sum[1], sum[2], sum[3]);
        let mut token = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase().into_bytes();
        assert_eq!((judge_devops(&token), token.len()), (Verdict::Valid, 52));
        token[3] = if token[3] == b'a' { b'b' } else { b'a' };
        assert_eq!(judge_devops(&token), Verdict::Invalid);
        assert_eq!(judge_devops(b"short"), Verdict::NotApplicable);
    }
}
