#![expect(clippy::struct_field_names, reason = "fields are named as AWS names them")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin, Time,
        entity::{Grant, GrantKind, Identity, IdentityKind, PolicyText, PolicyVersion, Workload},
    },
};

use super::{
    document::{account_of, begins, element, holds, moment, parse},
    policy,
    told::Told,
};

/// Reads what `aws iam get-account-authorization-details` prints.
pub(super) struct AuthorizationDetails;

const ABOUT: About = About {
    id: "aws-authorization-details",
    title: "Users, groups, roles and policies of an AWS account",
    explain: "Reads what `aws iam get-account-authorization-details` prints: users, groups, roles with their trust, policies in all versions, who is a member \
              of what, boundaries, tags, last use of roles. Policy documents may be objects, JSON in strings, or percent-encoded.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html"],
};

const LISTS: &[&str] = &["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Details<'d> {
    #[serde(borrow, default)]
    user_detail_list: Vec<&'d RawValue>,
    #[serde(borrow, default)]
    group_detail_list: Vec<&'d RawValue>,
    #[serde(borrow, default)]
    role_detail_list: Vec<&'d RawValue>,
    #[serde(borrow, default)]
    policies: Vec<&'d RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct User {
    arn: String,
    user_name: String,
    #[serde(default)]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    create_date: Option<Time>,
    #[serde(default)]
    group_list: Vec<String>,
    #[serde(default)]
    user_policy_list: Vec<Inline>,
    #[serde(flatten)]
    common: Common,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    arn: String,
    #[serde(default)]
    group_policy_list: Vec<Inline>,
    #[serde(flatten)]
    common: Common,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Role {
    arn: String,
    role_name: String,
    #[serde(default)]
    role_id: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    create_date: Option<Time>,
    #[serde(default)]
    assume_role_policy_document: Option<Box<RawValue>>,
    #[serde(default)]
    role_policy_list: Vec<Inline>,
    #[serde(default)]
    instance_profile_list: Vec<InstanceProfile>,
    #[serde(default)]
    role_last_used: Option<LastUsed>,
    #[serde(flatten)]
    common: Common,
}

/// What users, groups and roles have in common.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Common {
    #[serde(default)]
    attached_managed_policies: Vec<Attached>,
    #[serde(default)]
    permissions_boundary: Option<Boundary>,
    #[serde(default)]
    tags: Vec<Tag>,
    /// What our own collector could not read of it.
    #[serde(default)]
    untold: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inline {
    policy_name: String,
    policy_document: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attached {
    policy_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Boundary {
    permissions_boundary_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceProfile {
    arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LastUsed {
    #[serde(default, deserialize_with = "moment")]
    last_used_date: Option<Time>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Managed {
    arn: String,
    policy_name: Option<String>,
    #[serde(default)]
    attachment_count: Option<u64>,
    #[serde(default)]
    default_version_id: Option<String>,
    #[serde(default)]
    policy_version_list: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    version_id: String,
    #[serde(default)]
    is_default_version: bool,
    document: Box<RawValue>,
}

impl Inspector for AuthorizationDetails {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, LISTS) && holds(bytes, "arn:aws")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(details) = parse::<Details<'_>>(document, "an AWS account document", &mut told) else { return };
        for raw in details.user_detail_list {
            element::<User>(raw, "the user", &mut told).into_iter().for_each(|user| user.tell(&mut told));
        }
        for raw in details.group_detail_list {
            element::<Group>(raw, "the group", &mut told).into_iter().for_each(|group| group.tell(&mut told));
        }
        for raw in details.role_detail_list {
            element::<Role>(raw, "the role", &mut told).into_iter().for_each(|role| role.tell(&mut told));
        }
        for raw in details.policies {
            element::<Managed>(raw, "the policy", &mut told).into_iter().for_each(|policy| policy.tell(&mut told));
        }
    }
}

impl User {
    fn tell(self, told: &mut Told<'_, '_, '_>) {
        let mut identity = identity(IdentityKind::User, &self.arn, self.user_name, &self.common);
        (identity.native, identity.created) = (self.user_id, self.create_date);
        told.tell(Entity::Identity(identity));
        for group in self.group_list {
            told.tell(grant(&self.arn, GrantKind::Member, group, None));
        }
        inline(&self.arn, self.user_policy_list, told);
        self.common.grants(&self.arn, told);
    }
}

impl Group {
    fn tell(self, told: &mut Told<'_, '_, '_>) {
        inline(&self.arn, self.group_policy_list, told);
        self.common.grants(&self.arn, told);
    }
}

impl Role {
    fn tell(self, told: &mut Told<'_, '_, '_>) {
        let mut identity = identity(IdentityKind::Role, &self.arn, self.role_name, &self.common);
        (identity.native, identity.created) = (self.role_id, self.create_date);
        // That there is an entry at all says that use is counted; its absence says nothing.
        if let Some(used) = self.role_last_used {
            identity.last_used = used.last_used_date;
            identity.attributes.insert("use-known".into(), "yes".into());
        }
        let scope = identity.scope.clone();
        told.tell(Entity::Identity(identity));
        if let Some(trust) = self.assume_role_policy_document {
            let text = policy::text(&trust, &format!("of trust of {}", self.arn), told);
            told.tell(grant(&self.arn, GrantKind::Trust, "trust".into(), Some(text)));
        }
        for profile in self.instance_profile_list {
            let workload = Workload {
                uri: profile.arn,
                kind: "instance-profile".into(),
                scope: scope.clone(),
                runs_as: Some(self.arn.clone()),
                attributes: BTreeMap::new(),
            };
            told.tell(Entity::Workload(workload));
        }
        inline(&self.arn, self.role_policy_list, told);
        self.common.grants(&self.arn, told);
    }
}

impl Managed {
    fn tell(self, told: &mut Told<'_, '_, '_>) {
        let mut versions: Vec<PolicyVersion> = Vec::new();
        for version in self.policy_version_list {
            let default = version.is_default_version || self.default_version_id.as_ref() == Some(&version.version_id);
            let document = policy::text(&version.document, &format!("{} {}", self.arn, version.version_id), told);
            versions.push(PolicyVersion { id: version.version_id, default, document });
        }
        versions.sort();
        let name = self.policy_name.unwrap_or_else(|| self.arn.rsplit('/').next().unwrap_or_default().to_owned());
        told.tell(Entity::Policy(PolicyText { uri: self.arn, name, versions, attachments: self.attachment_count }));
    }
}

impl Common {
    fn grants(self, to: &str, told: &mut Told<'_, '_, '_>) {
        for policy in self.attached_managed_policies {
            told.tell(grant(to, GrantKind::Attached, policy.policy_arn, None));
        }
        if let Some(boundary) = self.permissions_boundary {
            told.tell(grant(to, GrantKind::Boundary, boundary.permissions_boundary_arn, None));
        }
    }
}

fn identity(kind: IdentityKind, arn: &str, name: String, common: &Common) -> Identity {
    let mut identity = Identity::new("aws", kind, arn, name, account_of(arn).unwrap_or_default());
    identity.tags = common.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    if !common.untold.is_empty() {
        identity.attributes.insert(Identity::UNTOLD.into(), common.untold.join(", "));
    }
    identity
}

fn inline(to: &str, policies: Vec<Inline>, told: &mut Told<'_, '_, '_>) {
    for one in policies {
        let text = policy::text(&one.policy_document, &format!("`{}` of {to}", one.policy_name), told);
        told.tell(grant(to, GrantKind::Inline, one.policy_name, Some(text)));
    }
}

fn grant(to: &str, kind: GrantKind, via: String, document: Option<String>) -> Entity {
    Entity::Grant(Grant { to: to.to_owned(), kind, via, document })
}
