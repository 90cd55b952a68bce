use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds keys that were switched off and never deleted.
pub struct KeyInactive;

/// How long a key may stay switched off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grace {
    /// Days since it was last used or made.
    pub days: i64,
}

impl Default for Grace {
    fn default() -> Self {
        Self { days: 30 }
    }
}

impl IdentityCheck for KeyInactive {
    const ABOUT: About = About {
        id: "aws-inactive-key-kept",
        title: "An access key was switched off and never deleted",
        explain: "An inactive access key is still there 30 days after anybody used it. One call switches it on again, with all copies that lie about.\n\nDelete \
                  it. Setting: `[check.aws-inactive-key-kept] days = 30`.",
        controls: &[&control::NHI1, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = Grace;

    fn judge(roster: &Roster, grace: &Grace, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            for holding in member.holdings.iter().filter(|h| h.kind == HoldingKind::AccessKey && h.status == Status::Inactive) {
                let Some(days) = holding.last_used.or(holding.created).map(|at| at.days_until(now)) else { continue };
                if days < grace.days {
                    continue;
                }
                let lies = member.leaks.iter().any(|leak| leak.handle == holding.handle && leak.whole);
                let also = if lies { "; all of it lies where others can read it" } else { "" };
                let because = format!("access key {} is switched off, but was not deleted{also}", super::named(holding));
                let severity = if lies { Severity::Medium } else { Severity::Low };
                let subject = Subject::identity(&member.identity.uri, &holding.handle);
                let finding = Finding::new(&Self::ABOUT, subject, severity, Confidence::High, because);
                rule(Ruling::Finding(finding.and("key", holding.handle.clone()).and_beyond("days", days, format!(">= {}", grace.days))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grace, KeyInactive};
    use crate::{
        analyze::identity::{IdentityCheck, sample},
        model::{Entity, Time, entity::Status},
    };

    #[test]
    fn thirty_days_are_enough_to_be_sure() {
        let at = |day: i64, status| {
            let mut key = sample::key("ci", "K1", 0);
            key.status = status;
            let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(key)]);
            sample::rulings(|rule| KeyInactive::judge(&roster, &Grace::default(), Time(day * 86_400), rule)).len()
        };
        assert_eq!([at(29, Status::Inactive), at(30, Status::Inactive), at(30, Status::Active)], [0, 1, 0]);
    }
}
