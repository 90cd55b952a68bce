//! What is declared to run as a role: functions, machines, builds, containers.

use std::collections::BTreeMap;

use crate::model::{Entity, entity::Workload};

use super::{
    arns::{self, NOWHERE},
    estate::Estate,
    resource::Resource,
};

/// What runs, by type: what it is to the inventory, the attribute that says as what, and the word for that.
const RUNS: &[(&str, &str, &str, &str)] = &[
    ("aws_cloudformation_stack", "cloudformation-stack", "iam_role_arn", "role"),
    ("aws_codebuild_project", "codebuild-project", "service_role", "role"),
    ("aws_ecs_service", "ecs-service", "task_definition", "task-definition"),
    ("aws_ecs_task_definition", "ecs-task-definition", "task_role_arn", "role"),
    ("aws_glue_job", "glue-job", "role_arn", "role"),
    ("aws_instance", "ec2-instance", "iam_instance_profile", "instance-profile"),
    ("aws_lambda_function", "lambda-function", "role", "role"),
    ("aws_sagemaker_notebook_instance", "notebook-instance", "role_arn", "role"),
    ("aws_sfn_state_machine", "state-machine", "role_arn", "role"),
];

/// Attributes that are read of what runs, beside those that say as what.
const ATTRIBUTES: &[&str] = &["cluster", "enable_execute_command", "family"];

/// Whether resources of a type run as a role.
pub(super) fn runs(kind: &str) -> bool {
    RUNS.iter().any(|(known, ..)| *known == kind)
}

/// Attributes that are read of such resources.
pub(super) fn attributes() -> impl Iterator<Item = &'static str> {
    RUNS.iter().map(|(_, _, key, _)| *key).chain(ATTRIBUTES.iter().copied())
}

/// The attribute that says as what a resource of a type runs.
pub(super) fn role(kind: &str) -> Option<&'static str> {
    RUNS.iter().find(|(known, ..)| *known == kind).map(|(_, _, key, _)| *key)
}

/// What a resource is that runs as something.
pub(super) fn workload(resource: &Resource, estate: &Estate) -> Option<Entity> {
    let (_, kind, key, word) = RUNS.iter().find(|(known, ..)| *known == resource.kind)?;
    let runs_as = estate.meant(word, resource.text(key)?);
    let mut attributes = BTreeMap::new();
    let told = resource.values.get("enable_execute_command").and_then(|value| value.as_bool().or_else(|| value.as_str()?.parse().ok()));
    let word = |open: bool| if open { "yes" } else { "no" }.to_owned();
    attributes.extend(told.map(|open| (Workload::COMMANDS.to_owned(), word(open))));
    let uri = resource.text("arn").map_or_else(|| uri(resource, "").replacen(NOWHERE, &estate.account, 1), str::to_owned);
    Some(Entity::Workload(Workload { uri, kind: (*kind).to_owned(), scope: estate.account.clone(), runs_as: Some(runs_as), attributes }))
}

/// The ARN that something will have: by its name, or by its address below a folder.
pub(super) fn uri(resource: &Resource, folder: &str) -> String {
    let name = arns::own_name(resource).map_or_else(|| arns::unnamed(folder, &resource.address()), str::to_owned);
    match resource.text("cluster") {
        // A service is called by the cluster in which it runs.
        Some(cluster) if resource.kind == "aws_ecs_service" => {
            arns::arn_of(&resource.kind, &format!("{}/{name}", cluster.rsplit('/').next().unwrap_or(cluster)))
        }
        _ => arns::arn_of(&resource.kind, &name),
    }
}
