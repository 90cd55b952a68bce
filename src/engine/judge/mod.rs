//! Judges the value of a name: how likely it is a credential, and what speaks for and against it.
//!
//! Everything that is observed is an [`evidence::Evidence`] with a weight and a sentence, so that a verdict can be explained and argued with.
//! What depends on the path ([`place`]) is added last: the contents of a git history are read before their paths are known.

pub mod evidence;
mod joint;
pub mod likeness;
mod line;
mod makeup;
mod name;
mod notes;
pub mod place;
mod regular;
mod shapes;
mod spelled;
mod value;
mod words;

use super::{assignment::Assignment, proofs::published};
use crate::model::{Confidence, Observed};
use makeup::Makeup;
use notes::Notes;
use place::Place;

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
    of_score(best_score(observed))
}

/// The best score at any place.
fn best_score(observed: Observed) -> i32 {
    let mut sums = [0_i32; 4];
    for (_, weights, _) in observed.members().map(|member| &evidence::TABLE[usize::from(member)]) {
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
    }
    sums.into_iter().max().unwrap_or(0)
}

fn of_score(score: i32) -> Option<Confidence> {
    LEVELS.iter().find(|(least, _)| score >= *least).map(|(_, level)| *level)
}

/// What the name may add at most, apart from what it speaks of.
const NAME: i32 = 8 + 10;

/// Observes all that speaks for or against the value of a name; `None` where it is certainly no credential.
pub fn observe(bytes: &[u8], found: &Assignment) -> Option<Observed> {
    weigh(bytes, found, |_, _| true)
}

/// The same for a value that may be a credential at some place; `None` for all others, as soon as that is certain: most values
/// are text, and the look of their characters decides.
pub fn credible(bytes: &[u8], found: &Assignment) -> Option<Observed> {
    weigh(bytes, found, |seen, more| best_score(seen) + more >= THRESHOLDS[2])
}

/// Observes in steps, the cheap ones first, as long as it is worth going on with what was seen and what may come for it at most.
fn weigh(bytes: &[u8], found: &Assignment, worth: impl Fn(Observed, i32) -> bool) -> Option<Observed> {
    let text = &bytes[found.value.clone()];
    if text.len() < found.sort.shortest() {
        return None;
    }
    let made = Makeup::of(text);
    if value::hopeless(text, &made, found) {
        return None;
    }
    let mut seen = Notes::default();
    seen.note(name::of_sort(found.sort));
    let likeness = value::look(text, &made, found, &mut seen);
    if !worth(seen.0, NAME) || shapes::reference(text, found.quote.is_some()) || line::in_arn(bytes, found) {
        return None;
    }
    joint::observe(bytes, found, &mut seen);
    value::shape(text, found, &mut seen);
    if !worth(seen.0, NAME) {
        return None;
    }
    name::observe(bytes, found, &mut seen);
    line::observe(bytes, found, &mut seen);
    if !worth(seen.0, 0) {
        return None;
    }
    value::sample(text, likeness, &mut seen);
    // The last, because it takes a digest.
    (worth(seen.0, 0) && !published(text)).then_some(seen.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::assignment::{self, stem::STEMS},
        best, credible, level, observe,
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
            "\"ARN\": \"arn:aws:secretsmanager:us-east-1:123456789012:secret:db-P3MRJg\"",
            "valueFrom: arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/app-x7Kq2P:password::",
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
            "ftp_password = \"busybox@\"",
            "nonMatchingToken := \"k7pq9u6zz6kzkqv3\"",
            "\"rawKey\": \"VGhpcyBpcyBhIHJlYWRhYmxlIHNlbnRlbmNlLg==\"",
            "reordered_keys = \"qazwsxedcrfvtgbyhnujmikolp\"",
            "key = b\"\\xb8\\x1f\\x03\\xa9\\x11\\xfe\\x9c\\x44\"",
        ];
        for line in lines {
            for path in ["app.yml", "app.py", "README.md"] {
                assert_eq!(judged(path, line), "", "{path}: {line}");
            }
        }
    }

    #[test]
    fn the_word_with_which_a_service_comes_is_no_more_than_a_hint() {
        for line in ["POSTGRES_PASSWORD: postgres", "password: postgres", "db_password=rabbitmq", "MYSQL_PASSWORD=mysql"] {
            assert!(["low", ""].contains(&judged("compose.yaml", line).as_str()), "{line}: {:?}", judged("compose.yaml", line));
        }
    }

    proptest! {
        #[test]
        fn what_is_credible_is_all_that_may_be_a_credential(
            name in "(db_|API_|my|session|public|csrf_)?(password|secret|token|key|Key|auth|otp)(_id|Hash|2)?",
            joint in "( = |=|: |\": \"|=\"|:=| == )",
            value in "([a-z]{3,9}[_.-]?){1,3}|[0-9a-f]{8,40}|[A-Za-z0-9+/]{12,40}=?|[a-z]{4,8}[0-9!$]{1,4}|\\$\\{[A-Z]{3}\\}",
            end in "(\"|;|,| more words|\\n)?",
        ) {
            let line = format!("{name}{joint}{value}{end}");
            for stem in STEMS {
                for (at, _) in line.to_ascii_lowercase().match_indices(stem.text) {
                    assignment::read(line.as_bytes(), at..at + stem.text.len(), &mut |found| {
                        let thorough = observe(line.as_bytes(), &found).filter(|seen| best(*seen).is_some());
                        assert_eq!(credible(line.as_bytes(), &found), thorough, "{line}");
                    });
                }
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
