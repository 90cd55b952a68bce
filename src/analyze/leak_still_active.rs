use crate::model::{About, Finding, Known, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{confidence, counted},
    join::Living,
};

/// Finds leaked credentials that still work.
pub struct LeakStillActive;

impl Check for LeakStillActive {
    const ABOUT: About = About {
        id: "leak-still-active",
        title: "A leaked credential still works",
        explain: "A credential lies in a file or in a history, all of it, and the inventory of its account lists it as working. Whoever can read that place is \
                  its identity now. It is high where the key is only known from a state of Terraform beside which the account does not list it.\n\nDeactivate it first, then find out what it was used for, replace it, delete it; what lies in a history stays there. \
                  Scan the account again: when it no longer lists the credential, this finding is gone, and `exposed-credential` says so.",
        controls: &[&control::NHI2, &control::NHI7, &control::CSF_PR_AA_01, &control::ATTACK_T1078_004, &control::PCI_8_6_3],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let living = Living::of(known)?;
        let (mut because, severity) = if living.is_doubtful() {
            (format!("may be a working credential of {}: no inventory says whether it works", living.whose()), Severity::High)
        } else {
            (format!("is a working credential of {}", living.whose()), Severity::Critical)
        };
        for part in [Some(living.life(now)).filter(|life| !life.is_empty()), living.power()].into_iter().flatten() {
            because.push_str(&format!("; {part}"));
        }
        let owner = living.held.standing.as_ref().and_then(|standing| standing.owner.as_deref());
        because.push_str(&owner.map_or_else(|| "; nobody owns it".to_owned(), |owner| format!("; owner: {owner}")));
        let places = living.exposure.paths();
        if places > 1 {
            because.push_str(&format!("; lies in {}", counted(places, "place")));
        }
        let risk = living.held.standing.as_ref().map(|standing| standing.risk.0);
        let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), severity, confidence(known), because)
            .and("identity", living.held.identity.as_ref().map(|i| i.uri.clone()))
            .and("account", living.held.account.clone())
            .and("places", places)
            .and("risk", risk);
        Some(match living.held.as_of {
            Some(at) => finding.and("inventory", at.to_string()),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LeakStillActive, NoSettings};
    use crate::{
        analyze::{Check, sample::leaked},
        model::{Companion, Known, Time, entity::Status},
    };

    #[test]
    fn what_works_and_lies_about_is_critical_until_it_is_switched_off_or_gone() {
        let said = |known: &Known| LeakStillActive::judge(known, &NoSettings {}, Time(86_400 * 812)).map(|f| f.because);
        let known = leaked(Status::Active);
        assert_eq!(
            said(&known).as_deref(),
            Some("is a working credential of the user ci of account 111111111111; 812 days old; nobody owns it")
        );
        assert_eq!(said(&leaked(Status::Inactive)), None);
        let doubtful = said(&leaked(Status::Unknown)).expect("a finding");
        assert!(
            doubtful.starts_with("may be a working credential of the user ci of account 111111111111: no inventory says"),
            "{doubtful}"
        );
        let mut gone = known.clone();
        gone.held.as_mut().expect("held").gone = true;
        assert_eq!(said(&gone), None);
        let mut half = known;
        half.credential.companion = Companion::None;
        assert_eq!(said(&half), None);
    }
}
