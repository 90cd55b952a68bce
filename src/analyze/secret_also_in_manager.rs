use crate::model::{About, Finding, Known, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, confidence, counted},
};

/// Finds what lies about although a manager keeps it.
pub struct SecretAlsoInManager;

impl Check for SecretAlsoInManager {
    const ABOUT: About = About {
        id: "secret-also-in-manager",
        title: "The present value of a secret in a manager lies elsewhere",
        explain: "A value that a secrets manager keeps as the present one lies in a file or in a history as well. Whoever reads it there needs no permission in the \
                  manager, and the manager's trail does not tell of it. That it is the present value says that it works.\n\nRotate it in the manager, so that what \
                  lies about opens nothing; then take it out of the file. Only `scan aws: --read-secret-values` reads values, and keeps no more of them than \
                  a keyed fingerprint; nothing that lies in the manager alone is ever a finding.",
        controls: &[&control::NHI2, &control::NHI7, &control::CSF_PR_AA_01, &control::PCI_8_6_3, &control::ATTACK_T1552_001],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _: Time) -> Option<Finding> {
        let secret = known.vaulted.first()?;
        let exposure = Exposure::of(known)?;
        let others = known.vaulted.len() - 1;
        let more = if others > 0 { format!(" and {}", counted(others, "other secret")) } else { String::new() };
        let because = format!(
            "is the present value of the secret {}{more} in account {}; lies in {} outside of it",
            secret.name,
            secret.scope,
            counted(exposure.paths(), "place")
        );
        let finding =
            Finding::new(&Self::ABOUT, known.credential.key.clone(), exposure.temper(Severity::Critical), confidence(known), because);
        let secrets: Vec<&str> = known.vaulted.iter().map(|secret| secret.uri.as_str()).collect();
        Some(finding.and("secrets", secrets).and("places", exposure.paths()))
    }
}

#[cfg(test)]
mod tests {
    use super::{NoSettings, SecretAlsoInManager};
    use crate::{
        analyze::{Check, sample},
        model::{Severity, Time, entity::Vaulted},
    };

    #[test]
    fn what_a_manager_keeps_and_a_file_holds_is_critical() {
        let mut known = sample::known(1).at("a.env", 1).build();
        assert!(SecretAlsoInManager::judge(&known, &NoSettings {}, Time(0)).is_none());
        known.vaulted = vec![Vaulted::new("arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf", "db", "111111111111")];
        let found = SecretAlsoInManager::judge(&known, &NoSettings {}, Time(0)).expect("a finding");
        assert_eq!(
            (found.severity, found.because.as_str()),
            (Severity::Critical, "is the present value of the secret db in account 111111111111; lies in 1 place outside of it")
        );
    }
}
