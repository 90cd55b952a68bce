use serde::Deserialize;

use crate::{
    analyze::identity::{IdentityCheck, Roster, Ruling},
    model::{About, Confidence, Finding, Severity, Subject, Time, control},
};

use super::{UNTOLD, assigned, sets};

/// Finds permission sets that nobody has.
pub struct SetUnassigned;

/// How long a set may wait for somebody to have it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Idle {
    /// Days since it was made.
    pub days: i64,
}

impl Default for Idle {
    fn default() -> Self {
        Self { days: 30 }
    }
}

impl IdentityCheck for SetUnassigned {
    const ABOUT: About = About {
        id: "aws-permission-set-unassigned",
        title: "Nobody has a permission set",
        explain: "A permission set of IAM Identity Center that is 30 days old or more is assigned to nobody in any account. It opens nothing today; whoever assigns it \
                  later gives what somebody once thought right. Where the assignments could not be read, nothing is claimed.\n\nDelete it. Setting: \
                  `[check.aws-permission-set-unassigned] days = 30`.",
        controls: &[&control::NHI1, &control::CSF_PR_AA_01],
        see: &["https://docs.aws.amazon.com/singlesignon/latest/userguide/howtoremovepermissionset.html"],
    };
    type Settings = Idle;

    fn judge(roster: &Roster, idle: &Idle, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for set in sets(roster) {
            let identity = &set.identity;
            let (Some(all), Some(made)) = (assigned(identity), identity.created) else {
                rule(Ruling::Undecided { identity: identity.uri.clone(), why: UNTOLD.into() });
                continue;
            };
            let days = made.days_until(now);
            if all.is_empty() && days >= idle.days {
                let because = format!("nobody has the permission set {}, made {days} days ago, in any account", identity.name);
                let finding = Finding::new(&Self::ABOUT, Subject::identity(&identity.uri, ""), Severity::Low, Confidence::High, because);
                rule(Ruling::Finding(finding.and_beyond("days", days, format!(">= {}", idle.days))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Idle, SetUnassigned};
    use crate::{
        analyze::identity::sample,
        model::{
            Entity, Time,
            entity::{Identity, IdentityKind},
        },
    };

    #[test]
    fn a_set_has_thirty_days_to_find_somebody() {
        let told = |day: i64, says: &[(&str, &str)]| {
            let mut set = Identity::new("aws", IdentityKind::PermissionSet, "arn:aws:sso:::permissionSet/i/p", "Old", sample::ACCOUNT);
            set.created = Some(Time(0));
            set.attributes.extend(says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            let roster = sample::roster([Entity::Identity(set)]);
            let (found, undecided) = sample::found::<SetUnassigned>(&roster, &Idle::default(), Time(day * 86_400));
            (found.len(), undecided)
        };
        let nobody = (Identity::ASSIGNED, "");
        assert_eq!([told(29, &[nobody]), told(30, &[nobody])], [(0, 0), (1, 0)]);
        assert_eq!(told(30, &[(Identity::ASSIGNED, "group a in 111111111111")]), (0, 0));
        assert_eq!(told(30, &[nobody, (Identity::UNTOLD, "AccountAssignments")]), (0, 1));
        assert_eq!(told(30, &[]), (0, 1));
    }
}
