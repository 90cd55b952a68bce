//! Bech32 (BIP 173), with which age writes its identities.

use super::Verdict;

/// The 32 characters of bech32, in the order of their values.
const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The generators of the BCH code, one for each bit that falls out.
const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

/// One step of the code.
fn step(state: u32, value: u8) -> u32 {
    let top = state >> 25;
    let mixed = ((state & 0x01ff_ffff) << 5) ^ u32::from(value);
    GENERATORS.iter().enumerate().fold(mixed, |acc, (bit, generator)| if top >> bit & 1 == 1 { acc ^ generator } else { acc })
}

/// The state after the human part and the data characters; `None` where the text is no bech32 (mixed case, no `1`, foreign characters).
fn state(text: &[u8]) -> Option<(u32, usize)> {
    let upper = text.iter().any(u8::is_ascii_uppercase);
    if upper && text.iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let border = memchr::memrchr(b'1', &lower).filter(|at| *at > 0)?;
    let (human, data) = (&lower[..border], &lower[border + 1..]);
    let high = human.iter().fold(1, |acc, byte| step(acc, byte >> 5));
    let whole = human.iter().fold(step(high, 0), |acc, byte| step(acc, byte & 31));
    let value = |byte: &u8| ALPHABET.iter().position(|c| c == byte).and_then(|at| u8::try_from(at).ok());
    let end = data.iter().try_fold(whole, |acc, byte| value(byte).map(|value| step(acc, value)))?;
    Some((end, data.len()))
}

/// Checks the six characters at the end.
pub(super) fn judge(secret: &[u8]) -> Verdict {
    match state(secret) {
        Some((1, length)) if length >= 6 => Verdict::Valid,
        _ => Verdict::Invalid,
    }
}

/// The six characters for a human part, `1` and data.
pub(super) fn sum(body: &[u8]) -> Option<Vec<u8>> {
    let (before, _) = state(body)?;
    let code = (0..6).fold(before, |acc, _| step(acc, 0)) ^ 1;
    let text: Vec<u8> = (0..6).map(|i| ALPHABET[(code >> (5 * (5 - i)) & 31) as usize]).collect();
    Some(if body.iter().any(u8::is_ascii_uppercase) { text.to_ascii_uppercase() } else { text })
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge, sum};

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for text in [
            "A12UEL5L",
            "a12uel5l",
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
        ] {
            assert_eq!(judge(text.as_bytes()), Verdict::Valid, "{text}");
        }
        for text in ["A12uEL5L", "a12uel5m", "1qzzfhee", "pzry9x0s0muk", ""] {
            assert_eq!(judge(text.as_bytes()), Verdict::Invalid, "{text}");
        }
    }

    #[test]
    fn a_sum_completes_an_identity() {
        let mut identity = format!("AGE-SECRET-KEY-1{}", "QPZRY9X8GF2TVDW0".repeat(4).split_at(52).0).into_bytes();
        identity.extend(sum(&identity).expect("a human part and data"));
        assert_eq!(judge(&identity), Verdict::Valid);
        identity[20] = if identity[20] == b'Q' { b'P' } else { b'Q' };
        assert_eq!(judge(&identity), Verdict::Invalid);
    }
}
