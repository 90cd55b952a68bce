//! Filters on the mere statistics of a secret.

use super::Verdict;

/// Shannon entropy of the bytes, in bits per byte.
fn bits_per_byte(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = f64::from(u32::try_from(bytes.len().max(1)).unwrap_or(u32::MAX));
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// Drops a secret whose entropy is below `least` bits per byte.
pub(super) fn at_least(secret: &[u8], least: f64) -> Verdict {
    if bits_per_byte(secret) < least { Verdict::Drop } else { Verdict::NotApplicable }
}

/// Drops a secret without a digit or without a letter: a word or a number.
pub(super) fn mixed(secret: &[u8]) -> Verdict {
    let both = secret.iter().any(u8::is_ascii_digit) && secret.iter().any(u8::is_ascii_alphabetic);
    if both { Verdict::NotApplicable } else { Verdict::Drop }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, at_least, bits_per_byte, mixed};

    #[test]
    fn entropy_counts_bits_per_byte() {
        assert!(bits_per_byte(b"aaaa").abs() < 1e-9);
        assert!((bits_per_byte(b"aabb") - 1.0).abs() < 1e-9);
        assert!((bits_per_byte(b"0123456789abcdef") - 4.0).abs() < 1e-9);
        assert_eq!(at_least(b"aabb", 1.5), Verdict::Drop);
        assert_eq!(at_least(b"aabb", 1.0), Verdict::NotApplicable);
        assert_eq!(at_least(b"", 0.5), Verdict::Drop);
    }

    #[test]
    fn mixed_wants_a_digit_and_a_letter() {
        assert_eq!(mixed(b"onlyletters"), Verdict::Drop);
        assert_eq!(mixed(b"0123"), Verdict::Drop);
        assert_eq!(mixed(b"a1"), Verdict::NotApplicable);
    }
}
