//! KSUIDs (ngrok): 27 characters of base 62, of which the first 32 bits count seconds.

use super::{Found, Reading, text};

/// First second of KSUID time, 2014-05-13.
const EPOCH: i64 = 1_400_000_000;

/// Takes the first KSUID of the secret as public name and its moment as date of issue.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let secret = found.secret();
    let mut reading = Reading::default();
    let run = secret.split(|byte| !byte.is_ascii_alphanumeric()).find(|run| run.len() == 27);
    if let Some((id, issued)) = run.and_then(|run| Some((run, seconds(run)?))) {
        reading.issued = text::whole_seconds(EPOCH + i64::from(issued));
        reading.name(String::from_utf8_lossy(id));
    }
    reading
}

/// The first four of the twenty bytes; `None` where the number is larger than twenty bytes.
fn seconds(id: &[u8]) -> Option<u32> {
    let mut bytes = [0_u8; 20];
    for digit in id {
        let mut carry = match digit {
            b'0'..=b'9' => digit - b'0',
            b'A'..=b'Z' => digit - b'A' + 10,
            _ => digit - b'a' + 36,
        };
        for byte in bytes.iter_mut().rev() {
            let [high, low] = (u16::from(*byte) * 62 + u16::from(carry)).to_be_bytes();
            (*byte, carry) = (low, high);
        }
        if carry > 0 {
            return None;
        }
    }
    Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests {
    use super::{super::alone, read};

    #[test]
    fn the_published_example_holds() {
        let token = format!("{}_{}", "0ujtsYcgvSTl8PAuAdqWYSMnLOv", "a1".repeat(10));
        let reading = read(&alone(token.as_bytes()));
        assert_eq!(reading.issued.map(|t| t.0), Some(1_507_608_047));
        assert_eq!(reading.handle.as_deref(), Some("0ujtsYcgvSTl8PAuAdqWYSMnLOv"));
    }

    #[test]
    fn a_number_that_is_too_large_dates_nothing() {
        assert_eq!(read(&alone("z".repeat(27).as_bytes())).issued, None);
    }
}
