//! ARNs of what is still to be made, in an account that nobody told.

use crate::{
    analyze::aws::managed,
    model::entity::{Account, Grant},
};

use super::resource::Resource;

/// An account that nobody told.
pub(super) const NOWHERE: &str = Account::NOWHERE;

/// The attributes by which things are called, the more telling first.
pub(super) const NAMES: &[&str] = &["bucket", "domain_name", "family", "function_name", "url", "name"];

/// What stands before the name in an ARN, by type of resource: service, and the word before the name.
const SERVICES: &[(&str, &str, &str)] = &[
    ("aws_backup_vault", "backup", "backup-vault:"),
    ("aws_cloudwatch_event_bus", "events", "event-bus/"),
    ("aws_cloudwatch_log_group", "logs", "log-group:"),
    ("aws_dynamodb_table", "dynamodb", "table/"),
    ("aws_ecr_repository", "ecr", "repository/"),
    ("aws_ecs_cluster", "ecs", "cluster/"),
    ("aws_ecs_task_definition", "ecs", "task-definition/"),
    ("aws_efs_file_system", "elasticfilesystem", "file-system/"),
    ("aws_elasticsearch_domain", "es", "domain/"),
    ("aws_glacier_vault", "glacier", "vaults/"),
    ("aws_instance", "ec2", "instance/"),
    ("aws_kinesis_stream", "kinesis", "stream/"),
    ("aws_kms_key", "kms", "key/"),
    ("aws_lambda_function", "lambda", "function:"),
    ("aws_opensearch_domain", "es", "domain/"),
    ("aws_sagemaker_notebook_instance", "sagemaker", "notebook-instance/"),
    ("aws_secretsmanager_secret", "secretsmanager", "secret:"),
    ("aws_sfn_state_machine", "states", "stateMachine:"),
    ("aws_sns_topic", "sns", ""),
    ("aws_sqs_queue", "sqs", ""),
    ("aws_ssm_parameter", "ssm", "parameter/"),
];

/// Types whose ARN has no region: the word in it.
const OF_IAM: &[(&str, &str)] = &[
    ("aws_iam_group", "group/"),
    ("aws_iam_instance_profile", "instance-profile/"),
    ("aws_iam_openid_connect_provider", "oidc-provider/"),
    ("aws_iam_policy", "policy/"),
    ("aws_iam_role", "role/"),
    ("aws_iam_saml_provider", "saml-provider/"),
    ("aws_iam_user", "user/"),
];

/// The ARN of something of that type and name.
pub(super) fn arn_of(kind: &str, name: &str) -> String {
    if kind == "aws_s3_bucket" {
        return format!("arn:aws:s3:::{name}");
    }
    if let Some((_, word)) = OF_IAM.iter().find(|(known, _)| *known == kind) {
        return format!("arn:aws:iam::{NOWHERE}:{word}{}", name.trim_start_matches("https://"));
    }
    // `aws_codebuild_project`: the service and what it is of it.
    let (service, what) = kind.trim_start_matches("aws_").split_once('_').unwrap_or((kind, kind));
    let known = SERVICES.iter().find(|(known, ..)| *known == kind).map(|(_, service, word)| (*service, (*word).to_owned()));
    let (service, word) = known.unwrap_or_else(|| (service, format!("{what}/")));
    format!("arn:aws:{service}:us-east-1:{NOWHERE}:{word}{}", name.trim_start_matches('/'))
}

/// What a resource is called, where that is known.
pub(super) fn own_name(resource: &Resource) -> Option<&str> {
    NAMES.iter().find_map(|key| resource.text(key)).filter(|name| !name.contains(Grant::UNKNOWN))
}

/// What something is called that AWS will name, by its address: no name has brackets.
pub(super) fn unnamed(folder: &str, address: &str) -> String {
    let clean = |c: char| match c {
        '/' => '.',
        c if c.is_ascii_alphanumeric() || "._-".contains(c) => c,
        _ => '_',
    };
    let within: String = folder.trim_matches('/').chars().map(clean).collect();
    format!("<{within}{}{}>", if within.is_empty() { "" } else { "." }, address.replace('"', ""))
}

/// The ARN of a policy of that name: one that AWS manages, where it has such a one.
pub(super) fn policy_named(name: &str) -> String {
    let of_aws = format!("arn:aws:iam::aws:policy/{name}");
    if managed::text(&of_aws).is_some() { of_aws } else { arn_of("aws_iam_policy", name) }
}
