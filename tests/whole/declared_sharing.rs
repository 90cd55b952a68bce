//! What is declared beside identities: who may use what, and what runs as whom. Policies that hang on resources, in Terraform's source, states, plans and templates.

use serde_json::{Value, json};

use crate::support::{Lab, findings};

/// A bucket for everybody, a key for a stranger, a queue for a service, a function with an open address, a secret for a user.
const SOURCE: &str = r#"
variable "partner" {}

data "aws_caller_identity" "me" {}

resource "aws_s3_bucket" "site" {
  bucket = "acme-site"
}

resource "aws_s3_bucket_public_access_block" "site" {
  bucket                  = aws_s3_bucket.site.id
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = data.aws_iam_policy_document.site.json
}

data "aws_iam_policy_document" "site" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.site.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_kms_key" "pay" {
  enable_key_rotation = false
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::222222222222:root" }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${var.partner}:root" }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}

resource "aws_sqs_queue" "in" {
  name = "in"
}

resource "aws_sqs_queue_policy" "in" {
  queue_url = aws_sqs_queue.in.url
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = aws_sqs_queue.in.arn },
  ] })
}

resource "aws_lambda_function" "api" {
  function_name = "api"
  role          = aws_iam_role.api.arn
}

resource "aws_iam_role" "api" {
  name               = "api"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" },
  ] })
}

resource "aws_lambda_function_url" "api" {
  function_name      = aws_lambda_function.api.function_name
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "address" {
  function_name          = aws_lambda_function.api.function_name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_lambda_permission" "tied" {
  function_name = aws_lambda_function.api.arn
  action        = "lambda:InvokeFunction"
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.news.arn
}

resource "aws_sns_topic" "news" {}

resource "aws_iam_user" "reader" {
  name = "reader"
}

resource "aws_iam_user_policy" "list" {
  user   = aws_iam_user.reader.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }] })
}

resource "aws_secretsmanager_secret" "db" {}

resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn = aws_secretsmanager_secret.db.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { AWS = aws_iam_user.reader.arn }, Action = "secretsmanager:GetSecretValue", Resource = "*" },
  ] })
}
"#;

/// Every finding about what is shared: severity, thing, file and reason.
fn shared(report: &Value) -> Vec<String> {
    let checks = ["aws-resource-public", "aws-resource-outside", "aws-resource-confused-deputy", "aws-function-open"];
    let short = |one: &Value| one["identity"].as_str().expect("an ARN").splitn(6, ':').last().expect("a name").to_owned();
    let line = |one: &Value| {
        let word = |name: &str| one[name].as_str().unwrap_or("–").to_owned();
        format!("{} {} {}: {}", word("severity"), short(one), word("declared_in"), word("because"))
    };
    let mut all: Vec<String> = checks.iter().flat_map(|check| findings(report, check).into_iter().map(&line).collect::<Vec<_>>()).collect();
    all.sort();
    all
}

fn undecided(report: &Value, check: &str) -> u64 {
    let all = report["undecided"].as_array().expect("a list");
    all.iter().filter(|one| one["check"] == check).filter_map(|one| one["count"].as_u64()).sum()
}

