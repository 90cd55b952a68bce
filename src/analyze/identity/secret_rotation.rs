use serde::Deserialize;

use crate::model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Vaulted};

use super::{IdentityCheck, Roster, Ruling};

/// Finds secrets in managers that nobody changes.
pub struct SecretRotation;

/// When a secret should have been changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rotation {
    /// Days for which a secret that nothing rotates may stay as it is.
    pub days: i64,
    /// Days that a rotation may come late.
    pub grace: i64,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { days: 90, grace: 7 }
    }
}

impl IdentityCheck for SecretRotation {
    const ABOUT: About = About {
        id: "aws-secret-rotation",
        title: "A secret in Secrets Manager is not rotated",
        explain: "Nothing rotates the secret, and nobody changed it for more than 90 days; or its rotation is switched on and is more than 7 days late, which mostly \
                  means that the function behind it fails. A secret in a manager is safe where it lies, but not with whoever read it since.\n\nSwitch on \
                  rotation, or mend it: the events of the secret say why it failed. Secrets that cannot be rotated by a function need a reminder and \
                  an owner. Settings: `[check.aws-secret-rotation] days = 90, grace = 7`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01, &control::PCI_8_6_3],
        see: &["https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"],
    };
    type Settings = Rotation;

    fn judge(roster: &Roster, rotation: &Rotation, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for secret in roster.vaulted.values().filter(|secret| secret.uri.contains(":secretsmanager:")) {
            let (Some(rotates), Some(changed)) = (secret.rotates, secret.rotated.or(secret.created)) else {
                let why = "the inventory does not say whether and when a secret is rotated".to_owned();
                rule(Ruling::Undecided { identity: secret.uri.clone(), why });
                continue;
            };
            let days = changed.days_until(now);
            let late = if rotates { late(secret, days, rotation) } else { off(secret, days, rotation) };
            late.map(Ruling::Finding).into_iter().for_each(&mut *rule);
        }
    }
}

fn off(secret: &Vaulted, days: i64, rotation: &Rotation) -> Option<Finding> {
    let because = format!("nothing rotates the secret {}, and nobody changed it for {days} days", secret.name);
    let finding = Finding::new(&SecretRotation::ABOUT, Subject::identity(&secret.uri, ""), Severity::Medium, Confidence::High, because);
    (days > rotation.days).then(|| finding.and("rotates", false).and_beyond("days", days, format!("> {}", rotation.days)))
}

fn late(secret: &Vaulted, days: i64, rotation: &Rotation) -> Option<Finding> {
    let interval = secret.interval.filter(|interval| *interval > 0)?;
    let because = format!("the secret {} should be rotated every {interval} days, and was last changed {days} days ago", secret.name);
    let finding = Finding::new(&SecretRotation::ABOUT, Subject::identity(&secret.uri, ""), Severity::Medium, Confidence::High, because);
    (days > interval + rotation.grace)
        .then(|| finding.and("rotates", true).and_beyond("days", days, format!("> {}", interval + rotation.grace)))
}

#[cfg(test)]
mod tests {
    use super::{Rotation, SecretRotation};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{Entity, Time, entity::Vaulted},
    };

    fn said(rotates: Option<bool>, interval: Option<i64>, day: i64) -> Vec<Ruling> {
        let secret = Vaulted { rotates, interval, rotated: Some(Time(0)), ..sample::secret("db") };
        let roster = sample::roster([Entity::Vaulted(secret)]);
        sample::rulings(|rule| SecretRotation::judge(&roster, &Rotation::default(), Time(day * 86_400), rule))
    }

    fn because(rotates: bool, interval: Option<i64>, day: i64) -> Option<String> {
        said(Some(rotates), interval, day).into_iter().find_map(|r| if let Ruling::Finding(found) = r { Some(found.because) } else { None })
    }

    #[test]
    fn what_nothing_rotates_may_stay_for_ninety_days() {
        assert_eq!(because(false, None, 90), None);
        assert_eq!(because(false, None, 91).as_deref(), Some("nothing rotates the secret db, and nobody changed it for 91 days"));
    }

    #[test]
    fn a_rotation_may_be_a_week_late() {
        assert_eq!((because(true, Some(30), 37), because(true, Some(30), 38).is_some()), (None, true));
    }

    #[test]
    fn where_nobody_says_whether_it_rotates_nothing_is_claimed() {
        assert!(matches!(said(None, None, 999).as_slice(), [Ruling::Undecided { .. }]));
    }
}
