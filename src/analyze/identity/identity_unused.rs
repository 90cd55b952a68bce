use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
    entity::{IdentityKind, Status},
};

use super::{IdentityCheck, Member, Roster, Ruling};

/// Finds users and roles that nobody uses.
pub struct IdentityUnused;

/// When an identity is unused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Unused {
    /// Days without use.
    pub days: i64,
}

impl Default for Unused {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for IdentityUnused {
    const ABOUT: About = About {
        id: "unused-identity",
        title: "Nobody uses an identity",
        explain: "A user or role was not used for 90 days or more, by any credential that the inventory counts. AWS counts the use of roles for 400 days: older \
                  use and none look the same. Roles that AWS itself uses are left out.\n\nFind out who made it and what for; take its permissions away, wait, \
                  delete it. Setting: `[check.unused-identity] days = 90`.",
        controls: &[&control::NHI1, &control::CSF_PR_AA_01, &control::CSF_ID_AM_08, &control::PCI_8_2_6],
        see: &[],
    };
    type Settings = Unused;

    fn judge(roster: &Roster, unused: &Unused, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|m| matches!(m.identity.kind, IdentityKind::User | IdentityKind::Role) && !of_aws(m)) {
            if !known(member) {
                let why = "the inventory does not say when identities were used".to_owned();
                rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
            } else if let Some(finding) = judge(member, unused, now) {
                rule(Ruling::Finding(finding));
            }
        }
    }
}

/// A role that belongs to a service of AWS.
fn of_aws(member: &Member) -> bool {
    member.identity.uri.contains(":role/aws-service-role/") || member.identity.uri.contains(":role/aws-reserved/")
}

/// Whether use was counted: of the identity itself, or of all of its credentials.
fn known(member: &Member) -> bool {
    let working = || member.holdings.iter().filter(|h| h.status != Status::Inactive && super::signs(h.kind));
    member.identity.attributes.contains_key("use-known") || (working().next().is_some() && working().all(|h| h.use_known))
}

fn judge(member: &Member, unused: &Unused, now: Time) -> Option<Finding> {
    let identity = &member.identity;
    let last = member.holdings.iter().filter_map(|h| h.last_used).chain(identity.last_used).max();
    let since = last.or(identity.created)?;
    let days = since.days_until(now);
    if days < unused.days {
        return None;
    }
    let what = identity.kind.name();
    let because = match last {
        Some(at) => format!("the {what} was last used {days} days ago, on {}", at.date()),
        None => format!("the {what} was never used in the {days} days that it exists"),
    };
    let powerful = member.standing.as_ref().is_some_and(|s| s.privilege >= Privilege::Sensitive);
    let severity = if powerful { Severity::Medium } else { Severity::Low };
    let finding = Finding::new(&IdentityUnused::ABOUT, Subject::identity(&identity.uri, ""), severity, Confidence::High, because);
    Some(finding.and_beyond("days", days, format!(">= {}", unused.days)))
}

#[cfg(test)]
mod tests {
    use super::{IdentityUnused, Unused};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{Entity, Time, entity::Holding},
    };

    fn said(change: impl FnOnce(&mut Holding), day: i64) -> Vec<Ruling> {
        let mut key = sample::key("ci", "K1", 0);
        change(&mut key);
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(key)]);
        sample::rulings(|rule| IdentityUnused::judge(&roster, &Unused::default(), Time(day * 86_400), rule))
    }

    #[test]
    fn ninety_days_without_use_are_none() {
        assert_eq!(said(|_| (), 89).len(), 0);
        assert!(matches!(said(|_| (), 90).as_slice(), [Ruling::Finding(_)]));
        assert_eq!(said(|k| k.last_used = Some(Time(86_400 * 10)), 99).len(), 0);
        assert!(matches!(said(|k| k.use_known = false, 99).as_slice(), [Ruling::Undecided { .. }]));
    }
}
