use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, IdentityKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds keys that a form made together with a user of the console.
pub struct KeyAtCreation;

/// How close together a key and its user were made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Together {
    /// Seconds between the two.
    pub seconds: i64,
}

impl Default for Together {
    fn default() -> Self {
        Self { seconds: 60 }
    }
}

impl IdentityCheck for KeyAtCreation {
    const ABOUT: About = About {
        id: "aws-key-at-user-creation",
        title: "A user of the console got an access key in the same minute",
        explain: "An active access key was made within 60 seconds of its user, who has a password for the console as well: somebody ticked both boxes of a form. \
                  Such keys are mostly not needed, and nobody remembers that they are there.\n\nAsk whether anything uses it; delete it if not. A person who needs \
                  the API gets credentials for hours by single sign-on, a machine an identity of its own. Where no credential report was read, nobody knows \
                  about passwords, and the check is undecided. Setting: `[check.aws-key-at-user-creation] seconds = 60`.",
        controls: &[&control::NHI7, &control::NHI10],
        see: &[],
    };
    type Settings = Together;

    fn judge(roster: &Roster, together: &Together, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| member.identity.kind == IdentityKind::User) {
            let Some(made) = member.identity.created else { continue };
            let keys = member.holdings.iter().filter(|h| matches!(h.kind, HoldingKind::AccessKey | HoldingKind::AccessKeySlot));
            let close = keys.filter(|h| h.status == Status::Active).filter_map(|h| Some((h, h.created?.0 - made.0)));
            let close: Vec<_> = close.filter(|(_, seconds)| (0..=together.seconds).contains(seconds)).collect();
            if close.is_empty() {
                continue;
            }
            let uri = &member.identity.uri;
            if !member.identity.attributes.contains_key("use-known") {
                rule(Ruling::Undecided { identity: uri.clone(), why: "no credential report tells who has a password".into() });
            } else if member.holdings.iter().any(|h| h.kind == HoldingKind::Password) {
                for (holding, seconds) in close {
                    let because =
                        format!("access key {} was made together with the user, who has a password for the console", super::named(holding));
                    let finding =
                        Finding::new(&Self::ABOUT, Subject::identity(uri, &holding.handle), Severity::Low, Confidence::High, because);
                    let finding = finding.and("key", holding.handle.clone());
                    rule(Ruling::Finding(finding.and_beyond("seconds", seconds, format!("<= {}", together.seconds))));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyAtCreation, Together};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Time,
            entity::{Holding, HoldingKind},
        },
    };

    fn said(after: i64, password: bool, reported: bool) -> Vec<Ruling> {
        let mut user = sample::user("ci", 0);
        if reported {
            user.attributes.insert("use-known".into(), "yes".into());
        }
        let mut key = sample::key("ci", "K1", 0);
        key.created = Some(Time(after));
        let password = password.then(|| Entity::Holding(Holding::new(&user.uri, HoldingKind::Password, "")));
        let roster = sample::roster([Entity::Identity(user), Entity::Holding(key)].into_iter().chain(password));
        sample::rulings(|rule| KeyAtCreation::judge(&roster, &Together::default(), Time(0), rule))
    }

    #[test]
    fn a_key_of_the_same_minute_beside_a_password_is_told() {
        assert_eq!([said(60, true, true).len(), said(61, true, true).len(), said(0, false, true).len()], [1, 0, 0]);
    }

    #[test]
    fn without_a_report_nobody_knows_of_passwords() {
        assert!(matches!(said(0, false, false).as_slice(), [Ruling::Undecided { .. }]));
    }
}
