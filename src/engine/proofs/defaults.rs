//! Logins that everybody knows: what a service ships with, and hosts that are a reader's own machine or a book's example.

use super::{Beside, Verdict, placeholder};

/// Passwords with which services and their images come, or that stand in their manuals; in lower case.
const DEFAULTS: &[&str] = &[
    "123456",
    "12345678",
    "admin",
    "bar",
    "changeit",
    "changeme",
    "elastic",
    "example",
    "foo",
    "foobar",
    "foobared",
    "git",
    "guest",
    "mariadb",
    "minioadmin",
    "mongo",
    "mongodb",
    "mysql",
    "neo4j",
    "open sesame",
    "opensesame",
    "password",
    "postgres",
    "postgresql",
    "rabbitmq",
    "redis",
    "root",
    "secret",
    "test",
    "user",
    "x-oauth-basic",
];

/// Domains kept for examples (RFC 2606, RFC 6761) and names of the machine itself.
const NOWHERE: &[&str] =
    &["example", "example.com", "example.net", "example.org", "example.edu", "invalid", "localhost", "test", "0.0.0.0", "127.0.0.1"];

/// Whether a password is one with which services come, in any case.
pub(in crate::engine) fn known(secret: &[u8]) -> bool {
    DEFAULTS.iter().any(|default| secret.eq_ignore_ascii_case(default.as_bytes()))
}

/// Drops a service's default word, a password that repeats the name of its user, and what stands beside the hole of a template.
pub(super) fn password(secret: &[u8], beside: Beside<'_>) -> Verdict {
    let known = known(secret) || variable(secret);
    let fake = beside("user").is_some_and(|user| user.eq_ignore_ascii_case(secret) || placeholder::hole(user));
    if known || fake { Verdict::Drop } else { Verdict::NotApplicable }
}

/// The name of a variable that holds a password: `DB_PASSWORD`, `POSTGRES_PWD`.
fn variable(secret: &[u8]) -> bool {
    let name = secret.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    name && [&b"_PASSWORD"[..], b"_PASS", b"_PASSWD", b"_PWD", b"_SECRET", b"_TOKEN", b"_KEY"].iter().any(|end| secret.ends_with(end))
}

/// Drops basic credentials that are none: base64 of something else than `user:password`, or of a default login.
pub(super) fn basic(secret: &[u8]) -> Verdict {
    let decoded = base64(secret).unwrap_or_default();
    let printable = decoded.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let Some(colon) = decoded.iter().position(|byte| *byte == b':').filter(|_| printable) else { return Verdict::Drop };
    let (user, pass) = (&decoded[..colon], &decoded[colon + 1..]);
    let whole = if pass.is_empty() { user } else { pass };
    let short = user.len() + pass.len() < 6 || [&b"pass"[..], b"pwd", b"passwd", b"12345"].contains(&pass);
    // The user of the example in RFC 7617, who has no password in other people's tests.
    let sample = (pass.is_empty() && user.eq_ignore_ascii_case(b"aladdin")) || placeholder::judge(whole) == Verdict::Drop;
    if short || sample { Verdict::Drop } else { password(pass, &|name| (name == "user").then_some(user)) }
}

fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = &text[..text.iter().position(|byte| *byte == b'=').unwrap_or(text.len())];
    let mut lenient = data_encoding::BASE64_NOPAD.specification();
    lenient.check_trailing_bits = false;
    lenient.encoding().ok()?.decode(text).ok()
}

/// Drops what opens nothing that others reach: the machine itself, or a host that is no one's.
pub(super) fn host(_: &[u8], beside: Beside<'_>) -> Verdict {
    let nowhere = |host: &[u8]| {
        let host = host.strip_suffix(b".").unwrap_or(host).to_ascii_lowercase();
        NOWHERE.iter().any(|name| host.strip_suffix(name.as_bytes()).is_some_and(|rest| rest.is_empty() || rest.ends_with(b".")))
    };
    if beside("host").is_some_and(nowhere) { Verdict::Drop } else { Verdict::NotApplicable }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::{Verdict, basic, host, password};

    fn drops_password(user: &str, secret: &str) -> bool {
        password(secret.as_bytes(), &|name| (name == "user").then_some(user.as_bytes())) == Verdict::Drop
    }

    fn drops_host(text: &str) -> bool {
        host(b"", &|name| (name == "host").then_some(text.as_bytes())) == Verdict::Drop
    }

    #[test]
    fn default_words_and_repeated_names_are_no_secrets() {
        assert!(drops_password("app", "postgres") && drops_password("app", "RabbitMQ") && drops_password("acmeci", "AcmeCI"));
        assert!(!drops_password("app", "postgres7") && !drops_password("app", "app1") && !drops_password("", "k"));
        assert_eq!(password(b"guest", &|_| None), Verdict::Drop);
    }

    #[test]
    fn names_of_variables_and_users_out_of_templates_are_no_logins() {
        assert!(drops_password("app", "POSTGRES_PASSWORD") && drops_password("%s", "hush7hush") && drops_password("{USER}", "hush7hush"));
        assert!(!drops_password("app", "HUSH7_HUSH"));
    }

    #[test]
    fn basic_credentials_are_a_user_and_a_password() {
        let drops = |text: &str| basic(BASE64.encode(text.as_bytes()).as_bytes()) == Verdict::Drop;
        assert!(drops("user:pass") && drops("no colon in it") && drops("a:b") && drops("deploy:${PASS}") && drops("bell\u{7}:hush7hush"));
        assert!(!drops("deploy:hush7hush") && !drops("hush7hush:"));
    }

    #[test]
    fn hosts_of_books_and_of_oneself_open_nothing() {
        assert!(drops_host("localhost") && drops_host("db.Example.com") && drops_host("127.0.0.1") && drops_host("ci.test"));
        assert!(!drops_host("notexample.com") && !drops_host("acme.dev") && !drops_host("example.com.acme.dev") && !drops_host(""));
        assert_eq!(host(b"x", &|_| None), Verdict::NotApplicable);
    }
}
