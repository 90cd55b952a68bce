//! What a value is when it is no credential: a reference, a path, an address, a name of something else.

use super::{likeness::likeness, words};

/// A value that stands for another one, filled in elsewhere.
pub fn reference(value: &[u8], quoted: bool) -> bool {
    let text = value.trim_ascii();
    // Nearly all values end here: they begin with a letter or a digit and hold no mark of a template.
    let marked = text.iter().any(|byte| b"$%<{[#(@".contains(byte));
    if marked && (words::TEMPLATES.is_match(text) || hole(text)) {
        return true;
    }
    let known = STARTS.iter().any(|start| text.first() == start.first() && text.starts_with(start) && text.len() > start.len());
    (known && !(quoted && mixed(text))) || keyword(text)
}

/// How references begin.
const STARTS: &[&[u8]] = &[
    b"$",
    b"&",
    b"!",
    b"@{",
    b"%%",
    b"process.env",
    b"os.environ",
    b"os.getenv",
    b"ENV[",
    b"env(",
    b"getenv(",
    b"secrets.",
    b"vault:",
    b"ref+",
    b"op://",
    b"arn:",
    b"ssm:",
    b"kms:",
    b"var.",
    b"local.",
    b"data.",
    b"module.",
    b"self.",
    b"this.",
    b"args.",
    b"config.",
    b"settings.",
];

fn keyword(text: &[u8]) -> bool {
    text.len() < 10
        && text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'~')
        && KEYWORDS.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

const KEYWORDS: &[&str] = &[
    "none",
    "null",
    "nil",
    "true",
    "false",
    "undefined",
    "self",
    "this",
    "string",
    "str",
    "int",
    "bool",
    "boolean",
    "integer",
    "number",
    "object",
    "any",
    "void",
    "function",
    "new",
    "return",
    "await",
    "async",
    "lambda",
    "required",
    "optional",
    "default",
    "var",
    "let",
    "const",
    "static",
    "final",
    "not",
    "and",
    "or",
    "is",
    "in",
    "if",
    "else",
    "nan",
    "text",
    "varchar",
    "bytes",
    "char",
    "byte",
    "list",
    "dict",
    "map",
    "array",
    "vec",
    "option",
    "unset",
    "~",
];

/// `{name}`, `<name>`, `%NAME%`, `__NAME__`, `[name]`, `(name)`.
fn hole(text: &[u8]) -> bool {
    let named = |open: u8, close: u8| {
        let Some(start) = memchr::memchr(open, text) else { return false };
        let rest = &text[start + 1..];
        let Some(name) = memchr::memchr(close, rest).map(|end| &rest[..end]) else { return false };
        name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-. :|/".contains(byte)) && name.iter().any(u8::is_ascii_alphabetic)
    };
    let whole = |open: &[u8], close: &[u8]| text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close);
    named(b'{', b'}') || named(b'<', b'>') || whole(b"%", b"%") || whole(b"[", b"]") || whole(b"(", b")")
}

fn mixed(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic)
}

/// Code: a call, a member, an index.
pub fn code(value: &[u8]) -> bool {
    let has = |byte: u8| value.contains(&byte);
    has(b'(') || has(b')') || (has(b'[') && has(b']')) || value.windows(2).any(|pair| pair == b"::" || pair == b"->") || member(value)
}

/// `a.b.c` of letters.
fn member(value: &[u8]) -> bool {
    value.contains(&b'.')
        && value.first().is_some_and(u8::is_ascii_alphabetic)
        && value
            .split(|byte| *byte == b'.')
            .all(|part| !part.is_empty() && part.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') && !part[0].is_ascii_digit())
}

/// An identifier and nothing else.
pub fn identifier(value: &[u8]) -> bool {
    value.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'@'))
        && value[1..].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// `SOME_CONSTANT`.
pub fn constant(value: &[u8]) -> bool {
    value.len() > 3
        && value[0].is_ascii_uppercase()
        && value.contains(&b'_')
        && value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

/// A path of a file system, a glob, a file's name.
pub fn path(value: &[u8]) -> bool {
    let extension = value.iter().rev().take(11).position(|byte| *byte == b'.').map(|len| &value[value.len() - len..]);
    let known = |extension: &[u8]| words::EXTENSIONS.contains(String::from_utf8_lossy(extension).to_ascii_lowercase().as_str());
    extension.is_some_and(|extension| extension.len() + 1 < value.len() && known(extension)) || rooted(value) || windows_path(value)
}

/// `/usr/…`, `./…`, `classpath:…`, and no random text.
fn rooted(value: &[u8]) -> bool {
    let starts: &[&[u8]] = &[b"/", b"./", b"../", b"~/", b"file:", b"classpath:"];
    starts.iter().any(|start| value.first() == start.first() && value.starts_with(start)) && value.contains(&b'/') && likeness(value) > -8
}

fn windows_path(value: &[u8]) -> bool {
    value.get(1..3) == Some(b":\\") && value[0].is_ascii_alphabetic()
}

/// An address without a credential in it.
pub fn address(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"://").is_some()
        || value.starts_with(b"//")
        || value.starts_with(b"www.")
        || value.starts_with(b"mailto:")
        || email(value)
        || anonymous(value)
}

/// `busybox@`: half an address, with which programs log in where anybody may.
fn anonymous(value: &[u8]) -> bool {
    value.strip_suffix(b"@").is_some_and(|name| name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-'))
}

fn email(value: &[u8]) -> bool {
    value.iter().position(|byte| *byte == b'@').is_some_and(|at| {
        at > 0
            && value[at..].contains(&b'.')
            && value.iter().all(|b| b.is_ascii_alphanumeric() || b".@_-+".contains(b))
            && value[at + 1..].iter().rev().take_while(|b| **b != b'.').count() <= 4
    })
}

/// `8-4-4-4-12`.
pub fn uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| if [8, 13, 18, 23].contains(&at) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// A date, a version, a number with signs.
pub fn number(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_digit() || b".-:+TZ ,/x".contains(byte)) && value.iter().any(u8::is_ascii_digit)
}

/// `1.2.3`, `^1.2.0`, `v2.0.1-beta`.
pub fn version(value: &[u8]) -> bool {
    let body = value.iter().position(u8::is_ascii_digit).unwrap_or(0);
    body <= 2
        && value[..body].iter().all(|byte| b"^~v=<>".contains(byte))
        && value[body..].split(|byte| *byte == b'.').count() >= 3
        && value[body..]
            .split(|byte| *byte == b'.')
            .take(2)
            .all(|part| !part.is_empty() && part.len() <= 4 && part.iter().all(u8::is_ascii_digit))
}
