//! A policy of which not all is known, in a form that says what is and what is not.
//!
//! What a statement may allow is left out where nobody knows what it is, and named; what it may deny is denied where nobody knows
//! whether it is.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::unknown::{first_unknown, has_unknown, is_unknown};

/// The key of a condition of which nobody can know whether it holds.
const NOBODY_KNOWS: &str = "unhidden:unknown";

/// The policy as far as it is known. A text without anything unknown is left as it is.
pub(super) fn understandable(text: &str) -> String {
    if !has_unknown(text) {
        return text.to_owned();
    }
    let mut open = BTreeSet::new();
    let Ok(Value::Object(mut whole)) = serde_json::from_str::<Value>(text) else {
        open.extend(named(&Value::String(text.to_owned())));
        return left_out(Map::new(), &open);
    };
    let statements = match whole.remove("Statement") {
        Some(Value::Array(statements)) => statements,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let statements: Vec<Value> = statements.into_iter().filter_map(|statement| known(statement, &mut open)).collect();
    whole.insert("Statement".into(), Value::Array(statements));
    if whole.get("Version").is_some_and(is_unknown) {
        whole.insert("Version".into(), json!("2012-10-17"));
    }
    left_out(whole, &open)
}

/// A policy that names what was left out of it.
fn left_out(mut whole: Map<String, Value>, open: &BTreeSet<String>) -> String {
    whole.entry("Version").or_insert_with(|| json!("2012-10-17"));
    whole.entry("Statement").or_insert_with(|| json!([]));
    if !open.is_empty() {
        whole.insert("Id".into(), Value::String(open.iter().map(String::as_str).collect::<Vec<_>>().join(" ")));
    }
    Value::Object(whole).to_string()
}

/// The first unknown of a value.
fn named(value: &Value) -> Option<String> {
    first_unknown([value]).and_then(|unknown| unknown.as_str().map(str::to_owned))
}

/// A statement as far as it is known; none where it says nothing without what is not.
fn known(statement: Value, open: &mut BTreeSet<String>) -> Option<Value> {
    let Value::Object(mut fields) = statement else {
        open.extend(named(&statement));
        return None;
    };
    if let Some(key) = fields.keys().find(|key| has_unknown(key)).cloned() {
        open.extend(named(&Value::String(key.clone())));
        fields.remove(&key);
    }
    let Some(unsure) = named(&Value::Object(fields.clone())) else { return Some(Value::Object(fields)) };
    for key in ["Principal", "NotPrincipal"] {
        if let Some(whom) = fields.get_mut(key).filter(|whom| is_unknown(whom)) {
            *whom = json!({ "AWS": whom.take() });
        }
    }
    if fields.get("Condition").is_some_and(|all| is_unknown(all) || all.as_object().is_some_and(|all| all.values().any(is_unknown))) {
        fields.insert("Condition".into(), json!({ "StringEquals": { NOBODY_KNOWS: unsure } }));
    }
    match fields.get("Effect").and_then(Value::as_str) {
        Some("Allow") => allows(&mut fields, open).then_some(Value::Object(fields)),
        Some("Deny") => Some(denies(fields, &unsure)),
        _ => {
            open.insert(unsure);
            None
        }
    }
}

/// Takes the actions out that nobody knows; whether any are left.
fn allows(fields: &mut Map<String, Value>, open: &mut BTreeSet<String>) -> bool {
    if let Some(others) = fields.get("NotAction").and_then(named) {
        open.insert(others);
        return false;
    }
    let Some(actions) = fields.get_mut("Action") else { return true };
    let all = match actions.take() {
        Value::Array(all) => all,
        one => vec![one],
    };
    let (unclear, clear): (Vec<Value>, Vec<Value>) =
        all.into_iter().partition(|action| action.as_str().is_none_or(|name| has_unknown(name) && !name.contains(':')));
    open.extend(unclear.iter().filter_map(named));
    let some = !clear.is_empty();
    *actions = Value::Array(clear);
    some
}

/// A denial that may be one of anything, where nobody knows whether it is.
fn denies(mut fields: Map<String, Value>, unsure: &str) -> Value {
    for (key, not) in [("Action", "NotAction"), ("Resource", "NotResource")] {
        if [key, not].iter().any(|key| fields.get(*key).and_then(named).is_some()) {
            fields.remove(not);
            fields.insert(key.into(), json!("*"));
        }
    }
    fields.insert("Condition".into(), json!({ "StringEquals": { NOBODY_KNOWS: unsure } }));
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::understandable;

    const X: &str = "<unknown var.x>";

    fn left(statement: &Value) -> Value {
        serde_json::from_str(&understandable(&json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string())).expect("JSON")
    }

    #[test]
    fn what_is_allowed_and_not_known_is_left_out_and_named() {
        let whole = left(&json!({ "Effect": "Allow", "Action": ["s3:GetObject", X], "Resource": "*" }));
        assert_eq!((&whole["Statement"][0]["Action"], &whole["Id"]), (&json!(["s3:GetObject"]), &json!(X)));
        for nothing in [json!(X), json!({ "Effect": X, "Action": "*" }), json!({ "Effect": "Allow", "NotAction": [X], "Resource": "*" })] {
            let whole = left(&nothing);
            assert_eq!((&whole["Statement"], &whole["Id"]), (&json!([]), &json!(X)), "{nothing}");
        }
    }

    #[test]
    fn a_single_action_that_is_known_stays() {
        let whole = left(&json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": X }));
        assert_eq!(whole["Statement"][0]["Action"], json!(["s3:GetObject"]));
    }

    #[test]
    fn a_denial_of_what_nobody_knows_may_be_one_of_anything() {
        let whole = left(&json!({ "Effect": "Deny", "Action": "iam:*", "Resource": X }));
        let denial = &whole["Statement"][0];
        assert_eq!((&denial["Resource"], &denial["Condition"]), (&json!("*"), &json!({ "StringEquals": { "unhidden:unknown": X } })));
    }

    #[test]
    fn a_condition_that_nobody_knows_may_hold_or_not() {
        for condition in [json!(X), json!({ "StringEquals": X })] {
            let whole = left(&json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition }));
            let allowed = &whole["Statement"][0];
            assert_eq!(
                (&allowed["Action"], &allowed["Condition"]),
                (&json!(["s3:GetObject"]), &json!({ "StringEquals": { "unhidden:unknown": X } }))
            );
        }
    }

    #[test]
    fn a_policy_that_nobody_knows_says_on_what_it_hangs() {
        assert_eq!(understandable(X), json!({ "Version": "2012-10-17", "Statement": [], "Id": X }).to_string());
        assert_eq!(understandable("{\"x\": 1}"), "{\"x\": 1}");
    }
}
