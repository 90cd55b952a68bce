use serde::Deserialize;

use crate::{
    analyze::Check,
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// How long a publicly trusted TLS certificate may live, by its first day (CA/Browser Forum, ballot SC-081v3 and its forerunners):
/// from that day, seconds since 1970, so many days.
const PUBLIC: &[(i64, i64)] = &[
    (1_868_227_200, 47),   // 2029-03-15
    (1_805_068_800, 100),  // 2027-03-15
    (1_773_532_800, 200),  // 2026-03-15
    (1_598_918_400, 398),  // 2020-09-01
    (1_519_862_400, 825),  // 2018-03-01
    (1_427_846_400, 1187), // 2015-04-01: 39 months
];

/// Finds certificates that live longer than their kind may.
pub struct CertificateLongLived;

/// How long certificates of a private issuer may live.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Lives {
    /// Days from which on a server's life is long.
    pub days: i64,
    /// Days from which on it is very long.
    pub most_days: i64,
    /// Days of a client or workload (client authentication alone, or a SPIFFE id).
    pub client_days: i64,
}

impl Default for Lives {
    fn default() -> Self {
        Self { days: 398, most_days: 825, client_days: 90 }
    }
}

impl Check for CertificateLongLived {
    const ABOUT: About = About {
        id: "certificate-long-lived",
        title: "A certificate lives longer than its kind should",
        explain: "Publicly trusted TLS certificates may live for 398 days if issued from September 2020 on, 200 from 15 March 2026, 100 from 15 March 2027, 47 from \
                  15 March 2029; browsers refuse what is longer. Public is what says so by a policy of the CA/Browser Forum or by stamps of public logs, \
                  never by guess.\n\nOf private issuers, more than 398 days is medium and more than 825 high; of clients and workloads more than 90 is medium. Whoever \
                  copies a key has it for that long, since few check revocation.\n\nIssue for days or weeks, by machine. Settings: `[check.certificate-long-lived] \
                  days = 398, most-days = 825, client-days = 90`.",
        controls: &[&control::NHI7],
        see: &["https://cabforum.org/2025/04/11/ballot-sc081v3-introduce-schedule-of-reducing-validity-and-data-reuse-periods/"],
    };
    type Settings = Lives;

    fn judge(known: &Known, settings: &Lives, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.authority())?;
        let (issued, expires) = facts.life().filter(|(_, expires)| *expires >= now)?;
        // The last second counts (RFC 5280, 4.1.2.5).
        let life = expires.0.saturating_sub(issued.0).saturating_add(1);
        let beyond = |days: i64| life > days.saturating_mul(86_400);
        let client = facts.says("spiffe-id").is_some() || (facts.for_purpose("client-auth") && !facts.for_purpose("server-auth"));
        let public = facts.says("public-tls").and_then(|_| PUBLIC.iter().find(|(from, _)| issued.0 >= *from));
        let (severity, limit, kind) = match public {
            Some((_, days)) => (Severity::Medium, *days, "a publicly trusted TLS certificate of that day"),
            None if beyond(settings.most_days) => (Severity::High, settings.most_days, "a certificate"),
            None if client => (Severity::Medium, settings.client_days, "a client or workload"),
            None => (Severity::Medium, settings.days, "a private server"),
        };
        if !beyond(limit) {
            return None;
        }
        let days = (life - 1) / 86_400;
        let because = format!("lives for {days} days, until {}: {kind} should for at most {limit}", expires.date());
        Some(facts.finding(&Self::ABOUT, severity, because).and_beyond("seconds", life, format!("> {}", limit.saturating_mul(86_400))))
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

    use super::{CertificateLongLived, Lives, PUBLIC};

    /// The severity for a life of so many days and seconds from that moment on.
    fn told(from: i64, days: i64, seconds: i64, says: &[(&str, &str)]) -> Option<Severity> {
        let mut known = certificate("tls/svc.pem", 0, 0, says);
        known.credential.issued = Some(Time(from));
        known.credential.expires = Some(Time(from + days * DAY + seconds));
        CertificateLongLived::judge(&known, &Lives::default(), Time(from)).map(|f| f.severity)
    }

    #[test]
    fn the_first_day_of_a_public_certificate_says_how_long_it_may_live() {
        let public = [("public-tls", "policy")];
        let mut before = None;
        for (from, days) in PUBLIC.iter().rev() {
            assert_eq!(Time(*from).to_string().split('T').nth(1), Some("00:00:00Z"));
            // The last second is a part of the life.
            assert_eq!((told(*from, *days, -1, &public), told(*from, *days, 0, &public)), (None, Some(Severity::Medium)), "{from}");
            if let Some(before) = before {
                assert_eq!(told(from - 1, before, -1, &public), None, "{from}");
            }
            before = Some(*days);
        }
        assert_eq!(Time(PUBLIC[0].0).date(), "2029-03-15");
        assert_eq!(PUBLIC.iter().map(|(from, _)| Time(*from).date()).collect::<Vec<_>>()[1..4], ["2027-03-15", "2026-03-15", "2020-09-01"]);
    }

    #[test]
    fn private_ones_have_settings_and_workloads_short_lives() {
        assert_eq!((told(0, 398, -1, &[]), told(0, 398, 0, &[])), (None, Some(Severity::Medium)));
        assert_eq!((told(0, 825, -1, &[]), told(0, 825, 0, &[])), (Some(Severity::Medium), Some(Severity::High)));
        let client = [("eku", "client-auth")];
        assert_eq!((told(0, 90, -1, &client), told(0, 90, 0, &client)), (None, Some(Severity::Medium)));
        assert_eq!(told(0, 91, 0, &[("spiffe-id", "spiffe://acme.dev/ns/a/sa/b")]), Some(Severity::Medium));
        assert_eq!(told(0, 9000, 0, &[("ca", "yes")]), None);
    }
}
