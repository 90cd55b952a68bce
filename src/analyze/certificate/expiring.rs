use serde::Deserialize;

use crate::{
    analyze::Check,
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates that are about to expire.
pub struct CertificateExpiring;

/// When little is left of a life.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Remains {
    /// Days that are little, if they are not more than the part of its life below.
    pub days: i64,
    /// The part of its life that is little: one in so many.
    pub part: i64,
    /// Days that are very little.
    pub urgent_days: i64,
    /// The part of its life that is very little.
    pub urgent_part: i64,
}

impl Default for Remains {
    fn default() -> Self {
        Self { days: 30, part: 3, urgent_days: 7, urgent_part: 6 }
    }
}

impl Check for CertificateExpiring {
    const ABOUT: About = About {
        id: "certificate-expiring",
        title: "A certificate is about to expire",
        explain: "Little is left of its life: at most 30 days and at most a third of it is medium, at most 7 days and at most a sixth of it is high. Both must hold, \
                  because 30 days are most of the life of a certificate of 47 days, which a machine renews in time. A trusted root whose key lies elsewhere is low.\n\nRenew it, with a new key, and let a machine \
                  do so from now on. Settings: `[check.certificate-expiring] days = 30, part = 3, urgent-days = 7, urgent-part = 6`.",
        controls: &[&control::CSF_PR_PS_01, &control::CSF_ID_AM_08],
        see: &["https://cabforum.org/working-groups/server/baseline-requirements/"],
    };
    type Settings = Remains;

    fn judge(known: &Known, settings: &Remains, now: Time) -> Option<Finding> {
        let facts = Facts::of(known)?;
        let (issued, expires) = facts.life()?;
        let (life, left) = (expires.0.saturating_sub(issued.0), expires.0.saturating_sub(now.0));
        if left < 0 || issued > now {
            return None;
        }
        let limit = |days: i64, part: i64| days.saturating_mul(86_400).min(life / part.max(1));
        let (soon, urgent) = (limit(settings.days, settings.part), limit(settings.urgent_days, settings.urgent_part));
        let (severity, limit) = if left <= urgent {
            (Severity::High, urgent)
        } else if left <= soon {
            (Severity::Medium, soon)
        } else {
            return None;
        };
        // What only says whom to trust is replaced by whoever keeps that list.
        let trusted = facts.authority() && facts.is("self-signed") && facts.private_key().is_none();
        let severity = if trusted { Severity::Low } else { severity };
        let days = now.days_until(expires);
        let because = format!("expires on {}, in {days} days, of a life of {} days", expires.date(), issued.days_until(expires));
        let finding = facts.finding(&Self::ABOUT, severity, because);
        Some(finding.and("expires", expires.to_string()).and_beyond("seconds-left", left, format!("<= {limit}")).and("days", days))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate},
        },
        model::{Severity, Time},
    };

    use super::{CertificateExpiring, Remains};

    fn told(life: i64, left: i64) -> Option<Severity> {
        let known = certificate("tls/svc.pem", 1000, 1000 + life, &[]);
        CertificateExpiring::judge(&known, &Remains::default(), Time((1000 + life) * DAY - left)).map(|f| f.severity)
    }

    #[test]
    fn a_year_is_short_from_thirty_days_on_and_urgent_from_seven() {
        assert_eq!((told(365, 30 * DAY + 1), told(365, 30 * DAY)), (None, Some(Severity::Medium)));
        assert_eq!((told(365, 7 * DAY + 1), told(365, 7 * DAY)), (Some(Severity::Medium), Some(Severity::High)));
        assert_eq!(told(365, -1), None);
    }

    #[test]
    fn a_root_in_a_list_of_trusted_ones_is_a_smaller_matter() {
        let known = certificate("roots.pem", 0, 365, &[("ca", "yes"), ("self-signed", "yes")]);
        let told = CertificateExpiring::judge(&known, &Remains::default(), Time(364 * DAY)).map(|f| f.severity);
        assert_eq!(told, Some(Severity::Low));
    }

    #[test]
    fn a_short_life_is_measured_by_its_own_length() {
        assert_eq!((told(6, 2 * DAY + 1), told(6, 2 * DAY), told(6, DAY)), (None, Some(Severity::Medium), Some(Severity::High)));
    }
}
