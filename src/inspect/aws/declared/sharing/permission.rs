use serde_json::{Map, Value, json};

use crate::{inspect::aws::declared::resource::Resource, model::entity::Grant};

/// The attributes of a permission, beside the function that it is of.
pub(super) const ATTRIBUTES: &[&str] = &[
    "action",
    "event_source_token",
    "function_url_auth_type",
    "principal",
    "principal_org_id",
    "source_account",
    "source_arn",
    "statement_id",
];

/// What a permission ties a request to, and the operator and the key of the condition that AWS makes of it.
const CONDITIONS: &[(&str, &str, &str)] = &[
    ("event_source_token", "StringEquals", "lambda:EventSourceToken"),
    ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
    ("source_account", "StringEquals", "AWS:SourceAccount"),
    ("source_arn", "ArnLike", "AWS:SourceArn"),
];

/// The statement that AWS makes of a permission in the policy of its function.
pub(super) fn statement(permission: &Resource) -> Value {
    let mut conditions: Map<String, Value> = Map::new();
    for (attribute, operator, key) in CONDITIONS {
        if let (Some(value), Value::Object(keys)) = (permission.text(attribute), conditions.entry(*operator).or_insert_with(|| json!({}))) {
            keys.insert((*key).to_owned(), value.into());
        }
    }
    conditions.retain(|_, keys| keys.as_object().is_some_and(|keys| !keys.is_empty()));
    let sid = permission.text("statement_id").map_or_else(|| permission.name.clone(), str::to_owned);
    let action = permission.text("action").unwrap_or("lambda:InvokeFunction");
    json!({ "Sid": sid, "Effect": "Allow", "Principal": principal(permission), "Action": action, "Resource": "*", "Condition": conditions })
}

/// Whom a permission lets in: a service, an account by its number, an ARN, everybody.
fn principal(permission: &Resource) -> Value {
    match permission.text("principal") {
        Some("*") => json!("*"),
        Some(service) if service.ends_with(".amazonaws.com") || service.ends_with(".amazon.com") => json!({ "Service": service }),
        Some(other) => json!({ "AWS": other }),
        None => json!({ "AWS": format!("{}principal>", Grant::UNKNOWN) }),
    }
}
