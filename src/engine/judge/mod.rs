//! Judges the value of a name: how likely it is a credential, and what speaks for and against it.
//!
//! Everything that is observed is an [`Evidence`] with a weight and a sentence, so that a verdict can be explained and argued with.
//! What depends on the path ([`place`]) is added last: the contents of a git history are read before their paths are known.

pub mod evidence;
pub mod likeness;
pub mod place;
mod shapes;
mod words;

use super::assignment::{self, Assignment, Joint, Sort};
use crate::model::{Confidence, Observed};
use evidence::Evidence;
use likeness::likeness;
use place::Place;

/// The shortest value that can be a password, and the shortest that can be a token.
const SHORTEST: (usize, usize) = (4, 7);

/// From these scores on a value is a credential of low, medium and high confidence.
const LEVELS: [(i32, Confidence); 3] = [(40, Confidence::High), (22, Confidence::Medium), (10, Confidence::Low)];

/// What was observed so far.
#[derive(Debug, Default)]
struct Notes(Observed);

impl Notes {
    fn note(&mut self, evidence: Evidence) {
        self.0.insert(evidence as u8);
    }

    fn note_if(&mut self, holds: bool, evidence: Evidence) {
        if holds {
            self.note(evidence);
        }
    }

    fn has(&self, evidence: Evidence) -> bool {
        self.0.has(evidence as u8)
    }
}

/// The sum of all weights at a place.
pub fn score(observed: Observed, place: Place) -> i32 {
    evidence::weights(observed, place).map(|(_, weight, _)| weight).sum()
}

/// How sure it is that a value is a credential at a place; `None`: it is none.
pub fn level(observed: Observed, place: Place) -> Option<Confidence> {
    let score = score(observed, place);
    LEVELS.iter().find(|(least, _)| score >= *least).map(|(_, level)| *level)
}

/// How sure it may be at best, whatever the place.
pub fn best(observed: Observed) -> Option<Confidence> {
    [Place::Settings, Place::Code, Place::Prose, Place::Machine].into_iter().filter_map(|place| level(observed, place)).max()
}

/// Observes all that speaks for or against the value of a name; `None` where it is certainly no credential.
pub fn observe(bytes: &[u8], found: &Assignment) -> Option<Observed> {
    let value = &bytes[found.value.clone()];
    let password = found.sort == Sort::Password;
    let shortest = if password { SHORTEST.0 } else { SHORTEST.1 };
    let number = found.quote.is_none() && value.starts_with(b"0x") && value.len() < 19;
    if value.len() < shortest || number || shapes::reference(value, found.quote.is_some()) || hopeless(value) {
        return None;
    }
    let mut seen = Notes::default();
    about_name(bytes, found, &mut seen);
    about_joint(bytes, found, &mut seen);
    about_value(value, found, &mut seen);
    about_line(bytes, found, &mut seen);
    Some(seen.0)
}

