//! What a value looks like.

use super::{
    super::{
        assignment::{Assignment, Sort},
        proofs::service_default,
    },
    evidence::Evidence,
    likeness,
    makeup::Makeup,
    notes::Notes,
    regular, shapes, spelled, words,
};

/// How public keys and certificates begin.
const PUBLIC: &[&[u8]] = &[
    b"ssh-rsa ",
    b"ssh-ed25519 ",
    b"ecdsa-sha2",
    b"MIIBIjANBg",
    b"MIGfMA0GCS",
    b"MFwwDQYJKo",
    b"MFkwEwYHKo",
    b"MCowBQYDK2V",
    b"MIICIjANBg",
    b"AAAAB3NzaC1",
    b"AAAAC3NzaC1",
    b"-----BEGIN PUB",
    b"-----BEGIN CERT",
];

/// Whether a value is certainly no credential: control characters, next to no letters and digits, a number, a public key.
pub(super) fn hopeless(value: &[u8], made: &Makeup, found: &Assignment) -> bool {
    made.digits + made.letters < 3
        || made.controls()
        || (found.quote.is_none() && spelled::literal_number(value))
        || PUBLIC.iter().any(|start| value.first() == start.first() && value.starts_with(start))
}

/// Observes of what the value is made, and tells how much it is like text. All that speaks for a value is told here.
pub(super) fn look(value: &[u8], made: &Makeup, found: &Assignment, seen: &mut Notes) -> i32 {
    let Makeup { digits, letters, .. } = *made;
    let likeness = likeness::of_made(value, made);
    let password = found.sort == Sort::Password;
    let uuid = shapes::uuid(value);
    seen.note(match likeness {
        _ if uuid => Evidence::Uuid,
        _ if digits == value.len() => Evidence::Undecided,
        5.. if password && digits > 0 => Evidence::Undecided,
        5..=11 if password => Evidence::Word,
        12.. if password => Evidence::Words,
        ..=-40 => Evidence::CertainlyRandom,
        -39..=-15 => Evidence::Random,
        -14..=-5 => Evidence::RatherRandom,
        -4..=4 => Evidence::Undecided,
        5..=11 => Evidence::RatherText,
        _ => Evidence::Text,
    });
    seen.note(match value.len() {
        ..8 => Evidence::Short,
        8..16 => Evidence::Medium,
        16..=200 => Evidence::Long,
        _ => Evidence::VeryLong,
    });
    seen.note_if(!password && value.len() < 16, Evidence::ShortKey);
    seen.note_if(digits > 0 && letters > 0, Evidence::Mixed);
    seen.note_if(digits == value.len(), Evidence::Digits);
    seen.note_if(made.signs(), Evidence::Signs);
    seen.note_if(made.blanks(), Evidence::Blanks);
    seen.note_if(made.foreign(), Evidence::Foreign);
    seen.note_if(spelled::byte_list(value), Evidence::ByteList);
    seen.note_if(value.len() >= 32 && value.len().is_multiple_of(8) && made.hexadecimal(), Evidence::Hexadecimal);
    seen.note_if(value.len() >= 16 && value.ends_with(b"=") && digits + letters > value.len() - 6, Evidence::Padded);
    likeness
}

/// Observes what the value looks like that is no credential.
pub(super) fn shape(value: &[u8], found: &Assignment, seen: &mut Notes) {
    seen.note_if(shapes::path(value), Evidence::Path);
    seen.note_if(shapes::address(value), Evidence::Address);
    seen.note_if(shapes::version(value), Evidence::Version);
    seen.note_if(found.sort != Sort::Password && shapes::number(value), Evidence::Number);
    seen.note_if(regular::regular(value), Evidence::Regular);
    seen.note_if(shapes::constant(value), Evidence::Constant);
    if found.quote.is_none() {
        seen.note_if(!seen.has(Evidence::InString) && shapes::identifier(value), Evidence::BareWord);
        seen.note_if(shapes::code(value), Evidence::Expression);
    } else {
        seen.note_if(shapes::code(value) && value.contains(&b'('), Evidence::QuotedExpression);
    }
}

/// Whether a value has a number that is more than one counted from 1: people put years and days behind a word.
fn own_number(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    let counted = b"1234567890".starts_with(&digits) || digits.iter().all(|digit| *digit == digits[0]);
    digits.len() >= 3 && !counted
}

/// Observes the words that the value holds.
pub(super) fn sample(value: &[u8], likeness: i32, seen: &mut Notes) {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_ascii_alphabetic());
    let sample = words::SAMPLES.contains(core) || core.strip_suffix("password").is_some_and(|head| head.len() < 8);
    if !core.is_empty() && sample {
        let own = seen.has(Evidence::PasswordName) && own_number(value);
        seen.note(if own { Evidence::SampleAndNumber } else { Evidence::Sample });
    }
    seen.note_if(service_default(value), Evidence::ServiceDefault);
    seen.note_if(spelled::spelled_text(value), Evidence::SpelledText);
    seen.note_if(spelled::escaped_bytes(value), Evidence::EscapedBytes);
    seen.note_if(words::HOLES.is_match(&lower), Evidence::Placeholder);
    let says = (lower.len() < 40 || likeness > 0) && words::CREDENTIALS.is_match(&lower);
    seen.note_if(says, Evidence::SpeaksOfCredentials);
}
