//! Writes what was carried over as TOML.

use super::{Allow, Carried, Imported, Note, Scoping};

/// The rules as a file for `--rules`, with all that was not carried over as comments on top. Empty where there is no rule.
pub fn rules(imported: &Imported) -> String {
    let mut out = String::new();
    let lost: Vec<&Note> = imported.notes.iter().filter(|note| note.lost).collect();
    out.push_str(&format!("# {} of {} rules were carried over.\n", imported.carried, imported.read));
    if !lost.is_empty() {
        out.push_str("#\n# Not carried over:\n");
        lost.iter().for_each(|note| comment(&mut out, &format!("{}:{}: {}", note.at.file, note.at.line, note.text)));
    }
    imported.rules.iter().for_each(|rule| one(&mut out, rule));
    out
}

/// The acceptances as a part of a settings file.
pub fn allows(imported: &Imported) -> String {
    let mut out = String::from(
        "# Acceptances that were carried over. Each needs somebody who answers for it: `owner`, and `until` where it should end.\n",
    );
    imported.allows.iter().for_each(|allow| acceptance(&mut out, allow));
    out
}

fn acceptance(out: &mut String, allow: &Allow) {
    out.push('\n');
    comment(out, &format!("{}:{}", allow.at.file, allow.at.line));
    out.push_str("[[allow]]\n");
    for (key, value) in [("rule", &allow.rule), ("path", &allow.path), ("commit", &allow.commit)] {
        if let Some(value) = value {
            put(out, key, &quoted(value));
        }
    }
    put(out, "reason", &quoted(&allow.reason));
}

/// The rules in memory, in the order in which they are written.
pub(super) fn one(out: &mut String, rule: &Carried) {
    out.push('\n');
    comment(out, &format!("{}:{}", rule.at.file, rule.at.line));
    rule.remarks.iter().for_each(|remark| comment(out, remark));
    out.push_str("[[rule]]\n");
    put(out, "id", &quoted(&rule.id));
    put(out, "title", &quoted(&rule.title));
    put(out, "kind", &quoted(rule.kind));
    put(out, if rule.context { "context" } else { "anchors" }, &list(&rule.anchors));
    if rule.ignore_case {
        put(out, "ignore-case", "true");
    }
    put(out, "pattern", &quoted(&rule.pattern));
    if !rule.proofs.is_empty() {
        put(out, "proofs", &list(&rule.proofs));
    }
    put(out, "severity", &quoted("high"));
    put(out, "confidence", &quoted(rule.confidence));
    put(out, "explain", &quoted(&rule.explain));
    for (key, values) in [("see", &rule.see), ("examples", &rule.examples), ("counter", &rule.counter), ("overlaps", &rule.overlaps)] {
        if !values.is_empty() {
            put(out, key, &list(values));
        }
    }
    scope(out, &rule.scope);
}

/// What narrows a rule. The tables stand behind all keys of the rule itself.
fn scope(out: &mut String, scope: &Scoping) {
    if !scope.paths.is_empty() {
        put(out, "paths", &list(&scope.paths));
    }
    let lists = [("secret", &scope.secret), ("match", &scope.matched), ("line", &scope.line), ("words", &scope.words)];
    let lists: Vec<_> = lists.into_iter().filter(|(_, values)| !values.is_empty()).collect();
    if !lists.is_empty() {
        out.push_str("[rule.except]\n");
        lists.into_iter().for_each(|(key, values)| put(out, key, &list(values)));
    }
    for (pattern, lines) in &scope.near {
        out.push_str("[[rule.near]]\n");
        put(out, "pattern", &quoted(pattern));
        put(out, "lines", &lines.to_string());
    }
}

/// A line of a comment; what came from outside cannot end it.
fn comment(out: &mut String, text: &str) {
    out.push_str("# ");
    out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    out.push('\n');
}

fn put(out: &mut String, key: &str, value: &str) {
    out.push_str(&format!("{key:<11}= {value}\n"));
}

fn list(values: &[String]) -> String {
    match values {
        [] => "[]".to_owned(),
        [only] => format!("[{}]", quoted(only)),
        several => several.iter().fold("[\n".to_owned(), |all, value| all + "    " + &quoted(value) + ",\n") + "]",
    }
}

/// A text in quotes: as it is where that is possible.
fn quoted(text: &str) -> String {
    let special = text.contains(['"', '\\']) || text.chars().any(char::is_control);
    if !special {
        return format!("\"{text}\"");
    }
    let bare = !text.chars().any(|c| c.is_control() && c != '\t');
    if bare && !text.contains('\'') {
        return format!("'{text}'");
    }
    if bare && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''{text}'''");
    }
    let inner: String = text.chars().map(escaped).collect();
    format!("\"{inner}\"")
}

fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".into(),
        '\t' => "\\t".into(),
        '\r' => "\\r".into(),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::quoted;

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(text in r#"[a'"\\\n\t\r\x07é\u{85}\u{7f}]{0,12}"#) {
            let document = format!("x = {}\n", quoted(&text));
            let read: toml::Table = toml::from_str(&document).expect("TOML");
            prop_assert_eq!(read["x"].as_str(), Some(text.as_str()));
        }
    }
}
