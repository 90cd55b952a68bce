//! What each type of resource tells.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    inspect::aws::told::Listener,
    model::{
        Entity, Time,
        entity::{Grant, GrantKind, Holding, HoldingKind, Identity, IdentityKind, PolicyText, PolicyVersion, Provider, Status, Workload},
    },
};

use super::{
    estate::{Estate, named},
    resource::Resource,
    running, sharing,
};
use crate::analyze::aws::policy::Policy;

/// Tells what resources of one source are to the inventory.
pub(super) fn tell_all(resources: &[Resource], told: &mut dyn Listener) {
    let estate = Estate::of(resources);
    resources.iter().for_each(|resource| tell(resource, &estate, told));
    sharing::of(resources, &estate).into_iter().for_each(|(_, said)| said.tell(told));
}

/// Types that tell something.
const KINDS: &[&str] = &[
    "aws_iam_access_key",
    "aws_iam_group",
    "aws_iam_group_membership",
    "aws_iam_group_policy",
    "aws_iam_group_policy_attachment",
    "aws_iam_instance_profile",
    "aws_iam_openid_connect_provider",
    "aws_iam_policy",
    "aws_iam_policy_attachment",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_saml_provider",
    "aws_iam_user",
    "aws_iam_user_group_membership",
    "aws_iam_user_login_profile",
    "aws_iam_user_policy",
    "aws_iam_user_policy_attachment",
];

/// Attributes that are read.
const ATTRIBUTES: &[&str] = &[
    "assume_role_policy",
    "client_id_list",
    "group",
    "groups",
    "managed_policy_arns",
    "name",
    "path",
    "permissions_boundary",
    "policy",
    "policy_arn",
    "role",
    "roles",
    "status",
    "tags",
    "url",
    "user",
    "users",
];

/// Whether resources of a type tell something.
pub(super) fn tells(kind: &str) -> bool {
    KINDS.contains(&kind) || running::runs(kind) || sharing::tells(kind)
}

/// Whether an attribute is read of any.
pub(super) fn reads(attribute: &str) -> bool {
    ATTRIBUTES.contains(&attribute) || running::attributes().chain(sharing::attributes()).any(|known| known == attribute)
}

/// Tells what a resource is to the inventory.
pub(super) fn tell(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    if resource.data {
        // What is looked up is told as far as it is whole: a policy is, a role is not.
        if resource.kind == "aws_iam_policy" {
            policy(resource, estate, told);
        }
        return;
    }
    match resource.kind.as_str() {
        "aws_iam_user" => user(resource, estate, told),
        "aws_iam_role" => role(resource, estate, told),
        "aws_iam_group" => estate.arn(resource).into_iter().for_each(|uri| own(resource, &uri, estate, told)),
        "aws_iam_policy" => policy(resource, estate, told),
        "aws_iam_user_policy" => inline(resource, ("user", "user"), estate, told),
        "aws_iam_role_policy" => inline(resource, ("role", "role"), estate, told),
        "aws_iam_group_policy" => inline(resource, ("group", "group"), estate, told),
        "aws_iam_user_policy_attachment"
        | "aws_iam_role_policy_attachment"
        | "aws_iam_group_policy_attachment"
        | "aws_iam_policy_attachment" => {
            attachment(resource, estate, told);
        }
        "aws_iam_group_membership" | "aws_iam_user_group_membership" => membership(resource, estate, told),
        "aws_iam_access_key" => access_key(resource, estate, told),
        "aws_iam_user_login_profile" => password(resource, estate, told),
        "aws_iam_instance_profile" => profile(resource, estate, told),
        "aws_iam_openid_connect_provider" => provider(resource, "oidc", estate, told),
        "aws_iam_saml_provider" => provider(resource, "saml", estate, told),
        _ => running::workload(resource, estate).into_iter().for_each(|workload| told.tell(workload)),
    }
}

fn identity(resource: &Resource, kind: IdentityKind, estate: &Estate) -> Option<Identity> {
    let mut identity = Identity::new("aws", kind, estate.arn(resource)?, named(resource), estate.account.clone());
    let tags = ["tags_all", "tags"].iter().find_map(|key| resource.values.get(*key)?.as_object());
    let tags = tags.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    identity.tags = tags.collect();
    identity.native = resource.text("unique_id").map(str::to_owned);
    identity.created = resource.text("create_date").and_then(Time::parse);
    identity.attributes.insert(resource.by.into(), resource.address());
    if resource.text("arn").is_none() {
        identity.attributes.insert("planned".into(), "yes".into());
    }
    Some(identity)
}

fn user(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let Some(identity) = identity(resource, IdentityKind::User, estate) else { return };
    let uri = identity.uri.clone();
    told.tell(Entity::Identity(identity));
    own(resource, &uri, estate, told);
    boundary(resource, &uri, estate, told);
}

fn role(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let Some(identity) = identity(resource, IdentityKind::Role, estate) else { return };
    let uri = identity.uri.clone();
    told.tell(Entity::Identity(identity));
    if let Some(text) = resource.text("assume_role_policy") {
        let text = text.to_owned();
        understood(&text, &format!("of trust of {}", resource.address()), told);
        grant(&uri, GrantKind::Trust, "trust".into(), Some(text), told);
    }
    own(resource, &uri, estate, told);
    boundary(resource, &uri, estate, told);
}

