//! `.gitleaks.toml`: rules, allowlists, and what they extend.

use std::collections::BTreeMap;

use super::{
    At, Foreign, ImportError, Note, Reading, Scoping, convert, dialect, glob,
    tree::{self, Node},
};
use crate::engine::pattern::Pattern;

/// Keys of a document that say nothing of what is found.
const SILENT: &[&str] = &["title", "description", "minVersion", "betterleaksMinVersion"];
/// Keys of a rule that are carried over, or that say nothing of what is found.
const OF_RULE: &[&str] = &[
    "id",
    "description",
    "regex",
    "secretGroup",
    "entropy",
    "keywords",
    "tags",
    "path",
    "allowlist",
    "allowlists",
    "required",
    "skipReport",
];

/// Reads a configuration.
pub(super) fn read(file: &str, text: &str) -> Result<Reading, ImportError> {
    let tree = tree::toml(file, text)?;
    let mut reader = Reader { file, reading: Reading::default(), excepted: Vec::new(), patterns: patterns(&tree) };
    for (key, value) in tree.entries() {
        match key.as_str() {
            "rules" => value.items().iter().for_each(|rule| reader.rule(rule)),
            "allowlist" | "allowlists" => value.items().iter().for_each(|list| reader.allowlist(list, &[])),
            "extend" => reader.extend(value),
            known if SILENT.contains(&known) => {}
            unknown => reader.note(value.line, format!("`{unknown}` is not known and left out"), true),
        }
    }
    reader.except();
    if reader.reading.rules.is_empty() && reader.reading.lost == 0 && tree.get("extend").is_none() {
        reader.note(1, "there are no `rules` in it, and it extends nothing: gitleaks finds nothing with it".into(), true);
    }
    Ok(reader.reading)
}

/// A configuration that is being read.
pub(super) struct Reader<'f> {
    file: &'f str,
    /// What came of it.
    pub reading: Reading,
    /// What allowlists except, of which rules; of all where none is named.
    pub excepted: Vec<(Vec<String>, Scoping)>,
    /// The patterns of all rules, by id.
    patterns: BTreeMap<String, String>,
}

/// The patterns of the rules in a document, by id.
fn patterns(tree: &Node) -> BTreeMap<String, String> {
    let rules = tree.get("rules").map_or(&[][..], Node::items);
    rules.iter().filter_map(|rule| Some((rule.text_of("id")?.to_owned(), rule.text_of("regex")?.to_owned()))).collect()
}

/// How many lines away something may be that must stand near: gitleaks looks at the whole fragment unless it is told.
const NEAR: usize = 40;

