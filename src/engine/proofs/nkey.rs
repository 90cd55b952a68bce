//! Seeds of NATS (`nkeys`): base32 of prefix, 32 bytes and a CRC-16.

use crc::{CRC_16_XMODEM, Crc};
use data_encoding::BASE32_NOPAD;

use super::Verdict;

/// The polynomial that the `nkeys` specification names.
const CRC16: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// Bytes of a seed before its check value: two of prefix, 32 of key.
const BODY: usize = 34;

/// Characters that hold those bytes, the last one in part.
const BODY_TEXT: usize = 54;

/// Checks the CRC-16 in the last two bytes, lowest first.
pub(super) fn judge(secret: &[u8]) -> Verdict {
    let Ok(bytes) = BASE32_NOPAD.decode(secret) else { return Verdict::Invalid };
    match bytes.split_last_chunk::<2>() {
        Some((body, last)) if body.len() == BODY && CRC16.checksum(body) == u16::from_le_bytes(*last) => Verdict::Valid,
        _ => Verdict::Invalid,
    }
}

/// The last four characters of a seed, for its first 54.
pub(super) fn sum(body: &[u8]) -> Option<Vec<u8>> {
    // 54 characters are 270 bits; two more bits end the 34th byte.
    let padded: Vec<u8> = body.iter().copied().chain(*b"AA").collect();
    let bytes = (body.len() == BODY_TEXT).then(|| BASE32_NOPAD.decode(&padded)).and_then(Result::ok)?;
    let mut seed = bytes[..BODY].to_vec();
    let crc = CRC16.checksum(&seed);
    seed.extend(crc.to_le_bytes());
    BASE32_NOPAD.encode(&seed).as_bytes().get(BODY_TEXT..).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge, sum};

    #[test]
    fn a_sum_completes_a_seed() {
        let mut seed = format!("SU{}", "ABCD".repeat(13)).into_bytes();
        seed.extend(sum(&seed).expect("54 characters of base32"));
        assert_eq!(seed.len(), 58);
        assert_eq!(judge(&seed), Verdict::Valid);
        seed[10] = if seed[10] == b'Z' { b'Y' } else { b'Z' };
        assert_eq!(judge(&seed), Verdict::Invalid);
        assert_eq!(judge(b"SUAA"), Verdict::Invalid);
        assert_eq!(sum(b"SU"), None);
    }
}
