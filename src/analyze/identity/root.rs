use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, IdentityKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds a root user that is used like any other.
pub struct RootUser;

/// When the root user was used lately.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lately {
    /// Used within so many days.
    pub days: i64,
}

impl Default for Lately {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for RootUser {
    const ABOUT: About = About {
        id: "aws-root-user",
        title: "The root user of an account has keys, lacks a second factor, or is used",
        explain: "No policy limits the root user. An access key or a signing certificate of it is critical: whoever finds one owns the account. So is a missing \
                  second factor. Use within 90 days is medium: daily work does not need it.\n\nDelete its keys, give it a second factor in hardware, use it \
                  only for what nothing else can do; in an organization, remove the credentials of member roots altogether. Setting: `[check.aws-root-user] \
                  days = 90`.",
        controls: &[&control::NHI5, &control::CIS_AWS_2_4, &control::CIS_AWS_2_5, &control::CIS_AWS_2_7],
        see: &[],
    };
    type Settings = Lately;

    fn judge(roster: &Roster, lately: &Lately, now: Time, rule: &mut dyn FnMut(Ruling)) {
        let finding = |uri: &str, about: &str, severity, because: String| {
            Ruling::Finding(Finding::new(&Self::ABOUT, Subject::identity(uri, about), severity, Confidence::High, because))
        };
        for member in roster.members.values().filter(|m| m.identity.kind == IdentityKind::Root) {
            let uri = &member.identity.uri;
            for holding in member.holdings.iter().filter(|h| super::signs(h.kind) && h.status == Status::Active) {
                let what = if holding.kind == HoldingKind::SigningCertificate { "signing certificate" } else { "access key" };
                let because = format!("the root user has an active {what} ({})", super::named(holding));
                rule(finding(uri, &format!("{what} {}", holding.handle), Severity::Critical, because));
            }
            if let Some(at) = member.identity.last_used.filter(|at| at.days_until(now) <= lately.days) {
                rule(finding(uri, "used", Severity::Medium, format!("the root user was last used on {}", at.date())));
            }
            if member.identity.attributes.get("mfa").is_some_and(|v| v == "no") {
                rule(finding(uri, "mfa", Severity::Critical, "the root user has no second factor".into()));
            }
        }
        for account in roster.accounts.values() {
            let uri = format!("arn:aws:iam::{}:root", account.id);
            if roster.members.contains_key(&uri) {
                continue;
            }
            let number = |name: &str| account.attributes.get(name).map(String::as_str);
            if number("AccountMFAEnabled") == Some("0") {
                rule(finding(&uri, "mfa", Severity::Critical, "the root user has no second factor".into()));
            }
            if number("AccountAccessKeysPresent").is_some_and(|n| n != "0") {
                rule(finding(&uri, "access key", Severity::Critical, "the root user has an access key".into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lately, RootUser};
    use crate::{
        analyze::identity::{IdentityCheck, sample},
        model::{
            Entity, Time,
            entity::{Account, Holding, HoldingKind, Identity, IdentityKind, Status},
        },
    };

    #[test]
    fn keys_a_missing_factor_and_use_are_told_each() {
        let mut root = Identity::new("aws", IdentityKind::Root, "arn:aws:iam::111111111111:root", "root", sample::ACCOUNT);
        root.attributes.insert("mfa".into(), "no".into());
        root.last_used = Some(Time(10 * 86_400));
        let key = Holding { status: Status::Active, ..Holding::new(&root.uri, HoldingKind::AccessKeySlot, "1") };
        let roster = sample::roster([Entity::Identity(root), Entity::Holding(key)]);
        let said = |day: i64| sample::rulings(|rule| RootUser::judge(&roster, &Lately::default(), Time(day * 86_400), rule)).len();
        assert_eq!([said(100), said(101)], [3, 2]);
    }

    #[test]
    fn the_summary_of_an_account_says_as_much() {
        let attributes = [("AccountMFAEnabled", "0"), ("AccountAccessKeysPresent", "1")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let account = Account { provider: "aws".into(), id: sample::ACCOUNT.into(), attributes, ..Account::default() };
        let roster = sample::roster([Entity::Account(account)]);
        assert_eq!(sample::rulings(|rule| RootUser::judge(&roster, &Lately::default(), Time(0), rule)).len(), 2);
    }
}
