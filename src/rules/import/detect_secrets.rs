//! `.secrets.baseline` of detect-secrets: which plugins ran, what was filtered, what was accepted.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Allow, At, ImportError, Note, Reading, glob};

/// Its sorts of secret, with the rules that find them here; none: only what its name gives away.
const SORTS: &[(&str, &[&str])] = &[
    ("AWS Access Key", &["aws.access-key"]),
    ("Base64 High Entropy String", NAMED),
    ("Hex High Entropy String", NAMED),
    ("Secret Keyword", NAMED),
    ("GitHub Token", &["github.personal-access-token", "github.oauth-token", "github.app-installation-token"]),
    ("JSON Web Token", &["jwt.token"]),
    ("Private Key", &["private-key.dsa", "private-key.ec", "private-key.openssh", "private-key.pkcs8", "private-key.rsa"]),
    ("Slack Token", &["slack.bot-token", "slack.user-token"]),
];
/// The rules of values that nothing but a name gives away.
const NAMED: &[&str] = &["generic.auth", "generic.key", "generic.password", "generic.secret", "generic.token"];
/// Filters that ask nothing of us, by how their paths begin.
const HARMLESS: &[&str] = &["detect_secrets.filters.heuristic.", "detect_secrets.filters.allowlist.", "detect_secrets.filters.common."];

#[derive(Deserialize)]
struct Baseline {
    #[serde(default)]
    plugins_used: Vec<Plugin>,
    #[serde(default)]
    filters_used: Vec<Filter>,
    #[serde(default)]
    results: BTreeMap<String, Vec<Known>>,
}

#[derive(Deserialize)]
struct Plugin {
    name: String,
    path: Option<String>,
    limit: Option<f64>,
}

#[derive(Deserialize)]
struct Filter {
    path: String,
    #[serde(default)]
    pattern: Vec<String>,
}

#[derive(Deserialize)]
struct Known {
    r#type: String,
    line_number: Option<u64>,
    is_secret: Option<bool>,
}

/// Reads a baseline.
pub(super) fn read(file: &str, text: &str) -> Result<Reading, ImportError> {
    let baseline: Baseline = serde_json::from_str(text).map_err(|error| super::json(file, &error))?;
    let mut reading = Reading::default();
    let line = |needle: &str| text.find(needle).map_or(1, |at| memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1);
    let mut note = |needle: &str, text: String, lost| {
        let at = At { file: file.to_owned(), line: line(&format!("\"{needle}\"")) };
        reading.notes.push(Note { at, text, lost });
    };
    for plugin in &baseline.plugins_used {
        plugin_note(plugin, &mut note);
    }
    for filter in baseline.filters_used.iter().filter(|filter| !HARMLESS.iter().any(|known| filter.path.starts_with(known))) {
        filter_note(filter, &mut note);
    }
    for (path, known) in &baseline.results {
        for known in known {
            if known.is_secret == Some(true) {
                note(path, format!("`{}` in {path} was audited as a true secret: it stays a finding", known.r#type), false);
                continue;
            }
            let audited = if known.is_secret == Some(false) { "audited as no secret" } else { "known before" };
            let place = known.line_number.map(|line| format!(", line {line}")).unwrap_or_default();
            let reason = format!("{audited}: {file}, {}{place}", known.r#type);
            let rules = SORTS.iter().find(|(sort, _)| *sort == known.r#type).map_or(&[][..], |(_, rules)| rules);
            let at = At { file: file.to_owned(), line: line(&format!("\"{path}\"")) };
            let path = Some(glob::literal(path.strip_prefix("./").unwrap_or(path)));
            let with = |rule: Option<String>| Allow { at: at.clone(), rule, path: path.clone(), commit: None, reason: reason.clone() };
            if rules.is_empty() {
                reading.allows.push(with(None));
            }
            reading.allows.extend(rules.iter().map(|rule| with(Some((*rule).to_owned()))));
        }
    }
    if !reading.allows.is_empty() {
        let text = "its secrets are known by SHA-1, which is no fingerprint here: an allow holds for the file, for all rules where no rule is known for the sort";
        reading.notes.push(Note { at: At { file: file.to_owned(), line: line("\"results\"") }, text: text.into(), lost: false });
    }
    Ok(reading)
}

fn plugin_note(plugin: &Plugin, note: &mut impl FnMut(&str, String, bool)) {
    if let Some(path) = &plugin.path {
        note(&plugin.name, format!("plugin `{}` is a program ({path}): write a rule for what it finds", plugin.name), true);
    } else if let Some(limit) = plugin.limit {
        let text = format!("the limit {limit} of `{}` is not carried over: values are judged by their name, too", plugin.name);
        note(&plugin.name, text, false);
    }
}

fn filter_note(filter: &Filter, note: &mut impl FnMut(&str, String, bool)) {
    if !filter.path.ends_with("should_exclude_file") {
        note(
            &filter.path,
            format!("filter `{}` is not carried over: lines and secrets are not filtered by pattern here", filter.path),
            true,
        );
        return;
    }
    for pattern in &filter.pattern {
        match glob::globs(pattern) {
            Ok((globs, _)) => {
                let text = format!("files that match `{pattern}` are left out by `exclude = {globs:?}` under [scan] in the settings file");
                note(&filter.path, text, false);
            }
            Err(cause) => note(&filter.path, format!("files that match `{pattern}` are not left out: {cause}"), true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn results_become_allows_and_the_rest_is_told() {
        let text = r#"{
  "version": "1.5.0",
  "plugins_used": [{"name": "Base64HighEntropyString", "limit": 4.5}, {"name": "Own", "path": "file://own.py"}],
  "filters_used": [
    {"path": "detect_secrets.filters.heuristic.is_sequential_string"},
    {"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["^tests/"]},
    {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": ["x"]}
  ],
  "results": {
    "a.py": [{"type": "Of no known sort", "filename": "a.py", "hashed_secret": "00", "line_number": 4},
             {"type": "AWS Access Key", "filename": "a.py", "hashed_secret": "01", "is_secret": true}],
    "b.py": [{"type": "AWS Access Key", "filename": "b.py", "hashed_secret": "02", "is_secret": false}]
  }
}"#;
        let reading = read(".secrets.baseline", text).expect("a baseline");
        let told: Vec<_> = reading.allows.iter().map(|allow| (allow.rule.as_deref(), allow.path.as_deref())).collect();
        assert_eq!(told, [(None, Some("a.py")), (Some("aws.access-key"), Some("b.py"))]);
        assert_eq!(reading.notes.iter().filter(|note| note.lost).count(), 2);
        assert!(reading.notes.iter().any(|note| note.text.contains(r#"exclude = ["tests/*"]"#)), "{:?}", reading.notes);
        assert!(read("x", "{").is_err());
    }
}
