//! What a plan cannot know yet, out of what its source refers to: the ARN of a policy that is still to be made.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::model::entity::Grant;

use super::{resource::Resource, running, sharing};

/// How deep modules may lie in one another.
const DEPTH: usize = 32;

/// Values that name another resource, and by which of its own.
const NAMES: &[&str] = &["user", "role", "group", "policy_arn", "permissions_boundary", "iam_instance_profile"];
/// The same for lists.
const LISTS: &[&str] = &["users", "roles", "groups", "managed_policy_arns"];

/// Puts a mark `@ADDRESS` where the source names a resource of which the plan does not know the value yet.
pub(super) fn resolve(resources: &mut [Resource], whole: &Value) {
    let Some(root) = whole.pointer("/configuration/root_module") else { return };
    let mut sources = HashMap::new();
    gather(root, "", &mut sources, DEPTH);
    let known: HashMap<String, usize> = resources.iter().enumerate().map(|(at, resource)| (resource.address(), at)).collect();
    for resource in resources.iter_mut().filter(|resource| !resource.data) {
        let module = without_indexes(&resource.module);
        let Some(expressions) = sources.get(&format!("{module} {}.{}", resource.kind, resource.name)) else { continue };
        unsaid(resource, expressions);
        let keys = NAMES.iter().copied().chain(sharing::names(&resource.kind)).chain(running::role(&resource.kind));
        for key in keys.filter(|key| resource.text(key).is_none()).collect::<Vec<_>>() {
            let named = referred(expressions, key, resource, &known).into_iter().next();
            named.into_iter().for_each(|mark| drop(resource.values.insert(key.to_owned(), Value::String(mark))));
        }
        for key in LISTS.iter().filter(|key| resource.texts(key).next().is_none()).copied().collect::<Vec<_>>() {
            let named = referred(expressions, key, resource, &known);
            if !named.is_empty() {
                resource.values.insert(key.to_owned(), json!(named));
            }
        }
    }
}

/// Says on what the parts of a policy hang that the plan does not know yet.
fn unsaid(resource: &mut Resource, expressions: &Map<String, Value>) {
    let policy = sharing::policy(&resource.kind);
    for key in sharing::parts(&resource.kind).chain(policy).filter(|key| resource.text(key).is_none()).collect::<Vec<_>>() {
        let reference = expressions.get(key).and_then(|expression| expression.pointer("/references/0")?.as_str());
        let Some(unknown) = reference.map(|name| format!("{}{name}>", Grant::UNKNOWN)) else { continue };
        let value =
            if policy == Some(key) { json!({ "Version": "2012-10-17", "Id": unknown, "Statement": [] }).to_string() } else { unknown };
        resource.values.insert(key.to_owned(), Value::String(value));
    }
}

/// The expressions of every resource in the source, by module and address within it.
fn gather<'w>(module: &'w Value, path: &str, all: &mut HashMap<String, &'w Map<String, Value>>, depth: usize) {
    for resource in module.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let address = resource.get("address").and_then(Value::as_str);
        if let (Some(address), Some(expressions)) = (address, resource.get("expressions").and_then(Value::as_object)) {
            all.insert(format!("{path} {address}"), expressions);
        }
    }
    let calls = module.get("module_calls").and_then(Value::as_object).into_iter().flatten();
    for (name, call) in calls.filter(|_| depth > 0) {
        if let Some(inner) = call.get("module") {
            let path = if path.is_empty() { format!("module.{name}") } else { format!("{path}.module.{name}") };
            gather(inner, &path, all, depth - 1);
        }
    }
}

/// The resources that an expression refers to, each as a mark, in order.
fn referred(expressions: &Map<String, Value>, key: &str, from: &Resource, known: &HashMap<String, usize>) -> Vec<String> {
    let named = expressions.get(key).and_then(|expression| expression.get("references")).and_then(Value::as_array);
    let mut marks = Vec::new();
    for reference in named.into_iter().flatten().filter_map(Value::as_str) {
        let address: Vec<&str> = reference.split('.').take(2).collect();
        let [kind, name] = address.as_slice() else { continue };
        let module = if from.module.is_empty() { String::new() } else { format!("{}.", from.module) };
        let bare = format!("{module}{kind}.{}", name.split('[').next().unwrap_or(name));
        let same = from.index.as_ref().map(|index| format!("{bare}[{index}]"));
        let given = format!("{module}{kind}.{name}");
        let found = [Some(given), same, Some(bare)].into_iter().flatten().find(|address| known.contains_key(address));
        marks.extend(found.map(|address| format!("@{address}")));
    }
    marks.dedup();
    marks
}

/// `module.a["x"].module.b` as the source knows it: `module.a.module.b`.
fn without_indexes(module: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0_u32;
    for c in module.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::without_indexes;

    #[test]
    fn a_module_of_many_is_one_in_the_source() {
        assert_eq!(without_indexes(r#"module.a["x.y"].module.b[0]"#), "module.a.module.b");
        assert_eq!(without_indexes(""), "");
    }
}
