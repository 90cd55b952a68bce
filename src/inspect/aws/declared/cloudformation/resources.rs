//! The resources of a template in the words that all sources share, and what they are called.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::inspect::aws::declared::{
    arns::{self, NOWHERE},
    policy::understandable,
    resource::Resource,
    unknown::has_unknown,
};

use super::{functions::Template, shared};

/// What a template declares, by logical id.
pub(super) struct Names<'t> {
    /// The resources.
    declared: Option<&'t Map<String, Value>>,
    /// Where the template lies, as a path of IAM: what CloudFormation will name is its own, whatever other templates call theirs.
    place: String,
    /// The names that the template gives, and the paths, as far as they are known.
    given: HashMap<String, (Option<String>, Option<String>)>,
}

/// Types whose ARN has the form that IAM gives: the word in it, and the property that names them.
const IAM: &[(&str, &str, &str)] = &[
    ("AWS::IAM::User", "user", "UserName"),
    ("AWS::IAM::Role", "role", "RoleName"),
    ("AWS::IAM::Group", "group", "GroupName"),
    ("AWS::IAM::ManagedPolicy", "policy", "ManagedPolicyName"),
    ("AWS::IAM::InstanceProfile", "instance-profile", "InstanceProfileName"),
];

/// A type of what may be shared.
struct Kind {
    of: &'static str,
    /// In the words of Terraform.
    called: &'static str,
    /// The property that names it.
    name: &'static str,
    /// Whether `Ref` gives its ARN.
    by_arn: bool,
}

const fn kind(of: &'static str, called: &'static str, name: &'static str, by_arn: bool) -> Kind {
    Kind { of, called, name, by_arn }
}

const KINDS: &[Kind] = &[
    kind("AWS::Backup::BackupVault", "aws_backup_vault", "BackupVaultName", false),
    kind("AWS::DynamoDB::Table", "aws_dynamodb_table", "TableName", false),
    kind("AWS::ECR::Repository", "aws_ecr_repository", "RepositoryName", false),
    kind("AWS::EFS::FileSystem", "aws_efs_file_system", "", false),
    kind("AWS::Elasticsearch::Domain", "aws_elasticsearch_domain", "DomainName", false),
    kind("AWS::Events::EventBus", "aws_cloudwatch_event_bus", "Name", false),
    kind("AWS::KMS::Key", "aws_kms_key", "", false),
    kind("AWS::Lambda::Function", "aws_lambda_function", "FunctionName", false),
    kind("AWS::OpenSearchService::Domain", "aws_opensearch_domain", "DomainName", false),
    kind("AWS::S3::Bucket", "aws_s3_bucket", "BucketName", false),
    kind("AWS::SNS::Topic", "aws_sns_topic", "TopicName", true),
    kind("AWS::SQS::Queue", "aws_sqs_queue", "QueueName", false),
    kind("AWS::SecretsManager::Secret", "aws_secretsmanager_secret", "Name", true),
    kind("AWS::Serverless::Function", "aws_lambda_function", "FunctionName", false),
];

impl<'t> Names<'t> {
    pub fn of(whole: &'t Value, place: &str) -> Self {
        Self { declared: whole.get("Resources").and_then(Value::as_object), place: place.to_owned(), given: HashMap::new() }
    }

    /// Takes in the names that the template gives, as a function works them out.
    pub fn take(&mut self, value: &dyn Fn(&Value) -> Value) {
        for (id, resource) in self.declared.into_iter().flatten() {
            let (Some(kind), Some(properties)) = (resource.get("Type").and_then(Value::as_str), resource.get("Properties")) else {
                continue;
            };
            let of_iam = IAM.iter().find(|(known, ..)| *known == kind).map(|(.., key)| *key);
            let Some(key) = of_iam.or_else(|| KINDS.iter().find(|known| known.of == kind).map(|known| known.name)) else { continue };
            let told = |key: &str| {
                let text = value(properties.get(key)?).as_str().filter(|text| !text.is_empty() && !has_unknown(text))?.to_owned();
                Some(text)
            };
            self.given.insert(id.clone(), (told(key), told("Path")));
        }
    }

    fn of_iam(&self, id: &str) -> Option<(&'static str, String, Option<String>)> {
        let kind = self.declared?.get(id)?.get("Type")?.as_str()?;
        let (_, word, _) = IAM.iter().find(|(known, ..)| *known == kind)?;
        let (name, path) = self.given.get(id).map_or((None, None), |(name, path)| (name.as_deref(), path.as_deref()));
        let path = match (name, path) {
            (Some(_), path) => path.map(str::to_owned),
            // Other templates may call theirs alike.
            (None, path) => Some(format!("{}{}", path.unwrap_or_default().trim_end_matches('/'), self.place)),
        };
        Some((word, name.unwrap_or(id).to_owned(), path))
    }

