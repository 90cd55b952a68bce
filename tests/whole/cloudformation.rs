//! Templates of CloudFormation as inventories: what they would make, judged before it is made.

use serde_json::Value;

use crate::support::{Lab, findings};

/// A template as people write them: tags, a parameter, a policy that hangs on another resource.
const TEMPLATE: &str = "\
# What the deployment may do.
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Stage:
    Type: String
    Default: prod
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  Deploy:
    Type: AWS::IAM::User
    Properties:
      UserName: !Sub '${Stage}-deploy'
      Policies:
        - PolicyName: pass
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: [iam:PassRole]
                Resource: !GetAtt Runner.Arn
              - Effect: Allow
                Action: ['lambda:CreateFunction', 'lambda:InvokeFunction']
                Resource: '*'
  Runner:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: { Service: lambda.amazonaws.com }
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Ref All
  All:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Action: '*', Resource: '*' }]
";

fn told(report: &Value, check: &str) -> Vec<String> {
    findings(report, check).iter().map(|f| format!("{}: {}", f["identity"], f["because"]).replace('"', "")).collect()
}

#[test]
fn a_template_is_judged_before_anybody_makes_a_stack_of_it() {
    let lab = Lab::new();
    lab.write("infra/template.yaml", TEMPLATE);
    let report = lab.report(&["infra", "--fail-on", "high"], 1);
    let way = "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction to Runner";
    assert_eq!(
        told(&report, "aws-privilege-escalation"),
        [format!("arn:aws:iam::000000000000:user/prod-deploy: prod-deploy can become administrator in one step: {way}")]
    );
    let admin = told(&report, "aws-administrator");
    assert!(admin.len() == 1 && admin[0].starts_with("arn:aws:iam::000000000000:role/template.yaml/Runner: "), "{admin:?}");
    let shown = lab.run(&["show", "Runner"]).exits(0).out;
    assert!(shown.contains("cloudformation: Runner in template.yaml, planned\n"), "{shown}");
}

#[test]
fn two_templates_may_call_their_roles_alike() {
    let path =
        TEMPLATE.replace("    Type: AWS::IAM::Role\n    Properties:\n", "    Type: AWS::IAM::Role\n    Properties:\n      Path: /ci/\n");
    for (template, role) in [(TEMPLATE, "role/a/template.yaml/Runner"), (&path, "role/ci/a/template.yaml/Runner")] {
        let lab = Lab::new();
        lab.write("a/template.yaml", template);
        lab.write("b/template.yaml", template.replace("Action: '*'", "Action: 's3:ListBucket'"));
        let report = lab.report(&["."], 0);
        let admins = told(&report, "aws-administrator");
        assert!(admins.len() == 1 && admins[0].contains(role), "{admins:?}");
    }
}

#[test]
fn a_function_of_sam_has_the_role_that_its_template_says() {
    let lab = Lab::new();
    let function = r#"{ "Transform": "AWS::Serverless-2016-10-31", "Resources": { "Hook": { "Type": "AWS::Serverless::Function",
        "Properties": { "Policies": ["AdministratorAccess", { "S3ReadPolicy": { "BucketName": "x" } }] } } } }"#;
    lab.write("t/app.template.json", function);
    let report = lab.report(&["t"], 0);
    assert_eq!(told(&report, "aws-administrator").len(), 1);
    let list = lab.run(&["identities", "--format", "json"]).exits(0).json();
    assert_eq!(list[0]["name"], "HookRole");
}

#[test]
fn a_template_that_cannot_be_read_is_a_fault() {
    let lab = Lab::new();
    lab.write("t/template.yaml", format!("{TEMPLATE}  Broken: [\n"));
    let report = lab.report(&["t"], 3);
    assert!(report["faults"].to_string().contains("looks like a template of CloudFormation, but cannot be read: "), "{}", report["faults"]);
}

