//! Terraform's functions, those that policies are written with.

use hcl_edit::expr::FuncCall;
use serde_json::{Map, Value};

use crate::inspect::aws::declared::unknown::{first_unknown, has_unknown, is_unknown, unknown};

use super::scope::Scope;

/// How long a text may be that a function makes, bytes.
const LONGEST: usize = 1 << 20;

/// A value as it stands in a text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

impl Scope<'_, '_> {
    /// What a call of a function comes to.
    pub fn called_function(&self, call: &FuncCall) -> Value {
        let name = call.name.name.as_str();
        let mut arguments: Vec<Value> = Vec::new();
        for argument in &call.args {
            let value = self.value(argument);
            match name {
                // The first that there is.
                "try" if !is_missing(&value) => return value,
                "can" => return if is_unknown(&value) && !is_missing(&value) { value } else { Value::Bool(!is_missing(&value)) },
                _ => arguments.push(value),
            }
        }
        if call.args.expand_final()
            && let Some(Value::Array(items)) = arguments.pop_if(|last| last.is_array())
        {
            arguments.extend(items);
        }
        if arguments.iter().map(super::scope::weight).sum::<usize>() > LONGEST {
            return unknown("what is too much to work out");
        }
        let made = of_lists(name, &arguments).or_else(|| match first_unknown(&arguments) {
            Some(unknown) => Some(unknown),
            None => of_texts(name, &arguments).or_else(|| of_maps(name, &arguments)),
        });
        made.unwrap_or_else(|| unknown(&format!("{name}()")))
    }
}

/// What a place that is not there comes to.
pub(super) fn missing(what: &str) -> Value {
    unknown(&format!("missing {what}"))
}

fn is_missing(value: &Value) -> bool {
    is_unknown(value) && value.as_str().is_some_and(|text| text.contains(" missing "))
}

/// Functions that take what is unknown as it is: it stands in what they make.
fn of_lists(name: &str, arguments: &[Value]) -> Option<Value> {
    let items = || arguments.iter().flat_map(|list| list.as_array().map_or_else(|| std::slice::from_ref(list), Vec::as_slice)).cloned();
    Some(match (name, arguments) {
        ("jsonencode", [value]) => Value::String(value.to_string()),
        ("concat" | "setunion", _) => items().collect(),
        ("toset" | "distinct", _) => {
            let mut once: Vec<Value> = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            once.extend(items().filter(|item| seen.insert(item.to_string())));
            Value::Array(once)
        }
        ("compact", _) => items().filter(|item| !item.is_null() && item != "").collect(),
        ("flatten", _) => {
            let mut flat = Vec::new();
            arguments.iter().for_each(|list| flatten(list, &mut flat, 0));
            Value::Array(flat)
        }
        ("tolist" | "tomap" | "tostring" | "tonumber" | "tobool" | "sensitive" | "nonsensitive", [value]) => value.clone(),
        ("merge", _) => {
            let mut all = Map::new();
            for part in arguments {
                match part {
                    Value::Object(fields) => all.extend(fields.clone()),
                    Value::Null => {}
                    other => drop(all.insert(text(other), Value::String(text(other)))),
                }
            }
            Value::Object(all)
        }
        ("join", [Value::String(between), Value::Array(list)])
            if list.iter().all(|item| !item.is_array() && !item.is_object()) && fits(list.len(), between.len()) =>
        {
            Value::String(list.iter().map(text).collect::<Vec<_>>().join(between))
        }
        ("format", [Value::String(form), values @ ..]) => formatted(form, values)?,
        ("coalesce", _) => arguments.iter().find(|value| !value.is_null() && *value != "").cloned().unwrap_or(Value::Null),
        ("one", [Value::Array(list)]) => list.first().cloned().unwrap_or(Value::Null),
        ("element", [Value::Array(list), Value::Number(at)]) if !list.is_empty() => {
            list[usize::try_from(at.as_u64()?).ok()? % list.len()].clone()
        }
        ("lookup", [Value::Object(fields), Value::String(key), rest @ ..]) if !has_unknown(key) => {
            fields.get(key).or_else(|| rest.first()).cloned().unwrap_or_else(|| missing(key))
        }
        ("values", [Value::Object(fields)]) => fields.values().cloned().collect(),
        _ => return None,
    })
}

