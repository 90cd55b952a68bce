//! What changed in an account between two runs.

use serde_json::{Value, json};

use crate::support::{Lab, findings};

const ACCOUNT: &str = "111111111111";

fn user(name: &str, action: &str) -> Value {
    json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{}", name.to_uppercase()), "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
        "CreateDate": "2023-01-01T00:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [], "Tags": [],
        "UserPolicyList": [{ "PolicyName": "own", "PolicyDocument": {
            "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }],
        } }],
    })
}

fn account(lab: &Lab, users: &[Value]) {
    let all = json!({ "UserDetailList": users, "GroupDetailList": [], "RoleDetailList": [], "Policies": [] });
    lab.write("inventory/account.json", all.to_string());
}

fn grown(lab: &Lab, at: &str) -> Vec<String> {
    let report = lab.run(&["scan", "inventory", "--now", at, "--format", "json"]).exits(0).json();
    findings(&report, "privilege-grew").iter().map(|f| format!("{} {}", f["severity"], f["because"]).replace('"', "")).collect()
}

#[test]
fn what_may_do_more_than_at_the_last_run_is_told_once() {
    let lab = Lab::new();
    account(&lab, &[user("ci", "s3:ListBucket"), user("same", "*")]);
    assert_eq!(grown(&lab, "2026-01-01T00:00:00Z"), Vec::<String>::new());
    account(&lab, &[user("ci", "iam:PutUserPolicy"), user("same", "*"), user("guest", "*"), user("reader", "s3:ListBucket")]);
    let told = [
        "high ci may make itself administrator; on 2026-01-01 it could read",
        "high guest is new in account 111111111111 since 2026-01-01, and may do everything",
    ];
    assert_eq!(grown(&lab, "2026-01-02T00:00:00Z"), told);
    assert_eq!(grown(&lab, "2026-01-03T00:00:00Z"), Vec::<String>::new());
    account(&lab, &[user("ci", "s3:ListBucket"), user("same", "*"), user("guest", "*")]);
    assert_eq!(grown(&lab, "2026-01-04T00:00:00Z"), Vec::<String>::new(), "less is no finding");
}
