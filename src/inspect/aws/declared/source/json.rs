//! Terraform's source in JSON, as CDK for Terraform makes it, in the words of the other syntax: what it declares is the same.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::reading::{MOST, Taken, free};

/// How deep values may stand in each other.
const DEEPEST: usize = 96;

/// The keys with which such a document begins.
const FIRST: &[&str] = &["//", "data", "locals", "module", "moved", "output", "provider", "resource", "terraform", "variable"];

/// Blocks that stand in resources, and in each other.
const WITHIN: &[&str] = &["condition", "content", "dynamic", "inline_policy", "not_principals", "principals", "statement"];

/// Whether a document begins as one of these does and declares something of AWS.
pub(super) fn begins(bytes: &[u8]) -> bool {
    use crate::inspect::aws::document::{first_key, holds};
    first_key(bytes).is_some_and(|key| FIRST.contains(&key))
        && (holds(bytes, "\"resource\"") || holds(bytes, "\"module\""))
        && holds(bytes, "\"aws_")
}

/// The blocks of a document that count; none where it is something else.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<Taken>, String> {
    if bytes.len() > MOST {
        return Err(format!("it has more than {} MiB", MOST >> 20));
    }
    let whole: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for (key, labels) in [("resource", 2), ("data", 2), ("module", 1), ("variable", 1), ("output", 1), ("locals", 0)] {
        for value in each(whole.get(key)) {
            blocks(key, &mut Vec::new(), labels, value, &mut all)?;
        }
    }
    Ok(all)
}

/// A value, or each of a list.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let (one, many) = match value {
        Some(Value::Array(items)) => (None, Some(items)),
        other => (other, None),
    };
    one.into_iter().chain(many.into_iter().flatten())
}

/// The blocks of one sort, below as many labels as it has.
fn blocks<'v>(sort: &str, names: &mut Vec<&'v str>, labels: usize, value: &'v Value, all: &mut Vec<Taken>) -> Result<(), String> {
    let Value::Object(fields) = value else { return Ok(()) };
    if labels > 0 {
        // A provider of something else tells nothing here.
        for (name, inner) in fields.iter().filter(|(name, _)| labels < 2 || name.starts_with("aws_")) {
            names.push(name);
            each(Some(inner)).try_for_each(|one| blocks(sort, names, labels - 1, one, all))?;
            names.pop();
        }
        return Ok(());
    }
    let mut text = sort.to_owned();
    names.iter().for_each(|name| text.extend([" ", &quoted(name)]));
    text.push_str(" {\n");
    body(fields, &mut text, 0)?;
    text.push_str("}\n");
    all.push(Taken { text, free: free(names.first().copied()) });
    Ok(())
}

fn body(fields: &Map<String, Value>, text: &mut String, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("it is too deep".into());
    }
    for (key, value) in fields.iter().filter(|(key, _)| is_name(key)) {
        if !WITHIN.contains(&key.as_str()) {
            text.extend([key, " = "]);
            expression(value, text, depth + 1)?;
            text.push('\n');
            continue;
        }
        for block in each(Some(value)) {
            let Value::Object(inner) = block else { continue };
            if key != "dynamic" {
                block_of(key, None, inner, text, depth)?;
                continue;
            }
            for (label, made) in inner {
                for made in each(Some(made)).filter_map(Value::as_object) {
                    block_of(key, Some(label), made, text, depth)?;
                }
            }
        }
    }
    Ok(())
}

fn block_of(key: &str, label: Option<&str>, inner: &Map<String, Value>, text: &mut String, depth: usize) -> Result<(), String> {
    let label = label.map_or_else(String::new, |label| format!(" {}", quoted(label)));
    let _ = writeln!(text, "{key}{label} {{");
    body(inner, text, depth + 1)?;
    text.push_str("}\n");
    Ok(())
}

fn expression(value: &Value, text: &mut String, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("it is too deep".into());
    }
    match value {
        Value::String(template) => text.push_str(&quoted(template)),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                expression(item, text, depth + 1)?;
                text.push_str(", ");
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push_str("{ ");
            for (key, field) in fields {
                text.extend([&quoted(key), " = "]);
                expression(field, text, depth + 1)?;
                text.push_str(", ");
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
    Ok(())
}

/// Whether a key names an attribute: `//` is a remark.
fn is_name(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

/// A text as a template in quotes. What stands in `${…}` is an expression, and is left as it is.
fn quoted(template: &str) -> String {
    let mut quoted = String::from('"');
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in template.chars() {
        match c {
            '{' if depth > 0 || before == '$' || before == '%' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match c {
            _ if depth > 0 => quoted.push(c),
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
        before = c;
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use hcl_edit::parser::parse_body;

    use super::{begins, parts};

    #[test]
    fn what_is_written_in_json_is_written_in_the_other_syntax() {
        let json = r#"{ "//": "made", "resource": { "aws_iam_user": { "ci": { "//": { "path": "x" }, "name": "a\"b${var.x[\"k\"]}", "tags": { "a b": 1 } } },
            "google_project": { "x": {} } }, "locals": { "a": [true, null, "x\n"] },
            "data": { "aws_iam_policy_document": { "d": { "statement": [{ "actions": ["s3:*"] }, { "principals": { "type": "*" } }],
                "dynamic": { "statement": { "for_each": "${var.all}", "content": { "sid": "x" } } } } } } }"#;
        assert!(begins(json.as_bytes()));
        let texts: Vec<String> = parts(json.as_bytes()).expect("JSON").into_iter().map(|taken| taken.text).collect();
        assert_eq!(
            texts,
            [
                "resource \"aws_iam_user\" \"ci\" {\nname = \"a\\\"b${var.x[\"k\"]}\"\ntags = { \"a b\" = 1, }\n}\n",
                "data \"aws_iam_policy_document\" \"d\" {\ndynamic \"statement\" {\ncontent {\nsid = \"x\"\n}\nfor_each = \"${var.all}\"\n}\nstatement {\nactions = [\"s3:*\", ]\n}\nstatement {\nprincipals {\ntype = \"*\"\n}\n}\n}\n",
                "locals {\na = [true, null, \"x\\n\", ]\n}\n",
            ]
        );
        texts.iter().for_each(|text| drop(parse_body(text).expect("HCL")));
    }

    #[test]
    fn other_documents_are_none() {
        for text in [r#"{"data":{"aws_x":1}}"#, r#"{"resources":[{"type":"aws_iam_user"}]}"#, r#"{"resource":{"google_x":{}}}"#] {
            assert!(!begins(text.as_bytes()), "{text}");
        }
        assert!(parts(br#"{"resource":"aws_iam_user"}"#).is_ok_and(|parts| parts.is_empty()));
    }
}