/// A template with one user, whose policy is given, and what else is.
fn with(parameters: &str, resource: &str, more: &str) -> String {
    format!(
        "Parameters:\n  Stage: {{ Type: String, Default: dev }}\n{parameters}\nConditions:\n  Live: !Equals [!Ref Stage, prod]\n  Dev: !Not [!Condition Live]\n\
         Resources:\n  Deploy:\n    Type: AWS::IAM::User\n    Properties:\n      UserName: !Sub '${{Stage}}-deploy'\n      Policies:\n        - PolicyName: own\n          \
         PolicyDocument: {{ Version: '2012-10-17', Statement: [{{ Effect: Allow, Action: 's3:PutObject', Resource: {resource} }}] }}\n{more}\n"
    )
}

fn powers(lab: &Lab) -> Vec<String> {
    let list = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json();
    let line = |one: &Value| format!("{} {} {}", one["name"], one["privilege"], one["certainty"]).replace('"', "");
    list.as_array().expect("a list").iter().map(line).collect()
}

#[test]
fn what_a_template_hangs_on_makes_an_answer_possible() {
    for (parameters, resource, told) in [
        ("", "'arn:aws:s3:::data/*'", "dev-deploy write certain"),
        ("", "!Sub 'arn:aws:s3:::${AWS::StackName}-data/*'", "dev-deploy write certain"),
        ("  Bucket: { Type: String }", "!Sub 'arn:aws:s3:::${Bucket}/*'", "dev-deploy write possible"),
        ("", "!ImportValue data", "dev-deploy write possible"),
    ] {
        let lab = Lab::new();
        lab.write("t/template.yaml", with(parameters, resource, ""));
        lab.report(&["t"], 0);
        assert_eq!(powers(&lab), [told], "{resource}");
    }
}

#[test]
fn a_condition_that_is_known_decides_and_any_other_lets_what_may_be_granted_count() {
    let admin = |condition: &str| {
        format!(
            "  Operator:\n    Type: AWS::IAM::User\n{condition}    Properties:\n      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess']"
        )
    };
    let choice = |condition: &str| {
        format!(
            "  Operator:\n    Type: AWS::IAM::User\n    Properties:\n      ManagedPolicyArns: [!If [{condition}, 'arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::aws:policy/job-function/Billing']]"
        )
    };
    for (more, count) in [
        (admin(""), 1),
        (admin("    Condition: Live\n"), 0),
        (admin("    Condition: Dev\n"), 1),
        (admin("    Condition: Nowhere\n"), 1),
        (choice("Live"), 0),
        (choice("Dev"), 1),
        (choice("Nowhere"), 1),
    ] {
        let lab = Lab::new();
        lab.write("t/template.yaml", with("", "'*'", &more));
        let report = lab.report(&["t"], 0);
        assert_eq!(told(&report, "aws-administrator").len(), count, "{more}");
    }
}

#[test]
fn a_name_that_a_function_makes_is_the_name_by_which_others_refer_to_it() {
    let lab = Lab::new();
    let template = TEMPLATE.replace(
        "    Type: AWS::IAM::Role\n    Properties:\n",
        "    Type: AWS::IAM::Role\n    Properties:\n      RoleName: !Sub '${Stage}-runner'\n",
    );
    lab.write("infra/template.yaml", template);
    let ways = told(&lab.report(&["infra"], 0), "aws-privilege-escalation");
    assert!(ways.len() == 1 && ways[0].ends_with("lambda:InvokeFunction to prod-runner"), "{ways:?}");
}

#[test]
fn what_one_template_declares_is_not_new_beside_another() {
    let lab = Lab::new();
    lab.write("a/template.yaml", TEMPLATE);
    lab.write("b/other.yaml", TEMPLATE);
    lab.report(&["a"], 0);
    let report = lab.report(&["b"], 0);
    assert_eq!((told(&report, "privilege-grew"), told(&report, "aws-administrator").len()), (Vec::new(), 1));
}
