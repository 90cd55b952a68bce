use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Clocks differ by so many seconds.
const SLACK: i64 = 300;

/// Finds certificates whose time has not begun.
pub struct CertificateNotYetValid;

impl Check for CertificateNotYetValid {
    const ABOUT: About = About {
        id: "certificate-not-yet-valid",
        title: "A certificate is not valid yet",
        explain: "Its first moment lies more than five minutes ahead. It was issued for later, or by a machine whose clock is wrong; until then nobody accepts it.",
        controls: &[&control::CSF_PR_PS_01],
        see: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known)?;
        let begins = known.credential.issued.filter(|at| at.0 > now.0.saturating_add(SLACK))?;
        let finding = facts.finding(&Self::ABOUT, Severity::Low, format!("is valid from {} on", begins.date()));
        Some(finding.and_beyond("not-before", begins.to_string(), format!("> {now} + {SLACK} s")))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate},
            check::NoSettings,
        },
        model::Time,
    };

    use super::CertificateNotYetValid;

    #[test]
    fn five_minutes_are_a_matter_of_clocks() {
        let known = certificate("tls/svc.pem", 10, 20, &[]);
        let told = |now| CertificateNotYetValid::judge(&known, &NoSettings {}, Time(now)).is_some();
        assert!(!told(10 * DAY - 300) && told(10 * DAY - 301));
    }
}