fn flatten(value: &Value, flat: &mut Vec<Value>, depth: usize) {
    match value {
        Value::Array(items) if depth < 64 => items.iter().for_each(|item| flatten(item, flat, depth + 1)),
        other => flat.push(other.clone()),
    }
}

/// Whether so many of so many bytes are no longer than a text may be.
fn fits(count: usize, each: usize) -> bool {
    count.saturating_mul(each) <= LONGEST
}

/// `format`, with `%s`, `%d` and `%v`.
fn formatted(form: &str, values: &[Value]) -> Option<Value> {
    let mut filled = String::new();
    let mut values = values.iter();
    let mut rest = form.chars();
    while let Some(c) = rest.next() {
        match (c, if c == '%' { rest.next() } else { None }) {
            ('%', Some('%')) => filled.push('%'),
            ('%', Some('s' | 'd' | 'v')) => filled.push_str(&text(values.next()?)),
            ('%', _) => return None,
            (c, _) => filled.push(c),
        }
    }
    Some(Value::String(filled))
}

/// Functions of texts, where all is known.
fn of_texts(name: &str, arguments: &[Value]) -> Option<Value> {
    let string = |text: String| Some(Value::String(text));
    match (name, arguments) {
        ("jsondecode", [Value::String(text)]) => serde_json::from_str(text).ok(),
        ("lower", [Value::String(text)]) => string(text.to_lowercase()),
        ("upper", [Value::String(text)]) => string(text.to_uppercase()),
        ("trimspace", [Value::String(text)]) => string(text.trim().to_owned()),
        ("trimprefix", [Value::String(text), Value::String(end)]) => string(text.strip_prefix(end.as_str()).unwrap_or(text).to_owned()),
        ("trimsuffix", [Value::String(text), Value::String(end)]) => string(text.strip_suffix(end.as_str()).unwrap_or(text).to_owned()),
        ("startswith", [Value::String(text), Value::String(end)]) => Some(Value::Bool(text.starts_with(end.as_str()))),
        ("endswith", [Value::String(text), Value::String(end)]) => Some(Value::Bool(text.ends_with(end.as_str()))),
        ("split", [Value::String(at), Value::String(text)]) if !at.is_empty() => {
            Some(text.split(at.as_str()).map(|part| Value::String(part.to_owned())).collect())
        }
        // With slashes around it, it is a pattern.
        ("replace", [Value::String(text), Value::String(what), Value::String(with)])
            if !(what.is_empty() || what.len() > 1 && what.starts_with('/') && what.ends_with('/')) =>
        {
            fits(text.matches(what.as_str()).count(), with.len()).then(|| Value::String(text.replace(what.as_str(), with)))
        }
        ("formatlist", [Value::String(form), Value::Array(list)]) => {
            list.iter().map(|item| formatted(form, std::slice::from_ref(item))).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        _ => None,
    }
}

/// Functions of lists and maps, where all is known.
fn of_maps(name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("length", [Value::Array(list)]) => Some(list.len().into()),
        ("length", [Value::Object(fields)]) => Some(fields.len().into()),
        ("length", [Value::String(text)]) => Some(text.chars().count().into()),
        ("keys", [Value::Object(fields)]) => Some(fields.keys().map(|key| Value::String(key.clone())).collect()),
        ("contains", [Value::Array(list), item]) => Some(Value::Bool(list.contains(item))),
        ("alltrue", [Value::Array(list)]) => Some(Value::Bool(list.iter().all(|item| item == true))),
        ("anytrue", [Value::Array(list)]) => Some(Value::Bool(list.iter().any(|item| item == true))),
        ("coalescelist", lists) => lists.iter().find(|list| list.as_array().is_some_and(|list| !list.is_empty())).cloned(),
        ("zipmap", [Value::Array(keys), Value::Array(values)]) => {
            Some(Value::Object(keys.iter().map(text).zip(values.iter().cloned()).collect()))
        }
        _ => None,
    }
}
