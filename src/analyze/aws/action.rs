//! What actions do, as far as their names tell.

/// How much an action changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Looks at what there is.
    Read,
    /// Changes it.
    Write,
}

/// Verbs with which names of actions that change nothing begin.
const READING: &[&str] = &[
    "get",
    "list",
    "describe",
    "batchget",
    "search",
    "view",
    "check",
    "lookup",
    "read",
    "query",
    "scan",
    "select",
    "head",
    "download",
    "simulate",
    "validate",
    "estimate",
    "preview",
    "discover",
    "detect",
    "generatecredentialreport",
    "generateservicelastaccessed",
    "filter",
    "count",
    "compare",
    "is",
    "receive",
    "retrieve",
    "test",
    "verify",
    "evaluate",
    "resolve",
    "calculate",
    "lookup",
    "decode",
    "explain",
];

/// What an action, or a pattern of actions in small letters, may change at most.
pub fn level(pattern: &str) -> Level {
    let name = pattern.split_once(':').map_or(pattern, |(_, name)| name);
    let fixed = name.split(['*', '?']).next().unwrap_or_default();
    if READING.iter().any(|verb| fixed.starts_with(verb)) { Level::Read } else { Level::Write }
}

#[cfg(test)]
mod tests {
    use super::{Level, level};

    #[test]
    fn a_pattern_is_as_bad_as_the_worst_that_it_matches() {
        assert_eq!(["s3:get*", "ec2:describeinstances", "sqs:receivemessage"].map(level), [Level::Read; 3]);
        assert_eq!(["s3:*", "*:*", "s3:ge*", "iam:passrole", "s3:putobject"].map(level), [Level::Write; 5]);
    }
}