/// The policies that stand in the declaration of a user, group or role.
fn own(resource: &Resource, uri: &str, estate: &Estate, told: &mut dyn Listener) {
    for arn in resource.texts("managed_policy_arns") {
        grant(uri, GrantKind::Attached, estate.meant("policy", arn), None, told);
    }
    for one in resource.values.get("inline_policy").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = one.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) else { continue };
        let text = one.get("policy").and_then(Value::as_str).filter(|text| !text.is_empty());
        text.iter().for_each(|text| understood(text, &format!("`{name}` of {}", resource.address()), told));
        grant(uri, GrantKind::Inline, name.to_owned(), text.map(str::to_owned), told);
    }
}

fn boundary(resource: &Resource, to: &str, estate: &Estate, told: &mut dyn Listener) {
    if let Some(arn) = resource.text("permissions_boundary") {
        grant(to, GrantKind::Boundary, estate.meant("policy", arn), None, told);
    }
}

/// A policy with a name. Where its text hangs on what is still to be made, it has no version: what it allows is not told.
fn policy(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let Some(uri) = estate.arn(resource) else { return };
    let version = text(resource, told).map(|document| PolicyVersion { id: "v1".into(), default: true, document });
    let (name, versions) = (named(resource), version.into_iter().collect());
    told.tell(Entity::Policy(PolicyText { uri, name, versions, attachments: None }));
}

fn inline(resource: &Resource, (key, word): (&str, &'static str), estate: &Estate, told: &mut dyn Listener) {
    let Some(to) = resource.text(key).map(|name| estate.meant(word, name)) else { return };
    let text = text(resource, told);
    grant(&to, GrantKind::Inline, named(resource), text, told);
}

/// The text of a policy, as far as it is known.
fn text(resource: &Resource, told: &mut dyn Listener) -> Option<String> {
    let text = resource.text("policy")?;
    understood(text, &resource.address(), told);
    Some(text.to_owned())
}

fn attachment(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let Some(policy) = resource.text("policy_arn").map(|arn| estate.meant("policy", arn)) else { return };
    let mut whom: BTreeSet<String> = BTreeSet::new();
    for (one, many, word) in [("user", "users", "user"), ("role", "roles", "role"), ("group", "groups", "group")] {
        whom.extend(resource.text(one).into_iter().chain(resource.texts(many)).map(|name| estate.meant(word, name)));
    }
    whom.iter().for_each(|to| grant(to, GrantKind::Attached, policy.clone(), None, told));
}

fn membership(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let users = resource.text("user").into_iter().chain(resource.texts("users"));
    let groups: Vec<String> =
        resource.text("group").into_iter().chain(resource.texts("groups")).map(|g| estate.meant("group", g)).collect();
    for user in users.map(|name| estate.meant("user", name)) {
        for group in &groups {
            let name = group.rsplit('/').next().unwrap_or(group).to_owned();
            grant(&user, GrantKind::Member, name, None, told);
        }
    }
}

fn access_key(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let Some(user) = resource.text("user") else { return };
    let Some(id) = resource.text("id") else {
        // One that is still to be made has no public name; it is known by its address.
        let kind = HoldingKind::AccessKeySlot;
        return told.tell(Entity::Holding(Holding::new(estate.meant("user", user), kind, resource.address())));
    };
    let status = match resource.text("status") {
        Some("Active") => Status::Active,
        Some("Inactive") => Status::Inactive,
        _ => Status::Unknown,
    };
    let created = resource.text("create_date").and_then(Time::parse);
    let holding = Holding { status, created, ..Holding::new(estate.meant("user", user), HoldingKind::AccessKey, id) };
    told.tell(Entity::Holding(holding));
}

fn password(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    if let Some(user) = resource.text("user") {
        told.tell(Entity::Holding(Holding::new(estate.meant("user", user), HoldingKind::Password, "")));
    }
}

fn profile(resource: &Resource, estate: &Estate, told: &mut dyn Listener) {
    let (Some(uri), Some(role)) = (estate.arn(resource), resource.text("role")) else { return };
    let (kind, scope, runs_as) = ("instance-profile".to_owned(), estate.account.clone(), Some(estate.meant("role", role)));
    told.tell(Entity::Workload(Workload { uri, kind, scope, runs_as, attributes: BTreeMap::new() }));
}

fn provider(resource: &Resource, kind: &str, estate: &Estate, told: &mut dyn Listener) {
    let Some(uri) = resource.text("arn") else { return };
    told.tell(Entity::Provider(Provider {
        uri: uri.to_owned(),
        kind: kind.to_owned(),
        scope: estate.account.clone(),
        issuer: resource.text("url").unwrap_or_default().trim_start_matches("https://").to_owned(),
        clients: resource.texts("client_id_list").map(str::to_owned).collect(),
        created: None,
        expires: resource.text("valid_until").and_then(Time::parse),
    }));
}

fn grant(to: &str, kind: GrantKind, via: String, document: Option<String>, told: &mut dyn Listener) {
    told.tell(Entity::Grant(Grant { to: to.to_owned(), kind, via, document }));
}

/// A policy that cannot be understood is a fault.
fn understood(text: &str, whose: &str, told: &mut dyn Listener) {
    fault_of(text, whose).iter().for_each(|what| told.malformed(what));
}

/// Why a policy cannot be understood.
pub(super) fn fault_of(text: &str, whose: &str) -> Option<String> {
    let error = Policy::parse(text).err()?;
    Some(format!("the policy {whose} cannot be understood, and counts for nothing: {error}"))
}
