/// Of what a resource tells who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Of itself.
    Itself,
    /// Of another one, which it names.
    Other,
}

/// How resources of one type tell who may use what.
pub(super) struct Form {
    /// The type.
    pub kind: &'static str,
    /// Of which it tells.
    pub place: Place,
    /// The type of that.
    pub of: &'static str,
    /// The attributes that name it, the first that is told counts.
    pub names: &'static [&'static str],
    /// The attribute that is the policy.
    pub policy: Option<&'static str>,
}

const fn own(kind: &'static str, policy: &'static str) -> Form {
    Form { kind, place: Place::Itself, of: kind, names: &[], policy: Some(policy) }
}

const fn other(kind: &'static str, of: &'static str, names: &'static [&'static str], policy: &'static str) -> Form {
    Form { kind, place: Place::Other, of, names, policy: Some(policy) }
}

const fn setting(kind: &'static str, of: &'static str, names: &'static [&'static str]) -> Form {
    Form { kind, place: Place::Other, of, names, policy: None }
}

/// Every type of Terraform's provider for AWS that says who may use something.
pub(super) const FORMS: &[Form] = &[
    other("aws_backup_vault_policy", "aws_backup_vault", &["backup_vault_name"], "policy"),
    other("aws_cloudwatch_event_bus_policy", "aws_cloudwatch_event_bus", &["event_bus_name"], "policy"),
    other("aws_dynamodb_resource_policy", "aws_dynamodb_table", &["resource_arn"], "policy"),
    other("aws_ecr_repository_policy", "aws_ecr_repository", &["repository"], "policy"),
    other("aws_efs_file_system_policy", "aws_efs_file_system", &["file_system_id"], "policy"),
    own("aws_elasticsearch_domain", "access_policies"),
    other("aws_elasticsearch_domain_policy", "aws_elasticsearch_domain", &["domain_name"], "access_policies"),
    own("aws_glacier_vault", "access_policy"),
    own("aws_kms_key", "policy"),
    other("aws_kms_key_policy", "aws_kms_key", &["key_id"], "policy"),
    setting("aws_lambda_function_url", "aws_lambda_function", &["function_arn", "function_name"]),
    setting("aws_lambda_permission", "aws_lambda_function", &["function_name"]),
    own("aws_opensearch_domain", "access_policies"),
    other("aws_opensearch_domain_policy", "aws_opensearch_domain", &["domain_name"], "access_policies"),
    own("aws_s3_bucket", "policy"),
    other("aws_s3_bucket_policy", "aws_s3_bucket", &["bucket"], "policy"),
    setting("aws_s3_bucket_public_access_block", "aws_s3_bucket", &["bucket"]),
    own("aws_secretsmanager_secret", "policy"),
    other("aws_secretsmanager_secret_policy", "aws_secretsmanager_secret", &["secret_arn"], "policy"),
    own("aws_sns_topic", "policy"),
    other("aws_sns_topic_policy", "aws_sns_topic", &["arn"], "policy"),
    own("aws_sqs_queue", "policy"),
    other("aws_sqs_queue_policy", "aws_sqs_queue", &["queue_url"], "policy"),
];
