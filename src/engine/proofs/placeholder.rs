//! Drops what was never a secret: masks, samples, template holes.
//!
//! A random token must practically never be dropped, so every test here has a chance below one in a million on 40 characters of any
//! usual alphabet; the numbers stand beside the tests.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Verdict, published};

/// Longer secrets (keys, signed tokens) are so long that words turn up by chance; only masks are looked for in them.
const LONGEST: usize = 256;

/// Shorter than this, a regular value is no key of anybody.
const TYPED: usize = 11;

/// Words that no random token holds (six letters and more: below 1e-8).
const NEVER: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "redacted",
    "replaceme",
    "replace_me",
    "replace-me",
    "yourtoken",
    "yourapi",
    "yoursecret",
    "yourkey",
    "yourpass",
    "qwertyuiop",
    "asdfghjkl",
    "deadbeefdead",
    "loremipsum",
    "notarealkey",
    "not-a-real",
    "not_a_real",
    "fakekey",
    "faketoken",
    "fakesecret",
    "dummykey",
    "dummytoken",
    "sampletoken",
    "samplekey",
    "insert-",
    "insert_your",
    "undefined",
    "process.env",
    "os.environ",
    "getenv(",
];

/// Finds any of [`NEVER`] in one pass: this runs on every hit.
static NEVER_AUTOMATON: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(NEVER).expect("a few short words make a small automaton"));

/// Words of which samples are made: dropped when they make up most of the secret.
const SAMPLE: &[&str] = &[
    "password", "passwd", "username", "default", "removed", "replace", "hidden", "masked", "secret", "sample", "random", "insert",
    "string", "access", "github", "token", "dummy", "value", "pass", "fake", "test", "demo", "your", "user", "here", "this", "that",
    "with", "goes", "todo", "none", "null", "auth", "key", "api", "foo", "bar", "baz", "tbd", "xxx", "not", "the", "put", "add", "set",
    "my", "id", "me", "is", "a",
];

/// Marks of a template: what stands between them is filled in later.
const HOLES: &[(&str, &str)] = &[("${", "}"), ("{{", "}}"), ("<", ">"), ("$(", ")"), ("#{", "}"), ("%(", ")")];

/// Drops placeholders.
pub(super) fn judge(secret: &[u8]) -> Verdict {
    let lower = secret.to_ascii_lowercase();
    let short = secret.len() <= LONGEST;
    let fake =
        masked(secret) || published::known(secret) || (short && (hole(secret) || words(&lower) || pattern(&lower) == Pattern::Plain));
    if fake { Verdict::Drop } else { Verdict::NotApplicable }
}

/// Whether a secret that is no placeholder was typed by somebody who made it up: `abcd1234efgh5678`.
pub(super) fn made_up(secret: &[u8]) -> bool {
    secret.len() <= LONGEST && pattern(&secret.to_ascii_lowercase()) == Pattern::Typed
}

/// How regular a secret is.
#[derive(Debug, PartialEq, Eq)]
enum Pattern {
    /// Not at all.
    None,
    /// In pieces that change: nobody's generator makes that, and still it may be somebody's key.
    Typed,
    /// One row or one short piece: nothing but a mark for what stands elsewhere.
    Plain,
}

/// What counting and repeating together say.
fn pattern(lower: &[u8]) -> Pattern {
    match (ascending(lower), periodic(lower)) {
        (Pattern::Plain, _) | (_, Pattern::Plain) => Pattern::Plain,
        (Pattern::None, Pattern::None) => Pattern::None,
        _ => Pattern::Typed,
    }
}

