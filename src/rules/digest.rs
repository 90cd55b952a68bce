//! Names a set of rules by what it says.

use super::{Rule, Text, files::FileRule};

/// Raised when the engine finds other things by the same rules.
const ENGINE: &str = "engine 2";

/// All that is said, on its way into the hash.
#[derive(Default)]
struct Said(blake3::Hasher);

impl Said {
    /// Takes a text with its length, so that no two sequences of texts look the same.
    fn put(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn put_all(&mut self, texts: &[Text]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.put(text));
    }

    fn count(&mut self, number: usize) {
        self.0.update(&(number as u64).to_le_bytes());
    }
}

/// BLAKE3 over all that is written in the rules, hexadecimal. What the program brings along was hashed when it was built.
pub fn digest<'a>(rules: impl Iterator<Item = &'a Rule>, files: impl Iterator<Item = &'static FileRule>) -> String {
    let mut said = Said::default();
    said.put(ENGINE);
    for rule in rules {
        match &rule.digest {
            Some(digest) => drop(said.0.update(digest)),
            None => put_rule(&mut said, rule),
        }
    }
    for file in files {
        said.put(&file.said());
    }
    data_encoding::HEXLOWER.encode(said.0.finalize().as_bytes())
}

fn put_rule(said: &mut Said, rule: &Rule) {
    let case = if rule.ignore_case { "ignore-case" } else { "" };
    let closing = rule.form.closing.as_ref().map_or(("", 0), |closing| (closing.pattern.text(), closing.reach));
    for text in [&rule.id, &rule.provider, &rule.title, rule.kind.name(), rule.severity.name(), rule.confidence.name(), &rule.explain, case]
    {
        said.put(text);
    }
    for text in [rule.form.pattern.text(), closing.0, &closing.1.to_string(), rule.reads.as_deref().unwrap_or("")] {
        said.put(text);
    }
    for texts in [&rule.see, &rule.anchors, &rule.proofs, &rule.overlaps] {
        said.put_all(texts);
    }
    if let Some(scope) = &rule.scope {
        scope.said().for_each(|text| said.put(&text));
    }
    if let Some(pair) = &rule.pair {
        said.put(&pair.title);
        said.put(pair.other.pattern.text());
        said.put(&pair.other.lines.to_string());
        said.put_all(&pair.proofs);
    }
}
