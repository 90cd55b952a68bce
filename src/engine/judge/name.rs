//! What a name says.

use super::{
    super::assignment::{self, Assignment, Sort},
    evidence::Evidence,
    notes::Notes,
    words,
};

/// How far before a name a look is worth, bytes.
const NEAR: usize = 40;

/// Observes what the name says of the value.
pub(super) fn observe(bytes: &[u8], found: &Assignment, seen: &mut Notes) {
    let name = &bytes[found.name.clone()];
    let lower = String::from_utf8_lossy(name).to_ascii_lowercase();
    let words: Vec<&str> = assignment::words(name).filter_map(|at| lower.get(at)).collect();
    let stem = words.iter().rposition(|word| assignment::speaks(word.as_bytes())).unwrap_or(0);
    seen.note_if(words.iter().skip(stem + 1).any(|word| words::ABOUT.contains(word)), Evidence::NameOfSomethingElse);
    seen.note_if(member(name), Evidence::NameOfSomethingElse);
    // What stands before the last dot is where the name belongs: `config.key` is no key of a configuration.
    let last = assignment::words(name.rsplit(|byte| *byte == b'.').next().unwrap_or(name)).count();
    let own = &words[words.len() - last..];
    seen.note_if(own.iter().any(|word| words::DIGESTED.contains(word)), Evidence::Digested);
    seen.note_if(words.iter().any(|word| words::MADE_UP.contains(word)), Evidence::MadeUpName);
    let public = || own.iter().any(|word| words::PUBLIC.contains(word)) || beside_public(bytes, found);
    seen.note_if(found.sort != Sort::Password && public(), Evidence::PublicName);
    let repeats = |word: &&str| bytes[found.value.clone()].eq_ignore_ascii_case(word.as_bytes());
    seen.note_if(words.iter().take(stem).any(repeats), Evidence::RepeatsName);
    // `db_pass = settings["db_pass"]`: what is looked up goes by the same name.
    let own_part = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    seen.note_if(bytes[found.value.clone()].eq_ignore_ascii_case(own_part), Evidence::NamesItself);
    let compound = |word: &str| word.len() >= 6 && word.ends_with("key");
    seen.note_if(
        words.iter().take(stem).any(|word| strong(word)) || words.get(stem).is_some_and(|word| compound(word)),
        Evidence::StrongName,
    );
    seen.note_if(words.len() == 1 && lower.len() <= 5 && found.sort == Sort::Key, Evidence::BareName);
    seen.note_if(environment(bytes, found), Evidence::Environment);
}

/// `password.encode`: a member of a credential that is not the credential.
fn member(name: &[u8]) -> bool {
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let last = parts.next().unwrap_or_default();
    let speaks = |part: &[u8]| assignment::words(part).any(|at| assignment::speaks(&part[at]));
    parts.next().is_some() && !speaks(last) && !words::VALUES.contains(String::from_utf8_lossy(last).to_ascii_lowercase().as_str())
}

/// What the word of the name speaks of.
pub(super) fn of_sort(sort: Sort) -> Evidence {
    match sort {
        Sort::Password => Evidence::PasswordName,
        Sort::Secret => Evidence::SecretName,
        Sort::Token => Evidence::TokenName,
        Sort::Key => Evidence::KeyName,
        Sort::Auth => Evidence::AuthName,
        Sort::Otp => Evidence::OtpName,
    }
}

/// A word that says what the credential opens.
fn strong(word: &str) -> bool {
    words::STRONG.contains(word) || (word.len() > 6 && assignment::speaks(word.as_bytes()))
}

/// `PublicKey{ Key: "…" }`.
fn beside_public(bytes: &[u8], found: &Assignment) -> bool {
    let near = &bytes[found.name.start.saturating_sub(NEAR)..found.name.start];
    found.sort == Sort::Key && words::PUBLIC_KEYS.is_match(near)
}

/// `DB_PASSWORD=value`, as shells and files of variables have it.
fn environment(bytes: &[u8], found: &Assignment) -> bool {
    let name = &bytes[found.name.clone()];
    found.quote.is_none()
        && bytes.get(found.name.end) == Some(&b'=')
        && found.value.start == found.name.end + 1
        && name.contains(&b'_')
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}
