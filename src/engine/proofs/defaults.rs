//! Logins that everybody knows: what a service ships with, and hosts that are a reader's own machine or a book's example.

use super::{Beside, Verdict};

/// Passwords with which services and their images come, or that stand in their manuals; in lower case.
const DEFAULTS: &[&str] = &[
    "admin",
    "bar",
    "changeme",
    "elastic",
    "example",
    "foo",
    "git",
    "guest",
    "mariadb",
    "minioadmin",
    "mongo",
    "mongodb",
    "mysql",
    "neo4j",
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

/// Drops a service's default word, and a password that repeats the name of its user.
pub(super) fn password(secret: &[u8], beside: Beside<'_>) -> Verdict {
    let word = secret.to_ascii_lowercase();
    let known = DEFAULTS.iter().any(|default| word == default.as_bytes());
    let repeated = beside("user").is_some_and(|user| user.eq_ignore_ascii_case(secret));
    if known || repeated { Verdict::Drop } else { Verdict::NotApplicable }
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
    use super::{Verdict, host, password};

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
    fn hosts_of_books_and_of_oneself_open_nothing() {
        assert!(drops_host("localhost") && drops_host("db.Example.com") && drops_host("127.0.0.1") && drops_host("ci.test"));
        assert!(!drops_host("notexample.com") && !drops_host("acme.dev") && !drops_host("example.com.acme.dev") && !drops_host(""));
        assert_eq!(host(b"x", &|_| None), Verdict::NotApplicable);
    }
}
