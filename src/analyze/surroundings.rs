//! What a path says about the credential that lies there: a test key is a smaller matter than a production one.

/// Folder names that hold tests, examples and documentation.
const HARMLESS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "spec",
    "specs",
    "fixture",
    "fixtures",
    "__fixtures__",
    "__tests__",
    "mock",
    "mocks",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "doc",
    "docs",
    "documentation",
    "guides",
    "cassettes",
    "vcr_cassettes",
    "snapshots",
    "corpus",
    "bench",
    "benches",
    "benchmarks",
    "e2e",
];

/// Words of a file name that say the same whatever its folder (`tls_test.go`, `.env.example`, `fixtures.rb`).
const HARMLESS_WORDS: &[&str] = &[
    "test", "tests", "spec", "fixture", "fixtures", "mock", "mocks", "dummy", "example", "examples", "sample", "samples", "testdata",
    "readme",
];

/// Hosts that are this machine or nobody's: names reserved for examples (RFC 2606, RFC 6761) and loopback.
const NOWHERE: &[&str] =
    &["localhost", "127.0.0.1", "::1", "[::1]", "0.0.0.0", "host.docker.internal", "example.com", "example.org", "example.net"];

/// Endings of such hosts.
const NOWHERE_ENDS: &[&str] = &[".localhost", ".local", ".test", ".example", ".invalid", ".example.com", ".example.org", ".example.net"];

/// Words that name an environment, with the name that stands for all of its spellings.
const ENVIRONMENTS: &[(&str, &str)] = &[
    ("prod", "production"),
    ("production", "production"),
    ("live", "production"),
    ("prd", "production"),
    ("staging", "staging"),
    ("stage", "staging"),
    ("stg", "staging"),
    ("uat", "staging"),
    ("preprod", "staging"),
    ("dev", "development"),
    ("develop", "development"),
    ("development", "development"),
    ("local", "development"),
    ("test", "test"),
    ("testing", "test"),
    ("qa", "test"),
    ("ci", "test"),
    ("sandbox", "test"),
];

/// Whether everything below such a folder, or in such a file, is test, example or documentation.
pub fn harmless(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    // `dockerTest`, `smoke-test`: what a folder is stands at the end of its name.
    let last = |folder: &str| {
        let word = folder.rsplit(['-', '_']).next().unwrap_or_default();
        matches!(word, "test" | "testing" | "fixture" | "mocks" | "examples" | "samples")
    };
    let humped = path.split('/').rev().skip(1).any(|folder| {
        ["Test", "Tests"].iter().any(|end| folder.strip_suffix(end).is_some_and(|head| head.ends_with(|c: char| c.is_ascii_lowercase())))
    });
    let harmless_folder = |folder: &str| {
        HARMLESS.contains(&folder) || last(folder) || folder.split(['-', '_']).any(|word| word == "fixtures" || word == "tests")
    };
    humped || folders.split('/').any(harmless_folder) || words(name).any(|word| HARMLESS_WORDS.contains(&word))
}

/// Whether a host is this machine or an example.
pub(super) fn nowhere(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    NOWHERE.contains(&host.as_str()) || NOWHERE_ENDS.iter().any(|end| host.ends_with(end))
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

/// The environment that a path names (`deploy/prod/app.env`, `.env.production`), if any; the last word wins.
pub(super) fn environment(path: &str) -> Option<&'static str> {
    let lower = path.to_ascii_lowercase();
    words(&lower).rev().filter_map(|word| ENVIRONMENTS.iter().find(|(name, _)| *name == word)).map(|(_, environment)| *environment).next()
}

#[cfg(test)]
mod tests {
    use super::{environment, harmless, nowhere};

    #[test]
    fn tests_and_examples_are_known_by_folder_or_name() {
        for path in [
            "a/tests/key.pem",
            "spec/fixtures/x",
            "pkg/auth_test.go",
            "docs/intro.md",
            "test_login.py",
            "aws/test-fixtures/x.key",
            ".env.example",
            "x/x509_test.cc",
            "boot/src/dockerTest/resources/a.yaml",
            "smoke-test/a.yaml",
            "quick-examples/a.env",
        ] {
            assert!(harmless(path), "{path}");
        }
        for path in ["src/attest/key.pem", "config/prod.env", "contest.txt", "latest/x.rs", "test-infra/a.env", "src/Contest/a.env"] {
            assert!(!harmless(path), "{path}");
        }
    }

    #[test]
    fn hosts_of_nobody_are_known() {
        assert!(nowhere("localhost") && nowhere("DB.test") && nowhere("www.example.com"));
        assert!(!nowhere("db.contest") && !nowhere("example.com.evil.org"));
    }

    #[test]
    fn the_environment_is_a_whole_word() {
        assert_eq!(environment("deploy/prod/app.env"), Some("production"));
        assert_eq!(environment(".env.staging"), Some("staging"));
        assert_eq!(environment("src/product/devices.rs"), None);
    }
}
