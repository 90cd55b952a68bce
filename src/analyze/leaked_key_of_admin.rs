use crate::model::{About, Certainty, Finding, Known, Privilege, Severity, Time, control};

use super::{Check, check::NoSettings, exposure::confidence, join::Living};

/// Finds leaked keys of administrators, and of whoever can become one.
pub struct LeakedKeyOfAdmin;

impl Check for LeakedKeyOfAdmin {
    const ABOUT: About = About {
        id: "leaked-key-of-admin",
        title: "A leaked key is that of an administrator, or of somebody who can become one",
        explain: "A working credential lies in a file or in a history, and its identity may do everything, or can come to that by the steps shown. Whoever finds \
                  it has the account.\n\nDeactivate it now, look in the audit log for what it did, then replace it; take from its identity what the steps need.",
        controls: &[&control::NHI2, &control::NHI5, &control::CSF_PR_AA_05, &control::ATTACK_T1078_004],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _: Time) -> Option<Finding> {
        let living = Living::of(known)?;
        let standing = living.held.standing.as_ref().filter(|standing| standing.privilege >= Privilege::Escalates)?;
        let sure = if standing.certainty == Certainty::Certain { String::new() } else { format!(" ({})", standing.certainty.name()) };
        let because = format!("{} is {}{sure}", living.whose(), living.power()?);
        let severity = if standing.certainty == Certainty::Possible { Severity::High } else { Severity::Critical };
        let path: Vec<String> = standing.path.iter().map(|step| format!("{} → {} by {}", step.from, step.to, step.by)).collect();
        Some(
            Finding::new(&Self::ABOUT, known.credential.key.clone(), severity, confidence(known), because)
                .and("identity", standing.uri.clone())
                .and("path", path)
                .and("because", standing.because.clone()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{LeakedKeyOfAdmin, NoSettings};
    use crate::{
        analyze::{Check, sample::leaked},
        model::{Certainty, Known, Privilege, Severity, Standing, Time, entity::Status},
    };

    fn may(privilege: Privilege, certainty: Certainty) -> Known {
        let mut known = leaked(Status::Active);
        known.held.as_mut().expect("held").standing = Some(Standing {
            uri: "arn:aws:iam::111111111111:user/ci".into(),
            privilege,
            certainty,
            because: Vec::new(),
            path: Vec::new(),
            risk: (0, 0),
            shares: Vec::new(),
            what_if: Vec::new(),
            owner: None,
        });
        known
    }

    #[test]
    fn whoever_can_become_administrator_counts_and_nobody_else() {
        let severity =
            |privilege, certainty| LeakedKeyOfAdmin::judge(&may(privilege, certainty), &NoSettings {}, Time(0)).map(|f| f.severity);
        assert_eq!(severity(Privilege::Admin, Certainty::Certain), Some(Severity::Critical));
        assert_eq!(severity(Privilege::Admin, Certainty::Possible), Some(Severity::High));
        assert_eq!(severity(Privilege::Sensitive, Certainty::Certain), None);
    }
}
