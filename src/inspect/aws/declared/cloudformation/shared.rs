//! Who may use what a template declares, in the words that all sources share.

use serde_json::{Map, Value, json};

use crate::inspect::aws::declared::resource::Resource;

use super::resources::{Names, document, resource};

/// Types that say who may use something.
pub(super) const TYPES: &[&str] = &[
    "AWS::Backup::BackupVault",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::Elasticsearch::Domain",
    "AWS::Events::EventBusPolicy",
    "AWS::KMS::Key",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::ResourcePolicy",
];

/// Resources of which the policy is a property: their type, that of Terraform that has the same, and the property.
const OWN: &[(&str, &str, &str, &str)] = &[
    ("AWS::Backup::BackupVault", "aws_backup_vault_policy", "backup_vault_name", "AccessPolicy"),
    ("AWS::ECR::Repository", "aws_ecr_repository_policy", "repository", "RepositoryPolicyText"),
    ("AWS::EFS::FileSystem", "aws_efs_file_system_policy", "file_system_id", "FileSystemPolicy"),
];

/// What a resource tells of who may use something.
pub(super) fn of(id: &str, kind: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let get = |key: &str| properties.get(key).cloned().unwrap_or(Value::Null);
    let policy = |key: &str| document(properties.get(key));
    if let Some((_, called, key, property)) = OWN.iter().find(|(own, ..)| *own == kind) {
        let name = names.reference(id);
        return all
            .extend(properties.contains_key(*property).then(|| resource(id, called, json!({ *key: name, "policy": policy(property) }))));
    }
    let several = |key: &str, called: &str, name: &str| -> Vec<Resource> {
        let targets = properties.get(key).and_then(Value::as_array).into_iter().flatten();
        targets.map(|target| resource(id, called, json!({ name: target, "policy": policy("PolicyDocument") }))).collect()
    };
    match kind {
        "AWS::S3::BucketPolicy" => {
            all.push(resource(id, "aws_s3_bucket_policy", json!({ "bucket": get("Bucket"), "policy": policy("PolicyDocument") })));
        }
        "AWS::S3::Bucket" => {
            let closed = get("PublicAccessBlockConfiguration").get("RestrictPublicBuckets").cloned();
            let block = |closed: Value| json!({ "bucket": names.reference(id), "restrict_public_buckets": closed });
            all.extend(closed.map(|closed| resource(id, "aws_s3_bucket_public_access_block", block(closed))));
        }
        "AWS::SQS::QueuePolicy" => all.extend(several("Queues", "aws_sqs_queue_policy", "queue_url")),
        "AWS::SNS::TopicPolicy" => all.extend(several("Topics", "aws_sns_topic_policy", "arn")),
        "AWS::KMS::Key" => {
            let key = json!({ "arn": names.arn(id), "policy": policy("KeyPolicy"), "enable_key_rotation": get("EnableKeyRotation") });
            all.push(resource(id, "aws_kms_key", key));
        }
        "AWS::SecretsManager::ResourcePolicy" => {
            let of = json!({ "secret_arn": get("SecretId"), "policy": policy("ResourcePolicy") });
            all.push(resource(id, "aws_secretsmanager_secret_policy", of));
        }
        "AWS::OpenSearchService::Domain" => domain(id, "aws_opensearch_domain", (properties, names), all),
        "AWS::Elasticsearch::Domain" => domain(id, "aws_elasticsearch_domain", (properties, names), all),
        "AWS::DynamoDB::Table" => {
            let text = properties.get("ResourcePolicy").and_then(|policy| policy.get("PolicyDocument"));
            let of = |text| json!({ "resource_arn": names.arn(id), "policy": document(Some(text)) });
            all.extend(text.map(|text| resource(id, "aws_dynamodb_resource_policy", of(text))));
        }
        "AWS::Lambda::Permission" => all.push(resource(id, "aws_lambda_permission", permission(id, properties))),
        "AWS::Lambda::Url" => {
            let url = json!({ "function_name": get("TargetFunctionArn"), "authorization_type": get("AuthType") });
            all.push(resource(id, "aws_lambda_function_url", url));
        }
        _ => {}
    }
}

fn domain(id: &str, called: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let policy = properties.get("AccessPolicies");
    let of = |policy| json!({ "arn": names.arn(id), "access_policies": document(Some(policy)) });
    all.extend(policy.map(|policy| resource(id, called, of(policy))));
}

fn permission(id: &str, properties: &Map<String, Value>) -> Value {
    let get = |key: &str| properties.get(key).cloned().unwrap_or(Value::Null);
    json!({
        "statement_id": id, "function_name": get("FunctionName"), "action": get("Action"), "principal": get("Principal"),
        "source_arn": get("SourceArn"), "source_account": get("SourceAccount"), "principal_org_id": get("PrincipalOrgID"),
        "function_url_auth_type": get("FunctionUrlAuthType"), "event_source_token": get("EventSourceToken"),
    })
}

/// The address of a function of SAM: one that asks nobody who he is lets everybody call it.
pub(super) fn address(id: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let Some(sort) = properties.get("FunctionUrlConfig").and_then(|url| url.get("AuthType")) else { return };
    let function = names.arn(id);
    all.push(resource(id, "aws_lambda_function_url", json!({ "function_name": function, "authorization_type": sort })));
    if sort == "NONE" {
        let open =
            json!({ "FunctionName": function, "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE" });
        let open = open.as_object().map(|open| permission(&format!("{id}UrlPublicPermissions"), open));
        all.extend(open.map(|open| resource(id, "aws_lambda_permission", open)));
    }
}
