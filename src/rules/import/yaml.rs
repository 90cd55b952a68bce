//! Rules in YAML: those of noseyparker and titus, and those of kingfisher, which grew out of them.

use super::{
    At, Foreign, ImportError, Note, Reading,
    tree::{self, Node, Value},
};

/// Keys that are carried over, or that say nothing of what is found.
const KNOWN: &[&str] = &[
    "name",
    "id",
    "pattern",
    "min_entropy",
    "confidence",
    "examples",
    "negative_examples",
    "description",
    "references",
    "categories",
    "keywords",
    "visible",
    "prevalidated",
    "severity",
    "tls_mode",
];

/// Reads a file of rules.
pub(super) fn read(file: &str, text: &str, tool: &'static str) -> Result<Reading, ImportError> {
    let tree = tree::yaml(file, text)?;
    let mut reading = Reading::default();
    let documents = if let Value::List(several) = &tree.value { several.as_slice() } else { std::slice::from_ref(&tree) };
    let mut found = false;
    for document in documents {
        for (key, value) in document.entries() {
            if key == "rules" {
                found = true;
                value.items().iter().for_each(|node| rule(file, node, tool, &mut reading));
            } else {
                let text = format!("`{key}` is not carried over: here rules stand alone");
                reading.notes.push(Note { at: At { file: file.to_owned(), line: value.line }, text, lost: key == "rulesets" });
            }
        }
    }
    if found {
        return Ok(reading);
    }
    Err(ImportError::Format { file: file.to_owned(), line: 1, cause: "there are no `rules` in it".into() })
}

fn rule(file: &str, node: &Node, tool: &'static str, reading: &mut Reading) {
    let at = At { file: file.to_owned(), line: node.line };
    let id = node.text_of("id").or_else(|| node.text_of("name")).unwrap_or_default().to_owned();
    let Some(pattern) = node.text_of("pattern").filter(|_| !id.is_empty()) else {
        let text = format!("rule `{id}` is not carried over: it has no `id` or no `pattern`");
        reading.notes.push(Note { at, text, lost: true });
        reading.lost += 1;
        return;
    };
    let texts = |key: &str| node.texts_of(key).into_iter().map(str::to_owned).collect::<Vec<_>>();
    reading.rules.push(Foreign {
        at: Some(at),
        tool,
        title: node.text_of("name").unwrap_or(&id).to_owned(),
        pattern: pattern.trim_end().to_owned(),
        group: None,
        entropy: node
            .text_of("min_entropy")
            .filter(|bits| bits.parse::<f64>().is_ok_and(|bits| bits > 0.0 && bits <= 8.0))
            .map(str::to_owned),
        keywords: texts("keywords"),
        confidence: confidence(node),
        see: texts("references").into_iter().filter(|address| address.starts_with("https://")).collect(),
        examples: texts("examples"),
        counter: texts("negative_examples"),
        remarks: remarks(node),
        id,
        ..Foreign::default()
    });
}

fn confidence(node: &Node) -> &'static str {
    let fuzzy = node.texts_of("categories").contains(&"fuzzy");
    match node.text_of("confidence") {
        Some("low") => "low",
        Some("high") => "high",
        _ if fuzzy => "low",
        _ => "medium",
    }
}

/// What has no place here, with the reason.
fn remarks(node: &Node) -> Vec<String> {
    let mut remarks = Vec::new();
    for (key, value) in node.entries() {
        match key.as_str() {
            "validation" | "revocation" => remarks.push(format!("`{key}` is left out: no credential is ever sent anywhere")),
            "depends_on_rule" => {
                let needed: Vec<&str> = value.items().iter().filter_map(|item| item.text_of("rule_id")).collect();
                remarks.push(format!("it is told without {}, on which only its validation depends", needed.join(", ")));
            }
            "pattern_requirements" => remarks.extend(
                value.entries().iter().map(|(name, _)| format!("`pattern_requirements.{name}` is left out: no filter here does the same")),
            ),
            known if KNOWN.contains(&known) => {}
            unknown => remarks.push(format!("`{unknown}` is not known and left out")),
        }
    }
    if node.text_of("visible") == Some("false") {
        remarks.push("it is a part of another rule there (`visible: false`); here it is told on its own".into());
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::read;

    const RULES: &str = "rules:
- name: Acme Key
  id: np.acme.1
  pattern: |
    (?x)
    \\b
    (acme_[a-z0-9]{20})
  confidence: high
  min_entropy: 3.1
  examples:
  - 'key: acme_0'
  validation:
    type: Http
- name: without a pattern
  id: np.acme.2
";

    #[test]
    fn rules_are_read_with_their_lines_and_the_rest_is_told() {
        let reading = read("acme.yml", RULES, "noseyparker").expect("rules");
        let [rule] = reading.rules.as_slice() else { panic!("{reading:?}") };
        assert_eq!((rule.id.as_str(), rule.title.as_str(), rule.confidence), ("np.acme.1", "Acme Key", "high"));
        assert_eq!((rule.entropy.as_deref(), rule.examples.len(), rule.at().line), (Some("3.1"), 1, 2));
        assert!(rule.remarks[0].contains("validation"));
        assert_eq!((reading.lost, reading.notes[0].at.line), (1, 14));
        assert!(read("x.yml", "a: 1", "noseyparker").is_err());
    }
}
