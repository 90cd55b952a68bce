use serde::Deserialize;

use crate::{
    analyze::aws::actions::{self, Level},
    model::{About, Confidence, Finding, Severity, Subject, Time, control},
};

use super::{IdentityCheck, Member, Roster, Ruling, service_unused::judged};

/// Finds actions that identities may take and do not, in services that they use.
pub struct ActionUnused;

/// When an action is unused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Idle {
    /// Not taken for so many days, or never by an identity of that age.
    pub days: i64,
}

impl Default for Idle {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for ActionUnused {
    const ABOUT: About = About {
        id: "aws-action-unused",
        title: "An identity may change what it does not change",
        explain: "An identity uses a service, and its policies give it actions of that service that change something and that it did not take for 90 days or more. Low, \
                  and medium where one of them changes who may do what. Services that are not used at all are told by `aws-service-unused`.\n\nName in its policies \
                  the actions that it takes. AWS tracks the actions of some services only, for 400 days, a few hours late, and counts attempts that were denied as \
                  use; of what it does not track nothing is claimed. The data are asked for only by `scan aws: --last-accessed`; without them the check is \
                  undecided. Setting: `[check.aws-action-unused] days = 90`.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::PCI_7_2_5],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html"],
    };
    type Settings = Idle;

    fn judge(roster: &Roster, idle: &Idle, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| judged(member)) {
            if member.usages.iter().all(|usage| usage.actions.is_empty()) {
                let why = "nobody asked which actions it takes (scan aws: --last-accessed)".to_owned();
                rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
            } else if let Some(finding) = finding(member, idle, now) {
                rule(Ruling::Finding(finding));
            }
        }
    }
}

/// A tracked action that changes something.
struct Change {
    name: String,
    level: Level,
    unused: bool,
}

fn finding(member: &Member, idle: &Idle, now: Time) -> Option<Finding> {
    // Who is younger than that has not had the time.
    member.identity.created.filter(|made| made.days_until(now) >= idle.days)?;
    let old = |at: Option<Time>| at.is_none_or(|at| at.days_until(now) >= idle.days);
    let mut changes = Vec::new();
    for usage in member.usages.iter().filter(|usage| !old(usage.last_used)) {
        let action = |(action, at): (&String, &Option<Time>)| {
            let name = format!("{}:{action}", usage.service);
            Change { level: actions::worst(&name.to_ascii_lowercase()), unused: old(*at), name }
        };
        changes.extend(usage.actions.iter().map(action).filter(|change| change.level >= Level::Write));
    }
    let all = changes.len();
    changes.retain(|change| change.unused);
    changes.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.name.cmp(&b.name)));
    let gives = changes.first()?.level == Level::Permissions;
    let first = changes.iter().take(5).map(|change| change.name.as_str()).collect::<Vec<_>>().join(", ");
    let more = if changes.len() > 5 { format!(" and {} others", changes.len() - 5) } else { String::new() };
    let because = format!(
        "{} of the {all} changing actions that it may take in services it uses were not taken in {} days: {first}{more}",
        changes.len(),
        idle.days
    );
    let severity = if gives { Severity::Medium } else { Severity::Low };
    let finding = Finding::new(&ActionUnused::ABOUT, Subject::identity(&member.identity.uri, ""), severity, Confidence::High, because);
    let names: Vec<String> = changes.into_iter().map(|change| change.name).collect();
    Some(finding.and("actions", names).and("of", all).and_beyond("days", idle.days, format!(">= {}", idle.days)))
}

#[cfg(test)]
mod tests {
    use super::{ActionUnused, Idle};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Severity, Time, entity::Usage},
    };

    const DAY: i64 = 86_400;

    /// What is found of a user of day 0 who used a service on a day, and in it actions on days.
    fn found(service: (&str, i64), taken: &[(&str, Option<i64>)], day: i64) -> (Vec<(Severity, String)>, usize) {
        let ci = sample::user("ci", 0);
        let actions = taken.iter().map(|(action, at)| ((*action).to_owned(), at.map(|day| Time(day * DAY)))).collect();
        let usage = Usage { identity: ci.uri.clone(), service: service.0.into(), last_used: Some(Time(service.1 * DAY)), actions };
        let roster = sample::roster([Entity::Identity(ci), Entity::Usage(usage)]);
        sample::found::<ActionUnused>(&roster, &Idle::default(), Time(day * DAY))
    }

    #[test]
    fn an_action_is_unused_after_ninety_days_and_one_that_only_reads_is_no_matter() {
        let taken = [("CreateRole", Some(10)), ("PutUserPolicy", None), ("ListRoles", None)];
        assert_eq!(
            found(("iam", 99), &taken, 99),
            (vec![(Severity::Medium, said(1, 2, "iam:PutUserPolicy"))], 0),
            "CreateRole was taken 89 days ago"
        );
        assert_eq!(found(("iam", 99), &taken, 100).0, [(Severity::Medium, said(2, 2, "iam:PutUserPolicy, iam:CreateRole"))]);
        assert_eq!(found(("ec2", 99), &[("RunInstances", None)], 100).0, [(Severity::Low, said(1, 1, "ec2:RunInstances"))]);
        assert_eq!(found(("iam", 88), &taken, 89).0, [], "it is too young");
    }

    fn said(unused: usize, all: usize, names: &str) -> String {
        format!("{unused} of the {all} changing actions that it may take in services it uses were not taken in 90 days: {names}")
    }

    #[test]
    fn a_service_that_is_not_used_is_not_told_by_its_actions_and_what_nobody_asked_is_not_claimed() {
        assert_eq!(found(("iam", 5), &[("CreateRole", None)], 100), (vec![], 0));
        assert_eq!(found(("iam", 99), &[], 100), (vec![], 1));
    }
}
