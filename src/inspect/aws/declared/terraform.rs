//! What Terraform and OpenTofu keep and plan: a state file, and what `terraform show -json` prints of a state or a plan.

use serde_json::Value;

use crate::{
    inspect::{
        Inspector, Outcome, Workbench,
        aws::{
            document::{first_key, holds, parse},
            told::Told,
        },
    },
    model::{About, Document, Origin, entity::Basis},
};

use super::{references, resource::Resource, told};

/// Reads the AWS identities in a Terraform state or plan.
pub struct Terraform;

const ABOUT: About = About {
    id: "aws-terraform",
    title: "Users, roles, policies and keys in a Terraform state or plan",
    explain: "Reads a state file of Terraform or OpenTofu, and what `terraform show -json` prints of a state or a plan: users, groups, roles, policies and what \
              attaches them, access keys, instance profiles, functions, machines, identity providers. What a plan will make is judged as if it were there: a pull \
              request that makes an administrator fails its gate. It tells what Terraform manages, not all that the account has.",
    controls: &[],
    see: &["https://developer.hashicorp.com/terraform/internals/json-format"],
};

/// The keys with which such a document begins: as Terraform writes it, or after a tool that sorts keys.
const FIRST: &[&str] = &[
    "version",
    "format_version",
    "terraform_version",
    "applyable",
    "check_results",
    "checks",
    "complete",
    "configuration",
    "errored",
    "lineage",
];

fn is_of_terraform(bytes: &[u8]) -> bool {
    first_key(bytes).is_some_and(|key| FIRST.contains(&key)) && holds(bytes, "\"terraform_version\"")
}

/// Whether a document is a state or plan that manages access keys.
pub fn lists_keys(bytes: &[u8]) -> bool {
    is_of_terraform(bytes) && holds(bytes, "\"aws_iam_access_key\"")
}

impl Inspector for Terraform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        is_of_terraform(bytes) && holds(bytes, "\"aws_")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Value>(document, "a Terraform state or plan", &mut told) else { return };
        told.basis = if whole.get("planned_values").is_some() { Basis::Plan } else { Basis::State };
        let mut resources = of_state(&whole);
        resources.extend(of_plan(&whole));
        references::resolve(&mut resources, &whole);
        told::tell_all(&resources, &mut told);
    }
}

fn owned(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

/// What an index is in an address: a number as it is, a key in quotes.
fn index(value: Option<&Value>) -> Option<String> {
    value.filter(|index| !index.is_null()).map(ToString::to_string)
}

/// The resources of a state file: version 4, which Terraform writes since 0.12.
fn of_state(whole: &Value) -> Vec<Resource> {
    let mut all = Vec::new();
    for resource in whole.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let (Some(kind), Some(name)) = (owned(resource, "type"), owned(resource, "name")) else { continue };
        for instance in resource.get("instances").and_then(Value::as_array).into_iter().flatten() {
            let Some(values) = instance.get("attributes").and_then(Value::as_object) else { continue };
            all.push(Resource {
                module: owned(resource, "module").unwrap_or_default(),
                by: "terraform",
                kind: kind.clone(),
                name: name.clone(),
                index: index(instance.get("index_key")),
                data: resource.get("mode").is_some_and(|mode| mode == "data"),
                values: values.clone(),
            });
        }
    }
    all
}

/// How deep modules may lie in one another.
const DEPTH: usize = 32;

/// The resources of what `terraform show -json` prints: of a state under `values`, of a plan under `planned_values`. What a plan
/// looked up stands in the state before it.
fn of_plan(whole: &Value) -> Vec<Resource> {
    let mut all = Vec::new();
    if let Some(root) = whole.pointer("/values/root_module").or_else(|| whole.pointer("/planned_values/root_module")) {
        module(root, &mut all, DEPTH);
    }
    let mut before = Vec::new();
    if let Some(root) = whole.pointer("/prior_state/values/root_module") {
        module(root, &mut before, DEPTH);
    }
    all.extend(before.into_iter().filter(|resource| resource.data));
    all
}

fn module(tree: &Value, all: &mut Vec<Resource>, depth: usize) {
    for resource in tree.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let (Some(kind), Some(name)) = (owned(resource, "type"), owned(resource, "name")) else { continue };
        let Some(values) = resource.get("values").and_then(Value::as_object) else { continue };
        all.push(Resource {
            module: owned(tree, "address").unwrap_or_default(),
            by: "terraform",
            kind,
            name,
            index: index(resource.get("index")),
            data: resource.get("mode").is_some_and(|mode| mode == "data"),
            values: values.clone(),
        });
    }
    if depth > 0 {
        let children = tree.get("child_modules").and_then(Value::as_array).into_iter().flatten();
        children.for_each(|child| module(child, all, depth - 1));
    }
}