    /// What something of IAM is called, and its path.
    fn called(&self, id: &str) -> (Value, Value) {
        let (name, path) = self.of_iam(id).map_or((None, None), |(_, name, path)| (Some(name), path));
        (json!(name.as_deref().unwrap_or(id)), json!(path))
    }

    /// What `Ref` gives: of a policy its ARN, of the others their name; a name that CloudFormation will make is the logical id.
    pub fn reference(&self, id: &str) -> Option<String> {
        match self.of_iam(id) {
            Some(("policy", ..)) => self.arn(id),
            Some((_, name, _)) => Some(name),
            None => match self.shared(id) {
                Some(shared) if shared.by_arn => self.arn(id),
                Some(_) => Some(self.name(id)),
                None => self.declared?.contains_key(id).then(|| id.to_owned()),
            },
        }
    }

    /// The ARN of a resource.
    pub fn arn(&self, id: &str) -> Option<String> {
        if let Some((word, name, path)) = self.of_iam(id) {
            return Some(format!("arn:aws:iam::{NOWHERE}:{word}{}{name}", path.as_deref().unwrap_or("/")));
        }
        let shared = self.shared(id)?;
        Some(arns::arn_of(shared.called, &self.name(id)))
    }

    fn shared(&self, id: &str) -> Option<&'static Kind> {
        let kind = self.declared?.get(id)?.get("Type")?.as_str()?;
        KINDS.iter().find(|known| known.of == kind)
    }

    /// What a resource is called; where CloudFormation will make up its name, by its template and its logical id.
    fn name(&self, id: &str) -> String {
        self.given.get(id).and_then(|(name, _)| name.clone()).unwrap_or_else(|| arns::unnamed(&self.place, id))
    }
}

/// The resources of a template.
pub(super) fn of(whole: &Value, place: &str) -> Vec<Resource> {
    let template = Template::new(whole, place);
    let mut all = Vec::new();
    for (id, resource) in template.names().declared.into_iter().flatten() {
        let Some(kind) = resource.get("Type").and_then(Value::as_str) else { continue };
        if resource.get("Condition").and_then(Value::as_str).is_some_and(|name| template.holds(name) == Some(false)) {
            continue;
        }
        let properties = template.value(resource.get("Properties").unwrap_or(&Value::Null));
        let Value::Object(properties) = properties else { continue };
        one(id, kind, (&properties, template.names()), &mut all);
    }
    all
}

fn one(id: &str, kind: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let get = |key: &str| properties.get(key).cloned().unwrap_or(Value::Null);
    let (name, path) = names.called(id);
    let identity = || {
        json!({ "name": name, "path": path, "tags": tags(properties), "permissions_boundary": get("PermissionsBoundary"),
                "managed_policy_arns": get("ManagedPolicyArns"), "inline_policy": inline(properties) })
    };
    match kind {
        "AWS::IAM::User" => {
            all.push(resource(id, "aws_iam_user", identity()));
            all.push(resource(id, "aws_iam_user_group_membership", json!({ "user": name, "groups": get("Groups") })));
            if properties.contains_key("LoginProfile") {
                all.push(resource(id, "aws_iam_user_login_profile", json!({ "user": name })));
            }
        }
        "AWS::IAM::Group" => all.push(resource(id, "aws_iam_group", identity())),
        "AWS::IAM::Role" => {
            let mut role = identity();
            role["assume_role_policy"] = document(properties.get("AssumeRolePolicyDocument"));
            all.push(resource(id, "aws_iam_role", role));
        }
        "AWS::IAM::ManagedPolicy" => {
            let arn = names.arn(id);
            let text = document(properties.get("PolicyDocument"));
            all.push(resource(id, "aws_iam_policy", json!({ "arn": arn, "name": name, "policy": text })));
            let attached = json!({ "policy_arn": arn, "users": get("Users"), "roles": get("Roles"), "groups": get("Groups") });
            all.push(resource(id, "aws_iam_policy_attachment", attached));
        }
        "AWS::IAM::Policy" | "AWS::IAM::UserPolicy" | "AWS::IAM::RolePolicy" | "AWS::IAM::GroupPolicy" => policy(id, properties, all),
        "AWS::IAM::UserToGroupAddition" => {
            all.push(resource(id, "aws_iam_group_membership", json!({ "group": get("GroupName"), "users": get("Users") })));
        }
        "AWS::IAM::InstanceProfile" => {
            let role = get("Roles").get(0).cloned().unwrap_or(Value::Null);
            all.push(resource(id, "aws_iam_instance_profile", json!({ "name": name, "path": path, "role": role })));
        }
        "AWS::Serverless::Function" => function(id, (properties, names), all),
        _ => {
            shared::of(id, kind, (properties, names), all);
            running(id, kind, (properties, names), all);
        }
    }
}

