//! Key ids of AWS: newer ones carry the number of the account that owns them.

use data_encoding::BASE32_NOPAD;

use super::{Found, Reading};

/// Largest account number: twelve digits.
const LAST_ACCOUNT: u64 = 999_999_999_999;

/// The account of a key id: 40 bits behind the bit that marks the newer generation. Ids made before 2019 have that bit clear and
/// tell no account.
pub(super) fn account(id: &[u8]) -> Option<String> {
    let body = BASE32_NOPAD.decode(id.get(4..20)?).ok()?;
    let bits = body[..6].iter().fold(0_u64, |acc, byte| acc << 8 | u64::from(*byte));
    let account = (bits & 0x7fff_ffff_ff80) >> 7;
    (bits >> 47 == 1 && account <= LAST_ACCOUNT).then(|| format!("{account:012}"))
}

/// Takes the account; the id is its own public name.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let id = found.secret();
    let mut reading = Reading::default();
    let plausible = (16..=32).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if plausible {
        reading.name(String::from_utf8_lossy(id));
        reading.note_some("account", account(id));
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::{super::alone, account, read};

    #[test]
    fn published_pairs_of_id_and_account_hold() {
        assert_eq!(account(["ASIA", "Y34FZKBOKMUTVV7A"].concat().as_bytes()).as_deref(), Some("609629065308"));
        assert_eq!(account(["ASIA", "QNZGKIQY56JQ7WML"].concat().as_bytes()).as_deref(), Some("029608264753"));
    }

    #[test]
    fn ids_of_the_older_generation_tell_no_account() {
        assert_eq!(account(["AKIA", "IOSFODNN7EXAMPLE"].concat().as_bytes()), None);
        assert_eq!(account(["AKIA", "7777777777777777"].concat().as_bytes()), None);
        assert_eq!(account(b"AKIA"), None);
    }

    #[test]
    fn the_id_is_the_handle() {
        let id = ["AKIA", "Y34FZKBOKMUTVV7A"].concat();
        assert_eq!(read(&alone(id.as_bytes())).handle, Some(id));
    }
}