#[test]
fn the_source_says_who_may_use_what_it_makes() {
    let lab = Lab::new();
    lab.write("infra/main.tf", SOURCE);
    let report = lab.report(&["infra"], 0);
    insta::assert_snapshot!(shared(&report).join("\n"), @r"
    high acme-site main.tf: any AWS principal may read it
    high key/<aws_kms_key.pay> main.tf: account 222222222222, which nobody listed, may use or change it
    medium function:api main.tf: anybody can call it at its address without a signature, and it runs as api
    medium in main.tf: sns.amazonaws.com may use or change it on behalf of anybody: nothing names an account or a source
    ");
    let turning: Vec<&Value> = findings(&report, "aws-kms-rotation").into_iter().map(|one| &one["identity"]).collect();
    assert_eq!(turning, ["arn:aws:kms:us-east-1:000000000000:key/<aws_kms_key.pay>"]);
    // Of the key nobody knows all whom it lets in.
    assert_eq!((undecided(&report, "aws-resource-outside"), undecided(&report, "aws-resource-public")), (1, 1));
    let shown = lab.run(&["show", "reader"]).exits(0).out;
    assert!(
        shown.contains(
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:000000000000:secret:<aws_secretsmanager_secret.db>"
        ),
        "{shown}"
    );
}

#[test]
fn a_bucket_that_is_declared_closed_is_not_open() {
    let lab = Lab::new();
    lab.write("infra/main.tf", SOURCE.replace("restrict_public_buckets = false", "restrict_public_buckets = true"));
    lab.write("t/template.yaml", TEMPLATE.replace("RestrictPublicBuckets: false", "RestrictPublicBuckets: true"));
    for target in ["infra", "t"] {
        let told = shared(&lab.report(&[target], 0));
        assert!(!told.is_empty() && told.iter().all(|line| !line.to_lowercase().contains("site")), "{told:?}");
    }
}

#[test]
fn two_modules_call_their_buckets_alike() {
    let lab = Lab::new();
    let bucket = |action: &str| {
        format!(
            "resource \"aws_s3_bucket\" \"this\" {{\n}}\nresource \"aws_s3_bucket_policy\" \"this\" {{\n  bucket = aws_s3_bucket.this.id\n  policy = jsonencode({{ Statement = [\
             {{ Effect = \"Allow\", Principal = \"*\", Action = \"{action}\", Resource = \"${{aws_s3_bucket.this.arn}}/*\" }}] }})\n}}\n"
        )
    };
    lab.write("infra/a/main.tf", bucket("s3:GetObject"));
    lab.write("infra/b/main.tf", bucket("s3:PutObject"));
    insta::assert_snapshot!(shared(&lab.report(&["infra"], 0)).join("\n"), @r"
    critical <b.aws_s3_bucket.this> b/main.tf: any AWS principal may use or change it
    high <a.aws_s3_bucket.this> a/main.tf: any AWS principal may read it
    ");
}

/// A state in which a bucket, a queue and a function are there already.
fn state() -> String {
    let instance = |kind: &str, name: &str, attributes: Value| json!({ "mode": "managed", "type": kind, "name": name, "instances": [{ "attributes": attributes }] });
    let open = |action: &str, who: Value| {
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": who, "Action": action, "Resource": "*" }] })
            .to_string()
    };
    let queue = "https://sqs.eu-west-1.amazonaws.com/111111111111/in";
    let resources = [
        instance(
            "aws_s3_bucket",
            "site",
            json!({ "arn": "arn:aws:s3:::acme-site", "bucket": "acme-site", "id": "acme-site", "policy": open("s3:PutObject", json!("*")) }),
        ),
        instance("aws_s3_bucket_policy", "site", json!({ "bucket": "acme-site", "policy": open("s3:GetObject", json!("*")) })),
        instance(
            "aws_sqs_queue_policy",
            "in",
            json!({ "queue_url": queue, "policy": open("sqs:SendMessage", json!({ "AWS": "222222222222" })) }),
        ),
        instance(
            "aws_lambda_function",
            "api",
            json!({ "arn": "arn:aws:lambda:eu-west-1:111111111111:function:api", "function_name": "api", "role": "arn:aws:iam::111111111111:role/api" }),
        ),
        instance(
            "aws_lambda_permission",
            "own",
            json!({ "function_name": "api", "action": "lambda:InvokeFunction", "principal": "222222222222", "statement_id": "own" }),
        ),
        instance(
            "aws_lambda_permission",
            "live",
            json!({ "function_name": "arn:aws:lambda:eu-west-1:111111111111:function:api:live", "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com" }),
        ),
    ];
    json!({ "version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": resources }).to_string()
}

#[test]
fn a_state_says_who_may_use_what_is_there() {
    let lab = Lab::new();
    lab.write("t/terraform.tfstate", state());
    insta::assert_snapshot!(shared(&lab.report(&["t"], 0)).join("\n"), @r"
    high acme-site terraform.tfstate: any AWS principal may read it
    medium function:api terraform.tfstate: account 222222222222, which nobody listed, may use or change it
    medium function:api terraform.tfstate: s3.amazonaws.com may use or change it on behalf of anybody: nothing names an account or a source
    medium in terraform.tfstate: account 222222222222, which nobody listed, may use or change it
    ");
}

#[test]
fn a_plan_says_who_will_and_that_nobody_knows_yet() {
    let lab = Lab::new();
    let open = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*" }] });
    let planned = |kind: &str, name: &str, values: Value| json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values });
    let written = |kind: &str, name: &str, expressions: Value| json!({ "address": format!("{kind}.{name}"), "expressions": expressions });
    let of = |references: &[&str]| json!({ "references": references });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": { "root_module": { "resources": [
            planned("aws_s3_bucket", "site", json!({ "bucket": "acme-site" })),
            planned("aws_s3_bucket_policy", "site", json!({ "policy": open.to_string() })),
            planned("aws_s3_bucket", "logs", json!({ "bucket": "acme-logs" })),
            planned("aws_s3_bucket_policy", "logs", json!({})),
            planned("aws_lambda_permission", "topic", json!({ "function_name": "api", "principal": "sns.amazonaws.com", "action": "lambda:InvokeFunction" })),
        ] } },
        "configuration": { "root_module": { "resources": [
            written("aws_s3_bucket_policy", "site", json!({ "bucket": of(&["aws_s3_bucket.site.id", "aws_s3_bucket.site"]) })),
            written("aws_s3_bucket_policy", "logs", json!({ "bucket": of(&["aws_s3_bucket.logs.id"]), "policy": of(&["data.aws_iam_policy_document.logs.json"]) })),
            written("aws_lambda_permission", "topic", json!({ "source_arn": of(&["aws_sns_topic.news.arn"]) })),
        ] } },
    });
    lab.write("t/plan.json", plan.to_string());
    let report = lab.report(&["t"], 0);
    insta::assert_snapshot!(shared(&report).join("\n"), @"high acme-site plan.json: any AWS principal may read it");
    assert_eq!(undecided(&report, "aws-resource-public"), 1);
}

