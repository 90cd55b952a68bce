use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{Holding, HoldingKind},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds key pairs of machines that are old, or that no machine uses.
pub struct KeyPair;

/// When a key pair is old.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Age {
    /// Days since it was made or imported.
    pub days: i64,
}

impl Default for Age {
    fn default() -> Self {
        Self { days: 365 }
    }
}

impl IdentityCheck for KeyPair {
    const ABOUT: About = About {
        id: "aws-key-pair",
        title: "A key pair of EC2 is old, in several accounts, or no machine uses it",
        explain: "A key pair was made more than 365 days ago; or its key opens machines of another account, too (medium); or no machine of its region was started with it and no launch template names it. Whoever has the private half logs in as the first user \
                  of each machine that was started with it, and copies of it are counted nowhere. Deleting a key pair in EC2 does not take it off the machines.\n\n\
                  Log in through Session Manager or EC2 Instance Connect instead, which need no keys that stay. Take old keys out of `authorized_keys`, delete \
                  pairs that nothing uses. Setting: `[check.aws-key-pair] days = 365`.",
        controls: &[&control::NHI7, &control::NHI9, &control::NHI1, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = Age;

    fn judge(roster: &Roster, age: &Age, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for pair in roster.things.iter().filter(|thing| thing.kind == HoldingKind::KeyPair) {
            let uri = &pair.identity;
            let finding = |about: &str, because: String| {
                Finding::new(&Self::ABOUT, Subject::identity(uri, about), Severity::Low, Confidence::High, because).and("pair", name(pair))
            };
            let undecided =
                |why: &str, rule: &mut dyn FnMut(Ruling)| rule(Ruling::Undecided { identity: uri.clone(), why: why.to_owned() });
            match pair.created.map(|made| made.days_until(now)) {
                Some(days) if days > age.days => {
                    let because = format!("key pair {} is {days} days old", name(pair));
                    rule(Ruling::Finding(finding("age", because).and_beyond("days", days, format!("> {}", age.days))));
                }
                Some(_) => {}
                None => {
                    undecided("the inventory does not say when a key pair was made", rule);
                }
            }
            if let Some(other) = elsewhere(roster, pair) {
                let because = format!("key pair {} has the same key as one of account {other}", name(pair));
                let subject = Subject::identity(uri, "accounts");
                let finding = Finding::new(&Self::ABOUT, subject, Severity::Medium, Confidence::High, because);
                rule(Ruling::Finding(finding.and("pair", name(pair)).and("account", other)));
            }
            match users(roster, pair) {
                Some(0) => rule(Ruling::Finding(
                    finding("unused", format!("no machine was started with the key pair {}, and no launch template names it", name(pair)))
                        .and("machines", 0),
                )),
                Some(_) => {}
                None => undecided("nobody knows all machines that may use a key pair", rule),
            }
        }
    }
}

/// The name under which machines ask for a pair.
fn name(pair: &Holding) -> &str {
    pair.attributes.get("name").map_or(pair.handle.as_str(), String::as_str)
}

/// Another account in which the same key is a pair.
fn elsewhere<'r>(roster: &'r Roster, pair: &Holding) -> Option<&'r str> {
    let print = |one: &Holding| one.attributes.get("ssh-fingerprint").or_else(|| one.attributes.get("aws-key-pair")).cloned();
    let own = print(pair)?;
    let pairs = roster.things.iter().filter(|one| one.kind == HoldingKind::KeyPair && one.account() != pair.account());
    pairs.filter(|one| print(one).as_ref() == Some(&own)).find_map(|one| one.account())
}

/// How many machines of its region were started with a pair, and templates start others with it; `None` where not all machines there are known.
fn users(roster: &Roster, pair: &Holding) -> Option<usize> {
    let (account, region) = (pair.account()?, pair.attributes.get("region")?);
    roster.counted.get(account)?;
    let starts = |kind: &str| matches!(kind, "ec2-instance" | "launch-template");
    let machines = roster.workloads.values().filter(|one| starts(&one.kind) && one.scope == account);
    let here = machines.filter(|one| one.attributes.get("region") == Some(region));
    Some(here.filter(|one| one.attributes.get("key-name").is_some_and(|key| key == name(pair))).count())
}

#[cfg(test)]
mod tests {
    use super::{Age, KeyPair};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Time,
            entity::{Holding, HoldingKind, Workload},
        },
    };

    fn text(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    /// What is said of a pair on a day, in a region with one machine that was started with that key.
    fn said(day: i64, key: &str, counted: bool) -> (Vec<String>, usize) {
        by("ec2-instance", day, key, counted)
    }

    fn by(kind: &str, day: i64, key: &str, counted: bool) -> (Vec<String>, usize) {
        let mut pair = Holding::new("arn:aws:ec2:eu-west-1:111111111111:key-pair/key-1", HoldingKind::KeyPair, "key-1");
        pair.created = Some(Time(0));
        pair.attributes = [text("name", "ops"), text("region", "eu-west-1")].into();
        let machine = Workload {
            uri: "arn:aws:ec2:eu-west-1:111111111111:instance/i-1".into(),
            kind: kind.into(),
            scope: sample::ACCOUNT.into(),
            runs_as: None,
            attributes: [text("key-name", key), text("region", "eu-west-1")].into(),
        };
        let mut roster = sample::roster([Entity::Holding(pair), Entity::Workload(machine)]);
        if counted {
            roster.counted.insert(sample::ACCOUNT.into(), Time(0));
        }
        let all = sample::rulings(|rule| KeyPair::judge(&roster, &Age::default(), Time(day * 86_400), rule));
        let undecided = all.iter().filter(|ruling| matches!(ruling, Ruling::Undecided { .. })).count();
        (all.into_iter().filter_map(|r| if let Ruling::Finding(found) = r { Some(found.because) } else { None }).collect(), undecided)
    }

    #[test]
    fn a_year_is_long_enough_and_a_pair_without_machines_is_told() {
        assert_eq!(said(365, "ops", true), (vec![], 0));
        assert_eq!(said(366, "ops", true), (vec!["key pair ops is 366 days old".into()], 0));
        assert_eq!(
            said(0, "other", true),
            (vec!["no machine was started with the key pair ops, and no launch template names it".into()], 0)
        );
    }

    #[test]
    fn one_key_for_two_accounts_is_told_of_both() {
        let pair = |account: &str, print: &str| {
            let mut pair = Holding::new(format!("arn:aws:ec2:eu-west-1:{account}:key-pair/key-1"), HoldingKind::KeyPair, "key-1");
            pair.created = Some(Time(0));
            pair.attributes = [text("name", "ops"), text("ssh-fingerprint", print)].into();
            Entity::Holding(pair)
        };
        let told = |other: &str| {
            let roster = sample::roster([pair(sample::ACCOUNT, "SHA256:a"), pair("222222222222", other)]);
            sample::found::<KeyPair>(&roster, &Age::default(), Time(0)).0.into_iter().map(|(_, because)| because).collect::<Vec<_>>()
        };
        let known = ["222222222222", sample::ACCOUNT].map(|account| format!("key pair ops has the same key as one of account {account}"));
        assert_eq!(told("SHA256:a"), known);
        assert!(told("SHA256:b").is_empty());
    }

    #[test]
    fn a_template_that_names_a_pair_uses_it() {
        assert_eq!(by("launch-template", 0, "ops", true), (vec![], 0));
        assert_eq!(by("launch-template", 0, "other", true).0.len(), 1);
    }

    #[test]
    fn where_not_all_machines_are_known_none_is_called_unused() {
        assert_eq!(said(0, "other", false), (vec![], 1));
    }
}
