//! What gitleaks was told to accept: `.gitleaksignore`, and a report of its that serves as a baseline.

use serde::Deserialize;

use super::{Allow, At, ImportError, Note, Reading, glob};

/// Why an allow of ours is wider than a fingerprint of gitleaks.
const WIDER: &str = "a fingerprint there names a line; an allow here holds for all credentials of the rule in the file";

/// Reads `.gitleaksignore`: `file:rule:line` or `commit:file:rule:line`, one a line.
pub(super) fn fingerprints(file: &str, text: &str) -> Reading {
    let mut reading = Reading::default();
    for (index, line) in text.lines().enumerate() {
        let (at, line) = (At { file: file.to_owned(), line: index + 1 }, line.trim());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(Fingerprint { commit, path, rule, line: number }) = fingerprint(line) {
            let mut allow = allow(at, path, rule, &format!("accepted in {file}, for line {number}"));
            allow.commit = commit.map(str::to_owned);
            reading.allows.push(allow);
        } else {
            let text = "no fingerprint (`file:rule:line` or `commit:file:rule:line`): it is passed over".to_owned();
            reading.notes.push(Note { at, text, lost: true });
        }
    }
    if !reading.allows.is_empty() {
        reading.notes.push(Note { at: At { file: file.to_owned(), line: 1 }, text: WIDER.into(), lost: false });
    }
    reading
}

/// What a fingerprint of gitleaks names.
struct Fingerprint<'t> {
    commit: Option<&'t str>,
    path: &'t str,
    rule: &'t str,
    line: &'t str,
}

fn fingerprint(text: &str) -> Option<Fingerprint<'_>> {
    let (rest, line) = text.rsplit_once(':')?;
    let (path, rule) = rest.rsplit_once(':')?;
    let commit = |head: &&str| head.len() >= 7 && head.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (commit, path) = path.split_once(':').filter(|(head, _)| commit(head)).map_or((None, path), |(head, path)| (Some(head), path));
    let good = !path.is_empty() && !rule.is_empty() && !rule.contains('/') && !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
    good.then_some(Fingerprint { commit, path, rule, line })
}

/// An allow for one file; the rule has the name that it gets when it is carried over.
pub(super) fn allow(at: At, path: &str, rule: &str, reason: &str) -> Allow {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    Allow { at, rule: Some(super::convert::id("gitleaks", rule)), path: Some(glob::literal(path)), commit: None, reason: reason.to_owned() }
}

/// A finding as a report tells it; of the secret itself nothing is read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Finding {
    #[serde(rename = "RuleID", default)]
    rule: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    start_line: u64,
}

/// Reads a report in JSON: each finding in it is accepted.
pub(super) fn report(file: &str, text: &str) -> Result<Reading, ImportError> {
    let findings: Vec<Finding> = serde_json::from_str(text).map_err(|error| super::json(file, &error))?;
    let mut reading = Reading::default();
    let at = At { file: file.to_owned(), line: 1 };
    for (index, finding) in findings.iter().enumerate() {
        if finding.rule.is_empty() || finding.file.is_empty() {
            let text = format!("finding {} has no RuleID or no File: it is passed over", index + 1);
            reading.notes.push(Note { at: at.clone(), text, lost: true });
            continue;
        }
        reading.allows.push(allow(at.clone(), &finding.file, &finding.rule, &format!("known before: {file}, line {}", finding.start_line)));
    }
    if !reading.allows.is_empty() {
        reading.notes.push(Note { at, text: WIDER.into(), lost: false });
    }
    Ok(reading)
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, fingerprints, report};

    #[test]
    fn fingerprints_have_three_or_four_parts() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let parts =
            |text: &str| fingerprint(text).map(|f| (f.commit.map(str::to_owned), f.path.to_owned(), f.rule.to_owned(), f.line.to_owned()));
        let expected = |commit: Option<&str>, path: &str| Some((commit.map(str::to_owned), path.into(), "acme-key".into(), "12".into()));
        assert_eq!(parts("a/b.py:acme-key:12"), expected(None, "a/b.py"));
        assert_eq!(parts(&format!("{commit}:a/b.py:acme-key:12")), expected(Some(commit), "a/b.py"));
        assert_eq!(parts("C:x.py:acme-key:12"), expected(None, "C:x.py"));
        for bad in ["", "a:b", "a.py:acme-key:x", ":acme-key:1", "a.py::1"] {
            assert!(fingerprint(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn each_line_is_an_allow_or_a_note() {
        let reading = fingerprints(".gitleaksignore", "# ours\n\na[1].py:acme-key:12\nnonsense\n");
        assert_eq!(reading.allows.len(), 1);
        assert_eq!(reading.allows[0].path.as_deref(), Some("a[[]1[]].py"));
        assert_eq!(reading.allows[0].rule.as_deref(), Some("gitleaks.acme-key"));
        assert!(reading.notes.iter().any(|note| note.at.line == 4 && note.lost));
    }

    #[test]
    fn a_report_is_a_baseline() {
        let text = r#"[{"RuleID": "acme-key", "File": "a.py", "StartLine": 3, "Secret": "x"}, {"File": "b.py"}]"#;
        let reading = report("old.json", text).expect("a report");
        assert_eq!((reading.allows.len(), reading.notes.iter().filter(|note| note.lost).count()), (1, 1));
        assert!(report("old.json", "[\n{]").is_err_and(|error| error.to_string().starts_with("old.json:2: ")));
    }
}