/// What the source says, as a template.
const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: false }
  SitePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${Site.Arn}/*' }
  Pay:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: 'kms:*', Resource: '*' }
          - { Effect: Allow, Principal: { AWS: 'arn:aws:iam::222222222222:root' }, Action: 'kms:Decrypt', Resource: '*' }
  In: { Type: AWS::SQS::Queue }
  News: { Type: AWS::SNS::Topic }
  InPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref In]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: { Service: sns.amazonaws.com }, Action: 'sqs:SendMessage', Resource: !GetAtt In.Arn }
  NewsPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref News]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: { AWS: '*' }, Action: 'sns:Publish', Resource: !Ref News }
  Images:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: team/app
      RepositoryPolicyText:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { AWS: 'arn:aws:iam::222222222222:root' }, Action: 'ecr:BatchGetImage' }]
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      FunctionUrlConfig: { AuthType: NONE }
  Call:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !GetAtt Hook.Arn, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com }
  Tied:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Hook, Action: 'lambda:InvokeFunction', Principal: sns.amazonaws.com, SourceArn: !Ref News }
";

#[test]
fn a_template_says_who_may_use_what_it_makes() {
    let lab = Lab::new();
    lab.write("t/template.yaml", TEMPLATE);
    insta::assert_snapshot!(shared(&lab.report(&["t"], 0)).join("\n"), @r"
    critical <template.yaml.News> template.yaml: any AWS principal may use or change it
    high <template.yaml.Site> template.yaml: any AWS principal may read it
    high key/<template.yaml.Pay> template.yaml: account 222222222222, which nobody listed, may use or change it
    low repository/team/app template.yaml: account 222222222222, which nobody listed, may read it
    medium <template.yaml.In> template.yaml: sns.amazonaws.com may use or change it on behalf of anybody: nothing names an account or a source
    medium function:<template.yaml.Hook> template.yaml: anybody can call it at its address without a signature, and it runs as HookRole
    medium function:<template.yaml.Hook> template.yaml: s3.amazonaws.com may use or change it on behalf of anybody: nothing names an account or a source
    ");
}

/// One user who may change whatever runs, by what he asks for on which thing.
fn taking_over(kind: &str, more: &str, action: &str, on: &str) -> String {
    format!(
        "resource \"aws_iam_user\" \"dev\" {{\n  name = \"dev\"\n}}\n\
         resource \"aws_iam_user_policy\" \"dev\" {{\n  user   = aws_iam_user.dev.name\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = {action}, Resource = {on} }}] }})\n}}\n\
         resource \"aws_iam_role\" \"runs\" {{\n  name = \"runs\"\n  managed_policy_arns = [\"arn:aws:iam::aws:policy/AdministratorAccess\"]\n  \
         assume_role_policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = {{ Service = \
         [\"lambda.amazonaws.com\", \"codebuild.amazonaws.com\", \"sagemaker.amazonaws.com\", \"ecs-tasks.amazonaws.com\"] }} }}] }})\n}}\n\
         resource \"{kind}\" \"it\" {{\n  {more}\n}}\n"
    )
}

#[test]
fn what_is_declared_to_run_as_a_role_is_a_way_to_it() {
    let cases = [
        (
            "aws_lambda_function",
            "role = aws_iam_role.runs.arn",
            "[\"lambda:UpdateFunctionCode\", \"lambda:InvokeFunction\"]",
            "aws_lambda_function.it.arn",
        ),
        (
            "aws_codebuild_project",
            "service_role = aws_iam_role.runs.arn\n  name = \"build\"",
            "\"codebuild:StartBuild\"",
            "aws_codebuild_project.it.arn",
        ),
        (
            "aws_sagemaker_notebook_instance",
            "role_arn = aws_iam_role.runs.arn",
            "\"sagemaker:CreatePresignedNotebookInstanceUrl\"",
            "aws_sagemaker_notebook_instance.it.arn",
        ),
    ];
    for (kind, more, action, on) in cases {
        let lab = Lab::new();
        lab.write("infra/main.tf", taking_over(kind, more, action, on));
        lab.report(&["infra"], 0);
        let list = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json();
        let dev = list.as_array().expect("a list").iter().find(|one| one["name"] == "dev").expect("dev").clone();
        assert_eq!((&dev["privilege"], &dev["certainty"]), (&"escalates".into(), &"certain".into()), "{kind} {dev:#}");
        let told = findings(&lab.report(&["infra"], 0), "aws-workload-administrator").len();
        assert_eq!(told, 1, "{kind}");
        // Another one of that sort is none.
        let lab = Lab::new();
        lab.write("infra/main.tf", taking_over(kind, more, action, "\"arn:aws:x:us-east-1:000000000000:other\""));
        lab.report(&["infra"], 0);
        let list = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json();
        let dev = list.as_array().expect("a list").iter().find(|one| one["name"] == "dev").expect("dev").clone();
        assert_ne!(dev["privilege"], "escalates", "{kind} {dev:#}");
    }
}
