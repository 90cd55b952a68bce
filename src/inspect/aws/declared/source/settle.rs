//! What all that a module declares is called, once all of it is known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::inspect::aws::declared::{
    arns, estate::Estate, policy::understandable, resource::Resource, running, sharing, unknown::has_unknown,
};

use super::scope::{CLOSE, OPEN, World};

/// Types whose name and path are part of their ARN.
const NAMED: &[&str] = &["aws_iam_user", "aws_iam_role", "aws_iam_group", "aws_iam_policy", "aws_iam_instance_profile"];
/// Values that are policies.
const POLICIES: &[&str] = &["policy", "assume_role_policy", "access_policy", "access_policies"];
/// Values that name others.
const WHOM: &[&str] = &["user", "users", "role", "roles", "group", "groups"];
/// Types that grant something to whom they name.
const GRANTING: &[&str] = &["_policy", "_policy_attachment", "_membership"];

/// How long a text may be that is no policy, bytes: ARNs have at most 2,048, names 128, paths 512.
const LONGEST: usize = 2048;
/// How long a policy may be, bytes. AWS takes at most 10,240 characters, without blanks.
const LONGEST_POLICY: usize = 256 << 10;
/// What stands for what is longer.
const TOO_LONG: &str = "<unknown what is too long for AWS>";

/// Whether nobody can say what a value is as a name.
fn is_vague(text: &str) -> bool {
    text.is_empty() || has_unknown(text) || text.contains(OPEN)
}

/// Gives everything a name: its own, or where nobody knows that, the one in the source below the folder of the module.
pub(super) fn name_all(resources: &mut [Resource], folder: &str) {
    let folder: String = folder.chars().map(|c| if c.is_ascii_alphanumeric() || "/._-".contains(c) { c } else { '_' }).collect();
    let folder = folder.trim_matches('/');
    for resource in resources {
        let texts = resource.values.iter_mut().filter(|(key, _)| !POLICIES.contains(&key.as_str()) && *key != "inline_policy");
        texts.for_each(|(_, value)| shorten(value));
        let vague = resource.text("name").is_none_or(is_vague);
        if !NAMED.contains(&resource.kind.as_str()) {
            if vague {
                resource.values.remove("name");
            }
            own_uri(resource, folder);
            continue;
        }
        if vague {
            let index = resource.index.as_ref().map_or_else(String::new, |index| format!("[{}]", index.replace('"', "")));
            let path: Vec<&str> = [folder, &resource.module].into_iter().filter(|part| !part.is_empty()).collect();
            let path = if path.is_empty() { "/".to_owned() } else { format!("/{}/", path.join("/").replace(['"', '[', ']'], "_")) };
            resource.values.insert("path".into(), Value::String(path));
            resource.values.insert("name".into(), Value::String(format!("{}{index}", resource.name)));
        } else if resource.text("path").is_some_and(is_vague) {
            resource.values.remove("path");
        }
    }
}

/// What runs has a uri of its own, and so have providers.
fn own_uri(resource: &mut Resource, folder: &str) {
    let uri = match resource.kind.as_str() {
        kind if running::runs(kind) => Some(running::uri(resource, folder)),
        "aws_iam_openid_connect_provider" => resource.text("url").map(|url| arns::arn_of(&resource.kind, url)),
        "aws_iam_saml_provider" => resource.text("name").map(|name| arns::arn_of(&resource.kind, name)),
        kind if sharing::is_shared(kind) => {
            let name = arns::NAMES.iter().find_map(|key| resource.text(key)).filter(|name| !is_vague(name));
            Some(arns::arn_of(kind, &name.map_or_else(|| arns::unnamed(folder, &resource.address()), str::to_owned)))
        }
        _ => None,
    };
    resource.values.extend(uri.map(|uri| ("arn".to_owned(), Value::String(uri))));
}

/// Tells apart what several modules call alike: each has its own below the folder of its module.
pub(super) fn tell_apart(modules: &mut [(String, Vec<Resource>)]) {
    let id = |resource: &Resource| {
        let named = NAMED.contains(&resource.kind.as_str()) && !resource.data;
        named.then(|| format!("{} {}{}", resource.kind, resource.text("path").unwrap_or("/"), resource.text("name").unwrap_or_default()))
    };
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (folder, resources) in &*modules {
        for id in resources.iter().filter_map(id) {
            folders.entry(id).or_default().insert(folder.clone());
        }
    }
    for (folder, resources) in modules.iter_mut().filter(|(folder, _)| !folder.is_empty()) {
        for resource in resources {
            if id(resource).and_then(|id| folders.get(&id)).is_some_and(|folders| folders.len() > 1) {
                let path = format!("/{folder}{}", resource.text("path").unwrap_or("/"));
                resource.values.insert("path".into(), Value::String(path));
            }
        }
    }
}

/// Puts names where marks stand, and policies into a form that says what of them is not known. Says how many grants are to
/// somebody whom nobody knows.
pub(super) fn resolve(resources: &mut [Resource], world: &World<'_>) -> u64 {
    let estate = Estate::of(resources);
    let names: BTreeMap<String, String> =
        resources.iter().filter_map(|resource| Some((resource.address(), resource.text("name")?.to_owned()))).collect();
    let mut lost = 0;
    for resource in resources {
        for (key, value) in &mut resource.values {
            fill(value, &|number| filled(number, world, &estate, &names));
            if POLICIES.contains(&key.as_str()) {
                readable(value);
            }
            for own in value.as_array_mut().filter(|_| key == "inline_policy").into_iter().flatten() {
                own.get_mut("policy").into_iter().for_each(readable);
            }
        }
        let grants = GRANTING.iter().any(|end| resource.kind.ends_with(end)) && resource.kind.starts_with("aws_iam_");
        for key in WHOM.iter().filter(|_| grants) {
            lost += resource.values.get_mut(*key).map_or(0, forget);
        }
    }
    lost
}

fn readable(value: &mut Value) {
    if let Value::String(text) = value {
        *text = understandable(if text.len() > LONGEST_POLICY { TOO_LONG } else { text });
    }
}

/// Puts in the place of texts that AWS takes nowhere that they are too long.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONGEST => TOO_LONG.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}

/// Takes out who is not known; how many they were.
fn forget(value: &mut Value) -> u64 {
    match value {
        Value::Array(all) => {
            let before = all.len();
            all.retain(|one| !one.as_str().is_some_and(has_unknown));
            (before - all.len()) as u64
        }
        Value::String(text) if has_unknown(text) => {
            *value = Value::Null;
            1
        }
        _ => 0,
    }
}

fn filled(number: &str, world: &World<'_>, estate: &Estate, names: &BTreeMap<String, String>) -> Option<String> {
    let (address, attribute) = world.marked(number)?;
    match attribute {
        "name" => names.get(&address).cloned(),
        _ => Some(estate.meant("policy", &format!("@{address}"))),
    }
}

/// Fills in the marks of all texts of a value.
fn fill(value: &mut Value, of: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) if text.contains(OPEN) => {
            let mut whole = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once(OPEN) {
                let (number, after) = after.split_once(CLOSE).unwrap_or((after, ""));
                whole.push_str(before);
                whole.push_str(&of(number).unwrap_or_else(|| "<unknown reference>".into()));
                rest = after;
            }
            whole.push_str(rest);
            *text = whole;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, of)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, of)),
        _ => {}
    }
}
