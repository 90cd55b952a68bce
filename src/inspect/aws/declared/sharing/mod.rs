//! Who may use what is declared: policies that hang on resources, and what opens or closes them.

mod form;
mod permission;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    inspect::aws::told::Listener,
    model::{
        Entity,
        entity::{Grant, GrantKind, Resource as Shared},
    },
};

use super::{arns, estate::Estate, resource::Resource, told::fault_of};
use form::{FORMS, Form, Place};

/// What is told of one resource.
pub(super) enum Said {
    /// An entity.
    Entity(Entity),
    /// Its policy cannot be understood, in words.
    Malformed(String),
}

impl Said {
    /// Tells it.
    pub fn tell(self, told: &mut dyn Listener) {
        match self {
            Self::Entity(entity) => told.tell(entity),
            Self::Malformed(what) => told.malformed(&what),
        }
    }
}

/// What is told of one thing that may be shared.
#[derive(Default)]
struct Sharing<'r> {
    /// Which resource of the document tells the most of it.
    at: usize,
    policy: Option<&'r str>,
    /// Statements of which each is declared by itself.
    statements: Vec<Value>,
    /// What is told of it, by the names of the model.
    attributes: BTreeMap<&'static str, String>,
}

/// Whether resources of a type tell who may use something.
pub(super) fn tells(kind: &str) -> bool {
    form_of(kind).is_some()
}

/// Whether resources of a type may be shared.
pub(super) fn is_shared(kind: &str) -> bool {
    FORMS.iter().any(|form| form.of == kind)
}

fn form_of(kind: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.kind == kind)
}

/// The attributes by which a resource names what may be used.
pub(super) fn names(kind: &str) -> impl Iterator<Item = &'static str> {
    form_of(kind).into_iter().flat_map(|form| form.names.iter().copied())
}

/// The attribute that is a policy.
pub(super) fn policy(kind: &str) -> Option<&'static str> {
    form_of(kind)?.policy
}

/// The attributes of which a policy is made.
pub(super) fn parts(kind: &str) -> impl Iterator<Item = &'static str> {
    permission::ATTRIBUTES.iter().copied().filter(move |_| kind == "aws_lambda_permission")
}

/// Attributes that are read of such resources.
pub(super) fn attributes() -> impl Iterator<Item = &'static str> {
    FORMS.iter().flat_map(|form| form.names.iter().chain(&form.policy).copied()).chain(permission::ATTRIBUTES.iter().copied()).chain([
        "authorization_type",
        "enable_key_rotation",
        "restrict_public_buckets",
    ])
}

/// What all resources of a document tell, each with its place among them.
pub(super) fn of(resources: &[Resource], estate: &Estate) -> Vec<(usize, Said)> {
    let home = Home::of(resources, estate);
    let mut all: BTreeMap<String, Sharing<'_>> = BTreeMap::new();
    for (at, resource) in resources.iter().enumerate().filter(|(_, resource)| !resource.data) {
        let Some(form) = form_of(&resource.kind) else { continue };
        if let Some(arn) = home.shared(form, resource) {
            all.entry(arn).or_default().take(at, resource, form);
        }
    }
    all.into_iter().flat_map(|(arn, sharing)| sharing.said(&arn, resources, estate)).collect()
}

impl<'r> Sharing<'r> {
    fn take(&mut self, at: usize, resource: &'r Resource, form: &Form) {
        let told = |key: &str| resource.values.get(key).and_then(|value| value.as_bool().or_else(|| value.as_str()?.parse().ok()));
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        if let Some(policy) = form.policy.and_then(|key| resource.text(key)) {
            // What a policy of its own says counts, and not what the resource was found to have when it was looked at.
            if self.policy.is_none() || form.place == Place::Other {
                (self.policy, self.at) = (Some(policy), at);
            }
        }
        match form.kind {
            "aws_lambda_permission" => {
                self.at = at;
                self.statements.push(permission::statement(resource));
            }
            "aws_lambda_function_url" if resource.text("authorization_type") == Some("NONE") => {
                let address = resource.text("function_url").unwrap_or("its address");
                self.attributes.insert(Shared::OPEN_ADDRESS, address.to_owned());
            }
            "aws_s3_bucket_public_access_block" => {
                self.attributes.extend(told("restrict_public_buckets").map(|closed| (Shared::CLOSED, word(closed))));
            }
            "aws_kms_key" => self.attributes.extend(told("enable_key_rotation").map(|rotates| (Shared::ROTATES, word(rotates)))),
            _ => {}
        }
    }

