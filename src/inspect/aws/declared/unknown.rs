//! What stands for a value that nobody can know from the source alone.

use serde_json::Value;

use crate::model::entity::Grant;

/// How long a name of something unknown may be.
const LONGEST: usize = 80;

/// A value that nobody can know, by what it hangs on.
pub(super) fn unknown(on: &str) -> Value {
    let name = on.chars().filter(|c| !matches!(c, '<' | '>' | ':' | '/' | '"') && !c.is_control()).take(LONGEST);
    Value::String(format!("{}{}>", Grant::UNKNOWN, name.collect::<String>()))
}

/// Whether nothing is known of a value.
pub(super) fn is_unknown(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with(Grant::UNKNOWN) && text.find('>') == Some(text.len() - 1))
}

/// Whether some of a text is unknown.
pub(super) fn has_unknown(text: &str) -> bool {
    text.contains(Grant::UNKNOWN)
}

/// The first of some values, however deep, of which something is unknown.
pub(super) fn first_unknown<'v>(values: impl IntoIterator<Item = &'v Value>) -> Option<Value> {
    values.into_iter().find_map(|value| match value {
        Value::String(text) if has_unknown(text) => {
            let at = text.find(Grant::UNKNOWN)?;
            let end = text[at..].find('>')?;
            Some(Value::String(text[at..=at + end].to_owned()))
        }
        Value::Array(items) => first_unknown(items),
        Value::Object(fields) => first_unknown(fields.values()),
        _ => None,
    })
}