/// What runs as a role: the type, that of Terraform, the property that says as which, and how Terraform calls it.
const RUNS: &[(&str, &str, &str, &str)] = &[
    ("AWS::CodeBuild::Project", "aws_codebuild_project", "ServiceRole", "service_role"),
    ("AWS::EC2::Instance", "aws_instance", "IamInstanceProfile", "iam_instance_profile"),
    ("AWS::ECS::TaskDefinition", "aws_ecs_task_definition", "TaskRoleArn", "task_role_arn"),
    ("AWS::Glue::Job", "aws_glue_job", "Role", "role_arn"),
    ("AWS::Lambda::Function", "aws_lambda_function", "Role", "role"),
    ("AWS::SageMaker::NotebookInstance", "aws_sagemaker_notebook_instance", "RoleArn", "role_arn"),
    ("AWS::StepFunctions::StateMachine", "aws_sfn_state_machine", "RoleArn", "role_arn"),
];

fn running(id: &str, kind: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let Some((_, called, property, key)) = RUNS.iter().find(|(known, ..)| *known == kind) else { return };
    let arn = names.arn(id).unwrap_or_else(|| arns::arn_of(called, &arns::unnamed(&names.place, id)));
    let role = properties.get(*property).cloned().unwrap_or(Value::Null);
    all.push(resource(id, called, json!({ "arn": arn, *key: role })));
}

/// A policy of whomever it names.
fn policy(id: &str, properties: &Map<String, Value>, all: &mut Vec<Resource>) {
    let text = document(properties.get("PolicyDocument"));
    let name = properties.get("PolicyName").cloned().unwrap_or_else(|| json!(id));
    for (many, one, word) in [("Users", "UserName", "user"), ("Roles", "RoleName", "role"), ("Groups", "GroupName", "group")] {
        let whom = properties.get(many).and_then(Value::as_array).into_iter().flatten().chain(properties.get(one));
        for whom in whom.filter(|whom| whom.is_string()) {
            all.push(resource(id, &format!("aws_iam_{word}_policy"), json!({ "name": name, word: whom, "policy": text })));
        }
    }
}

/// A function of SAM: unless it names a role, it has one of its own.
fn function(id: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let role = properties.get("Role").cloned().unwrap_or_else(|| {
        let name = format!("{id}Role");
        all.push(resource(&name, "aws_iam_role", own_role(id, &name, properties)));
        json!(name)
    });
    all.push(resource(id, "aws_lambda_function", json!({ "arn": names.arn(id), "role": role })));
    shared::address(id, (properties, names), all);
}

/// The role of a function, with the policies that stand in the function.
fn own_role(id: &str, name: &str, properties: &Map<String, Value>) -> Value {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    let policies = match properties.get("Policies") {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let arn = |name: &str| if name.starts_with("arn:") { name.to_owned() } else { format!("arn:aws:iam::aws:policy/{name}") };
    let named: Vec<String> = policies.iter().filter_map(Value::as_str).map(arn).collect();
    let own = policies.iter().filter(|policy| policy.is_object()).enumerate().map(|(at, policy)| {
        // One of SAM's own (`S3ReadPolicy: …`) has no statement: what it allows is not told.
        let text = if policy.get("Statement").is_some() { document(Some(policy)) } else { Value::Null };
        json!({ "name": format!("{id}Policy{at}"), "policy": text })
    });
    let own: Vec<Value> = own.collect();
    json!({ "name": name, "managed_policy_arns": named, "inline_policy": own, "assume_role_policy": trust.to_string() })
}

pub(super) fn resource(id: &str, kind: &str, values: Value) -> Resource {
    let values = if let Value::Object(values) = values { values } else { Map::new() };
    Resource { by: "cloudformation", module: String::new(), kind: kind.to_owned(), name: id.to_owned(), index: None, data: false, values }
}

/// A policy as text, in a form that says what of it is not known.
pub(super) fn document(value: Option<&Value>) -> Value {
    value.map_or(Value::Null, |document| Value::String(understandable(&document.to_string())))
}

/// The policies that stand in a user, group or role.
fn inline(properties: &Map<String, Value>) -> Vec<Value> {
    let all = properties.get("Policies").and_then(Value::as_array).into_iter().flatten();
    all.map(|policy| json!({ "name": policy.get("PolicyName"), "policy": document(policy.get("PolicyDocument")) })).collect()
}

fn tags(properties: &Map<String, Value>) -> Map<String, Value> {
    let all = properties.get("Tags").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|tag| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()))).collect()
}
