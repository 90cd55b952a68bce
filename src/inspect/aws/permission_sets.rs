use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin, Time,
        entity::{Grant, GrantKind, Identity, IdentityKind},
    },
};

use super::{
    document::{account, begins, holds, moment, parse},
    policy,
    told::Told,
};

/// Reads by which permission sets people come into accounts.
pub(super) struct PermissionSets;

const ABOUT: About = About {
    id: "aws-permission-sets",
    title: "Permission sets of IAM Identity Center",
    explain: "Reads what `aws sso-admin describe-permission-set` prints, and beside it in the same document, as the collector of AWS accounts gathers them, what \
              the other calls about the set print: `InlinePolicy`, `AttachedManagedPolicies`, `CustomerManagedPolicyReferences`, `PermissionsBoundary`, \
              `AccountAssignments`, the `OwnerAccountId` of the instance, and as `Untold` what was refused. The account is that of the owner, else that of the \
              folder in which the file lies.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSet.html"],
};

/// So many of those who have a set are named.
const NAMED: usize = 100;

/// The parts without which nobody knows what a set allows, or who has it.
const PARTS: [&str; 4] = ["InlinePolicy", "AttachedManagedPolicies", "CustomerManagedPolicyReferences", "AccountAssignments"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Whole {
    permission_set: Set,
    owner_account_id: Option<String>,
    inline_policy: Option<Box<RawValue>>,
    attached_managed_policies: Option<Vec<Attached>>,
    customer_managed_policy_references: Option<Vec<Reference>>,
    permissions_boundary: Option<Bound>,
    account_assignments: Option<Vec<Assignment>>,
    untold: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    name: String,
    permission_set_arn: String,
    #[serde(default, deserialize_with = "moment")]
    created_date: Option<Time>,
    // A text; one of a stand-in for AWS is a number of seconds.
    session_duration: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attached {
    arn: String,
}

/// A policy that must lie in each account under the same name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reference {
    name: String,
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bound {
    customer_managed_policy_reference: Option<Reference>,
    managed_policy_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Assignment {
    account_id: String,
    principal_type: String,
    principal_id: String,
    principal_name: Option<String>,
}

impl Inspector for PermissionSets {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["PermissionSet"]) && holds(bytes, "\"PermissionSetArn\"") && holds(bytes, "arn:aws")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Whole>(document, "a permission set", &mut told) else { return };
        let Some(owner) = whole.owner_account_id.clone().or_else(|| account(document.origin, None)) else {
            return told.malformed("", &format!("nothing tells the account of the permission set {}", whole.permission_set.name));
        };
        told.tell(Entity::Identity(whole.identity(&owner)));
        whole.grants(&owner, &mut told).into_iter().for_each(|grant| told.tell(Entity::Grant(grant)));
    }
}

impl Whole {
    fn identity(&self, owner: &str) -> Identity {
        let set = &self.permission_set;
        let mut identity = Identity::new("aws", IdentityKind::PermissionSet, &set.permission_set_arn, &set.name, owner);
        identity.native = set.permission_set_arn.rsplit('/').next().map(str::to_owned);
        identity.created = set.created_date;
        let seconds = set
            .session_duration
            .as_ref()
            .and_then(|told| told.as_i64().or_else(|| seconds(told.as_str()?)))
            .map(|seconds| ("max-session".to_owned(), seconds.to_string()));
        let untold = self.untold();
        let untold = (!untold.is_empty()).then(|| (Identity::UNTOLD.to_owned(), untold.join(", ")));
        let assigned = self.account_assignments.as_deref().map(|all| (Identity::ASSIGNED.to_owned(), assigned(all)));
        identity.attributes.extend([seconds, untold, assigned].into_iter().flatten());
        identity
    }

    /// What was refused, or, where the document is that of one call, what others would tell.
    fn untold(&self) -> Vec<String> {
        let told = [
            self.inline_policy.is_some() || self.attached_managed_policies.is_some(),
            self.attached_managed_policies.is_some(),
            self.customer_managed_policy_references.is_some(),
            self.account_assignments.is_some(),
        ];
        let silent = PARTS.iter().zip(told).filter(|(_, told)| !told).map(|(part, _)| (*part).to_owned());
        self.untold.iter().flatten().cloned().chain(silent).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn grants(&self, owner: &str, told: &mut Told<'_, '_, '_>) -> Vec<Grant> {
        let to = &self.permission_set.permission_set_arn;
        let grant = |kind, via: String, document| Grant { to: to.clone(), kind, via, document };
        let inline = self.inline_policy.as_ref().filter(|raw| !matches!(raw.get(), "\"\"" | "null"));
        let inline = inline.map(|raw| grant(GrantKind::Inline, "inline".into(), Some(policy::text(raw, to, told))));
        let attached = self.attached_managed_policies.iter().flatten().map(|one| one.arn.clone());
        let referred = self.customer_managed_policy_references.iter().flatten().map(|one| one.arn(owner));
        let bound = self.permissions_boundary.as_ref().and_then(|bound| {
            bound.managed_policy_arn.clone().or_else(|| bound.customer_managed_policy_reference.as_ref().map(|one| one.arn(owner)))
        });
        let attached = attached.chain(referred).map(|arn| grant(GrantKind::Attached, arn, None));
        inline.into_iter().chain(attached).chain(bound.map(|arn| grant(GrantKind::Boundary, arn, None))).collect()
    }
}

impl Reference {
    fn arn(&self, owner: &str) -> String {
        format!("arn:aws:iam::{owner}:policy{}{}", self.path.as_deref().unwrap_or("/"), self.name)
    }
}

/// Who has a set in which accounts.
fn assigned(all: &[Assignment]) -> String {
    let who = |one: &Assignment| {
        let name = one.principal_name.as_ref().unwrap_or(&one.principal_id).replace("; ", " ");
        format!("{} {name} in {}", one.principal_type.to_ascii_lowercase(), one.account_id)
    };
    let named: BTreeSet<String> = all.iter().map(who).collect();
    let more = named.len().saturating_sub(NAMED);
    let mut words: Vec<String> = named.into_iter().take(NAMED).collect();
    words.extend((more > 0).then(|| format!("{more} more")));
    words.join("; ")
}

/// A duration as ISO 8601 writes it, of hours, minutes and seconds: `PT1H30M`.
fn seconds(text: &str) -> Option<i64> {
    let mut total = 0_i64;
    let mut rest = text.strip_prefix("PT")?;
    while let Some(at) = rest.find(|c: char| !c.is_ascii_digit()) {
        let unit = match rest.as_bytes()[at] {
            b'H' => 3600,
            b'M' => 60,
            b'S' => 1,
            _ => return None,
        };
        total = rest[..at].parse::<i64>().ok()?.checked_mul(unit)?.checked_add(total)?;
        rest = &rest[at + 1..];
    }
    rest.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_added_up_and_what_is_none_is_not_guessed() {
        assert_eq!([seconds("PT12H"), seconds("PT1H30M"), seconds("PT90S")], [Some(43_200), Some(5400), Some(90)]);
        assert!(["", "12H", "P1D", "PT1X", "PT5", "PT99999999999999999999H", "PT1é"].iter().all(|odd| seconds(odd).is_none()));
    }
}