impl Reader<'_> {
    /// A line of the file.
    pub fn at(&self, line: usize) -> At {
        At { file: self.file.to_owned(), line }
    }

    /// Tells what could not be carried over.
    pub fn note(&mut self, line: usize, text: String, lost: bool) {
        let at = self.at(line);
        self.reading.notes.push(Note { at, text, lost });
    }

    fn extend(&mut self, extend: &Node) {
        for (key, value) in extend.entries() {
            match key.as_str() {
                "useDefault" if value.text() == Some("true") => {
                    self.note(
                        value.line,
                        "the default rules of gitleaks are not carried over: the built-in rules take their place".into(),
                        false,
                    );
                }
                "useDefault" => {}
                "path" => {
                    let text = format!("`{}` is not read: name it on the command line before this file", value.text().unwrap_or_default());
                    self.note(value.line, text, true);
                }
                "disabledRules" => value.items().iter().for_each(|rule| {
                    let text = format!(
                        "rule `{}` is switched off there; `[rules] disable` in the settings file does that here, by our ids",
                        rule.text().unwrap_or_default()
                    );
                    self.note(rule.line, text, true);
                }),
                unknown => self.note(value.line, format!("`extend.{unknown}` is not known and left out"), true),
            }
        }
    }

    fn rule(&mut self, node: &Node) {
        let id = node.text_of("id").unwrap_or_default().to_owned();
        let ours = convert::id("gitleaks", &id);
        for key in ["allowlist", "allowlists"] {
            let lists = node.get(key).map_or(&[][..], Node::items);
            lists.iter().for_each(|list| self.allowlist(list, std::slice::from_ref(&ours)));
        }
        let Some(pattern) = node.text_of("regex").filter(|_| !id.is_empty()) else {
            let cause = match node.text_of("path") {
                _ if id.is_empty() => "it has no id".to_owned(),
                Some(path) => format!(
                    "it knows files by their name alone (`{path}`), and a name is no credential; the built-in rules `key-store.*` know files by their bytes"
                ),
                None => "it has no pattern, and only changes a rule of another file".to_owned(),
            };
            self.reading.lost += 1;
            return self.note(node.line, format!("rule `{id}` is not carried over: {cause}"), true);
        };
        // A rule that is never told by itself serves those that require it.
        if node.text_of("skipReport") == Some("true") {
            self.reading.lost += 1;
            return self.note(
                node.line,
                format!("rule `{id}` is not carried over by itself: there it is never told (`skipReport`)"),
                false,
            );
        }
        let mut remarks = remarks(node);
        let scope = Scoping { paths: paths(node, &mut remarks), near: self.near(node, &mut remarks), ..Scoping::default() };
        let group = node.text_of("secretGroup").and_then(|number| number.parse().ok()).filter(|number| *number > 0);
        let at = self.at(node.line);
        self.reading.rules.push(Foreign {
            at: Some(at),
            tool: "gitleaks",
            title: node.text_of("description").unwrap_or(&id).to_owned(),
            pattern: pattern.to_owned(),
            group,
            entropy: node
                .text_of("entropy")
                .filter(|bits| bits.parse::<f64>().is_ok_and(|bits| bits > 0.0 && bits <= 8.0))
                .map(str::to_owned),
            keywords: node.texts_of("keywords").into_iter().map(str::to_owned).collect(),
            confidence: if node.get("path").is_some() && scope.paths.is_empty() { "low" } else { "medium" },
            scope,
            remarks,
            id,
            ..Foreign::default()
        });
    }

    /// What must stand near a rule's hits.
    fn near(&self, node: &Node, remarks: &mut Vec<String>) -> Vec<(String, usize)> {
        let mut near = Vec::new();
        for needed in node.get("required").map_or(&[][..], Node::items) {
            let id = needed.text_of("id").unwrap_or_default();
            let pattern = self.patterns.get(id).map(|pattern| ours(pattern));
            match pattern {
                Some(Ok(pattern)) => {
                    near.push((pattern, needed.text_of("withinLines").and_then(|lines| lines.parse().ok()).unwrap_or(NEAR)));
                }
                _ => remarks.push(format!(
                    "it is told whether or not `{id}` hits near it: that rule is not in this file, or its pattern cannot be used"
                )),
            }
        }
        near
    }
}

/// A pattern of theirs that is only asked whether it matches.
pub(super) fn ours(pattern: &str) -> Result<String, String> {
    let pattern = dialect::normalize(pattern);
    Pattern::new(pattern.clone().into(), usize::MAX, 0).check().map(|()| pattern)
}

/// The globs of the paths at which alone a rule counts.
fn paths(node: &Node, remarks: &mut Vec<String>) -> Vec<String> {
    let Some(path) = node.text_of("path") else { return Vec::new() };
    match glob::globs(path) {
        Ok((globs, wider)) => {
            if wider {
                remarks.push(format!("the globs of its path match more than `{path}`"));
            }
            globs
        }
        Err(cause) => {
            remarks.push(format!("it hits in any file, not only in those that match `{path}`, which becomes no glob: {cause}"));
            Vec::new()
        }
    }
}

