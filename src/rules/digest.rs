//! Names a set of rules by what it says.

use super::{Rule, Text, files::FileRule};

/// Raised when the engine finds other things by the same rules.
const ENGINE: &str = "engine 2";

/// BLAKE3 over all that is written in the rules, hexadecimal.
pub fn digest<'a>(rules: impl Iterator<Item = &'a Rule>, files: impl Iterator<Item = &'static FileRule>) -> String {
    let mut hasher = blake3::Hasher::new();
    put(&mut hasher, ENGINE);
    for rule in rules {
        put_rule(&mut hasher, rule);
    }
    for file in files {
        put(&mut hasher, &file.said());
    }
    data_encoding::HEXLOWER.encode(hasher.finalize().as_bytes())
}

fn put_rule(hasher: &mut blake3::Hasher, rule: &Rule) {
    let case = if rule.ignore_case { "ignore-case" } else { "" };
    let closing = rule.form.closing.as_ref().map_or(("", 0), |closing| (closing.pattern.text(), closing.reach));
    for text in [&rule.id, &rule.provider, &rule.title, rule.kind.name(), rule.severity.name(), rule.confidence.name(), &rule.explain, case]
    {
        put(hasher, text);
    }
    for text in [rule.form.pattern.text(), closing.0, &closing.1.to_string(), rule.reads.as_deref().unwrap_or("")] {
        put(hasher, text);
    }
    for texts in [&rule.see, &rule.anchors, &rule.proofs, &rule.overlaps] {
        put_all(hasher, texts);
    }
    if let Some(scope) = &rule.scope {
        scope.said().for_each(|text| put(hasher, &text));
    }
    if let Some(pair) = &rule.pair {
        put(hasher, &pair.title);
        put(hasher, pair.other.pattern.text());
        put(hasher, &pair.other.lines.to_string());
        put_all(hasher, &pair.proofs);
    }
}

fn put_all(hasher: &mut blake3::Hasher, texts: &[Text]) {
    hasher.update(&(texts.len() as u64).to_le_bytes());
    for text in texts {
        put(hasher, text);
    }
}

/// With its length, so that no two sequences of texts look the same.
fn put(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
