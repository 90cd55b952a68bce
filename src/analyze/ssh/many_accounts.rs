use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    analyze::Check,
    model::{About, Confidence, Finding, Known, Severity, Time, control},
};

use super::whose::Login;

/// Finds keys that log in to many accounts.
pub struct SshKeyOnManyAccounts;

/// How many accounts are many.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Accounts {
    /// From so many on.
    pub accounts: usize,
}

impl Default for Accounts {
    fn default() -> Self {
        Self { accounts: 3 }
    }
}

impl Check for SshKeyOnManyAccounts {
    const ABOUT: About = About {
        id: "ssh-key-on-many-accounts",
        title: "One SSH key logs in to many accounts",
        explain: "The same key stands in the authorized_keys of several accounts or machines (default: 3 or more), with whatever options. Its private half opens all of them, and \
                  nobody can take it back without finding them all.\n\nGive each machine its own key, or use short-lived certificates. Setting: \
                  `[check.ssh-key-on-many-accounts] accounts = 3`.",
        controls: &[&control::NHI9, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = Accounts;

    fn judge(known: &Known, settings: &Accounts, _now: Time) -> Option<Finding> {
        let own = Login::all(known);
        if own.is_empty() {
            return None;
        }
        let fellows = known.related.iter().filter(|other| other.credential.key.rule == known.credential.key.rule);
        // The one finding is about the first of those that differ in their options alone.
        if fellows.clone().any(|other| {
            other.credential.key < known.credential.key && other.places.iter().any(|place| place.this_run && Login::of(place).is_some())
        }) {
            return None;
        }
        let others = fellows.flat_map(|other| other.places.iter()).filter_map(Login::of);
        let logins: BTreeSet<Login<'_>> = own.into_iter().chain(others).collect();
        if logins.len() < settings.accounts.max(2) {
            return None;
        }
        let because = format!("logs in at {} places, the first of them {}", logins.len(), logins.first()?.path);
        let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), Severity::Medium, Confidence::High, because);
        Some(finding.and_beyond("accounts", logins.len(), format!(">= {}", settings.accounts.max(2))))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, ssh::whose::tests::key},
        model::{Related, Time},
    };

    use super::{Accounts, SshKeyOnManyAccounts};

    #[test]
    fn three_are_many_whatever_their_options() {
        let told = |known: &_| SshKeyOnManyAccounts::judge(known, &Accounts::default(), Time(0)).is_some();
        let (a, b, c) = ("home/a/.ssh/authorized_keys", "home/b/.ssh/authorized_keys", "home/c/.ssh/authorized_keys");
        assert!(told(&key(&[a, b, c], &[])));
        assert!(!told(&key(&[a, b, "home/a/.ssh/id_rsa.pub"], &[])));
        let mut two = key(&[a, b], &[]);
        let mut other = key(&[c], &[("options", "from")]);
        other.credential.key.fingerprint = crate::model::Fingerprint::from_bytes([9; 16]);
        two.related.push(Related { credential: other.credential.into(), via: Vec::new(), places: other.places.into() });
        assert!(told(&two));
    }
}
