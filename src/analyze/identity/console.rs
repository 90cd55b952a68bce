use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, IdentityKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds identities of machines that people can log in as.
pub struct ConsolePassword;

/// When a password is in use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Use {
    /// Used within so many days: somebody logs in.
    pub days: i64,
}

impl Default for Use {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for ConsolePassword {
    const ABOUT: About = About {
        id: "human-console-on-service-user",
        title: "People can log in as an identity that machines use",
        explain: "A user has access keys and a password for the console. What a machine does and what a person does can no longer be told apart, and the password \
                  is one more credential that nobody rotates. High; critical where somebody logged in within 90 days and no second factor is set.\n\nTake the \
                  password away; let people come in through single sign-on, as themselves. Setting: `[check.human-console-on-service-user] days = 90`.",
        controls: &[&control::NHI10, &control::CSF_PR_AA_01, &control::PCI_8_6_1],
        see: &[],
    };
    type Settings = Use;

    fn judge(roster: &Roster, used: &Use, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|m| m.identity.kind == IdentityKind::User) {
            let machine = member.holdings.iter().any(|h| super::signs(h.kind) && h.status == Status::Active);
            let Some(password) = member.holdings.iter().find(|h| h.kind == HoldingKind::Password && h.status == Status::Active) else {
                continue;
            };
            if !machine {
                continue;
            }
            let mfa = member.identity.attributes.get("mfa").is_some_and(|v| v == "yes")
                || member.holdings.iter().any(|h| h.kind == HoldingKind::Mfa);
            let recent = password.last_used.is_some_and(|at| at.days_until(now) <= used.days);
            let severity = if recent && !mfa { Severity::Critical } else { Severity::High };
            let login =
                password.last_used.map_or_else(|| "nobody logged in with it yet".to_owned(), |at| format!("last login on {}", at.date()));
            let factor = if mfa { "" } else { ", without a second factor" };
            let because = format!("the user has access keys and a password for the console{factor}; {login}");
            let finding = Finding::new(&Self::ABOUT, Subject::identity(&member.identity.uri, ""), severity, Confidence::High, because);
            rule(Ruling::Finding(finding.and("mfa", mfa).and("used-recently", recent)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ConsolePassword, Use};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Severity, Time,
            entity::{Holding, HoldingKind, Status},
        },
    };

    #[test]
    fn keys_and_a_password_do_not_go_together() {
        let said = |login: Option<i64>, key: bool| {
            let uri = sample::user("ci", 0).uri;
            let password = Holding {
                status: Status::Active,
                last_used: login.map(|d| Time(d * 86_400)),
                ..Holding::new(uri, HoldingKind::Password, "")
            };
            let keys = key.then(|| Entity::Holding(sample::key("ci", "K1", 0)));
            let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(password)].into_iter().chain(keys));
            let said = sample::rulings(|rule| ConsolePassword::judge(&roster, &Use::default(), Time(100 * 86_400), rule));
            said.into_iter().find_map(|r| if let Ruling::Finding(found) = r { Some(found.severity) } else { None })
        };
        assert_eq!(said(None, false), None);
        assert_eq!(said(Some(9), true), Some(Severity::High));
        assert_eq!(said(Some(10), true), Some(Severity::Critical));
    }
}
