use std::collections::BTreeSet;

use crate::{
    analyze::{
        aws::account_of,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::GrantKind},
};

use super::held::held;

/// Finds other accounts that may look at everything.
pub struct OutsideReader;

/// Policies of AWS that show all of an account.
const SHOWS: &[&str] = &["ReadOnlyAccess", "SecurityAudit", "ViewOnlyAccess"];

impl IdentityCheck for OutsideReader {
    const ABOUT: About = About {
        id: "aws-outside-reader",
        title: "Another account may look at everything",
        explain: "A role with `ReadOnlyAccess`, `SecurityAudit` or `ViewOnlyAccess` lets in an account of which no inventory is known. Such roles are made for \
                  vendors who watch over an account, and outlive the contract. `ReadOnlyAccess` shows data, too: every object and every table.\n\nFind out whose \
                  account it is; give a vendor `SecurityAudit` and an external id, and delete the role when the contract ends.",
        controls: &[&control::NHI3, &control::CSF_GV_SC_07],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule) {
            let grants = held.member.grants.iter().filter(|grant| grant.kind == GrantKind::Attached);
            let named = grants.filter(|grant| account_of(&grant.via) == Some("aws")).filter_map(|grant| grant.via.rsplit('/').next());
            let shows: Vec<&str> = named.filter(|name| SHOWS.contains(name)).collect();
            let (Some(assumed), Some(policy)) = (&held.principal.role, shows.first()) else { continue };
            let statements = assumed.trust.statements.iter().filter(|statement| statement.allows);
            let principals = statements.filter_map(|s| s.principals.as_ref()).flat_map(|principals| &principals.aws);
            let accounts: BTreeSet<&str> = principals.filter_map(|name| account_of(name)).collect();
            let outside: Vec<&str> =
                accounts.into_iter().filter(|account| account.len() == 12 && !roster.estate.accounts.contains(*account)).collect();
            if let Some(first) = outside.first() {
                let identity = &held.member.identity;
                let because = format!("{} lets account {first} look at everything ({policy})", identity.name);
                let severity = if *policy == "ReadOnlyAccess" { Severity::Medium } else { Severity::Low };
                let finding = Finding::new(&Self::ABOUT, Subject::identity(&identity.uri, ""), severity, Confidence::High, because);
                rule(Ruling::Finding(finding.and("accounts", outside).and("policies", shows)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OutsideReader;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Severity, Time,
            entity::{Grant, GrantKind},
        },
    };

    fn told(policy: &str, account: &str) -> Option<Severity> {
        let trust = sample::trust(&format!(r#"{{"AWS":"{account}"}}"#), "sts:AssumeRole", "{}");
        let to = "arn:aws:iam::111111111111:role/watch".to_owned();
        let via = format!("arn:aws:iam::aws:policy/{policy}");
        let attached = Entity::Grant(Grant { to, kind: GrantKind::Attached, via, document: None });
        let roster = sample::roster(sample::role("watch", &trust, "s3:List*").into_iter().chain([attached]));
        sample::found::<OutsideReader>(&roster, &NoSettings {}, Time(0)).0.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn another_account_that_sees_all_is_told() {
        assert_eq!(told("ReadOnlyAccess", "222222222222"), Some(Severity::Medium));
        assert_eq!(told("SecurityAudit", "arn:aws:iam::222222222222:root"), Some(Severity::Low));
        assert_eq!(told("ReadOnlyAccess", sample::ACCOUNT), None);
        assert_eq!(told("AmazonS3ReadOnlyAccess", "222222222222"), None);
    }
}
