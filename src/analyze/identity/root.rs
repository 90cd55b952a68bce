use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{Account, HoldingKind, IdentityKind, Status},
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
                  second factor. One that is an app on a telephone is medium, for telephones are lost, replaced and taken over. Use within 90 days is medium: \
                  daily work does not need it.\n\nDelete its keys, give it a second factor in hardware, use it \
                  only for what nothing else can do; in an organization, remove the credentials of member roots altogether. Setting: `[check.aws-root-user] \
                  days = 90`.",
        controls: &[&control::NHI5, &control::CIS_AWS_2_4, &control::CIS_AWS_2_5, &control::CIS_AWS_2_6, &control::CIS_AWS_2_7],
        see: &[],
    };
    type Settings = Lately;

    fn judge(roster: &Roster, lately: &Lately, now: Time, rule: &mut dyn FnMut(Ruling)) {
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
                rule(finding(uri, "mfa", Severity::Critical, "the root user has no second factor"));
            }
        }
        roster.accounts.values().for_each(|account| of_account(roster, account, rule));
    }
}

fn finding(uri: &str, about: &str, severity: Severity, because: impl Into<String>) -> Ruling {
    Ruling::Finding(Finding::new(&RootUser::ABOUT, Subject::identity(uri, about), severity, Confidence::High, because))
}

/// What an account tells of its root user, where no report tells more.
fn of_account(roster: &Roster, account: &Account, rule: &mut dyn FnMut(Ruling)) {
    let uri = format!("arn:aws:iam::{}:root", account.id);
    match device(roster, account) {
        Device::Virtual => {
            rule(finding(&uri, "virtual mfa", Severity::Medium, "the second factor of the root user is an app, not a device of its own"));
        }
        Device::Unknown => {
            let why = "no list of virtual devices tells whether the second factor of the root user is one".to_owned();
            rule(Ruling::Undecided { identity: uri.clone(), why });
        }
        Device::Other => {}
    }
    if roster.members.contains_key(&uri) {
        return;
    }
    let number = |name: &str| account.attributes.get(name).map(String::as_str);
    if number("AccountMFAEnabled") == Some("0") {
        rule(finding(&uri, "mfa", Severity::Critical, "the root user has no second factor"));
    }
    if number("AccountSigningCertificatesPresent").is_some_and(|n| n != "0") {
        rule(finding(&uri, "signing certificate", Severity::Critical, "the root user has a signing certificate"));
    }
    if number("AccountAccessKeysPresent").is_some_and(|n| n != "0") {
        rule(finding(&uri, "access key", Severity::Critical, "the root user has an access key"));
    }
}

/// What the second factor of a root user is.
enum Device {
    /// An app.
    Virtual,
    /// A device of its own, or there is none.
    Other,
    /// There is one, and nobody says what it is.
    Unknown,
}

fn device(roster: &Roster, account: &Account) -> Device {
    let root = roster.members.get(&format!("arn:aws:iam::{}:root", account.id));
    let told = root.and_then(|member| member.identity.attributes.get("mfa")).is_some_and(|mfa| mfa == "yes");
    let counted = account.attributes.get("AccountMFAEnabled").is_some_and(|number| number == "1");
    match account.attributes.get(Account::ROOT_VIRTUAL_MFA).map(String::as_str) {
        Some("yes") => Device::Virtual,
        None if told || counted => Device::Unknown,
        _ => Device::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Lately, RootUser};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
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

    #[test]
    fn an_app_is_a_weaker_second_factor_than_a_device_of_its_own() {
        let said = |pairs: &[(&str, &str)]| {
            let attributes = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            let account = Account { provider: "aws".into(), id: sample::ACCOUNT.into(), attributes, ..Account::default() };
            let roster = sample::roster([Entity::Account(account)]);
            sample::rulings(|rule| RootUser::judge(&roster, &Lately::default(), Time(0), rule))
        };
        let enabled = ("AccountMFAEnabled", "1");
        assert!(matches!(said(&[enabled, (Account::ROOT_VIRTUAL_MFA, "yes")]).as_slice(), [Ruling::Finding(_)]));
        assert!(said(&[enabled, (Account::ROOT_VIRTUAL_MFA, "no")]).is_empty());
        assert!(matches!(said(&[enabled]).as_slice(), [Ruling::Undecided { .. }]));
        assert_eq!(said(&[("AccountMFAEnabled", "0"), ("AccountSigningCertificatesPresent", "2")]).len(), 2);
    }
}
