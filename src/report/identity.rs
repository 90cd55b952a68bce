//! Identities in the words of the JSON contract.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    model::{
        Share, Step, WhatIf,
        entity::{self, Holding, HoldingKind, Status},
    },
    store::StoredIdentity,
};

/// An identity with what it holds, what it may do, and how far it is to be trusted.
#[derive(Serialize)]
pub struct Identity<'r> {
    uri: &'r str,
    name: &'r str,
    provider: &'r str,
    kind: &'static str,
    account: &'r str,
    native_id: Option<&'r str>,
    created: Option<String>,
    last_used: Option<String>,
    privilege: &'static str,
    certainty: &'static str,
    because: &'r [String],
    path: &'r [Step],
    risk: Risk,
    shares: &'r [Share],
    what_if: &'r [WhatIf],
    owner: Option<&'r str>,
    declared: Option<Declared<'r>>,
    tags: &'r BTreeMap<String, String>,
    credentials: Vec<Held<'r>>,
}

#[derive(Serialize)]
struct Risk {
    low: u8,
    high: u8,
}

/// Where infrastructure code declares an identity.
#[derive(Serialize)]
struct Declared<'r> {
    by: &'static str,
    r#as: &'r str,
    r#in: Option<&'r str>,
}

impl<'r> Declared<'r> {
    fn of(identity: &'r entity::Identity) -> Option<Self> {
        let told = |name: &str| identity.attributes.get(name).map(String::as_str);
        let (by, address) = ["terraform", "cloudformation"].into_iter().find_map(|by| Some((by, told(by)?)))?;
        Some(Self { by, r#as: address, r#in: told(entity::Identity::DECLARED_IN) })
    }
}

/// A credential that the inventory lists for an identity.
#[derive(Serialize)]
struct Held<'r> {
    kind: &'static str,
    handle: &'r str,
    status: Status,
    created: Option<String>,
    expires: Option<String>,
    last_used: Option<String>,
    use_known: bool,
    attributes: &'r BTreeMap<String, String>,
}

impl<'r> Identity<'r> {
    /// What the record has of an identity.
    pub fn of(stored: &'r StoredIdentity) -> Self {
        let (identity, standing) = (&stored.identity, &stored.standing);
        Self {
            uri: &identity.uri,
            name: &identity.name,
            provider: &identity.provider,
            kind: identity.kind.name(),
            account: &identity.scope,
            native_id: identity.native.as_deref(),
            created: identity.created.map(|t| t.to_string()),
            last_used: last_used(stored).map(|t| t.to_string()),
            privilege: standing.privilege.name(),
            certainty: standing.certainty.name(),
            because: &standing.because,
            path: &standing.path,
            risk: Risk { low: standing.risk.0, high: standing.risk.1 },
            shares: &standing.shares,
            what_if: &standing.what_if,
            owner: standing.owner.as_deref(),
            declared: Declared::of(identity),
            tags: &identity.tags,
            credentials: stored.holdings.iter().map(Held::of).collect(),
        }
    }
}

impl<'r> Held<'r> {
    fn of(holding: &'r Holding) -> Self {
        Self {
            kind: holding.kind.name(),
            handle: &holding.handle,
            status: holding.status,
            created: holding.created.map(|t| t.to_string()),
            expires: holding.expires.map(|t| t.to_string()),
            last_used: holding.last_used.map(|t| t.to_string()),
            use_known: holding.use_known,
            attributes: &holding.attributes,
        }
    }
}

/// When an identity was last used, by whatever credential is counted.
pub(super) fn last_used(stored: &StoredIdentity) -> Option<crate::model::Time> {
    stored.holdings.iter().filter_map(|h| h.last_used).chain(stored.identity.last_used).max()
}

/// The oldest working key of an identity.
pub(super) fn oldest_key(stored: &StoredIdentity) -> Option<crate::model::Time> {
    let keys = stored.holdings.iter().filter(|h| matches!(h.kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot));
    keys.filter(|h| h.status != Status::Inactive).filter_map(|h| h.created).min()
}
