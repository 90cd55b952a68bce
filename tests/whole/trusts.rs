//! Who may become the roles of an account, as a user meets it: saved documents in, findings out.

use serde_json::{Value, json};

use crate::support::{Lab, findings};

const ACCOUNT: &str = "111111111111";
const GITHUB: &str = "token.actions.githubusercontent.com";

/// A role that reads objects, with a trust of one statement.
fn role(name: &str, principal: &Value, condition: &Value) -> Value {
    let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:*", "Condition": condition });
    let own = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }] });
    json!({
        "Path": "/", "RoleName": name, "RoleId": format!("AROA{}", name.to_uppercase()), "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        "CreateDate": "2023-01-01T00:00:00+00:00", "InstanceProfileList": [], "Tags": [], "AttachedManagedPolicies": [],
        "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [statement] },
        "RolePolicyList": [{ "PolicyName": "own", "PolicyDocument": own }],
    })
}

fn provider(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{name}")
}

#[test]
fn what_is_wrong_with_a_trust_is_told_by_its_own_check_and_once() {
    let lab = Lab::new();
    let github = json!({ "Federated": provider(GITHUB) });
    let subject = |value: &str| json!({ "StringLike": { format!("{GITHUB}:sub"): value }, "StringEquals": { format!("{GITHUB}:aud"): "sts.amazonaws.com" } });
    let roles = [
        role("owner", &github, &subject("repo:acme/*")),
        role("branches", &github, &subject("repo:acme/app:*")),
        role("narrow", &github, &subject("repo:acme/app:environment:production")),
        role("vendor", &json!({ "AWS": "222222222222" }), &json!({ "StringEquals": { "sts:ExternalId": "acme" } })),
        role("plant", &json!({ "Service": "rolesanywhere.amazonaws.com" }), &json!({})),
    ];
    lab.write("account.json", json!({ "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] }).to_string());
    let saml = json!({ "SAMLProviderList": [{ "Arn": format!("arn:aws:iam::{ACCOUNT}:saml-provider/okta"), "ValidUntil": "2025-01-01T00:00:00+00:00" }] });
    lab.write("saml.json", saml.to_string());
    let report = lab.report(&["."], 0);
    let told: Vec<(String, String)> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| (f["check"].as_str().unwrap_or_default().to_owned(), f["because"].as_str().unwrap_or_default().to_owned()))
        .filter(|(check, _)| check.starts_with("aws-") && !["aws-data-access"].contains(&check.as_str()))
        .collect();
    let expected = [
        ("aws-external-id-guessable", "vendor: the external id that it asks for has 4 characters"),
        (
            "aws-oidc-any-ref",
            "branches: every branch, tag and pull request of a repository at GitHub Actions may become it (`repo:acme/app:*`)",
        ),
        ("aws-open-trust", "owner: every repository of an owner at GitHub Actions may become it (`repo:acme/*`)"),
        ("aws-provider-unused", "no role of account 111111111111 believes the SAML provider okta"),
        ("aws-roles-anywhere-open", "plant: every certificate of every authority that the account trusts opens it"),
        ("aws-saml-provider-expired", "the metadata of the SAML provider okta ended on 2025-01-01"),
        ("aws-unknown-account", "vendor: account 222222222222 may become it, and nobody listed that account"),
    ];
    let mut told: Vec<(&str, &str)> = told.iter().map(|(check, because)| (check.as_str(), because.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, expected);
}

#[test]
fn settings_name_the_accounts_that_one_knows() {
    let lab = Lab::new();
    let vendor =
        role("vendor", &json!({ "AWS": "222222222222" }), &json!({ "StringEquals": { "sts:ExternalId": "a-long-and-random-one" } }));
    lab.write("account.json", json!({ "RoleDetailList": [vendor] }).to_string());
    let severity = |settings: &str| {
        lab.write("unhidden.toml", settings);
        let report = lab.report(&["account.json", "--config", "unhidden.toml"], 0);
        findings(&report, "aws-unknown-account").first().map(|f| f["severity"].clone())
    };
    assert_eq!(severity(""), Some(json!("medium")));
    assert_eq!(severity("[check.aws-unknown-account]\nknown = [\"333333333333\"]\n"), Some(json!("high")));
    assert_eq!(severity("[check.aws-unknown-account]\nknown = [\"222222222222\"]\n"), None);
}
