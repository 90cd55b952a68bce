use crate::{
    analyze::check::NoSettings,
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Account},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds organizations whose accounts each keep a root user of their own.
pub struct RootCentral;

impl IdentityCheck for RootCentral {
    const ABOUT: About = About {
        id: "aws-root-central",
        title: "Every account of the organization keeps its own root user",
        explain: "An organization can take passwords, keys and second factors of root users away from its member accounts and keep none at all (centralized root access: \
                  `RootCredentialsManagement`). Here it does not, so each account has a root user that somebody must look after.\n\nSwitch it on in the management \
                  account: `aws iam enable-organizations-root-credentials-management`, then delete what root users of member accounts have.",
        controls: &[&control::NHI4, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for account in roster.accounts.values().filter(|one| one.attributes.get(Account::ROOTS_KEPT).is_some_and(|word| word == "no")) {
            let because = "the organization does not keep the root users of its accounts in one place".to_owned();
            let subject = Subject::identity(format!("arn:aws:iam::{}:root", account.id), "central");
            rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::Low, Confidence::High, because)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RootCentral;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Account},
    };

    #[test]
    fn only_an_organization_that_says_no_is_told() {
        let told = |says: Option<&str>| {
            let attributes = says.map(|word| (Account::ROOTS_KEPT.to_owned(), word.to_owned())).into_iter().collect();
            let account = Account { provider: "aws".into(), id: sample::ACCOUNT.into(), attributes, ..Account::default() };
            sample::found::<RootCentral>(&sample::roster([Entity::Account(account)]), &NoSettings {}, Time(0)).0.len()
        };
        assert_eq!([told(Some("no")), told(Some("yes")), told(None)], [1, 0, 0]);
    }
}
