use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{Holding, HoldingKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds access keys that nobody uses.
pub struct KeyUnused;

/// When a key is unused, days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Idle {
    /// Not used for so long.
    pub days: i64,
    /// Never used, and so old.
    pub never_days: i64,
}

impl Default for Idle {
    fn default() -> Self {
        Self { days: 45, never_days: 7 }
    }
}

impl IdentityCheck for KeyUnused {
    const ABOUT: About = About {
        id: "aws-key-unused",
        title: "Nobody uses an active access key",
        explain: "An active access key was not used for 45 days or more, or was never used though it is 7 days old or more. Nobody would miss it, and nobody \
                  would notice who else uses it.\n\nDeactivate it, wait, delete it. Where the inventory could not say when keys were used, this check is \
                  undecided and says so. Settings: `[check.aws-key-unused] days = 45, never_days = 7`.",
        controls: &[&control::NHI1, &control::CSF_PR_AA_01, &control::CIS_AWS_2_11],
        see: &[],
    };
    type Settings = Idle;

    fn judge(roster: &Roster, idle: &Idle, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            for holding in &member.holdings {
                if !matches!(holding.kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot) || holding.status == Status::Inactive {
                    continue;
                }
                if !holding.use_known {
                    let why = "the inventory does not say when a key was used".to_owned();
                    rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
                } else if let Some(finding) = judge(holding, idle, now, &member.identity.uri) {
                    rule(Ruling::Finding(finding));
                }
            }
        }
    }
}

fn judge(holding: &Holding, idle: &Idle, now: Time, uri: &str) -> Option<Finding> {
    let (days, limit, because, severity) = match (holding.last_used, holding.created) {
        (Some(used), _) => {
            let days = used.days_until(now);
            (
                days,
                idle.days,
                format!("access key {} was last used {days} days ago, on {}", super::named(holding), used.date()),
                Severity::Medium,
            )
        }
        (None, Some(created)) => {
            let days = created.days_until(now);
            let severity = if days >= idle.days { Severity::Medium } else { Severity::Low };
            (days, idle.never_days, format!("access key {} was never used in {days} days", super::named(holding)), severity)
        }
        (None, None) => return None,
    };
    let subject = Subject::identity(uri, &holding.handle);
    (days >= limit).then(|| {
        Finding::new(&KeyUnused::ABOUT, subject, severity, Confidence::High, because).and("key", holding.handle.clone()).and_beyond(
            "days",
            days,
            format!(">= {limit}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Idle, KeyUnused};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{Entity, Severity, Time, entity::Holding},
    };

    fn said(change: impl FnOnce(&mut Holding), day: i64) -> Vec<Ruling> {
        let mut key = sample::key("ci", "K1", 0);
        change(&mut key);
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(key)]);
        sample::rulings(|rule| KeyUnused::judge(&roster, &Idle::default(), Time(day * 86_400), rule))
    }

    fn severity(change: impl FnOnce(&mut Holding), day: i64) -> Option<Severity> {
        said(change, day).into_iter().find_map(|r| if let Ruling::Finding(found) = r { Some(found.severity) } else { None })
    }

    #[test]
    fn idle_for_forty_five_days_or_never_used_in_seven() {
        let used = |k: &mut Holding| k.last_used = Some(Time(0));
        assert_eq!([severity(used, 44), severity(used, 45)], [None, Some(Severity::Medium)]);
        assert_eq!([severity(|_| (), 6), severity(|_| (), 7), severity(|_| (), 45)], [None, Some(Severity::Low), Some(Severity::Medium)]);
    }

    #[test]
    fn where_use_is_not_known_nothing_is_claimed() {
        assert!(matches!(said(|k| k.use_known = false, 999).as_slice(), [Ruling::Undecided { .. }]));
    }
}
