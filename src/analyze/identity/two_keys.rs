use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds users with two active keys for longer than a rotation takes.
pub struct TwoKeys;

/// How long a rotation may take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rotation {
    /// Days in which both keys may work.
    pub days: i64,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { days: 14 }
    }
}

impl IdentityCheck for TwoKeys {
    const ABOUT: About = About {
        id: "aws-two-active-keys",
        title: "A user has two active access keys",
        explain: "Both access keys of a user have been active for more than 14 days. Two keys are for rotation: one too many means that it was never finished, or \
                  that two workloads share one identity, so that neither can be told from the other nor taken away alone.\n\nFinish the rotation, or give \
                  each workload an identity of its own. Setting: `[check.aws-two-active-keys] days = 14`.",
        controls: &[&control::NHI7, &control::NHI9],
        see: &[],
    };
    type Settings = Rotation;

    fn judge(roster: &Roster, rotation: &Rotation, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            let active = member.holdings.iter().filter(|h| matches!(h.kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot));
            let mut made: Vec<_> = active.filter(|h| h.status == Status::Active).filter_map(|h| h.created).collect();
            made.sort_unstable();
            let Some(younger) = made.get(1) else { continue };
            let days = younger.days_until(now);
            if days > rotation.days {
                let because = format!("{} access keys have been active together for {days} days", made.len());
                let subject = Subject::identity(&member.identity.uri, "");
                let finding = Finding::new(&Self::ABOUT, subject, Severity::Medium, Confidence::High, because);
                rule(Ruling::Finding(finding.and_beyond("days", days, format!("> {}", rotation.days))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rotation, TwoKeys};
    use crate::{
        analyze::identity::{IdentityCheck, sample},
        model::{Entity, Time, entity::Status},
    };

    #[test]
    fn a_rotation_takes_two_weeks_and_not_longer() {
        let at = |day: i64, status| {
            let mut second = sample::key("ci", "K2", 100);
            second.status = status;
            let roster = sample::roster([
                Entity::Identity(sample::user("ci", 0)),
                Entity::Holding(sample::key("ci", "K1", 0)),
                Entity::Holding(second),
            ]);
            sample::rulings(|rule| TwoKeys::judge(&roster, &Rotation::default(), Time(day * 86_400), rule)).len()
        };
        assert_eq!([at(114, Status::Active), at(115, Status::Active), at(115, Status::Inactive)], [0, 1, 0]);
    }
}
