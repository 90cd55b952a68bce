use serde::Deserialize;

use crate::model::{About, Finding, Known, Proof, Severity, Time, control};

use super::{
    Check,
    exposure::{Exposure, confidence},
};

/// Finds credentials that have lain exposed for long.
pub struct LongExposedCredential;

/// When an exposure is long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LongExposure {
    /// Days since the first commit that held it, or since a run first saw it.
    pub days: i64,
}

impl Default for LongExposure {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl Check for LongExposedCredential {
    const ABOUT: About = About {
        id: "long-exposed-credential",
        title: "A credential has lain exposed for long",
        explain: "The first commit that held the credential is older than the threshold (default: 90 days or more). Time is what an attacker needs: clones, \
                  forks, mirrors and backups have multiplied the copies since. Where no commit tells, the day counts on which a run first saw it.\n\n\
                  Rotate it, and look through the provider's log for uses that nobody can explain. Setting: `[check.long-exposed-credential] days = 90`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01, &control::ATTACK_T1552_001, &control::PCI_8_6_3],
        see: &[],
    };
    type Settings = LongExposure;

    fn judge(known: &Known, settings: &LongExposure, now: Time) -> Option<Finding> {
        judge(known, settings, now)
    }
}

fn judge(known: &Known, settings: &LongExposure, now: Time) -> Option<Finding> {
    let expired = known.credential.expires.is_some_and(|at| at < now);
    if known.credential.proof == Proof::Invalid || expired {
        return None;
    }
    let exposure = Exposure::of(known)?;
    let since = exposure.since?;
    let days = since.days_until(now);
    if days < settings.days {
        return None;
    }
    let because = format!("has been exposed for {days} days, since {}; {}", since.date(), exposure.standing());
    let finding = Finding::new(
        &LongExposedCredential::ABOUT,
        known.credential.key.clone(),
        exposure.severity().min(Severity::High),
        confidence(known),
        because,
    );
    Some(finding.and_beyond("days", days, format!(">= {}", settings.days)).and("since", since.to_string()))
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, Judge, sample},
        model::Time,
    };

    use super::{LongExposedCredential, LongExposure};

    #[test]
    fn ninety_days_are_long_and_eighty_nine_are_not() {
        let known = sample::known(1).at("a", 0).build();
        let long = |days: i64| LongExposedCredential::judge(&known, &LongExposure::default(), Time(days * 86_400)).is_some();
        assert_eq!((long(89), long(90), long(91)), (false, true, true));
    }

    #[test]
    fn the_threshold_can_be_set_and_a_misspelt_one_is_refused() {
        let known = sample::known(1).at("a", 0).build();
        let told = |json: serde_json::Value| LongExposedCredential.sit(Some(&json), Time(50 * 86_400)).map(|judge| judge(&known).is_some());
        assert!(matches!(told(serde_json::json!({"days": 50})), Ok(true)));
        assert!(matches!(told(serde_json::json!({"days": 51})), Ok(false)));
        assert!(told(serde_json::json!({"dais": 51})).is_err());
    }
}
