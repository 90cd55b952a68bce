use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates whose time is over.
pub struct CertificateExpired;

impl Check for CertificateExpired {
    const ABOUT: About = About {
        id: "certificate-expired",
        title: "A certificate has expired",
        explain: "The last day of the certificate has passed: whoever checks it, refuses it. Where its private key lies somewhere, too, something presents it, and \
                  is down or is talked to by clients that check nothing; that is high, of an issuer medium. A certificate alone, or an expired issuer in a list of trusted ones, is low: \
                  it is a leftover.\n\nRenew it with a new key, or take it out.",
        controls: &[&control::NHI1, &control::CSF_PR_PS_01],
        see: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        // Of what an account keeps in IAM, `aws-server-certificate` tells the same.
        if known.places.iter().all(|place| place.appearance.path.ends_with("iam/server-certificates.json")) {
            return None;
        }
        let facts = Facts::of(known)?;
        let expires = known.credential.expires.filter(|at| *at < now)?;
        let (severity, why) = match (facts.authority(), facts.private_key().is_some()) {
            (false, true) => (Severity::High, "; its private key lies here, too"),
            (true, true) => {
                (Severity::Medium, "; it is an issuer's whose private key lies here, too, and nothing below it is valid any more")
            }
            (true, false) => (Severity::Low, "; it is an issuer's, and nothing below it is valid any more"),
            (false, false) => (Severity::Low, ""),
        };
        let days = expires.days_until(now);
        let because = format!("expired on {}, {}{why}; lies in {}", expires.date(), ago(days), facts.places());
        let finding = facts.finding(&Self::ABOUT, severity, because);
        Some(finding.and_beyond("expires", expires.to_string(), format!("< {now}")).and("days", days))
    }
}

/// So many days ago, in words.
fn ago(days: i64) -> String {
    match days {
        0 => "less than a day ago".to_owned(),
        1 => "1 day ago".to_owned(),
        _ => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate, related},
            check::NoSettings,
        },
        model::{Kind, Severity, Time},
    };

    use super::CertificateExpired;

    #[test]
    fn it_expires_the_second_after() {
        let known = certificate("tls/svc.pem", 0, 10, &[]);
        let told = |now| CertificateExpired::judge(&known, &NoSettings {}, Time(now)).map(|f| f.severity);
        assert_eq!((told(10 * DAY), told(10 * DAY + 1)), (None, Some(Severity::Low)));
    }

    #[test]
    fn one_that_only_an_account_keeps_is_told_by_the_check_on_accounts() {
        let known = certificate("111111111111/iam/server-certificates.json", 0, 10, &[]);
        assert!(CertificateExpired::judge(&known, &NoSettings {}, Time(11 * DAY)).is_none());
    }

    #[test]
    fn days_are_counted_in_words() {
        let known = certificate("tls/svc.pem", 0, 10, &[]);
        let because = |now| CertificateExpired::judge(&known, &NoSettings {}, Time(now)).map(|f| f.because).unwrap_or_default();
        assert!(because(10 * DAY + 1).contains(", less than a day ago;") && because(11 * DAY).contains(", 1 day ago;"));
        assert!(because(12 * DAY).contains(", 2 days ago;"));
    }

    #[test]
    fn what_is_used_is_high_and_what_only_tests_use_is_no_finding() {
        let severity = |path: &str, says: &[(&str, &str)], key: bool| {
            let mut known = certificate(path, 0, 10, says);
            known.related.extend(key.then(|| related(Kind::PrivateKey, "tls/svc.key", 2)));
            CertificateExpired::judge(&known, &NoSettings {}, Time(11 * DAY)).map(|f| f.severity)
        };
        assert_eq!(severity("tls/svc.pem", &[], true), Some(Severity::High));
        assert_eq!(severity("tls/ca.pem", &[("ca", "yes")], true), Some(Severity::Medium));
        assert_eq!(severity("tls/ca.pem", &[("ca", "yes")], false), Some(Severity::Low));
        assert_eq!(severity("tests/svc.pem", &[], true), None);
    }

    #[test]
    fn what_only_history_holds_needs_no_care() {
        let mut known = certificate("tls/svc.pem", 0, 10, &[]);
        known.places[0].appearance.in_head = Some(false);
        assert!(CertificateExpired::judge(&known, &NoSettings {}, Time(11 * DAY)).is_none());
    }
}