    fn said(self, arn: &str, resources: &[Resource], estate: &Estate) -> Vec<(usize, Said)> {
        let Self { at, policy, statements, mut attributes } = self;
        let scope = arn.split(':').nth(4).filter(|account| !account.is_empty()).unwrap_or(&estate.account).to_owned();
        let own = (!statements.is_empty()).then(|| json!({ "Version": "2012-10-17", "Statement": statements }).to_string());
        let document = own.or_else(|| policy.map(str::to_owned));
        let mut all = Vec::new();
        if let Some(document) = document {
            if hangs_on_something(&document) {
                attributes.insert(Shared::UNTOLD, "Policy".into());
            }
            let fault = fault_of(&document, &format!("of {}", resources[at].address()));
            all.extend(fault.map(Said::Malformed));
            let grant = Grant { to: arn.to_owned(), kind: GrantKind::Resource, via: scope.clone(), document: Some(document) };
            all.push(Said::Entity(Entity::Grant(grant)));
        }
        if !attributes.is_empty() {
            let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            all.push(Said::Entity(Entity::Resource(Shared { uri: arn.to_owned(), scope, attributes })));
        }
        all.into_iter().map(|said| (at, said)).collect()
    }
}

/// Whether a policy hangs on what nobody knows: some of it was left out, or whom it names.
fn hangs_on_something(text: &str) -> bool {
    let Ok(whole) = serde_json::from_str::<Value>(text) else { return false };
    let has = |value: Option<&Value>| value.is_some_and(|value| value.to_string().contains(Grant::UNKNOWN));
    let statements = whole.get("Statement");
    let principal = |statement: &Value| has(statement.get("Principal")) || has(statement.get("NotPrincipal"));
    has(whole.get("Id")) || statements.and_then(Value::as_array).into_iter().flatten().chain(statements).any(principal)
}

/// Where a document is at home: what is called how in it, in which account and region.
struct Home<'r> {
    resources: &'r [Resource],
    account: &'r str,
    region: &'r str,
}

impl<'r> Home<'r> {
    fn of(resources: &'r [Resource], estate: &'r Estate) -> Self {
        let mut regions = resources.iter().filter(|r| !r.data).filter_map(|r| r.text("arn")?.split(':').nth(3));
        Self { resources, account: &estate.account, region: regions.find(|region| !region.is_empty()).unwrap_or("us-east-1") }
    }

    /// The ARN of what may be used by whom a resource says.
    fn shared(&self, form: &Form, resource: &Resource) -> Option<String> {
        match form.place {
            Place::Itself => self.arn(resource),
            Place::Other => {
                let named = form.names.iter().find_map(|key| resource.text(key))?;
                Some(self.meant(form.of, named))
            }
        }
    }

    /// The ARN of a resource of the document.
    fn arn(&self, resource: &Resource) -> Option<String> {
        let told = resource.text("arn").filter(|arn| arn.starts_with("arn:"));
        told.map(str::to_owned).or_else(|| self.made(&resource.kind, &own_name(resource)))
    }

    fn made(&self, kind: &str, name: &str) -> Option<String> {
        let arn = arns::arn_of(kind, name);
        (!name.is_empty()).then(|| arn.replacen(arns::NOWHERE, self.account, 1).replacen(":us-east-1:", &format!(":{}:", self.region), 1))
    }

    /// The ARN that a value means: itself, a mark of what is still to be made, an address of a queue or a name.
    fn meant(&self, kind: &str, value: &str) -> String {
        let whole = value.split_once(":function:").map_or(value, |(before, name)| {
            // An alias or a version of a function is the function.
            &value[..before.len() + ":function:".len() + name.find(':').unwrap_or(name.len())]
        });
        if whole.starts_with("arn:") {
            return whole.to_owned();
        }
        if let Some(arn) = queue(value) {
            return arn;
        }
        let address = value.strip_prefix('@');
        let same = |resource: &&Resource| match address {
            Some(address) => resource.address() == address,
            None => resource.kind == kind && is_called(resource, value),
        };
        let found = self.resources.iter().filter(|resource| !resource.data).find(same).and_then(|resource| self.arn(resource));
        found.or_else(|| self.made(kind, value)).unwrap_or_else(|| value.to_owned())
    }
}

/// Attributes that name a resource to others, beside those that are part of its ARN.
const CALLED: &[&str] = &["id", "key_id", "file_system_id"];

fn is_called(resource: &Resource, value: &str) -> bool {
    arns::NAMES.iter().chain(CALLED).any(|key| resource.text(key) == Some(value))
}

/// The name of a resource; of one that AWS will name, its address in angle brackets.
fn own_name(resource: &Resource) -> String {
    let named = arns::own_name(resource).or_else(|| CALLED.iter().find_map(|key| resource.text(key)));
    named.map_or_else(|| arns::unnamed("", &resource.address()), str::to_owned)
}

/// The ARN of the queue at an address: `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`.
fn queue(address: &str) -> Option<String> {
    let (host, rest) = address.strip_prefix("https://")?.split_once('/')?;
    let region = host.strip_prefix("sqs.")?.split('.').next()?;
    let (account, name) = rest.split_once('/')?;
    Some(format!("arn:aws:sqs:{region}:{account}:{name}"))
}
