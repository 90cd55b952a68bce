//! CRC-32 check values at the end of tokens, in the dialects of their makers.
//!
//! All take the CRC-32 of ISO 3309 (zlib); they differ in what is summed, in the order of the bytes and in the alphabet.

use crc::{CRC_32_ISO_HDLC, Crc};
use data_encoding::BASE64;

use super::Verdict;

/// The one polynomial that all of them use.
const CRC32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Digits, upper case, lower case: the order in which the published tokens verify.
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Lower-case base 36, as GitLab writes it.
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `number` in the base of `alphabet`, zero-padded to `width`.
fn digits(mut number: u32, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = u32::try_from(alphabet.len()).expect("an alphabet is short");
    let mut text = vec![alphabet[0]; width];
    for place in text.iter_mut().rev() {
        *place = alphabet[(number % base) as usize];
        number /= base;
    }
    text
}

/// What stands behind the first `_`; the whole where there is none.
fn unprefixed(text: &[u8]) -> &[u8] {
    memchr::memchr(b'_', text).map_or(text, |at| &text[at + 1..])
}

/// Compares the last `width` bytes with the sum of what stands before.
fn compare(secret: &[u8], width: usize, sum: fn(&[u8]) -> Option<Vec<u8>>) -> Verdict {
    let Some((body, last)) = secret.len().checked_sub(width).map(|at| secret.split_at(at)) else { return Verdict::NotApplicable };
    match sum(body) {
        None => Verdict::NotApplicable,
        Some(expected) if expected == last => Verdict::Valid,
        Some(_) => Verdict::Invalid,
    }
}

/// `prefix_` + body + 6 of base 62: GitHub, npm, Vercel.
pub(super) fn judge_base62(secret: &[u8]) -> Verdict {
    compare(secret, 6, sum_base62)
}

/// The six digits of a body. A body that is not alphanumeric is another format under the same prefix (`ghs_<app>_<jwt>`).
pub(super) fn sum_base62(body: &[u8]) -> Option<Vec<u8>> {
    let summed = unprefixed(body);
    let fits = summed.len() >= 16 && summed.iter().all(u8::is_ascii_alphanumeric);
    fits.then(|| digits(CRC32.checksum(summed), BASE62, 6))
}

/// `prefix_` + body + (`_`) + 8 hexadecimal digits: Cloudflare, Zuplo.
pub(super) fn judge_hex(secret: &[u8]) -> Verdict {
    compare(secret, 8, sum_hex)
}

/// The eight digits of a body; a `_` that joins them to it is not summed.
pub(super) fn sum_hex(body: &[u8]) -> Option<Vec<u8>> {
    let summed = unprefixed(body.strip_suffix(b"_").unwrap_or(body));
    (summed.len() >= 16).then(|| format!("{:08x}", CRC32.checksum(summed)).into_bytes())
}

/// Everything before + 8 upper-case hexadecimal digits: Atlassian.
pub(super) fn judge_hex_whole(secret: &[u8]) -> Verdict {
    compare(secret, 8, sum_hex_whole)
}

/// The eight digits of everything before, prefix and joining `=` included.
pub(super) fn sum_hex_whole(body: &[u8]) -> Option<Vec<u8>> {
    (body.len() >= 16).then(|| format!("{:08X}", CRC32.checksum(body)).into_bytes())
}

/// Everything before + `_` + 8 hexadecimal digits, lowest byte first: Grafana.
pub(super) fn judge_hex_le(secret: &[u8]) -> Verdict {
    compare(secret, 8, sum_hex_le)
}

/// The eight digits, lowest byte first, of everything before the last `_`.
pub(super) fn sum_hex_le(body: &[u8]) -> Option<Vec<u8>> {
    let summed = body.strip_suffix(b"_")?;
    (summed.len() >= 16).then(|| format!("{:08x}", CRC32.checksum(summed).swap_bytes()).into_bytes())
}

/// `cflt` + body + 6 of base64: Confluent.
pub(super) fn judge_base64_le(secret: &[u8]) -> Verdict {
    compare(secret, 6, sum_base64_le)
}

/// The six characters of a body: the sum's bytes, lowest first, in base64 without padding.
pub(super) fn sum_base64_le(body: &[u8]) -> Option<Vec<u8>> {
    let summed = body.strip_prefix(b"cflt").filter(|rest| rest.len() >= 54).unwrap_or(body);
    let text = BASE64.encode(&CRC32.checksum(summed).to_le_bytes());
    (summed.len() >= 16).then(|| text.as_bytes()[..6].to_vec())
}

/// `prefix` + payload + `.01.` + 2 of base 36 + 7 of base 36: the routable tokens of GitLab.
pub(super) fn judge_base36(secret: &[u8]) -> Verdict {
    compare(secret, 7, sum_base36)
}

/// The seven digits of everything before. Older tokens have no `.NN.LL` and so no check value.
pub(super) fn sum_base36(body: &[u8]) -> Option<Vec<u8>> {
    let frame = body.len().checked_sub(6).map(|at| &body[at..])?;
    let fits = frame[0] == b'.' && frame[3] == b'.' && frame[1..3].iter().all(u8::is_ascii_digit);
    fits.then(|| digits(CRC32.checksum(body), BASE36, 7))
}

#[cfg(test)]
mod tests {
    use super::{BASE36, BASE62, Verdict, digits, judge_base36, judge_base62, judge_hex, judge_hex_le};

    #[test]
    fn numbers_are_padded_with_the_alphabets_zero() {
        assert_eq!(digits(0, BASE62, 6), b"000000");
        assert_eq!(digits(61, BASE62, 6), b"00000z");
        assert_eq!(digits(u32::MAX, BASE62, 6), b"4gfFC3");
        assert_eq!(digits(u32::MAX, BASE36, 7), b"1z141z3");
    }

    #[test]
    fn other_formats_under_the_same_prefix_are_not_judged() {
        let installation = format!("ghs_12345_{}.{}", "eyJhbGciOiJ9", "abc-def");
        assert_eq!(judge_base62(installation.as_bytes()), Verdict::NotApplicable);
        assert_eq!(judge_base36(format!("glpat-{}", "x1".repeat(10)).as_bytes()), Verdict::NotApplicable);
        assert_eq!(judge_hex(b"cfut_short"), Verdict::NotApplicable);
        assert_eq!(judge_hex_le(b"glsa_without-a-second-joint"), Verdict::NotApplicable);
    }
}
