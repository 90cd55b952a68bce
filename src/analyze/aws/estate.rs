use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use super::{
    invited::Invited,
    policy::{Policy, Value},
};

/// The principals of some accounts, with all that was granted to them.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// Accounts of one's own.
    pub accounts: BTreeSet<String>,
    /// Users, roles and root users.
    pub principals: Vec<Principal>,
    /// Groups, by ARN.
    pub groups: BTreeMap<String, Group>,
    /// Policies of one's own with all versions: ARN → (version, whether it counts, text).
    pub policies: BTreeMap<String, Vec<(String, bool, Arc<Policy>)>>,
    /// What limits an account, a level at a time: every level must allow. No entry: nothing limits it.
    pub controls: BTreeMap<String, Vec<Vec<Arc<Policy>>>>,
    /// What the organization limits on the resources of an account, a level at a time.
    pub ceilings: BTreeMap<String, Vec<Vec<Arc<Policy>>>>,
    /// Policies that hang on resources, by ARN.
    pub resources: BTreeMap<String, Guarded>,
    /// Resources whose policy nobody tells, because it was refused, by ARN.
    pub refused: BTreeSet<String>,
    /// Whom these policies name, once that is asked for.
    pub(super) invited: OnceLock<Invited>,
    /// What is known to run as a role: the service's prefix (`lambda`) and the ARN of the role → ARNs of what runs.
    pub workloads: BTreeMap<(String, String), Vec<String>>,
    /// Services of which all that runs is known: what is not among the workloads is not there.
    pub counted: BTreeSet<String>,
}

/// The policy of a resource.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// Who may do what to it, where that is told.
    pub policy: Option<Arc<Policy>>,
    /// What was granted on a key beside its policy, by the ids of the grants.
    pub grants: Vec<(String, Arc<Policy>)>,
    /// The account that owns it, where that is known.
    pub account: Option<String>,
}

/// Who can make requests.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its ARN.
    pub arn: String,
    /// The account that owns it.
    pub account: String,
    /// What sort of principal.
    pub kind: PrincipalKind,
    /// What allows and denies it things.
    pub policies: Vec<Attached>,
    /// The most that these can give it.
    pub boundary: Boundary,
    /// ARNs of its groups.
    pub groups: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The keys that it brings along in every request.
    pub keys: BTreeMap<String, Value>,
    /// For a role: who may become it.
    pub role: Option<Role>,
}

/// The sorts of principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// A user.
    User,
    /// A role.
    Role,
    /// The owner of the account, whom no policy of it limits.
    Root,
    /// What people may do by single sign-on; nobody can change it by IAM.
    PermissionSet,
}

/// What is particular to a role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Who may become it.
    pub trust: Arc<Policy>,
    /// Whether it belongs to a service of AWS.
    pub linked: bool,
    /// Whether machines can be given it.
    pub instance_profile: bool,
}

/// A policy, and how it came to a principal.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Its ARN, or the name of an inline policy.
    pub name: String,
    /// The group that has it, where it is not the principal's own.
    pub group: Option<String>,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// The most that policies can give a principal.
#[derive(Debug, Clone)]
pub enum Boundary {
    /// There is none.
    None,
    /// There is one, and nobody knows what it says.
    Unknown,
    /// This.
    Policy {
        /// Its ARN, which conditions may ask for.
        arn: String,
        /// What it says.
        policy: Arc<Policy>,
    },
}

/// A group: what its members get.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Its policies.
    pub policies: Vec<Attached>,
}

impl Estate {
    /// The estate of some accounts, empty yet.
    pub fn of(accounts: BTreeSet<String>) -> Self {
        Self { accounts, ..Self::default() }
    }
}

impl Principal {
    /// The name of its group or itself in a sentence.
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }

    /// Whether nobody in the account can change it: a role of a service, or of single sign-on.
    pub fn is_fixed(&self) -> bool {
        self.role.as_ref().is_some_and(|role| role.linked) || self.arn.contains(":role/aws-reserved/")
    }

    /// Whether its trust lets a service of AWS have it, by the service's name (`lambda.amazonaws.com`).
    pub fn serves(&self, service: &str) -> bool {
        let Some(role) = &self.role else { return false };
        let statements = role.trust.statements.iter().filter(|s| s.allows);
        let mut services = statements.filter_map(|s| s.principals.as_ref()).filter(|p| !p.except).flat_map(|p| &p.services);
        services.any(|named| {
            named.eq_ignore_ascii_case(service)
                || named.split_once('.').is_some_and(|(prefix, rest)| {
                    // Regional names: lambda.eu-west-1.amazonaws.com.
                    service.split_once('.').is_some_and(|(p, _)| p == prefix) && rest.ends_with("amazonaws.com")
                })
        })
    }
}
