use crate::model::{About, Finding, Known, Proof, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, confidence, counted},
};

/// Tells of exposed credentials that have expired by their own date.
pub struct ExpiredCredentialExposed;

impl Check for ExpiredCredentialExposed {
    const ABOUT: About = About {
        id: "expired-credential-exposed",
        title: "An exposed credential has expired by its own date",
        explain: "The date inside the credential has passed, so by itself it opens nothing any more. It still shows a way by which credentials get into this \
                  place, and the next one on that way may be alive. Take it out, and see where its successor lies.",
        controls: &[&control::NHI2, &control::NHI7],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        judge(known, now)
    }
}

fn judge(known: &Known, now: Time) -> Option<Finding> {
    let expires = known.credential.expires.filter(|at| *at < now && known.credential.proof != Proof::Invalid)?;
    let exposure = Exposure::of(known)?;
    let days = expires.days_until(now);
    let ago = counted(usize::try_from(days).unwrap_or(0), "day");
    let because = format!("expired on {} ({ago} ago) and lies in {}", expires.date(), counted(exposure.paths(), "place"));
    let finding = Finding::new(&ExpiredCredentialExposed::ABOUT, known.credential.key.clone(), Severity::Low, confidence(known), because);
    Some(finding.and_beyond("expires", expires.to_string(), format!("< {now}")).and("places", exposure.paths()))
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample},
        model::Time,
    };

    use super::{ExpiredCredentialExposed, NoSettings};

    #[test]
    fn it_expires_the_second_after() {
        let mut known = sample::known(1).at("a", 1).build();
        known.credential.expires = Some(Time(1_000));
        let told = |now| ExpiredCredentialExposed::judge(&known, &NoSettings {}, Time(now)).is_some();
        assert_eq!((told(999), told(1_000), told(1_001)), (false, false, true));
    }
}
