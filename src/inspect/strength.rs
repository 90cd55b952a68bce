//! Whether a secret could be guessed: then not even a keyed digest of it may lie in a public place.

use crate::{
    model::{Credential, Fingerprint, Kind, Pepper, Secret},
    rules::Rule,
};

/// From so many bits on nobody guesses.
const ENOUGH: f64 = 80.0;
/// A secret of fewer different bytes repeats itself.
const LEAST_VARIETY: usize = 8;

/// The digest under the salt of a baseline; `None` for what people make up (passwords, values known only by a name beside them)
/// and for what is too short.
pub(super) fn digest(rule: &Rule, credential: &Credential, raw: &[u8], salt: &Pepper) -> Option<Fingerprint> {
    let made_up = matches!(credential.kind, Kind::Password | Kind::ConnectionString) || rule.form.assignment;
    let random = &raw[rule.form.public.min(raw.len())..];
    (!made_up && bits(random) >= ENOUGH).then(|| Secret::new(raw).fingerprint(salt))
}

/// How many bits a machine put into so many characters of such an alphabet; none where they hardly differ.
fn bits(random: &[u8]) -> f64 {
    let mut seen = [false; 256];
    random.iter().for_each(|b| seen[usize::from(*b)] = true);
    let has = |class: fn(&u8) -> bool| (0..=u8::MAX).any(|b| seen[usize::from(b)] && class(&b));
    let size = |class, size| if has(class) { size } else { 0.0 };
    let alphabet: f64 = size(u8::is_ascii_digit, 10.0) + size(u8::is_ascii_lowercase, 26.0) + size(u8::is_ascii_uppercase, 26.0);
    // Hexadecimal digits are no more than sixteen, whatever their class.
    let hexadecimal = random.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let alphabet = if hexadecimal { alphabet.min(16.0) } else { alphabet };
    if seen.iter().filter(|s| **s).count() < LEAST_VARIETY || alphabet < 2.0 {
        return 0.0;
    }
    f64::from(u32::try_from(random.len()).unwrap_or(u32::MAX)) * alphabet.log2()
}

#[cfg(test)]
mod tests {
    use super::bits;

    #[test]
    fn length_and_alphabet_count_and_repetition_does_not() {
        assert!(bits(b"0123456789abcdef01234567") >= 80.0);
        assert!(bits(b"0123456789abcdef") < 80.0);
        assert!(bits(b"ABCDEFGHIJK23456") >= 80.0);
        assert!(bits(&[b'a'; 100]) < 1.0);
        assert!(bits(b"12345678") < 80.0);
    }
}
