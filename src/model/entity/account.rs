use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A scope that owns identities: an AWS account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Who runs it: `aws`.
    pub provider: String,
    /// Its number or id.
    pub id: String,
    /// What it lies below in its organization, by id: units and the root.
    #[serde(default)]
    pub parents: BTreeSet<String>,
    /// What else is told of it (`AccountMFAEnabled`, `management-account`).
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl Account {
    /// The number of an account that nobody told: of what is declared, and made nowhere yet.
    pub const NOWHERE: &str = "000000000000";

    /// The attribute of an account that was asked itself, and for everything: what it does not list is not there.
    pub const LIVE: &str = "live";

    /// The attribute that says whether the second factor of its root user is virtual: `yes` or `no`.
    pub const ROOT_VIRTUAL_MFA: &str = "root-virtual-mfa";

    /// The attribute that says whether all of its buckets stay closed to strangers: `yes` or `no`.
    pub const BUCKETS_CLOSED: &str = "buckets-closed";

    /// The attribute that says whether the root users of its organization are kept in one place: `yes` or `no`.
    pub const ROOTS_KEPT: &str = "roots-kept-centrally";

    /// The attribute that names the organization to which it belongs.
    pub const ORGANIZATION: &str = "organization";

    /// How the attribute begins that says that all lists of revoked certificates of a region were told; the region follows.
    pub const REVOCATIONS: &str = "revocations-told:";

    /// How the attribute begins that says that something was asked of it in vain; the permission follows, and the place stands there.
    pub const REFUSED: &str = "refused:";

    pub(super) fn key(&self) -> String {
        format!("{}:{}", self.provider, self.id)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.parents.extend(other.parents.iter().cloned());
        super::merge_maps(&mut self.attributes, &other.attributes);
    }
}
