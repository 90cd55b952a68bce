//! Key ids of AWS: four letters and sixteen characters of base32.

use super::Verdict;

/// Checks the alphabet. The id has no check value, only the owner's account inside, which almost any text could hold: a good
/// shape proves nothing and is not called valid.
pub(super) fn judge(secret: &[u8]) -> Verdict {
    let body = secret.get(4..).unwrap_or_default();
    let base32 = body.len() >= 16 && body.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'));
    if base32 { Verdict::NotApplicable } else { Verdict::Invalid }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge};

    #[test]
    fn digits_that_base32_has_not_are_refuted() {
        assert_eq!(judge(format!("AKIA{}", "Q2W3".repeat(4)).as_bytes()), Verdict::NotApplicable);
        assert_eq!(judge(format!("AKIA{}", "Q0W1".repeat(4)).as_bytes()), Verdict::Invalid);
        assert_eq!(judge(b"AKI"), Verdict::Invalid);
    }
}
