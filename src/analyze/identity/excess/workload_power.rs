use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    },
    model::{About, Finding, Privilege, Severity, Subject, Time, control, entity::Workload},
};

/// Finds functions, machines, tasks, builds and jobs that run as administrators.
pub struct WorkloadPower;

impl IdentityCheck for WorkloadPower {
    const ABOUT: About = About {
        id: "aws-workload-administrator",
        title: "Functions, machines, tasks or builds run as an administrator",
        explain: "What runs as the role (functions, machines, tasks in containers, builds, jobs, notebooks, state machines, stacks) is reached from outside: by requests, \
                  by dependencies, by whoever may change it. The role is administrator, or becomes one, \
                  so a flaw in any of these programs gives the account away. One finding a role; the evidence lists what runs as it.\n\nGive each program a \
                  role of its own with what it needs.",
        controls: &[&control::NHI5, &control::NHI6, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let mut running: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
        // What only lends its role to others is told with them.
        let lends: BTreeSet<&str> = roster.workloads.values().filter_map(|workload| workload.runs_as.as_deref()).collect();
        let runs = |one: &&Workload| one.kind != "instance-profile" && !lends.contains(one.uri.as_str());
        for workload in roster.workloads.values().filter(runs) {
            if let Some(role) = role_of(roster, workload) {
                running.entry(role).or_default().push(workload);
            }
        }
        for (role, workloads) in running {
            let Some(member) = roster.members.get(role) else { continue };
            let standing = member.standing.as_ref().filter(|standing| standing.is_known());
            let Some(standing) = standing.filter(|standing| standing.privilege >= Privilege::Escalates) else { continue };
            let names: Vec<String> = workloads.iter().map(|workload| workload.uri.clone()).collect();
            let what = match standing.privilege {
                Privilege::Admin => "may do everything",
                _ => "can become administrator",
            };
            let first = workloads.first().map(|workload| called(workload)).unwrap_or_default();
            let more = match names.len() {
                1 => String::new(),
                n => format!(" and {} more", n - 1),
            };
            let because = format!("{first}{more} run as {}, which {what}", member.identity.name).replacen(
                " run as",
                if names.len() == 1 { " runs as" } else { " run as" },
                1,
            );
            let subject = Subject::identity(role, "workloads");
            let finding = Finding::new(&Self::ABOUT, subject, Severity::High, confidence(standing.certainty), because);
            rule(Ruling::Finding(finding.and_beyond("privilege", standing.privilege.name(), "< escalates").and("workloads", names)));
        }
    }
}

/// What people call a workload: the last part of its ARN, but for those that end in a number.
fn called(workload: &Workload) -> &str {
    let mut parts = workload.uri.split('/');
    let named = match workload.kind.as_str() {
        "cloudformation-stack" => parts.nth(1),
        "ecs-task-definition" | "batch-job-definition" => parts.next_back(),
        _ => workload.uri.rsplit([':', '/']).next(),
    };
    named.unwrap_or(&workload.uri)
}

/// The role as which something runs; a machine has it by an instance profile.
pub(super) fn role_of<'r>(roster: &'r Roster, workload: &'r Workload) -> Option<&'r str> {
    let runs_as = workload.runs_as.as_deref()?;
    match roster.workloads.get(runs_as) {
        Some(profile) => profile.runs_as.as_deref(),
        None => Some(runs_as),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::WorkloadPower;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Workload},
    };

    fn workload(uri: &str, kind: &str, runs_as: &str) -> Entity {
        Entity::Workload(Workload {
            uri: uri.into(),
            kind: kind.into(),
            scope: sample::ACCOUNT.into(),
            runs_as: Some(runs_as.into()),
            attributes: BTreeMap::new(),
        })
    }

    #[test]
    fn what_runs_as_an_administrator_is_told_once_a_role() {
        let told = |actions: &str| {
            let role = "arn:aws:iam::111111111111:role/app";
            let profile = "arn:aws:iam::111111111111:instance-profile/app";
            let trust = sample::trust(r#"{"Service":"lambda.amazonaws.com"}"#, "sts:AssumeRole", "{}");
            let running = [
                workload("arn:aws:lambda:eu-west-1:111111111111:function:thumbs", "lambda-function", role),
                workload("arn:aws:ec2:*:111111111111:instance/i-1", "ec2-instance", profile),
                workload(profile, "instance-profile", role),
            ];
            let roster = sample::roster(sample::role("app", &trust, actions).into_iter().chain(running));
            let found = sample::found::<WorkloadPower>(&roster, &NoSettings {}, Time(0)).0;
            found.into_iter().map(|(_, because)| because).collect::<Vec<_>>()
        };
        assert_eq!(told("*"), ["i-1 and 1 more run as app, which may do everything"]);
        assert_eq!(told("iam:PutRolePolicy"), ["i-1 and 1 more run as app, which can become administrator"]);
        assert!(told("s3:GetObject").is_empty());
    }
}
