//! What an action does that no catalogue knows: its verb tells.

use super::Level;

/// Verbs with which names of actions that change nothing begin.
const READING: &[&str] = &[
    "batchget",
    "calculate",
    "check",
    "compare",
    "count",
    "decode",
    "describe",
    "detect",
    "discover",
    "download",
    "estimate",
    "evaluate",
    "explain",
    "filter",
    "get",
    "head",
    "is",
    "list",
    "lookup",
    "preview",
    "query",
    "read",
    "receive",
    "resolve",
    "retrieve",
    "scan",
    "search",
    "select",
    "simulate",
    "test",
    "validate",
    "verify",
    "view",
];

/// What an action, or a pattern of actions in small letters, may change at most.
pub(super) fn level(pattern: &str) -> Level {
    let name = pattern.split_once(':').map_or(pattern, |(_, name)| name);
    let fixed = name.split(['*', '?']).next().unwrap_or_default();
    if READING.iter().any(|verb| fixed.starts_with(verb)) { Level::Read } else { Level::Write }
}