/// What has no place here, with the reason.
fn remarks(node: &Node) -> Vec<String> {
    let mut remarks = Vec::new();
    let unknown = node.entries().iter().filter(|(key, _)| !OF_RULE.contains(&key.as_str()));
    remarks.extend(unknown.map(|(key, _)| format!("`{key}` is not known and left out")));
    remarks
}

#[cfg(test)]
mod tests {
    use super::read;

    const CONFIG: &str = r#"title = "ours"
[extend]
useDefault = true
disabledRules = ["generic-api-key"]

[[rules]]
id = "acme-key"
description = "Acme key, which opens all doors."
regex = '''(?i)acme_(key_([a-z0-9]{20}))'''
secretGroup = 2
entropy = 3.5
keywords = ["acme_key_"]
path = '''\.env$'''
[[rules.required]]
id = "acme-id"
withinLines = 3
[[rules.required]]
id = "elsewhere"
[[rules.allowlists]]
paths = ['''(?:^|/)testdata/''']
stopwords = ["example"]

[[rules.allowlists]]
regexTarget = "line"
regexes = ['sample']

[[rules]]
id = "acme-id"
regex = 'acme-id-[0-9]{4}'
skipReport = true

[[rules]]
id = "key-file"
path = '''\.p12$'''

[allowlist]
paths = ['''\.md$''']
commits = ["0123456A", "short"]
regexes = ['''x''', '(']

[[allowlists]]
targetRules = ["github-pat"]
stopwords = ["fake"]

[[allowlists]]
condition = "AND"
targetRules = ["acme-key"]
paths = ['''\.txt$''']
regexes = ['''x''']
"#;

    #[test]
    fn a_configuration_is_read_and_what_has_no_place_is_told_with_its_line() {
        let reading = read(".gitleaks.toml", CONFIG).expect("a configuration");
        let [rule] = reading.rules.as_slice() else { panic!("{reading:?}") };
        assert_eq!((rule.id.as_str(), rule.group, rule.entropy.as_deref(), rule.at().line), ("acme-key", Some(2), Some("3.5"), 6));
        assert_eq!(rule.remarks.len(), 1, "{:?}", rule.remarks);
        let scope = &rule.scope;
        assert_eq!((scope.paths.as_slice(), scope.near.as_slice()), (&["*.env".to_owned()][..], &[("acme-id-[0-9]{4}".to_owned(), 3)][..]));
        assert_eq!(
            (&scope.secret[..], &scope.line[..], &scope.words[..]),
            (&["x".to_owned()][..], &["sample".to_owned()][..], &["example".to_owned()][..])
        );
        let allows: Vec<_> = reading.allows.iter().map(|a| (a.rule.as_deref(), a.path.as_deref().or(a.commit.as_deref()))).collect();
        assert_eq!(allows, [(Some("gitleaks.acme-key"), Some("**/testdata/*")), (None, Some("*.md")), (None, Some("0123456a"))]);
        let lost: Vec<&str> = reading.notes.iter().filter(|note| note.lost).map(|note| note.text.as_str()).collect();
        insta::assert_snapshot!(lost.join("\n"), @r"
        rule `generic-api-key` is switched off there; `[rules] disable` in the settings file does that here, by our ids
        rule `key-file` is not carried over: it knows files by their name alone (`\.p12$`), and a name is no credential; the built-in rules `key-store.*` know files by their bytes
        the global allowlist: `short` is no id of a commit, or too short
        the global allowlist: the pattern `(` cannot be used: unclosed group
        the allowlist of `gitleaks.acme-key`: its conditions count only all together, which has no place here
        an allowlist of `gitleaks.github-pat` names patterns or words, and no such rule is in this file: built-in rules are not changed
        ");
        assert_eq!(reading.lost, 2);
    }

    #[test]
    fn a_configuration_without_rules_is_told() {
        assert!(read("x.toml", "title = 'x'").expect("TOML").notes[0].text.contains("finds nothing"));
    }
}