/// One character makes up 60 % or more; a long run of `*` or `.`; two runs of `xxxx` or one of six.
fn masked(secret: &[u8]) -> bool {
    let mut counts = [0_usize; 256];
    for byte in secret {
        counts[usize::from(*byte)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    most * 10 >= secret.len() * 6 || marks(secret)
}

/// Runs of one character that people put in place of what they hide.
fn marks(secret: &[u8]) -> bool {
    let runs = |byte: u8, least: usize| secret.chunk_by(|a, b| a == b).filter(|run| run[0] == byte && run.len() >= least).count();
    // An `x` run of six: 34 / 36^6 = 2e-8. Two of four: below that. Dots: client secrets of Entra hold them, 35 / 66^5 = 3e-8.
    let crosses = |byte| runs(byte, 6) > 0 || (secret.len() <= LONGEST && runs(byte, 4) > 1);
    runs(b'*', 3) > 0 || runs(b'.', 5) > 0 || crosses(b'x') || crosses(b'X') || memchr::memmem::find(secret, "…".as_bytes()).is_some()
}

/// A hole of a template, or a secret that is nothing but a variable's name.
pub(super) fn hole(secret: &[u8]) -> bool {
    // Nearly every real token ends here.
    if !secret.iter().any(|byte| b"$%<{[#".contains(byte)) {
        return false;
    }
    let framed = |open: &str, close: &str| {
        memchr::memmem::find(secret, open.as_bytes())
            .is_some_and(|at| memchr::memmem::find(&secret[at + open.len()..], close.as_bytes()).is_some())
    };
    let whole = |open: &[u8], close: &[u8]| secret.len() > 2 && secret.starts_with(open) && secret.ends_with(close);
    let format = matches!(secret, b"%s" | b"%v" | b"%d" | b"%q") || memchr::memmem::find(secret, b"%s").is_some();
    let variable =
        secret.strip_prefix(b"$").is_some_and(|name| !name.is_empty() && name.iter().all(|b| b.is_ascii_uppercase() || *b == b'_'));
    HOLES.iter().any(|(open, close)| framed(open, close))
        || whole(b"[", b"]")
        || whole(b"{", b"}")
        || whole(b"%", b"%")
        || format
        || variable
}

/// Words that only a sample holds, `your … key`, or words that make up the body.
fn words(lower: &[u8]) -> bool {
    NEVER_AUTOMATON.is_match(lower) || yours(lower) || spelt(lower)
}

/// `your` with what is yours within two dozen bytes. By chance: 37 (2/62)^4 × 120 (2/62)^3 = 2e-7.
fn yours(lower: &[u8]) -> bool {
    memchr::memmem::find_iter(lower, b"your").any(|at| {
        let near = &lower[at + 4..lower.len().min(at + 28)];
        ["token", "key", "here", "secret", "pass", "api"].iter().any(|what| memchr::memmem::find(near, what.as_bytes()).is_some())
    })
}

/// Sample words make up three quarters of what is no separator or number, and words of four letters or more half of it.
fn spelt(lower: &[u8]) -> bool {
    let (mut rest, mut covered, mut long, mut letters) = (lower, 0, 0, 0);
    while let Some((first, tail)) = rest.split_first() {
        if let Some(word) = SAMPLE.iter().find(|word| word.as_bytes()[0] == *first && rest.starts_with(word.as_bytes())) {
            covered += word.len();
            letters += word.len();
            long += if word.len() >= 4 { word.len() } else { 0 };
            rest = &rest[word.len()..];
        } else {
            letters += usize::from(!matches!(first, b'-' | b'_' | b'.' | b' ' | b'0'..=b'9'));
            rest = tail;
        }
    }
    let numbers = lower.iter().filter(|byte| byte.is_ascii_digit()).count();
    letters > 0 && covered * 4 >= letters * 3 && long * 2 >= letters && numbers <= 4
}

/// Counting, up or down. A row of ten (`1234567890`, `abcdefghij`) is chance at 16^-9; rows of four that make up half of it at less.
/// Rows of ten that are half of it are a mark for a value; what else counts is a value that somebody typed.
fn ascending(lower: &[u8]) -> Pattern {
    let follows = |a: u8, b: u8| (b == a.wrapping_add(1) && a.is_ascii_alphanumeric()) || (a, b) == (b'9', b'0') || (a, b) == (b'9', b'a');
    let counting = |up: bool| {
        let rows = lower.chunk_by(|a, b| if up { follows(*a, *b) } else { follows(*b, *a) }).map(<[u8]>::len).filter(|row| *row >= 4);
        rows.fold(Rows::default(), |sum, row| Rows { sum: sum.sum + row, long: sum.long + if row >= 10 { row } else { 0 } })
    };
    let both = [counting(true), counting(false)];
    let half = |part: usize| lower.len() >= 8 && part * 2 > lower.len();
    if both.iter().any(|rows| half(rows.long)) {
        Pattern::Plain
    } else if both.iter().any(|rows| rows.long > 0 || half(rows.sum)) {
        if lower.len() >= TYPED { Pattern::Typed } else { Pattern::Plain }
    } else {
        Pattern::None
    }
}

/// Rows of four characters and more that count.
#[derive(Default)]
struct Rows {
    /// How many characters they are together.
    sum: usize,
    /// How many of them in rows of ten and more.
    long: usize,
}

/// The end repeats a short piece: `abcabcabcabc`, `0123456789abcdef` twice. At least ten characters must be foretold by the piece
/// (10^-8 on digits); all `A` is zeros in base64, which some formats hold. A piece of eight characters and more was typed with care.
fn periodic(lower: &[u8]) -> Pattern {
    let repeats = |period: usize| {
        let repeated = (period..lower.len()).rev().take_while(|at| lower[*at] == lower[*at - period]).count();
        let tail = &lower[lower.len() - (repeated + period).min(lower.len())..];
        repeated >= period.max(10) && tail.iter().any(|byte| *byte != b'a' && *byte != b'=')
    };
    match (1..=16).find(|period| repeats(*period)) {
        None => Pattern::None,
        Some(period) if period >= 8 && lower.len() >= TYPED && mixed(&lower[lower.len() - period..]) => Pattern::Typed,
        Some(_) => Pattern::Plain,
    }
}

/// Whether letters and digits take part.
fn mixed(piece: &[u8]) -> bool {
    piece.iter().any(u8::is_ascii_digit) && piece.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge, made_up};

    /// A small generator, so that every run tries the same tokens.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (*state ^ (*state >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 32)
    }

    const ALPHABETS: &[&[u8]] = &[
        b"0123456789abcdef",
        b"0123456789",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        b"0123456789abcdefghijklmnopqrstuvwxyz",
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_",
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/",
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.~_-",
    ];

    #[test]
    fn no_random_token_is_dropped() {
        let mut state = 7;
        for (alphabet, length) in ALPHABETS.iter().flat_map(|alphabet| [16, 20, 32, 40, 64, 200].map(|length| (alphabet, length))) {
            for _ in 0..3_000 {
                let token: Vec<u8> =
                    (0..length).map(|_| alphabet[usize::try_from(random(&mut state) % alphabet.len() as u64).expect("small")]).collect();
                assert_eq!(judge(&token), Verdict::NotApplicable, "{}", String::from_utf8_lossy(&token));
                assert!(!made_up(&token), "{}", String::from_utf8_lossy(&token));
            }
        }
    }

    #[test]
    fn prefixes_that_are_words_do_not_drop_a_token() {
        let mut state = 11;
        for prefix in ["sk_test_", "access-sandbox-", "key-", "secret-", "api_", "xoxb-", "token_"] {
            let token: String =
                (0..24).map(|_| char::from(ALPHABETS[4][usize::try_from(random(&mut state) % 62).expect("small")])).collect();
            assert_eq!(judge(format!("{prefix}{token}").as_bytes()), Verdict::NotApplicable);
        }
        assert_eq!(judge(b"Tr0ub4dor&3"), Verdict::NotApplicable);
        assert_eq!(judge(b"s3cr3tP4ss"), Verdict::NotApplicable);
    }

    #[test]
    fn obvious_fakes_are_dropped() {
        let fakes = [
            "xxxxxxxxxxxxxxxxxxxx",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "xxxx-xxxx-1234",
            "****",
            "sk_live_****abcd",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "your-token-here",
            "YOUR_API_KEY",
            "your_github_token_here",
            "<your token>",
            "<password>",
            "${DB_PASSWORD}",
            "{{ password }}",
            "%s",
            "1234567890",
            "ghp_1234567890abcdefghijklmnopqrstuvwxyz",
            "abcdefghijklmnop",
            "test",
            "dummy",
            "fake-token",
            "placeholder",
            "changeme",
            "redacted",
            "[REDACTED]",
            "0123456789abcdef0123456789abcdef",
            "test_secret_key_123",
            "my-secret-token",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "$PASSWORD",
            "%PASSWORD%",
            "{password}",
            "deadbeefdeadbeefdeadbeef",
            "sk_test_........",
            "000000000000000000000000",
            "password",
            "process.env.TOKEN",
            "9876543210fedcba",
            "",
            "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
        ];
        for fake in fakes {
            assert_eq!(judge(fake.as_bytes()), Verdict::Drop, "{fake}");
        }
    }
    #[test]
    fn what_somebody_made_up_is_no_placeholder_and_is_said_to_be_made_up() {
        for typed in ["abcd1234efgh5678ijkl9012", "ABCD1234-EFGH5678-IJKL9101", "a1b2c3d4e5f6a1b2c3d4e5f6a1b2", "asdf1234asdf1234asdf1234"]
        {
            assert_eq!(judge(typed.as_bytes()), Verdict::NotApplicable, "{typed}");
            assert!(made_up(typed.as_bytes()), "{typed}");
        }
        assert!(!made_up(b"Tr0ub4dor&3-correct-horse"));
    }
}
