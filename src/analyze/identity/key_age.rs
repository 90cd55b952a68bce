use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
    entity::{HoldingKind, Status},
};

use super::{IdentityCheck, Member, Roster, Ruling};

/// Finds access keys that nobody rotates.
pub struct KeyAge;

/// When a key is old, days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ages {
    /// Older than this: medium.
    pub days: i64,
    /// Older than this: high.
    pub high_days: i64,
    /// Older than this, and its user may do everything or come to that: critical.
    pub critical_days: i64,
}

impl Default for Ages {
    fn default() -> Self {
        Self { days: 90, high_days: 180, critical_days: 1095 }
    }
}

impl IdentityCheck for KeyAge {
    const ABOUT: About = About {
        id: "aws-key-age",
        title: "An active access key is old",
        explain: "An active access key of a user or of the root user is older than 90 days (high: 180; critical: 1095 where the user is an administrator or can \
                  become one). A long life gives a leak time to be found and used.\n\nReplace the key by a role where the work runs inside AWS or in a CI \
                  system that can federate; else make a second key, move its users over, deactivate the first, and delete it. Settings: \
                  `[check.aws-key-age] days = 90, high_days = 180, critical_days = 1095`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01, &control::CIS_AWS_2_12, &control::PCI_8_6_3],
        see: &[],
    };
    type Settings = Ages;

    fn judge(roster: &Roster, ages: &Ages, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            for holding in &member.holdings {
                if !matches!(holding.kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot) || holding.status == Status::Inactive {
                    continue;
                }
                let identity = &member.identity;
                let Some(created) = holding.created else {
                    rule(Ruling::Undecided {
                        identity: identity.uri.clone(),
                        why: "the inventory does not say when a key was made".into(),
                    });
                    continue;
                };
                let days = created.days_until(now);
                if days <= ages.days {
                    continue;
                }
                let severity = severity(member, days, ages);
                let used = holding.last_used.map_or_else(String::new, |at| format!(", last used on {}", at.date()));
                let because = format!("access key {} is {days} days old{used}", super::named(holding));
                let subject = Subject::identity(&identity.uri, &holding.handle);
                rule(Ruling::Finding(
                    Finding::new(&Self::ABOUT, subject, severity, Confidence::High, because)
                        .and("key", holding.handle.clone())
                        .and_beyond("days", days, format!("> {}", ages.days))
                        .and("created", created.to_string()),
                ));
            }
        }
    }
}

fn severity(member: &Member, days: i64, ages: &Ages) -> Severity {
    let powerful = member.standing.as_ref().is_some_and(|s| s.privilege >= Privilege::Escalates);
    match days {
        days if days > ages.critical_days && powerful => Severity::Critical,
        days if days > ages.high_days => Severity::High,
        _ => Severity::Medium,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ages, KeyAge};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{Entity, Severity, Time},
    };

    fn at(age: i64) -> Option<Severity> {
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(sample::key("ci", "K1", 0))]);
        let said = sample::rulings(|rule| KeyAge::judge(&roster, &Ages::default(), Time(age * 86_400), rule));
        said.into_iter().find_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found.severity) } else { None })
    }

    #[test]
    fn ninety_days_pass_and_one_more_does_not() {
        assert_eq!([89, 90, 91, 180, 181].map(at), [None, None, Some(Severity::Medium), Some(Severity::Medium), Some(Severity::High)]);
    }

    #[test]
    fn without_a_date_nothing_is_claimed() {
        let mut key = sample::key("ci", "K1", 0);
        key.created = None;
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(key)]);
        let said = sample::rulings(|rule| KeyAge::judge(&roster, &Ages::default(), Time(0), rule));
        assert!(matches!(said.as_slice(), [Ruling::Undecided { .. }]));
    }
}
