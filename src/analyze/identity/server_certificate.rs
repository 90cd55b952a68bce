use serde::Deserialize;

use crate::model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::HoldingKind};

use super::{IdentityCheck, Roster, Ruling};

/// Finds certificates that an account keeps and that have ended or soon will.
pub struct ServerCertificate;

/// When the end of a certificate is near.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct End {
    /// Days before it ends.
    pub days: i64,
}

impl Default for End {
    fn default() -> Self {
        Self { days: 30 }
    }
}

impl IdentityCheck for ServerCertificate {
    const ABOUT: About = About {
        id: "aws-server-certificate",
        title: "A certificate that an account keeps has expired, or is about to",
        explain: "A server certificate in IAM, or one in ACM that is in use, has expired (high) or will within 30 days (medium). One that has expired can be put on a \
                  load balancer by mistake, and clients then refuse it. ACM renews what it issued itself; what was imported, and everything in IAM, nobody \
                  renews.\n\nReplace it by a certificate that ACM issues and renews, and delete it. Setting: `[check.aws-server-certificate] days = 30`.",
        controls: &[&control::CIS_AWS_2_17, &control::CSF_PR_PS_01],
        see: &[],
    };
    type Settings = End;

    fn judge(roster: &Roster, end: &End, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for holding in roster.things.iter().filter(|thing| thing.kind == HoldingKind::ServerCertificate) {
            let uri = &holding.identity;
            let Some(at) = holding.expires else {
                rule(Ruling::Undecided { identity: uri.clone(), why: "the inventory does not say when a certificate ends".into() });
                continue;
            };
            // Nobody is shown a certificate that nothing uses, and ACM cleans up what it issued.
            let idle = holding.attributes.get("in-use").is_some_and(|used| used == "no");
            let renewed = holding.attributes.get("renewal").is_some_and(|by| by == "managed");
            let days = now.days_until(at);
            let (severity, because) = match days {
                _ if idle => continue,
                _ if at <= now => (Severity::High, format!("certificate {} expired on {}", holding.handle, at.date())),
                days if days <= end.days && !renewed => {
                    (Severity::Medium, format!("certificate {} expires in {days} days, on {}", holding.handle, at.date()))
                }
                _ => continue,
            };
            let finding = Finding::new(&Self::ABOUT, Subject::identity(uri, ""), severity, Confidence::High, because);
            rule(Ruling::Finding(finding.and("expires", at.to_string()).and_beyond("days-left", days, format!("<= {}", end.days))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{End, ServerCertificate};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Severity, Time,
            entity::{Holding, HoldingKind},
        },
    };

    fn said(end: Option<i64>, more: &[(&str, &str)]) -> Vec<Ruling> {
        let mut one = Holding::new("arn:aws:iam::111111111111:server-certificate/www", HoldingKind::ServerCertificate, "www");
        one.expires = end.map(|day| Time(day * 86_400));
        one.attributes.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let roster = sample::roster([Entity::Holding(one)]);
        sample::rulings(|rule| ServerCertificate::judge(&roster, &End::default(), Time(100 * 86_400), rule))
    }

    fn severity(end: i64, more: &[(&str, &str)]) -> Option<Severity> {
        said(Some(end), more).into_iter().find_map(|r| if let Ruling::Finding(found) = r { Some(found.severity) } else { None })
    }

    #[test]
    fn thirty_days_before_the_end_are_told_and_after_it_is_worse() {
        assert_eq!(
            [131, 130, 101, 100, 1].map(|day| severity(day, &[])),
            [None, Some(Severity::Medium), Some(Severity::Medium), Some(Severity::High), Some(Severity::High)]
        );
    }

    #[test]
    fn what_nothing_uses_and_what_is_renewed_is_left_out() {
        assert_eq!([severity(1, &[("in-use", "no")]), severity(110, &[("renewal", "managed")])], [None, None]);
        assert_eq!(severity(99, &[("renewal", "managed")]), Some(Severity::High), "then the renewal failed");
    }

    #[test]
    fn without_its_end_nothing_is_claimed() {
        assert!(matches!(said(None, &[]).as_slice(), [Ruling::Undecided { .. }]));
    }
}
