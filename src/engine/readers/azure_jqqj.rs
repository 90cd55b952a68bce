//! Common annotated keys of Microsoft: month of creation and service stand in clear.

use super::{Found, Reading};
use crate::model::Time;

/// The mark that says what the key is.
const MARK: &[u8] = b"JQQJ9";

/// Characters from the mark to the four letters of the service.
const TO_SERVICE: usize = 24;

/// Year of the letter `A`, on the scale of base64.
const FIRST_YEAR: i16 = 2024;

/// Takes the month of creation, the service and whether the key was derived from another one.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let mut reading = Reading::default();
    let Some(key) = memchr::memmem::find(secret, MARK).and_then(|at| secret.get(at..at + TO_SERVICE + 4)) else { return reading };
    reading.issued = month(key[6], key[7]);
    reading.note("service", String::from_utf8_lossy(&key[TO_SERVICE..]));
    reading.note_some(
        "form",
        [(b'9', "primary"), (b'D', "derived"), (b'H', "hashed")].iter().find(|(letter, _)| *letter == key[5]).map(|(_, form)| form),
    );
    reading
}

/// The first day of the month that two letters name.
fn month(year: u8, month: u8) -> Option<Time> {
    let since = match year {
        b'A'..=b'Z' => year - b'A',
        b'a'..=b'z' => year - b'a' + 26,
        _ => return None,
    };
    let month = matches!(month, b'A'..=b'L').then(|| month - b'A' + 1)?;
    Time::parse(&format!("{}-{month:02}-01T00:00:00Z", FIRST_YEAR + i16::from(since)))
}

#[cfg(test)]
mod tests {
    use super::{super::alone, read};

    #[test]
    fn the_month_of_creation_stands_in_clear() {
        let key = format!("{}JQQJ99{}{}AAABAZDO1234", "q".repeat(52), "BC", "A".repeat(12));
        let reading = read(&alone(key.as_bytes()));
        assert_eq!(reading.issued.map(|t| t.to_string()).as_deref(), Some("2025-03-01T00:00:00Z"));
        assert_eq!((reading.attributes["service"].as_str(), reading.attributes["form"].as_str()), ("AZDO", "primary"));
    }

    #[test]
    fn a_month_that_is_none_dates_nothing() {
        let key = format!("{}JQQJ99{}{}", "q".repeat(52), "AZ", "A".repeat(24));
        assert_eq!(read(&alone(key.as_bytes())).issued, None);
    }
}
