//! The managed policies of AWS, all of them as the emulator of the tests ships them: what each gives to whoever has nothing else.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    emulator,
    support::{Lab, faults, skipped},
};

/// Policies of which everybody can look up what they give.
const KNOWN: &[(&str, &str)] = &[
    ("AWSCompromisedKeyQuarantineV3", "none"),
    ("AWSDenyAll", "none"),
    ("AWSLambdaBasicExecutionRole", "write"),
    ("AWSLambdaInvocation-DynamoDB", "write"),
    ("AdministratorAccess", "admin"),
    ("AmazonDynamoDBReadOnlyAccess", "sensitive"),
    ("AmazonEC2ContainerRegistryPullOnly", "sensitive"),
    ("AmazonEC2FullAccess", "sensitive"),
    ("AmazonEC2ReadOnlyAccess", "read"),
    ("AmazonS3FullAccess", "sensitive"),
    ("AmazonS3ReadOnlyAccess", "sensitive"),
    ("AmazonSNSReadOnlyAccess", "read"),
    ("AmazonSQSFullAccess", "sensitive"),
    ("IAMFullAccess", "escalates"),
    ("IAMReadOnlyAccess", "read"),
    ("IAMUserChangePassword", "write"),
    ("PowerUserAccess", "escalates"),
    ("ReadOnlyAccess", "sensitive"),
    ("SecretsManagerReadWrite", "sensitive"),
    ("SecurityAudit", "read"),
    ("ViewOnlyAccess", "read"),
];

/// The file that holds the policies; `None` where the emulator cannot be installed.
fn file() -> Option<PathBuf> {
    let versions = fs::read_dir(emulator::folder()?.join("lib")).ok()?.filter_map(Result::ok);
    let mut files = versions.map(|version| version.path().join("site-packages/moto/iam/aws_managed_policies.py"));
    files.find(|file| file.is_file())
}

/// An account for each policy, with one user who has it.
fn accounts(policies: &serde_json::Map<String, Value>) -> String {
    let user = |(number, (name, policy)): (usize, (&String, &Value))| {
        let account = 100_000_000_000_u64 + number as u64;
        json!({
            "Path": "/", "UserName": name, "UserId": format!("AIDA{number}"), "Arn": format!("arn:aws:iam::{account}:user/{name}"),
            "CreateDate": "2023-01-01T00:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [], "Tags": [],
            "UserPolicyList": [{ "PolicyName": name, "PolicyDocument": policy["Document"] }],
        })
    };
    let users: Vec<Value> = policies.iter().enumerate().map(user).collect();
    json!({ "UserDetailList": users, "GroupDetailList": [], "RoleDetailList": [], "Policies": [] }).to_string()
}

#[test]
fn every_managed_policy_is_read_and_gives_what_it_is_known_to_give() {
    let Some(file) = file() else { return skipped("no Python, or moto cannot be installed") };
    let text = fs::read_to_string(file).expect("a program is text");
    let literal = text.split("\"\"\"").nth(1).expect("one long literal");
    let Value::Object(policies) = serde_json::from_str(literal).expect("JSON") else { panic!("no object") };
    assert!(policies.len() > 1_500, "{}", policies.len());

    let lab = Lab::new();
    lab.write("accounts.json", accounts(&policies));
    let report = lab.report(&["accounts.json"], 0);
    assert_eq!(faults(&report), Vec::<String>::new());
    let all = lab.run(&["identities", "--format", "json"]).exits(0).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let told: BTreeMap<String, String> =
        all.as_array().expect("a list").iter().map(|one| (text(&one["name"]), text(&one["privilege"]))).collect();
    assert_eq!(told.len(), policies.len());
    let known: Vec<(&str, &str)> = KNOWN.iter().map(|(name, _)| (*name, told.get(*name).map_or("is not there", String::as_str))).collect();
    assert_eq!(known, KNOWN);
    let certainly = |one: &&Value| one["privilege"] == "admin" && one["certainty"] == "certain";
    let admins: Vec<&Value> = all.as_array().expect("a list").iter().filter(certainly).map(|one| &one["name"]).collect();
    assert_eq!(admins, ["AdministratorAccess"], "no other policy of AWS gives everything without a condition");
}
