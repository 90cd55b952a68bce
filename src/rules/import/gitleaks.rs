//! `.gitleaks.toml`: rules, allowlists, and what they extend.

use super::{
    Allow, At, Foreign, ImportError, Note, Reading, convert, glob,
    tree::{self, Node},
};

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
    let mut reader = Reader { file, reading: Reading::default() };
    for (key, value) in tree.entries() {
        match key.as_str() {
            "rules" => value.items().iter().for_each(|rule| reader.rule(rule)),
            "allowlist" | "allowlists" => value.items().iter().for_each(|list| reader.allowlist(list, &[])),
            "extend" => reader.extend(value),
            known if SILENT.contains(&known) => {}
            unknown => reader.note(value.line, format!("`{unknown}` is not known and left out"), true),
        }
    }
    if reader.reading.rules.is_empty() && reader.reading.lost == 0 && tree.get("extend").is_none() {
        reader.note(1, "there are no `rules` in it, and it extends nothing: gitleaks finds nothing with it".into(), true);
    }
    Ok(reader.reading)
}

struct Reader<'f> {
    file: &'f str,
    reading: Reading,
}

impl Reader<'_> {
    fn at(&self, line: usize) -> At {
        At { file: self.file.to_owned(), line }
    }

    fn note(&mut self, line: usize, text: String, lost: bool) {
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
        let remarks = remarks(node);
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
            confidence: if node.get("path").is_some() { "low" } else { "medium" },
            remarks,
            id,
            ..Foreign::default()
        });
    }

    /// Paths become allows; there is no place for the rest. Without rules, it concerns all.
    fn allowlist(&mut self, list: &Node, rules: &[String]) {
        let targets: Vec<String> = list.texts_of("targetRules").iter().map(|id| convert::id("gitleaks", id)).collect();
        let rules = if targets.is_empty() { rules } else { &targets };
        let has = |key: &str| list.get(key).is_some_and(|node| !node.items().is_empty());
        let narrow = has("paths") && ["commits", "regexes", "stopwords"].into_iter().any(has);
        let both = list.text_of("condition").is_some_and(|word| matches!(word.to_ascii_uppercase().as_str(), "AND" | "&&")) && narrow;
        let named = rules.first().map_or_else(|| "the global allowlist".to_owned(), |rule| format!("the allowlist of `{rule}`"));
        for (key, value) in list.entries() {
            match key.as_str() {
                "paths" if both => {
                    self.note(
                        value.line,
                        format!("{named}: its paths count only together with its other conditions, which have no place here"),
                        true,
                    );
                }
                "paths" => value.items().iter().for_each(|path| self.path(path, list, rules, &named)),
                "commits" => {
                    self.note(value.line, format!("{named}: commits are not accepted as a whole; accept a path or a fingerprint"), true);
                }
                "regexes" => {
                    let text = format!(
                        "{named}: {} patterns of what is no secret have no place here; the proof `not-placeholder` drops masks and samples",
                        value.items().len()
                    );
                    self.note(value.line, text, true);
                }
                "stopwords" => self.note(value.line, format!("{named}: {} stop words have no place here", value.items().len()), true),
                "description" | "condition" | "regexTarget" | "targetRules" => {}
                unknown => self.note(value.line, format!("{named}: `{unknown}` is not known and left out"), true),
            }
        }
    }

    fn path(&mut self, path: &Node, list: &Node, rules: &[String], named: &str) {
        let pattern = path.text().unwrap_or_default();
        let (globs, wider) = match glob::globs(pattern) {
            Ok(globs) => globs,
            Err(cause) => return self.note(path.line, format!("{named}: the path pattern `{pattern}` becomes no glob: {cause}"), true),
        };
        if wider {
            self.note(
                path.line,
                format!("{named}: the globs of the path pattern `{pattern}` match more than it: {}", globs.join(" ")),
                false,
            );
        }
        let why = list.text_of("description").unwrap_or("path").trim();
        let reason = format!("allowlist of gitleaks: {why}");
        let all: Vec<Option<String>> = if rules.is_empty() { vec![None] } else { rules.iter().cloned().map(Some).collect() };
        for rule in all {
            let at = self.at(path.line);
            self.reading.allows.extend(globs.iter().map(|glob| Allow {
                at: at.clone(),
                rule: rule.clone(),
                path: Some(glob.clone()),
                reason: reason.clone(),
            }));
        }
    }
}

/// What has no place here, with the reason.
fn remarks(node: &Node) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(path) = node.text_of("path") {
        remarks.push(format!(
            "it hits in any file, not only in those that match `{path}`: an object of a history has no name when it is read"
        ));
    }
    for needed in node.get("required").map_or(&[][..], Node::items) {
        let id = needed.text_of("id").unwrap_or_default();
        remarks
            .push(format!("it is told whether or not `{id}` hits near it: `[rule.pair]` looks for another half, but does not ask for it"));
    }
    if node.text_of("skipReport") == Some("true") {
        remarks.push("there it is never told by itself (`skipReport`); here it is".into());
    }
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
[[rules.allowlists]]
paths = ['''(?:^|/)testdata/''']
stopwords = ["example"]

[[rules]]
id = "key-file"
path = '''\.p12$'''

[allowlist]
paths = ['''\.md$''']
commits = ["0123456"]
regexes = ['''x''']

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
        assert_eq!(rule.remarks.len(), 2, "{:?}", rule.remarks);
        let allows: Vec<_> = reading.allows.iter().map(|allow| (allow.rule.as_deref(), allow.path.as_deref())).collect();
        assert_eq!(allows, [(Some("gitleaks.acme-key"), Some("**/testdata/*")), (None, Some("*.md"))]);
        let lost: Vec<usize> = reading.notes.iter().filter(|note| note.lost).map(|note| note.at.line).collect();
        assert_eq!(lost, [4, 19, 21, 27, 28, 33, 34]);
        assert_eq!(reading.lost, 1);
    }

    #[test]
    fn a_configuration_without_rules_is_told() {
        assert!(read("x.toml", "title = 'x'").expect("TOML").notes[0].text.contains("finds nothing"));
    }
}
