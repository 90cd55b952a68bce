//! Judges the value of a name: how likely it is a credential, and what speaks for and against it.
//!
//! Everything that is observed is an [`evidence::Evidence`] with a weight and a sentence, so that a verdict can be explained and argued with.
//! What depends on the path ([`place`]) is added last: the contents of a git history are read before their paths are known.

pub mod evidence;
mod joint;
pub mod likeness;
mod line;
mod name;
mod notes;
pub mod place;
mod shapes;
mod value;
mod words;

use super::assignment::{Assignment, Sort};
use crate::model::{Confidence, Observed};
use notes::Notes;
use place::Place;

/// The shortest value that can be a password, and the shortest that can be a token.
const SHORTEST: (usize, usize) = (4, 7);

/// From these scores on a value is a credential of low, medium and high confidence.
const LEVELS: [(i32, Confidence); 3] =
    [(THRESHOLDS[0], Confidence::High), (THRESHOLDS[1], Confidence::Medium), (THRESHOLDS[2], Confidence::Low)];

/// The least scores of high, medium and low confidence.
pub const THRESHOLDS: [i32; 3] = [40, 22, 10];

/// The sum of all weights at a place.
pub fn score(observed: Observed, place: Place) -> i32 {
    evidence::weights(observed, place).map(|(_, weight, _)| weight).sum()
}

/// How sure it is that a value is a credential at a place; `None`: it is none.
pub fn level(observed: Observed, place: Place) -> Option<Confidence> {
    of_score(score(observed, place))
}

/// How sure it may be at best, whatever the place.
pub fn best(observed: Observed) -> Option<Confidence> {
    let mut sums = [0_i32; 4];
    for (_, weights, _) in evidence::TABLE.iter().filter(|row| observed.has(row.0 as u8)) {
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
    }
    of_score(sums.into_iter().max()?)
}

fn of_score(score: i32) -> Option<Confidence> {
    LEVELS.iter().find(|(least, _)| score >= *least).map(|(_, level)| *level)
}

/// Observes all that speaks for or against the value of a name; `None` where it is certainly no credential.
pub fn observe(bytes: &[u8], found: &Assignment) -> Option<Observed> {
    let text = &bytes[found.value.clone()];
    let shortest = if found.sort == Sort::Password { SHORTEST.0 } else { SHORTEST.1 };
    if text.len() < shortest || value::hopeless(text, found) || shapes::reference(text, found.quote.is_some()) {
        return None;
    }
    let mut seen = Notes::default();
    joint::observe(bytes, found, &mut seen);
    value::observe(text, found, &mut seen);
    name::observe(bytes, found, &mut seen);
    line::observe(bytes, found, &mut seen);
    Some(seen.0)
}

#[cfg(test)]
mod tests {
    use super::{
        super::assignment::{self, stem::STEMS},
        level, observe,
        place::of,
    };

    /// The confidence in the value of a line of a file, as `explain` says it; empty: none.
    fn judged(path: &str, line: &str) -> String {
        let mut best = None;
        for stem in STEMS {
            for (at, _) in line.to_ascii_lowercase().match_indices(stem.text) {
                assignment::read(line.as_bytes(), at..at + stem.text.len(), &mut |found| {
                    best = best.max(observe(line.as_bytes(), &found).and_then(|observed| level(observed, of(path))));
                });
            }
        }
        best.map_or_else(String::new, |level| level.to_string())
    }

    #[test]
    fn passwords_of_settings_are_credentials_even_where_they_are_words() {
        for line in ["DB_PASSWORD=summer2024", "password: hunter2", "db.password = correcthorse", "  rootPassword: \"Tr0ub4dor\""] {
            assert!(["medium", "high"].contains(&judged("conf/app.yml", line).as_str()), "{line}: {:?}", judged("conf/app.yml", line));
        }
    }

    #[test]
    fn what_stands_for_a_value_is_none() {
        let lines = [
            "password = getPassword()",
            "password = os.environ[\"DB_PASSWORD\"]",
            "db_password = settings[\"db_password\"]",
            "password = user.password",
            "pass_data.cbarg = pw_cbarg;",
            "password: ${DB_PASSWORD}",
            "password: changeme",
            "password: ************",
            "STATUS_WRONG_PASSWORD = 0xC000006A",
            "USER_PASSWORD_PARMNUM: u32 = 3u32;",
            "password.encode('utf-8')",
            "passwordHash = \"9b74c9897bac770ffc029102a200c5de\"",
            "publicKeyToken = \"b77a5c561934e089\"",
            "tokenizer = \"ik_max_word\"",
            "key = \"primary-key-column\"",
            "token_url: https://login.acme.dev/oauth2/token",
            "key_file = /etc/ssl/private/server.pem",
            "api_key = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
            "Key = 000102030405060708090a0b0c0d0e0f",
            "(?P<secret>[0-9a-f]{32})",
        ];
        for line in lines {
            for path in ["app.yml", "app.py", "README.md"] {
                assert_eq!(judged(path, line), "", "{path}: {line}");
            }
        }
    }

    #[test]
    fn a_bare_word_is_a_value_in_settings_and_a_variable_in_code() {
        assert_eq!(judged("app.properties", "db.password=fphwtq"), "medium");
        assert_eq!(judged("app.py", "password = fphwtq"), "");
        assert_eq!(judged("Cargo.lock", "password = fphwtq"), "");
    }
}
