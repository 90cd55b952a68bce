//! From what inventories tell to the estate of which policies are judged.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    analyze::aws::{
        self, Attached, Boundary, Estate, Group, Guarded, Principal, PrincipalKind, Role, managed,
        policy::{Policy, Value},
    },
    model::{
        Time,
        entity::{Grant, GrantKind, IdentityKind, Workload},
    },
};

use super::{Member, Roster};

/// Policies by their text: many have the same.
#[derive(Default)]
struct Library(BTreeMap<String, Option<Arc<Policy>>>);

impl Library {
    /// A policy; `None` where the text is none, which its inspector has told as a fault.
    fn read(&mut self, text: &str) -> Option<Arc<Policy>> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let policy = Policy::parse(text).ok().map(Arc::new);
        self.0.insert(text.to_owned(), policy.clone());
        policy
    }
}

/// The estate of a roster.
pub(super) fn estate(roster: &Roster, now: Time) -> Estate {
    let mut library = Library::default();
    let accounts = roster.accounts.keys().chain(roster.as_of.keys()).filter(|id| !id.is_empty()).cloned().collect();
    let mut estate = Estate::of(accounts);
    for policy in roster.policies.values() {
        let versions = policy.versions.iter().filter_map(|v| Some((v.id.clone(), v.default, library.read(&v.document)?)));
        estate.policies.insert(policy.uri.clone(), versions.collect());
    }
    for (arn, grants) in &roster.groups {
        let policies = attached(grants, &estate, &mut library, Some(arn));
        estate.groups.insert(arn.clone(), Group { policies });
    }
    controls(roster, &mut estate, &mut library);
    resources(roster, &mut estate, &mut library);
    let profiles: BTreeSet<&String> =
        roster.workloads.values().filter(|w| w.kind == "instance-profile").filter_map(|w| w.runs_as.as_ref()).collect();
    for member in roster.members.values().filter(|member| known(member)) {
        let principal = principal(member, roster, &estate, &mut library, &profiles, now);
        estate.principals.push(principal);
    }
    workloads(roster, &mut estate);
    estate
}

/// What is known to run as which role. Nobody claims to know all that runs: other regions were not asked.
fn workloads(roster: &Roster, estate: &mut Estate) {
    for workload in roster.workloads.values() {
        let Some(runs_as) = &workload.runs_as else { continue };
        let own = Some(runs_as);
        // A machine has an instance profile, and that a role; a service its task definition, and that a role.
        let lent = roster.workloads.get(runs_as).and_then(|between| between.runs_as.as_ref());
        let (service, role) = match workload.kind.as_str() {
            "lambda-function" => ("lambda", own),
            "ec2-instance" => ("ec2", lent),
            "ecs-service" if workload.attributes.get(Workload::COMMANDS).is_some_and(|word| word == "yes") => ("ecs", lent),
            "batch-job-definition" => ("batch", own),
            "codebuild-project" => ("codebuild", own),
            "state-machine" => ("states", own),
            "notebook-instance" => ("sagemaker", own),
            "cloudformation-stack" => ("cloudformation", own),
            _ => continue,
        };
        if let Some(role) = role {
            let told = estate.workloads.entry((service.to_owned(), role.clone())).or_default();
            told.push(if service == "ecs" { tasks(&workload.uri) } else { workload.uri.clone() });
        }
    }
}

/// Any task of a service, which is what a command runs in: `…:service/CLUSTER/NAME` is `…:task/CLUSTER/*`.
fn tasks(service: &str) -> String {
    let cluster = service.rsplit('/').nth(1).unwrap_or("*");
    let place = service.split(":service/").next().unwrap_or(service);
    format!("{place}:task/{cluster}/*")
}

/// Whether any inventory tells what an identity was given. A user without any policy is known by his unique id, where all was told of him.
fn known(member: &Member) -> bool {
    let told = member.identity.native.is_some() && member.identity.untold_powers().next().is_none();
    !member.grants.is_empty() || told || member.identity.kind == IdentityKind::Root
}

fn principal(
    member: &Member,
    roster: &Roster,
    estate: &Estate,
    library: &mut Library,
    profiles: &BTreeSet<&String>,
    now: Time,
) -> Principal {
    let identity = &member.identity;
    let groups: Vec<String> =
        member.grants.iter().filter(|g| g.kind == GrantKind::Member).map(|g| group(roster, &identity.scope, &g.via)).collect();
    let mut policies = attached(&member.grants, estate, library, None);
    policies.extend(groups.iter().filter_map(|arn| estate.groups.get(arn)).flat_map(|group| group.policies.iter().cloned()));
    let boundary = member.grants.iter().find(|g| g.kind == GrantKind::Boundary);
    let text = |grant: &Grant, library: &mut Library| default_version(estate, &grant.via).or_else(|| well_known(&grant.via, library));
    let known = |grant: &Grant, policy| Boundary::Policy { arn: grant.via.clone(), policy };
    let boundary = boundary.map_or(Boundary::None, |grant| text(grant, library).map_or(Boundary::Unknown, |policy| known(grant, policy)));
    let trust = member.grants.iter().find(|g| g.kind == GrantKind::Trust).and_then(|g| library.read(g.document.as_deref()?));
    let role = trust.map(|trust| Role {
        trust,
        linked: identity.uri.contains(":role/aws-service-role/"),
        instance_profile: profiles.contains(&identity.uri),
    });
    Principal {
        arn: identity.uri.clone(),
        account: identity.scope.clone(),
        kind: match identity.kind {
            IdentityKind::User => PrincipalKind::User,
            // An external one is no member, and has no policies that anybody knows.
            IdentityKind::Role | IdentityKind::External => PrincipalKind::Role,
            IdentityKind::Root => PrincipalKind::Root,
            IdentityKind::PermissionSet => PrincipalKind::PermissionSet,
        },
        policies,
        boundary,
        groups,
        tags: identity.tags.clone(),
        keys: keys(member, now),
        role,
    }
}

