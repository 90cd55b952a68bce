//! How many there are of something: `count` and `for_each`.

use hcl_edit::{expr::Expression, structure::Body};
use serde_json::{Value, json};

use crate::inspect::aws::declared::unknown::{has_unknown, is_unknown, unknown};

use super::{module::value, scope::Scope};

/// So many of one are told one by one; more stand there as one that is many.
const MOST: usize = 256;

/// One of several.
#[derive(Clone)]
pub(super) struct Instance {
    /// Its index as addresses have it; `*` where nobody knows how many there are; none where there is one.
    pub index: Option<String>,
    /// What `each` and `count` mean in it.
    pub names: Vec<(String, Value)>,
}

impl Instance {
    /// The only one.
    fn only() -> Self {
        Self { index: None, names: Vec::new() }
    }

    /// As many as nobody knows.
    fn many(on: &Value) -> Self {
        let each = json!({ "key": on, "value": on });
        Self { index: Some("*".into()), names: vec![("each".into(), each), ("count".into(), json!({ "index": on }))] }
    }

    /// Its address, by that of all of them.
    pub fn address(&self, all: &str) -> String {
        self.index.as_ref().map_or_else(|| all.to_owned(), |index| format!("{all}[{index}]"))
    }
}

impl Scope<'_, '_> {
    /// All of what a block declares.
    pub fn instances(&self, body: &Body) -> Vec<Instance> {
        if let Some(count) = value(body, "count") {
            let count = self.value(count);
            let known = count.as_u64().or_else(|| count.as_str()?.parse().ok()).and_then(|count| usize::try_from(count).ok());
            let one = |at: usize| Instance { index: Some(at.to_string()), names: vec![("count".into(), json!({ "index": at }))] };
            return match known {
                Some(count) if count <= MOST => (0..count).map(one).collect(),
                _ => vec![Instance::many(&if is_unknown(&count) { count } else { unknown("count.index") })],
            };
        }
        let Some(each) = value(body, "for_each") else { return vec![Instance::only()] };
        let elements = self.elements(Some(each));
        let unsure = |key: &Value| key.as_str().is_none_or(has_unknown);
        if elements.len() > MOST || elements.iter().any(|(key, _)| unsure(key)) {
            let on = elements.into_iter().find(|(key, _)| unsure(key)).map(|(key, _)| key);
            return vec![Instance::many(&on.unwrap_or_else(|| unknown("each.key")))];
        }
        let one = |(key, value): (Value, Value)| Instance {
            index: Some(key.to_string()),
            names: vec![("each".into(), json!({ "key": key, "value": value }))],
        };
        elements.into_iter().map(one).collect()
    }

    /// What `for_each` goes over: key and value of each. What nobody knows is one that nobody knows.
    pub fn elements(&self, each: Option<&Expression>) -> Vec<(Value, Value)> {
        match each.map_or(Value::Null, |each| self.value(each)) {
            Value::Object(fields) => fields.into_iter().map(|(key, value)| (Value::String(key), value)).collect(),
            Value::Array(items) => items.into_iter().map(|item| (item.clone(), item)).collect(),
            Value::Null => Vec::new(),
            other => vec![(other.clone(), other)],
        }
    }
}
