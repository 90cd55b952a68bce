//! What an inventory tells of identities: who they are, what they hold, what they may do, when they were used.
//!
//! An inventory is a document (`aws iam get-account-authorization-details`, a credential report), live or saved. Each entity has a
//! kind and a key; two documents that speak of the same one are merged, in whatever order they come.

mod account;
mod basis;
mod grant;
mod holding;
mod identity;
mod policy;
mod provider;
mod resource;
mod usage;
mod vaulted;
mod workload;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use account::Account;
pub use basis::Basis;
pub use grant::{Grant, GrantKind};
pub use holding::{Holding, HoldingKind, Status};
pub use identity::{Identity, IdentityKind};
pub use policy::{PolicyText, PolicyVersion};
pub use provider::Provider;
pub use resource::Resource;
pub use usage::Usage;
pub use vaulted::Vaulted;
pub use workload::Workload;

/// One thing that an inventory tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Entity {
    /// A scope that owns identities.
    Account(Account),
    /// A permission that somebody was given.
    Grant(Grant),
    /// A credential of an identity.
    Holding(Holding),
    /// An actor.
    Identity(Identity),
    /// The text of a policy with a name of its own.
    Policy(PolicyText),
    /// Somebody outside who vouches for identities.
    Provider(Provider),
    /// Something with settings of its own that identities use.
    Resource(Resource),
    /// When an identity last used a service.
    Usage(Usage),
    /// A secret in a manager.
    Vaulted(Vaulted),
    /// Something that runs as an identity.
    Workload(Workload),
}

/// Calls the same method on whatever is inside.
macro_rules! each {
    ($entity:expr, $one:ident => $do:expr) => {
        match $entity {
            Entity::Account($one) => $do,
            Entity::Grant($one) => $do,
            Entity::Holding($one) => $do,
            Entity::Identity($one) => $do,
            Entity::Policy($one) => $do,
            Entity::Provider($one) => $do,
            Entity::Resource($one) => $do,
            Entity::Usage($one) => $do,
            Entity::Vaulted($one) => $do,
            Entity::Workload($one) => $do,
        }
    };
}

impl Entity {
    /// The name of its kind, as the record has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Grant(_) => "grant",
            Self::Holding(_) => "holding",
            Self::Identity(_) => "identity",
            Self::Policy(_) => "policy",
            Self::Provider(_) => "provider",
            Self::Resource(_) => "resource",
            Self::Usage(_) => "usage",
            Self::Vaulted(_) => "vaulted",
            Self::Workload(_) => "workload",
        }
    }

    /// What tells it from others of its kind.
    pub fn key(&self) -> String {
        each!(self, one => one.key())
    }

    /// Reads one back: the kind, and the text that [`Entity::body`] gave.
    pub fn parse(kind: &str, body: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            "account" => Self::Account(serde_json::from_str(body)?),
            "grant" => Self::Grant(serde_json::from_str(body)?),
            "holding" => Self::Holding(serde_json::from_str(body)?),
            "identity" => Self::Identity(serde_json::from_str(body)?),
            "policy" => Self::Policy(serde_json::from_str(body)?),
            "provider" => Self::Provider(serde_json::from_str(body)?),
            "resource" => Self::Resource(serde_json::from_str(body)?),
            "usage" => Self::Usage(serde_json::from_str(body)?),
            "vaulted" => Self::Vaulted(serde_json::from_str(body)?),
            "workload" => Self::Workload(serde_json::from_str(body)?),
            other => return Err(serde::de::Error::custom(format!("no kind of entity `{other}`"))),
        })
    }

    /// All that is known of it, as JSON.
    pub fn body(&self) -> String {
        serde_json::to_string(self).expect("maps with text keys are JSON")
    }

    /// Joins what two documents told of the same thing: commutative, associative, idempotent.
    pub fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Account(a), Self::Account(b)) => a.merge(b),
            (Self::Grant(a), Self::Grant(b)) => a.merge(b),
            (Self::Holding(a), Self::Holding(b)) => a.merge(b),
            (Self::Identity(a), Self::Identity(b)) => a.merge(b),
            (Self::Policy(a), Self::Policy(b)) => a.merge(b),
            (Self::Provider(a), Self::Provider(b)) => a.merge(b),
            (Self::Resource(a), Self::Resource(b)) => a.merge(b),
            (Self::Usage(a), Self::Usage(b)) => a.merge(b),
            (Self::Vaulted(a), Self::Vaulted(b)) => a.merge(b),
            (Self::Workload(a), Self::Workload(b)) => a.merge(b),
            _ => debug_assert!(false, "only the same entity can be merged"),
        }
    }
}

/// Keeps the greater of two values under each name.
fn merge_maps(mine: &mut BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    for (name, value) in other {
        let kept = mine.entry(name.clone()).or_default();
        if *kept < *value {
            kept.clone_from(value);
        }
    }
}

/// Keeps the greater of two values.
fn keep_max<T: Ord + Clone>(mine: &mut T, other: &T) {
    if *mine < *other {
        mine.clone_from(other);
    }
}

#[cfg(test)]
mod tests {
    use super::{Entity, Grant, GrantKind, Holding, HoldingKind, Status};
    use crate::model::Time;

    fn holding(status: Status, last_used: Option<i64>) -> Entity {
        let mut one = Holding::new("aws:1:user/a", HoldingKind::AccessKey, "K1");
        one.status = status;
        one.last_used = last_used.map(Time);
        Entity::Holding(one)
    }

    #[test]
    fn an_entity_comes_back_from_its_body() {
        let grant = Grant { to: "a".into(), kind: GrantKind::Trust, via: "trust".into(), document: Some("{}".into()) };
        for entity in [holding(Status::Active, Some(5)), Entity::Grant(grant)] {
            assert_eq!(Entity::parse(entity.kind(), &entity.body()).expect("its own body"), entity);
        }
        assert!(Entity::parse("nonsense", "{}").is_err());
    }

    #[test]
    fn the_order_of_documents_does_not_matter() {
        let (a, b) = (holding(Status::Unknown, Some(5)), holding(Status::Active, None));
        let (mut one, mut two) = (a.clone(), b.clone());
        one.merge(&b);
        two.merge(&a);
        assert_eq!(one, two);
        assert_eq!(one, holding(Status::Active, Some(5)));
    }
}
