use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    analyze::identity::{IdentityCheck, Roster, Ruling, excess::workload_power::role_of},
    model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::Workload},
};

/// Finds roles as which programs run that have nothing to do with each other.
pub struct RoleShared;

/// How many of one kind may run as one role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Most {
    /// Functions, tasks, builds or jobs.
    pub workloads: usize,
}

impl Default for Most {
    fn default() -> Self {
        Self { workloads: 10 }
    }
}

/// What runs where, in words that tell apart what is certainly not the same program.
const KINDS: &[(&str, &str)] = &[
    ("lambda-function", "functions"),
    ("ec2-instance", "machines"),
    ("ecs-service", "tasks in containers"),
    ("ecs-task-definition", "tasks in containers"),
    ("batch-job-definition", "jobs in containers"),
    ("codebuild-project", "builds"),
    ("state-machine", "state machines"),
    ("glue-job", "Glue jobs"),
    ("notebook-instance", "notebooks"),
];

impl IdentityCheck for RoleShared {
    const ABOUT: About = About {
        id: "aws-role-shared",
        title: "Programs that have nothing to do with each other run as one role",
        explain: "What runs as the role is of different sorts (functions and builds, machines and notebooks), or more than 10 programs of one sort: each has what any of them needs, and what one of them did \
                  cannot be told from what another did. Medium for different sorts, low for many of one. Machines are no programs of their own: a fleet of them counts as one. Roles that only read \
                  are left out; whether programs belong together is not known, so what belongs together may be allowed with that reason.\n\nGive each program a role of its own. \
                  Setting: `[check.aws-role-shared] workloads = 10`.",
        controls: &[&control::NHI9, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = Most;

    fn judge(roster: &Roster, most: &Most, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for (role, running) in running(roster) {
            let Some(member) = roster.members.get(role) else { continue };
            let known = member.standing.as_ref().filter(|standing| standing.is_known());
            if known.is_none_or(|standing| standing.privilege < Privilege::Write) {
                continue;
            }
            let many = running.iter().filter(|(kind, _)| **kind != "machines").map(|(kind, names)| (names.len(), *kind)).max();
            let (severity, because) = match (running.len(), many) {
                (2.., _) => {
                    let kinds: Vec<&str> = running.keys().copied().collect();
                    (Severity::Medium, format!("{} run as {}", kinds.join(" and "), member.identity.name))
                }
                (_, Some((count, kind))) if count > most.workloads => {
                    (Severity::Low, format!("{count} {kind} run as {}", member.identity.name))
                }
                _ => continue,
            };
            let finding = Finding::new(&Self::ABOUT, Subject::identity(role, "shared"), severity, Confidence::Medium, because);
            let names: Vec<String> = running.into_values().flatten().map(str::to_owned).collect();
            rule(Ruling::Finding(finding.and("workloads", names)));
        }
    }
}

/// What runs as each role, by its sort: of versions of one program one.
fn running(roster: &Roster) -> BTreeMap<&str, BTreeMap<&'static str, BTreeSet<&str>>> {
    let lends: BTreeSet<&str> = roster.workloads.values().filter_map(|workload| workload.runs_as.as_deref()).collect();
    let mut all: BTreeMap<&str, BTreeMap<&'static str, BTreeSet<&str>>> = BTreeMap::new();
    for workload in roster.workloads.values().filter(|one| !lends.contains(one.uri.as_str())) {
        let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == workload.kind) else { continue };
        if let Some(role) = role_of(roster, workload) {
            all.entry(role).or_default().entry(kind).or_default().insert(program(workload));
        }
    }
    all
}

/// A program without the number of its version.
fn program(workload: &Workload) -> &str {
    let versioned = matches!(workload.kind.as_str(), "ecs-task-definition" | "batch-job-definition");
    workload.uri.rsplit_once(':').filter(|_| versioned).map_or(workload.uri.as_str(), |(program, _)| program)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Most, RoleShared};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Severity, Time, entity::Workload},
    };

    fn told(running: &[(&str, &str)], actions: &str) -> Option<(Severity, String)> {
        let role = "arn:aws:iam::111111111111:role/app";
        let workload = |(uri, kind): &(&str, &str)| {
            let (scope, runs_as) = (sample::ACCOUNT.into(), Some(role.to_owned()));
            Entity::Workload(Workload { uri: (*uri).into(), kind: (*kind).into(), scope, runs_as, attributes: BTreeMap::new() })
        };
        let trust = sample::trust(r#"{"Service":"lambda.amazonaws.com"}"#, "sts:AssumeRole", "{}");
        let roster = sample::roster(sample::role("app", &trust, actions).into_iter().chain(running.iter().map(workload)));
        sample::found::<RoleShared>(&roster, &Most { workloads: 1 }, Time(0)).0.into_iter().next()
    }

    #[test]
    fn different_sorts_are_worse_than_many_of_one() {
        let (a, b) = (("arn:f:a", "lambda-function"), ("arn:f:b", "lambda-function"));
        assert_eq!(
            told(&[a, ("arn:p", "codebuild-project")], "s3:PutObject"),
            Some((Severity::Medium, "builds and functions run as app".into()))
        );
        assert_eq!(told(&[a, b], "s3:PutObject"), Some((Severity::Low, "2 functions run as app".into())));
        assert_eq!(told(&[a], "s3:PutObject"), None);
        assert_eq!(told(&[a, b], "s3:ListBucket"), None, "a role that only reads");
    }

    #[test]
    fn versions_of_one_program_and_machines_of_a_fleet_are_one() {
        assert_eq!(told(&[("arn:t/web:1", "ecs-task-definition"), ("arn:t/web:2", "ecs-task-definition")], "s3:PutObject"), None);
        assert_eq!(told(&[("arn:i/1", "ec2-instance"), ("arn:i/2", "ec2-instance")], "s3:PutObject"), None);
    }
}
