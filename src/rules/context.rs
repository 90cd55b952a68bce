//! Context rules: a value without a prefix of its own, told by the word in front of it.
//!
//! Such a rule names words and the pattern of the value alone. What may stand between them is the same for all: the rest of a
//! name, quotes, an assignment of some language, perhaps a second name; or nothing but words as `secret` and blanks. All three
//! joined are analysed, when the rule is read; the engine runs the value's pattern and that of the gap.

use super::{definition::Definition, draft::Flaw};
use crate::engine::{byteset::ByteSet, shape};

/// The rest of a name that the word begins.
const REST: &str = r"[0-9A-Za-z_.\-]{0,32}";
/// Words that may follow behind a blank: `acme private key`.
const CREDENTIAL: &str = "(?i:api|app|auth|access|private|secret|client|personal|account|service|user|admin|master|test|live|prod\
    |server|bot|refresh|session|license|signing|webhook|project|(?:api|auth|access|secret)[_-]?(?:key|token)\
    |key|token|tkn|password|passwd|pass|pwd|credentials?|oauth2?|bearer|pat|id|sid)s?";
/// What closes a name: `"`, `'`, `\"`, `']`.
const CLOSE: &str = r#"[\s"'`\\\])}]"#;
/// What gives a value to a name, in one language or another.
const ASSIGN: &str = concat!(
    r#"(?:[:=,>(|"'`\]{?]"#,
    r"|</[a-z]{1,9}>\s{0,20}<[a-z]{1,9}>",
    r#"|\r?\n\s{0,20}(?i:value|key|token|secret|password)["']?[:=])"#
);
/// What opens a value.
const OPEN: &str = r#"[\s"'`\\:=>(\[{<,|$&@-]"#;
/// A second name between word and value: `name="AcmeToken" value="…"`, `new Acme({ apiKey: "…" })`.
const SECOND: &str = concat!(
    r"[0-9A-Za-z_.$\-]{0,16}",
    "(?i:key|token|tkn|secret|pass|pwd|auth|bearer|value|default|string|str|text|id|cred|content|data)",
    r"[0-9A-Za-z_.\-]{0,12}"
);
/// How a header goes on before the value.
const SCHEME: &str = r"(?i:(?:bearer|token|basic|key|apikey|oauth|splunk)[ =]{1,2})?";
/// What may not follow a value, besides more of it: then it was the start of something else.
const ON: &[u8] = b"_-(/";

/// The value of a context rule.
#[derive(Debug)]
pub struct Alone {
    /// Its pattern, with what ends it.
    pub pattern: String,
    /// The longest match, bytes.
    pub reach: usize,
    /// The bytes of which all that the rule's own pattern matches is made, and how many it has at least.
    pub value: (ByteSet, usize),
}

/// Makes anchors of the words of a context rule, and one pattern of them and its own. Returns that of the value alone.
pub fn join(rule: &mut Definition) -> Result<Option<Alone>, Flaw> {
    let Some(words) = &rule.context else { return Ok(None) };
    let flaw = |cause: &str| Err(Flaw { cause: cause.to_owned(), span: words.span() });
    if !rule.anchors.get_ref().is_empty() || rule.ignore_case || rule.closing.is_some() {
        return flaw("a rule with `context` has no `anchors`, `ignore-case` or `closing`");
    }
    if rule.confidence == "high" {
        return flaw("a word beside a value does not make a hit of high confidence");
    }
    let spelled = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-. ".contains(&byte);
    if !words.get_ref().iter().all(|word| word.bytes().all(spelled)) {
        return flaw("words of `context` are written in small letters, digits, `_`, `-`, `.` and blanks");
    }
    let own = rule.pattern.get_ref();
    let at = |error: shape::ShapeError| Flaw { cause: format!("pattern: {error}"), span: rule.pattern.span() };
    let hir = shape::parse(own).map_err(at)?;
    let value = shape::group(&hir, "secret").map_or(ByteSet::NONE, shape::alphabet);
    let pattern = format!("(?:{own}){}", end(&value));
    let joined = format!("(?i:{}){}{pattern}", alternatives(words.get_ref()), gap());
    // Two bytes at most end it; one that may be of any length is refused with the whole.
    let reach = hir.properties().maximum_len().unwrap_or(shape::LONGEST) + 2;
    let value = (shape::alphabet(&hir), hir.properties().minimum_len().unwrap_or(0));
    let span = rule.pattern.span();
    rule.anchors = words.clone();
    rule.ignore_case = true;
    rule.pattern = toml::Spanned::new(span, joined);
    Ok(Some(Alone { pattern, reach, value }))
}

/// What may stand between word and value.
pub fn gap() -> String {
    format!("(?:{}|{}|{})", assigned(), beside(), asked())
}

fn alternatives(words: &[String]) -> String {
    words.iter().map(|word| regex_syntax::escape(word)).collect::<Vec<_>>().join("|")
}

/// `acme_token = "…"` and its kin.
fn assigned() -> String {
    format!(
        "{REST}(?:[ ]{CREDENTIAL}){{0,4}}{CLOSE}{{0,12}}{ASSIGN}{OPEN}{{0,24}}(?:{SECOND}{CLOSE}{{0,8}}{ASSIGN}{OPEN}{{0,16}})?{SCHEME}"
    )
}

/// `acme secret …`, `acme-key-…`, `acme …`: nothing but such words in between.
fn beside() -> String {
    format!(r"[0-9]{{0,3}}(?:[ \t_.\-]{{0,2}}{CREDENTIAL}){{0,5}}(?:[ \t_.\-]{{1,4}}|\s{{1,4}})")
}

/// `https://api.acme.com/things?limit=1&key=…`.
fn asked() -> String {
    let argument = r#"[^\s"'=&]{1,20}=[^\s"'&]{0,40}&(?:amp;)?"#;
    format!(r#"[0-9A-Za-z_.\-]{{0,20}}(?::[0-9]{{1,5}})?/[^\s"'<>?]{{0,60}}\?(?:{argument}){{0,3}}{SECOND}="#)
}

/// The value's end: what follows must not be of its kind.
fn end(value: &ByteSet) -> String {
    let more = |byte: &u8| byte.is_ascii_alphanumeric() || ON.contains(byte) || value.has(*byte);
    let class: Vec<String> = (0..=u8::MAX).filter(|byte| *byte != b'.' && more(byte)).map(|byte| format!(r"\x{byte:02x}")).collect();
    let class = class.concat();
    format!(r"(?:[^.{class}]|\.(?:[^{class}]|\z)|\z)")
}
