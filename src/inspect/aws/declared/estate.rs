//! What the resources of a document are called in AWS.

use std::collections::HashMap;

use serde_json::Value;

use crate::inspect::aws::document::account_of;

use super::{arns::NOWHERE, resource::Resource};

/// The account of a document, and the names of its resources.
pub(super) struct Estate {
    /// The account.
    pub account: String,
    /// ARNs by address.
    arns: HashMap<String, String>,
    /// ARNs of users, roles and groups by kind and name.
    names: HashMap<(&'static str, String), String>,
}

/// What has an ARN of the form that this page makes, by type: the word in the ARN.
const WORDS: &[(&str, &str)] = &[
    ("aws_iam_user", "user"),
    ("aws_iam_role", "role"),
    ("aws_iam_group", "group"),
    ("aws_iam_policy", "policy"),
    ("aws_iam_instance_profile", "instance-profile"),
];

impl Estate {
    /// Finds out what the resources are called.
    pub fn of(resources: &[Resource]) -> Self {
        let account = account(resources);
        let (mut arns, mut names) = (HashMap::new(), HashMap::new());
        for resource in resources {
            let Some((_, word)) = WORDS.iter().find(|(kind, _)| *kind == resource.kind) else { continue };
            let name = named(resource);
            let arn = resource.text("arn").map_or_else(|| made(&account, word, resource.text("path"), &name), str::to_owned);
            arns.insert(resource.address(), arn.clone());
            names.insert((*word, name), arn);
        }
        Self { account, arns, names }
    }

    /// The ARN of a resource of this document.
    pub fn arn(&self, resource: &Resource) -> Option<String> {
        resource.text("arn").map(str::to_owned).or_else(|| self.arns.get(&resource.address()).cloned())
    }

    /// The ARN that a value means: an ARN, a mark of what is still to be made, or a name.
    pub fn meant(&self, word: &'static str, value: &str) -> String {
        if let Some(address) = value.strip_prefix('@') {
            return self.arns.get(address).cloned().unwrap_or_else(|| value.to_owned());
        }
        if value.starts_with("arn:") {
            return value.to_owned();
        }
        self.names.get(&(word, value.to_owned())).cloned().unwrap_or_else(|| made(&self.account, word, None, value))
    }
}

/// The name of a resource; one that AWS will make up is called by its address.
pub(super) fn named(resource: &Resource) -> String {
    resource.text("name").map_or_else(|| resource.address(), str::to_owned)
}

fn made(account: &str, word: &str, path: Option<&str>, name: &str) -> String {
    format!("arn:aws:iam::{account}:{word}{}{name}", path.unwrap_or("/"))
}

/// The account of the document: whom Terraform worked as, else that of the first ARN of something of its own.
fn account(resources: &[Resource]) -> String {
    let caller = resources.iter().find(|resource| resource.data && resource.kind == "aws_caller_identity");
    let told = caller.and_then(|caller| caller.text("account_id"));
    let arn = || resources.iter().filter(|r| !r.data).find_map(|r| account_of(r.values.get("arn").and_then(Value::as_str)?));
    told.or_else(arn).unwrap_or(NOWHERE).to_owned()
}