/// Control characters, next to no letters and digits, or a public key by its first bytes.
fn hopeless(value: &[u8]) -> bool {
    let public: &[&[u8]] = &[
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
    let plain = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    value.iter().any(|byte| *byte < 0x20) || plain < 3 || public.iter().any(|start| value.starts_with(start))
}

fn about_name(bytes: &[u8], found: &Assignment, seen: &mut Notes) {
    let name = &bytes[found.name.clone()];
    seen.note(match found.sort {
        Sort::Password => Evidence::PasswordName,
        Sort::Secret => Evidence::SecretName,
        Sort::Token => Evidence::TokenName,
        Sort::Key => Evidence::KeyName,
        Sort::Auth => Evidence::AuthName,
        Sort::Otp => Evidence::OtpName,
    });
    let words: Vec<String> = assignment::words(name).map(|at| String::from_utf8_lossy(&name[at]).to_ascii_lowercase()).collect();
    let stem = words.iter().rposition(|word| super::assignment::speaks(word)).unwrap_or(0);
    let after = &words[(stem + 1).min(words.len())..];
    if after.iter().any(|word| words::ABOUT.contains(&word.as_str())) {
        seen.note(Evidence::NameOfSomethingElse);
    }
    // What stands before the last dot is where the name belongs: `config.key` is no key of a configuration.
    let last = assignment::words(name.rsplit(|byte| *byte == b'.').next().unwrap_or(name)).count();
    let own_words = &words[words.len() - last..];
    let among = |list: &[&str]| own_words.iter().any(|word| list.contains(&word.as_str()));
    seen.note_if(among(words::DIGESTED), Evidence::Digested);
    let near = &bytes[found.name.start.saturating_sub(40)..found.name.start].to_ascii_lowercase();
    let public_near = found.sort == Sort::Key
        && [&b"publickey"[..], b"public_key", b"public key", b"public-key"].iter().any(|word| memchr::memmem::find(near, word).is_some());
    let capitals = name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_') && name.contains(&b'_');
    seen.note_if(
        capitals && found.quote.is_none() && bytes.get(found.name.end) == Some(&b'=') && found.value.start == found.name.end + 1,
        Evidence::Environment,
    );
    seen.note_if(found.sort != Sort::Password && (among(words::PUBLIC) || public_near), Evidence::PublicName);
    let value = String::from_utf8_lossy(&bytes[found.value.clone()]).to_ascii_lowercase();
    seen.note_if(words[..stem].contains(&value), Evidence::RepeatsName);
    let own = |word: &String| {
        words::STRONG.contains(&word.as_str())
            || (word.len() > 5 && super::assignment::speaks(word) && ["key", "token", "secret", "auth"].iter().all(|stem| word != stem))
    };
    if words[..stem].iter().any(own) || words.get(stem).is_some_and(|word| word.len() >= 6 && word.ends_with("key")) {
        seen.note(Evidence::StrongName);
    }
}

fn about_joint(bytes: &[u8], found: &Assignment, seen: &mut Notes) {
    match found.joint {
        Joint::Assigned => {}
        Joint::Compared => seen.note(Evidence::Compared),
        Joint::Passed => seen.note(Evidence::Passed),
        Joint::Paired => seen.note(Evidence::Paired),
        Joint::Element => seen.note(Evidence::Element),
        Joint::Query => seen.note(Evidence::Query),
        Joint::Flag => seen.note(Evidence::Flag),
        Joint::Blank => seen.note(if found.quote.is_some() { Evidence::BlankQuoted } else { Evidence::Blank }),
    }
    let in_string = found.quote.is_none() && in_string(bytes, found);
    seen.note_if(in_string, Evidence::InString);
    seen.note_if(found.quote.is_none() && !in_string, Evidence::Unquoted);
    if found.goes_on {
        seen.note(Evidence::GoesOn);
    }
    if let Some(call) = &found.call {
        let lower = bytes[call.clone()].to_ascii_lowercase();
        let fetches: &[&[u8]] = &[
            b"get",
            b"env",
            b"find",
            b"lookup",
            b"param",
            b"prompt",
            b"input",
            b"read",
            b"request",
            b"format",
            b"load",
            b"fetch",
            b"config",
            b"select",
            b"query",
            b"key(",
            b"column",
            b"field",
            b"translate",
            b"trans",
            b"label",
            b"regex",
            b"error",
            b"print",
            b"log",
            b"len",
            b"print",
            b"arg",
            b"option",
            b"flag",
            b"t",
            b"_",
            b"i18n",
            b"require",
            b"import",
            b"path",
            b"url",
            b"symbol",
        ];
        let holds = |part: &&[u8]| if part.len() < 3 { lower == **part } else { memchr::memmem::find(&lower, part).is_some() };
        seen.note(if fetches.iter().any(holds) { Evidence::Fetched } else { Evidence::Wrapped });
    }
}

fn about_value(value: &[u8], found: &Assignment, seen: &mut Notes) {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let likeness = likeness(value);
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
    seen.note_if(digits > 0 && letters > 0, Evidence::Mixed);
    seen.note_if(digits == value.len(), Evidence::Digits);
    seen.note_if(value.iter().any(|byte| !byte.is_ascii_alphanumeric() && !b"-_.:/ ,+=".contains(byte)), Evidence::Signs);
    seen.note_if(value.contains(&b' '), Evidence::Blanks);
    seen.note_if(!value.is_ascii(), Evidence::Foreign);
    seen.note_if(shapes::byte_list(value), Evidence::ByteList);
    seen.note_if(value.len() >= 32 && value.len().is_multiple_of(8) && value.iter().all(u8::is_ascii_hexdigit), Evidence::Hexadecimal);
    seen.note_if(value.len() >= 16 && value.ends_with(b"=") && digits + letters > value.len() - 6, Evidence::Padded);
    shape(value, found, seen);
    sample(value, seen);
}

fn shape(value: &[u8], found: &Assignment, seen: &mut Notes) {
    seen.note_if(shapes::path(value), Evidence::Path);
    seen.note_if(shapes::address(value), Evidence::Address);
    seen.note_if(shapes::version(value), Evidence::Version);
    seen.note_if(found.sort != Sort::Password && shapes::number(value), Evidence::Number);
    seen.note_if(shapes::regular(value), Evidence::Regular);
    seen.note_if(shapes::constant(value), Evidence::Constant);
    if found.quote.is_none() {
        seen.note_if(!seen.has(Evidence::InString) && shapes::identifier(value), Evidence::BareWord);
        seen.note_if(shapes::code(value), Evidence::Expression);
    } else {
        seen.note_if(shapes::code(value) && value.contains(&b'('), Evidence::QuotedExpression);
    }
}

fn sample(value: &[u8], seen: &mut Notes) {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_ascii_alphabetic());
    seen.note_if(
        (!core.is_empty() && words::SAMPLES.contains(&core)) || core.strip_suffix("password").is_some_and(|head| head.len() < 8),
        Evidence::Sample,
    );
    seen.note_if(words::HOLES.iter().any(|hole| lower.contains(hole)), Evidence::Placeholder);
    let speaks = [
        "password",
        "passwd",
        "secret",
        "token",
        "apikey",
        "api_key",
        "api-key",
        "credential",
        "passphrase",
        "accesskey",
        "access_key",
        "auth",
        "key",
    ];
    seen.note_if(
        speaks.iter().any(|word| lower.contains(word)) && (lower.len() < 40 || likeness(value) > 0),
        Evidence::SpeaksOfCredentials,
    );
}

