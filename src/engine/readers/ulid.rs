//! ULIDs (Paddle): 26 characters of Crockford's base 32, of which the first ten count milliseconds.

use super::{Found, Reading, text};

/// Crockford's alphabet: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Takes the first ULID of the secret as public name and its moment as date of issue.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let mut reading = Reading::default();
    let run = secret.split(|byte| !byte.is_ascii_alphanumeric()).find(|run| run.len() == 26);
    if let Some((id, milliseconds)) = run.and_then(|run| Some((run, milliseconds(run)?))) {
        reading.issued = i64::try_from(milliseconds / 1000).ok().and_then(text::whole_seconds);
        reading.name(String::from_utf8_lossy(id));
    }
    reading
}

/// The number that the first ten characters make; all of them must be of the alphabet, the first one at most 7.
fn milliseconds(id: &[u8]) -> Option<u64> {
    let digit = |byte: &u8| ALPHABET.iter().position(|known| *known == byte.to_ascii_lowercase()).map(|at| at as u64);
    let digits: Vec<u64> = id.iter().map(digit).collect::<Option<_>>()?;
    (digits[0] <= 7).then(|| digits[..10].iter().fold(0, |acc, digit| acc << 5 | digit))
}

#[cfg(test)]
mod tests {
    use super::{super::alone, read};

    #[test]
    fn the_published_example_holds() {
        let token = format!("pdl_live_apikey_{}_{}_abc", "01arz3ndektsv4rrffq69g5fav", "q".repeat(22));
        let reading = read(&alone(token.as_bytes()));
        assert_eq!(reading.issued.map(|t| t.0), Some(1_469_922_850));
        assert_eq!(reading.handle.as_deref(), Some("01arz3ndektsv4rrffq69g5fav"));
    }
}
