use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    analyze::{
        aws::{account_of, actions::Level, called, restricts, vendor},
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::guest::{Guest, guests, undecided};

/// Finds resources that accounts may use that nobody listed.
pub struct ResourceOutside;

/// Whom one knows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Acquaintance {
    /// Numbers of accounts that may use resources: one's own, and vendors.
    pub known: BTreeSet<String>,
}

impl IdentityCheck for ResourceOutside {
    const ABOUT: About = About {
        id: "aws-resource-outside",
        title: "An account that nobody listed may use a resource",
        explain: "The policy that hangs on a bucket, key, secret, queue, topic, function, repository, file system or vault, or a grant on a key, names an account that no inventory of this record is about and that the \
                  settings do not list; where a public list tells whose it is, the finding names the vendor. Accounts from which AWS itself acts, as where logs \
                  are delivered, are left out. Whoever administers that account decides who of it comes in. High where the guest can change who may use it, and for \
                  secrets and keys; medium where he can use or change it; low where he reads.\n\nFind out whose account it is, list it or take it out. \
                  Setting: `[check.aws-resource-outside] known = [\"123456789012\"]`.",
        controls: &[&control::NHI3, &control::CSF_GV_SC_07],
        see: &[],
    };
    type Settings = Acquaintance;

    fn judge(roster: &Roster, acquaintance: &Acquaintance, _: Time, rule: &mut dyn FnMut(Ruling)) {
        undecided(roster, &["Policy", "Grants"], rule);
        for guest in guests(roster).filter(|guest| !in_organization(guest)) {
            let ours = |account: &str| {
                let own = guest.guarded.account.as_deref() == Some(account);
                let aws = vendor(account).is_some_and(|vendor| vendor.aws);
                own || aws || roster.estate.accounts.contains(account) || acquaintance.known.contains(account)
            };
            let named: BTreeSet<&str> = guest.principals.aws.iter().filter_map(|name| account_of(name)).collect();
            let number = |account: &&str| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
            for account in named.into_iter().filter(number).filter(|account| !guest.principals.except && !ours(account)) {
                let (may, level) = guest.may();
                let severity = match level {
                    Level::Permissions => Severity::High,
                    _ if guest.precious() => Severity::High,
                    Level::Tagging | Level::Write => Severity::Medium,
                    Level::List | Level::Read => Severity::Low,
                };
                let because = format!("{}, which nobody listed, may {may}", called(account));
                let finding = guest.finding(roster, &Self::ABOUT, account, severity, because);
                rule(Ruling::Finding(finding.and_beyond("account", account, "in an inventory, or among the known ones")));
            }
        }
    }
}

/// Whether only principals of an organization come in.
fn in_organization(guest: &Guest<'_>) -> bool {
    let keys = ["aws:principalorgid", "aws:principalorgpaths"];
    guest.statement.conditions.iter().any(|condition| keys.contains(&condition.key.as_str()) && restricts(condition))
}

#[cfg(test)]
mod tests {
    use super::{Acquaintance, ResourceOutside};
    use crate::{
        analyze::identity::sample,
        model::{Severity, Time},
    };

    fn told(arn: &str, action: &str, condition: &str, known: &[&str]) -> Option<Severity> {
        let policy = sample::trust(r#"{"AWS":"arn:aws:iam::222222222222:root"}"#, action, condition);
        let known = Acquaintance { known: known.iter().map(|account| (*account).to_owned()).collect() };
        let roster = sample::roster([sample::resource(arn, &policy)]);
        sample::found::<ResourceOutside>(&roster, &known, Time(0)).0.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn a_guest_is_told_by_what_he_may_do() {
        let bucket = "arn:aws:s3:::data";
        assert_eq!(told(bucket, "s3:GetObject", "{}", &[]), Some(Severity::Low));
        assert_eq!(told(bucket, "s3:PutObject", "{}", &[]), Some(Severity::Medium));
        assert_eq!(told(bucket, "s3:*", "{}", &[]), Some(Severity::High));
        assert_eq!(told("arn:aws:kms:*:111111111111:key/k", "kms:Decrypt", "{}", &[]), Some(Severity::High));
    }

    #[test]
    fn known_accounts_and_the_own_organization_are_no_strangers() {
        let logs = sample::trust(r#"{"AWS":"arn:aws:iam::127311923021:root"}"#, "s3:PutObject", "{}");
        let roster = sample::roster([sample::resource("arn:aws:s3:::logs", &logs)]);
        assert_eq!(sample::found::<ResourceOutside>(&roster, &Acquaintance::default(), Time(0)), (vec![], 0), "AWS delivers logs");
        assert_eq!(told("arn:aws:s3:::data", "s3:*", "{}", &["222222222222"]), None);
        assert_eq!(told("arn:aws:s3:::data", "s3:*", r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, &[]), None);
        assert_eq!(told("arn:aws:sqs:eu-west-1:222222222222:q", "sqs:*", "{}", &[]), None, "its own account");
    }
}