fn about_line(bytes: &[u8], found: &Assignment, seen: &mut Notes) {
    let start = memchr::memrchr(b'\n', &bytes[..found.name.start]).map_or(0, |at| at + 1).max(found.name.start.saturating_sub(200));
    let before = bytes[start..found.name.start].trim_ascii();
    let comment: &[&[u8]] = &[b"#", b"//", b"*", b"--", b";", b"<!--", b"/*", b"%"];
    seen.note_if(comment.iter().any(|mark| before.starts_with(mark)), Evidence::Comment);
    seen.note_if(
        before.last().is_some_and(|byte| *byte == b'{') && before.len() > 1 && before[before.len() - 2] == b'$',
        Evidence::Default,
    );
    if found.quote.is_none() && found.joint != Joint::Element {
        let rest = &bytes[found.value.end..(found.value.end + 60).min(bytes.len())];
        let rest = &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
        let trailing = rest.trim_ascii();
        let word = trailing.split(|byte| *byte == b' ').next().unwrap_or_default();
        let goes_on = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'))
            && word.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
            && !word.contains(&b'=')
            && !word.contains(&b':');
        seen.note_if(goes_on, Evidence::Trailing);
    }
    let words_before = before.split(|byte| *byte == b' ').filter(|word| word.len() > 2 && word.iter().all(u8::is_ascii_alphabetic)).count();
    let says = found.joint == Joint::Blank || (found.joint == Joint::Assigned && found.quote.is_none());
    seen.note_if(words_before >= 3 && says, Evidence::InSentence);
}

/// Whether name and value stand inside one quoted text: `"user=x&password=y"`.
fn in_string(bytes: &[u8], found: &Assignment) -> bool {
    let start = memchr::memrchr(b'\n', &bytes[..found.name.start]).map_or(0, |at| at + 1).max(found.name.start.saturating_sub(2000));
    let mut open = None;
    let mut at = start;
    while at < found.name.start {
        match bytes[at] {
            b'\\' => at += 1,
            quote @ (b'"' | b'\'' | b'`') => match open {
                None => open = Some(quote),
                Some(own) if own == quote => open = None,
                Some(_) => {}
            },
            _ => {}
        }
        at += 1;
    }
    let end = bytes[found.value.end..].iter().take(2000).take_while(|byte| **byte != b'\n');
    open.is_some_and(|open| end.clone().any(|byte| *byte == open) && found.name.start > start)
}
