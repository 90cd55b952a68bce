use serde::Deserialize;

use crate::model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::IdentityKind};

use super::{IdentityCheck, Member, Roster, Ruling};

/// Finds services that identities may use and do not.
pub struct ServiceUnused;

/// When a service is unused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Idle {
    /// Not used for so many days, or never by an identity of that age.
    pub days: i64,
}

impl Default for Idle {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for ServiceUnused {
    const ABOUT: About = About {
        id: "aws-service-unused",
        title: "An identity may use services that it does not use",
        explain: "The policies of an identity give it services that it did not ask anything of for 90 days or more. What it does not use it need not be able to use; \
                  whoever gets its credentials can. Low, and medium where it may read secrets or more.\n\nTake these services out of its policies. AWS counts for 400 \
                  days, a few hours late, and counts attempts that were denied as use. The data are asked for only by `scan aws: --last-accessed`; without \
                  them the check is undecided. Setting: `[check.aws-service-unused] days = 90`.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::PCI_7_2_5],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"],
    };
    type Settings = Idle;

    fn judge(roster: &Roster, idle: &Idle, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| judged(member)) {
            if member.usages.is_empty() {
                let why = "nobody asked which services it uses (scan aws: --last-accessed)".to_owned();
                rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
            } else if let Some(finding) = finding(member, idle, now) {
                rule(Ruling::Finding(finding));
            }
        }
    }
}

/// Whose use is judged: the root user may use everything, and roles of AWS itself are as AWS made them.
pub(super) fn judged(member: &Member) -> bool {
    matches!(member.identity.kind, IdentityKind::User | IdentityKind::Role) && !member.identity.uri.contains(":role/aws-service-role/")
}

fn finding(member: &Member, idle: &Idle, now: Time) -> Option<Finding> {
    // Who is younger than that has not had the time.
    member.identity.created.filter(|made| made.days_until(now) >= idle.days)?;
    let unused = member.usages.iter().filter(|usage| usage.last_used.is_none_or(|at| at.days_until(now) >= idle.days));
    let mut unused: Vec<&str> = unused.map(|usage| usage.service.as_str()).collect();
    unused.sort_unstable();
    let (all, first) = (member.usages.len(), unused.iter().take(5).copied().collect::<Vec<_>>().join(", "));
    let more = if unused.len() > 5 { format!(" and {} others", unused.len() - 5) } else { String::new() };
    let because = format!("{} of the {all} services that it may use were not used in {} days: {first}{more}", unused.len(), idle.days);
    let powerful = member.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Sensitive);
    let severity = if powerful { Severity::Medium } else { Severity::Low };
    let subject = Subject::identity(&member.identity.uri, "");
    let finding = Finding::new(&ServiceUnused::ABOUT, subject, severity, Confidence::High, because);
    (!unused.is_empty()).then(|| finding.and("services", unused).and("of", all).and_beyond("days", idle.days, format!(">= {}", idle.days)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Idle, ServiceUnused};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{Entity, Time, entity::Usage},
    };

    fn said(used: &[(&str, Option<i64>)], day: i64) -> Vec<Ruling> {
        let ci = sample::user("ci", 0);
        let usage = |(service, at): &(&str, Option<i64>)| {
            Entity::Usage(Usage {
                identity: ci.uri.clone(),
                service: (*service).into(),
                last_used: at.map(|day| Time(day * 86_400)),
                actions: BTreeMap::new(),
            })
        };
        let roster = sample::roster([Entity::Identity(ci.clone())].into_iter().chain(used.iter().map(usage)));
        sample::rulings(|rule| ServiceUnused::judge(&roster, &Idle::default(), Time(day * 86_400), rule))
    }

    fn because(used: &[(&str, Option<i64>)], day: i64) -> Option<String> {
        said(used, day).into_iter().find_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found.because) } else { None })
    }

    #[test]
    fn a_service_is_unused_after_ninety_days_and_one_that_was_never_used_too() {
        assert_eq!(because(&[("s3", Some(10))], 99), None);
        assert_eq!(
            because(&[("s3", Some(10)), ("ec2", None), ("sqs", Some(99))], 100).as_deref(),
            Some("2 of the 3 services that it may use were not used in 90 days: ec2, s3")
        );
        assert_eq!(because(&[("ec2", None)], 89), None, "it is too young");
    }

    #[test]
    fn where_nobody_asked_nothing_is_claimed() {
        assert!(matches!(said(&[], 999).as_slice(), [Ruling::Undecided { .. }]));
    }
}
