use std::collections::BTreeSet;

use crate::{
    analyze::{
        aws,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    },
    model::{About, Finding, Severity, Subject, Time, control},
};

use super::held::held;

/// Finds machines that can take over other machines.
pub struct Lateral;

/// What runs commands on a machine.
const RUNS: &[&str] = &["ssm:SendCommand", "ssm:StartSession", "ec2-instance-connect:SendSSHPublicKey"];

impl IdentityCheck for Lateral {
    const ABOUT: About = About {
        id: "aws-machine-commands-machines",
        title: "A machine may run commands on every other machine",
        explain: "The role of a machine allows it to run commands on every machine of the account (`ssm:SendCommand`, `ssm:StartSession`). Whoever takes over one \
                  has all of them, with all of their roles.\n\nMachines need to be managed, not to manage: the policy `AmazonSSMManagedInstanceCore` is enough. \
                  Where one machine manages others, name them by tags.",
        controls: &[&control::NHI5, &control::NHI8, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let profiles = roster.workloads.values().filter(|workload| workload.kind == "instance-profile");
        let machines: BTreeSet<&str> = profiles.filter_map(|profile| profile.runs_as.as_deref()).collect();
        for held in held(roster, rule).into_iter().filter(|held| machines.contains(held.principal.arn.as_str()) && !held.rules()) {
            let Some(answer) = RUNS.iter().find_map(|action| aws::everywhere(&roster.estate, held.principal, action)) else { continue };
            let identity = &held.member.identity;
            let because = format!("machines with the role {} may run commands on every machine: {}", identity.name, answer.witness.action);
            let subject = Subject::identity(&identity.uri, "");
            let finding = Finding::new(&Self::ABOUT, subject, Severity::Medium, confidence(answer.certainty), because);
            rule(Ruling::Finding(finding.and("statement", format!("{} statement {}", answer.witness.policy, answer.witness.statement))));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Lateral;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Workload},
    };

    fn told(actions: &str, machine: bool) -> usize {
        let trust = sample::trust(r#"{"Service":"ec2.amazonaws.com"}"#, "sts:AssumeRole", "{}");
        let profile = Entity::Workload(Workload {
            uri: "arn:aws:iam::111111111111:instance-profile/app".into(),
            kind: "instance-profile".into(),
            scope: sample::ACCOUNT.into(),
            runs_as: Some("arn:aws:iam::111111111111:role/app".into()),
            attributes: BTreeMap::new(),
        });
        let roster = sample::roster(sample::role("app", &trust, actions).into_iter().chain(machine.then_some(profile)));
        sample::found::<Lateral>(&roster, &NoSettings {}, Time(0)).0.len()
    }

    #[test]
    fn a_machine_that_commands_all_others_is_told() {
        assert_eq!(told("ssm:SendCommand", true), 1);
        assert_eq!(told("ssm:StartSession", true), 1);
        assert_eq!(told("ssm:UpdateInstanceInformation", true), 0);
        assert_eq!(told("ssm:SendCommand", false), 0, "no machine has it");
    }
}