/// The keys that a principal brings along in every request.
fn keys(member: &Member, now: Time) -> BTreeMap<String, Value> {
    let identity = &member.identity;
    let mut keys: BTreeMap<String, Value> = [
        ("aws:principalarn", identity.uri.clone()),
        ("aws:principalaccount", identity.scope.clone()),
        ("aws:currenttime", now.to_string()),
        ("aws:epochtime", now.0.to_string()),
        // A user gets a session for the asking.
        ("aws:tokenissuetime", now.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), Value::of(value)))
    .into();
    let kind = if identity.kind == IdentityKind::User { "User" } else { "AssumedRole" };
    keys.insert("aws:principaltype".into(), Value::of(kind));
    let user = identity.kind == IdentityKind::User;
    keys.insert("aws:username".into(), if user { Value::of(&identity.name) } else { Value::Absent });
    if let (true, Some(id)) = (user, &identity.native) {
        keys.insert("aws:userid".into(), Value::of(id));
    }
    keys.extend(identity.tags.iter().map(|(tag, value)| (format!("aws:principaltag/{}", tag.to_ascii_lowercase()), Value::of(value))));
    keys
}

/// The policies among some grants.
fn attached(grants: &[Grant], estate: &Estate, library: &mut Library, group: Option<&String>) -> Vec<Attached> {
    let mut all = Vec::new();
    for grant in grants {
        let policy = match grant.kind {
            GrantKind::Inline => grant.document.as_deref().and_then(|text| library.read(text)),
            GrantKind::Attached => default_version(estate, &grant.via).or_else(|| well_known(&grant.via, library)),
            _ => None,
        };
        all.extend(policy.map(|policy| Attached { name: grant.via.clone(), group: group.cloned(), policy }));
    }
    all
}

fn default_version(estate: &Estate, arn: &str) -> Option<Arc<Policy>> {
    estate.policies.get(arn)?.iter().find(|(_, counts, _)| *counts).map(|(_, _, policy)| Arc::clone(policy))
}

/// The text of a policy that AWS manages, where an inventory names it and does not tell it.
fn well_known(arn: &str, library: &mut Library) -> Option<Arc<Policy>> {
    library.read(managed::text(arn)?)
}

/// The ARN of a group, by its name in an account. Of a group without policies no inventory tells more than its name.
pub(super) fn group(roster: &Roster, account: &str, name: &str) -> String {
    let own = |arn: &&String| arn.split(':').nth(4) == Some(account) && arn.rsplit('/').next() == Some(name);
    roster.groups.keys().find(own).cloned().unwrap_or_else(|| format!("arn:aws:iam::{account}:group/{name}"))
}

/// What limits each account: a level for each unit of the organization above it, and one for itself.
fn controls(roster: &Roster, estate: &mut Estate, library: &mut Library) {
    for account in roster.accounts.values().filter(|account| !account.attributes.contains_key("management-account")) {
        let mut levels = |kind: GrantKind| {
            let levels = account.parents.iter().chain([&account.id]).filter_map(|unit| {
                let grants = roster.controls.get(unit)?.iter().filter(|grant| grant.kind == kind);
                let level: Vec<Arc<Policy>> = grants.filter_map(|grant| library.read(grant.document.as_deref()?)).collect();
                (!level.is_empty()).then_some(level)
            });
            let levels: Vec<Vec<Arc<Policy>>> = levels.collect();
            (!levels.is_empty()).then_some(levels)
        };
        estate.controls.extend(levels(GrantKind::ServiceControl).map(|levels| (account.id.clone(), levels)));
        estate.ceilings.extend(levels(GrantKind::ResourceControl).map(|levels| (account.id.clone(), levels)));
    }
}

/// The policies of resources. One that cannot be understood counts for nothing, which its inspector told.
fn resources(roster: &Roster, estate: &mut Estate, library: &mut Library) {
    let refused =
        roster.belongings.values().filter(|resource| resource.is_untold("Policy") && !roster.resources.contains_key(&resource.uri));
    estate.refused = refused.map(|resource| resource.uri.clone()).collect();
    for (arn, grants) in &roster.resources {
        let mut read = |grant: &Grant| library.read(grant.document.as_deref()?);
        let (keys, policies): (Vec<&Grant>, Vec<&Grant>) = grants.iter().partition(|grant| grant.kind == GrantKind::Key);
        let policy = policies.last().and_then(|grant| read(grant));
        let owner = policies.last().map(|grant| grant.via.as_str()).or_else(|| aws::account_of(arn));
        let account = owner.filter(|account| !account.is_empty()).map(str::to_owned);
        let grants: Vec<_> = keys.into_iter().filter_map(|grant| Some((grant.via.clone(), read(grant)?))).collect();
        if policy.is_some() || !grants.is_empty() {
            estate.resources.insert(arn.clone(), Guarded { policy, grants, account });
        }
    }
}
