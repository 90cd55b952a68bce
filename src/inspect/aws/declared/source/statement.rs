//! What `data "aws_iam_policy_document"` writes.

use hcl_edit::structure::Body;
use serde_json::{Map, Value, json};

use super::scope::Scope;

impl Scope<'_, '_> {
    /// The policy that a document writes, as text.
    pub fn document(&self, body: &Body) -> Value {
        let mut all = Vec::new();
        for key in ["source_json", "source_policy_documents"] {
            self.attribute(body, key).into_iter().for_each(|texts| add(&texts, &mut all));
        }
        self.blocks(body, "statement").into_iter().for_each(|(scope, body)| put(scope.statement(body), &mut all));
        for key in ["override_json", "override_policy_documents"] {
            self.attribute(body, key).into_iter().for_each(|texts| add(&texts, &mut all));
        }
        let version = self.attribute(body, "version").unwrap_or_else(|| json!("2012-10-17"));
        Value::String(json!({ "Version": version, "Statement": all }).to_string())
    }

    fn statement(&self, body: &Body) -> Value {
        let mut written = Map::new();
        for (key, name) in [("sid", "Sid"), ("actions", "Action"), ("not_actions", "NotAction")] {
            written.extend(self.attribute(body, key).map(|value| (name.to_owned(), value)));
        }
        for (key, name) in [("resources", "Resource"), ("not_resources", "NotResource")] {
            written.extend(self.attribute(body, key).map(|value| (name.to_owned(), variables(value))));
        }
        written.insert("Effect".into(), self.attribute(body, "effect").unwrap_or_else(|| json!("Allow")));
        // An empty list is as good as none.
        written.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
        for (key, name) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            let mut whom = Map::new();
            for (scope, body) in self.blocks(body, key) {
                let get = |key: &str| scope.attribute(body, key).unwrap_or(Value::Null);
                extend(&mut whom, super::functions::text(&get("type")), get("identifiers"));
            }
            if let Some(anybody) = whom.remove("*") {
                written.insert(name.into(), if anybody == json!(["*"]) { json!("*") } else { json!({ "AWS": anybody }) });
            } else if !whom.is_empty() {
                written.insert(name.into(), Value::Object(whom));
            }
        }
        let mut conditions: Map<String, Value> = Map::new();
        for (scope, body) in self.blocks(body, "condition") {
            let get = |key: &str| super::functions::text(&scope.attribute(body, key).unwrap_or(Value::Null));
            let values = variables(scope.attribute(body, "values").unwrap_or_else(|| json!([])));
            if let Value::Object(keys) = conditions.entry(get("test")).or_insert_with(|| json!({})) {
                extend(keys, get("variable"), values);
            }
        }
        if !conditions.is_empty() {
            written.insert("Condition".into(), Value::Object(conditions));
        }
        Value::Object(written)
    }
}

/// Adds to a list under a key.
fn extend(lists: &mut Map<String, Value>, key: String, values: Value) {
    if let Value::Array(known) = lists.entry(key).or_insert_with(|| json!([])) {
        match values {
            Value::Array(more) => known.extend(more),
            Value::Null => {}
            one => known.push(one),
        }
    }
}

/// The statements of other documents; one that is unknown is a statement that is.
fn add(texts: &Value, all: &mut Vec<Value>) {
    let texts = texts.as_array().map_or_else(|| std::slice::from_ref(texts), Vec::as_slice);
    for text in texts.iter().filter_map(Value::as_str) {
        match serde_json::from_str::<Value>(text).map(|mut whole| whole["Statement"].take()) {
            Ok(Value::Array(statements)) => statements.into_iter().for_each(|statement| put(statement, all)),
            Ok(statement @ Value::Object(_)) => put(statement, all),
            _ => all.push(Value::String(text.to_owned())),
        }
    }
}

/// Adds a statement: one of the same name gives way.
fn put(statement: Value, all: &mut Vec<Value>) {
    let name = statement.get("Sid").and_then(Value::as_str).filter(|name| !name.is_empty());
    let same = name.and_then(|name| all.iter().position(|known| known.get("Sid").and_then(Value::as_str) == Some(name)));
    match same {
        Some(at) => all[at] = statement,
        None => all.push(statement),
    }
}

/// `&{aws:username}` is how a variable of a policy is written here.
fn variables(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("&{", "${")),
        Value::Array(items) => items.into_iter().map(variables).collect(),
        other => other,
    }
}
