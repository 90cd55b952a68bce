use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    analyze::{
        aws::{account_of, called, policy::Statement, vendor},
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, restricted};

/// Finds roles that let in accounts that nobody listed.
pub struct UnknownAccount;

/// Whom one knows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Acquaintance {
    /// Numbers of accounts that may come in: one's own, and vendors.
    pub known: BTreeSet<String>,
}

impl IdentityCheck for UnknownAccount {
    const ABOUT: About = About {
        id: "aws-unknown-account",
        title: "A role lets in an account that nobody listed",
        explain: "The trust of the role names an account that no inventory of this record is about and that the settings do not list. It asks for an external \
                  id or the like, so it was meant (without one, `aws-open-trust` tells it); whether it is still wanted, only its owners know. Statements that \
                  ask for an organization are not told. Where a public list tells whose the account is, the finding names the vendor. With a list of known accounts in the settings an account that is \
                  on neither is high or medium, by what the role can do; else medium or low.\n\nFind out whose it is, list it or take it out. Setting: `[check.aws-unknown-account] \
                  known = [\"123456789012\"]`.",
        controls: &[&control::NHI3, &control::CSF_GV_SC_07],
        see: &[],
    };
    type Settings = Acquaintance;

    fn judge(roster: &Roster, acquaintance: &Acquaintance, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let known = |account: &str| roster.estate.accounts.contains(account) || acquaintance.known.contains(account);
        for door in doors(roster, rule) {
            for (statement, principals) in door.open().filter(|(statement, _)| invited(statement)) {
                let named: BTreeSet<&str> = principals.aws.iter().filter_map(|name| account_of(name)).collect();
                let number = |account: &&str| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
                for account in named.into_iter().filter(number).filter(|account| !known(account)) {
                    let severity = if acquaintance.known.is_empty() || vendor(account).is_some() {
                        door.severity(Severity::Medium, Severity::Low)
                    } else {
                        door.severity(Severity::High, Severity::Medium)
                    };
                    let because = format!("{} may become it, and nobody listed that account", called(account));
                    let finding = door.finding(&Self::ABOUT, statement, account, severity, &because);
                    rule(Ruling::Finding(finding.and_beyond("account", account, "in an inventory, or among the known ones")));
                }
            }
        }
    }
}

/// Whether a statement lets in somebody from outside who shows something of his own, and not just anybody of one's organization.
fn invited(statement: &Statement) -> bool {
    let asks = restricted(statement, |key| matches!(key, "sts:externalid" | "aws:principalarn" | "aws:principalaccount" | "aws:userid"));
    asks && !restricted(statement, |key| matches!(key, "aws:principalorgid" | "aws:principalorgpaths"))
}

#[cfg(test)]
mod tests {
    use super::{Acquaintance, UnknownAccount};
    use crate::{
        analyze::identity::sample,
        model::{Severity, Time},
    };

    fn told(condition: &str, known: &[&str]) -> Option<Severity> {
        let trust = sample::trust(r#"{"AWS":"arn:aws:iam::222222222222:root"}"#, "sts:AssumeRole", condition);
        let roster = sample::roster(sample::role("vendor", &trust, "s3:GetObject"));
        let known = Acquaintance { known: known.iter().map(|account| (*account).to_owned()).collect() };
        sample::found::<UnknownAccount>(&roster, &known, Time(0)).0.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn a_list_makes_the_difference() {
        let id = r#"{"StringEquals":{"sts:ExternalId":"a-long-and-random-one"}}"#;
        assert_eq!(told(id, &[]), Some(Severity::Medium));
        assert_eq!(told(id, &["333333333333"]), Some(Severity::High));
        assert_eq!(told(id, &["222222222222"]), None);
    }

    #[test]
    fn a_vendor_is_named_and_not_the_worst() {
        let id = r#"{"StringEquals":{"sts:ExternalId":"a-long-and-random-one"}}"#;
        let trust = sample::trust(r#"{"AWS":"arn:aws:iam::464622532012:root"}"#, "sts:AssumeRole", id);
        let known = Acquaintance { known: ["333333333333".to_owned()].into() };
        let found = sample::found::<UnknownAccount>(&sample::roster(sample::role("vendor", &trust, "s3:GetObject")), &known, Time(0)).0;
        let because = "vendor: account 464622532012 (of Datadog, by a public list) may become it, and nobody listed that account";
        assert_eq!(found, [(Severity::Medium, because.to_owned())]);
    }

    #[test]
    fn what_another_check_tells_and_what_belongs_to_the_organization_is_not_told() {
        assert_eq!(told("{}", &["333333333333"]), None);
        let both = r#"{"StringEquals":{"sts:ExternalId":"a-long-and-random-one","aws:PrincipalOrgID":"o-1"}}"#;
        assert_eq!(told(both, &["333333333333"]), None);
    }
}
