//! Permissions that go too far, as a user meets them: each is told by one check, the strongest.

use serde_json::{Value, json};

use crate::support::Lab;

const ACCOUNT: &str = "111111111111";

/// A user with one policy of his own, and an owner.
fn user(name: &str, statement: &Value) -> Value {
    json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{}", name.to_uppercase()), "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
        "CreateDate": "2023-01-01T00:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [], "Tags": [{ "Key": "owner", "Value": "x" }],
        "UserPolicyList": [{ "PolicyName": "own", "PolicyDocument": { "Version": "2012-10-17", "Statement": [statement] } }],
    })
}

/// What is said of a user: severity and check.
fn told(statement: &Value) -> Vec<String> {
    let lab = Lab::new();
    let all = json!({ "UserDetailList": [user("ci", statement)], "GroupDetailList": [], "RoleDetailList": [], "Policies": [] });
    lab.write("account.json", all.to_string());
    let report = lab.report(&["account.json"], 0);
    let findings = report["findings"].as_array().expect("a list").iter();
    let mut told: Vec<String> = findings.map(|f| format!("{} {}", f["severity"], f["check"]).replace('"', "")).collect();
    told.sort();
    told
}

#[test]
fn what_a_stronger_finding_says_is_not_said_again() {
    let allow = |action: Value| json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    let direct = "low aws-user-direct-policy";
    assert_eq!(told(&allow(json!("*"))), ["critical aws-administrator", direct]);
    assert_eq!(
        told(&allow(json!(["iam:PutUserPolicy", "s3:GetObject", "sqs:SendMessage"]))),
        ["critical aws-privilege-escalation", direct]
    );
    assert_eq!(told(&allow(json!("s3:*"))), ["high aws-loose-statement", direct]);
    assert_eq!(told(&allow(json!(["s3:GetObject", "s3:ListAllMyBuckets"]))), [direct, "medium aws-data-access"]);
    assert_eq!(told(&allow(json!(["s3:ListAllMyBuckets", "ec2:DescribeInstances"]))), [direct]);
    let all_but = json!({ "Effect": "Allow", "NotAction": ["iam:*", "sso:*", "organizations:*"], "Resource": "*" });
    assert_eq!(told(&all_but), ["high aws-loose-statement", direct, "medium aws-assume-any-role"]);
}
