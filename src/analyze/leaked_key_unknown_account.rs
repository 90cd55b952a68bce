use crate::model::{About, Finding, Kind, Known, Severity, Time, control};

use super::{
    Check,
    aws::called,
    check::NoSettings,
    exposure::{Exposure, confidence},
};

/// Finds leaked keys of accounts that no inventory was ever taken of.
pub struct LeakedKeyUnknownAccount;

impl Check for LeakedKeyUnknownAccount {
    const ABOUT: About = About {
        id: "leaked-key-unknown-account",
        title: "A leaked key belongs to an account that is not in the inventory",
        explain: "The number of the account inside a leaked key id is none of those whose inventory is in the record. It is an account that nobody scans, a \
                  supplier's, or a stranger's; whether the key works is not known.\n\nFind out whose account it is; scan it, or tell its owner.",
        controls: &[&control::NHI2, &control::CSF_ID_AM_08],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _: Time) -> Option<Finding> {
        let held = known.held.as_deref().filter(|held| !held.account_known && !held.half && held.holding.is_none())?;
        let exposure = Exposure::of(known).filter(|_| known.credential.kind == Kind::AccessKey)?;
        let because = format!("belongs to {}, of which no inventory was taken", called(&held.account));
        let severity = exposure.temper(Severity::Low);
        Some(
            Finding::new(&Self::ABOUT, known.credential.key.clone(), severity, confidence(known), because)
                .and("account", held.account.clone()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{LeakedKeyUnknownAccount, NoSettings};
    use crate::{
        analyze::{Check, sample::leaked},
        model::{Known, Time, entity::Status},
    };

    #[test]
    fn only_an_account_that_nobody_looked_at_is_unknown() {
        let said = |known: &Known| LeakedKeyUnknownAccount::judge(known, &NoSettings {}, Time(0)).is_some();
        let mut known = leaked(Status::Active);
        assert!(!said(&known));
        let held = known.held.as_mut().expect("held");
        (held.holding, held.identity, held.account_known) = (None, None, false);
        assert!(said(&known));
    }
}
