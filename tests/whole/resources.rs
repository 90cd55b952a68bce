//! Policies that hang on resources, as AWS's own tool prints them.

use serde_json::{Value, json};

use crate::support::{Lab, faults, findings};

const ACCOUNT: &str = "111111111111";

/// A policy of one statement, as a text in a document.
fn policy(principal: &Value, action: &str, resource: &str) -> String {
    let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// What checks on resources say of a report: the check, the resource and the sentence.
fn told(report: &Value) -> Vec<[String; 3]> {
    let all = report["findings"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut told: Vec<[String; 3]> = all
        .filter(|f| text(&f["check"]).starts_with("aws-resource-"))
        .map(|f| [text(&f["check"]), text(&f["identity"]), text(&f["because"])])
        .collect();
    told.sort();
    told
}

#[test]
fn every_form_of_a_resource_policy_is_read_and_judged() {
    let lab = Lab::new();
    let anybody = json!("*");
    let guest = json!({ "AWS": "arn:aws:iam::222222222222:root" });
    let (queue, secret) = ("arn:aws:sqs:eu-west-1:111111111111:q", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a");
    let function = "arn:aws:lambda:eu-west-1:111111111111:function:f";
    lab.write("bucket.json", json!({ "Policy": policy(&anybody, "s3:GetObject", "arn:aws:s3:::data/*") }).to_string());
    lab.write(
        &format!("{ACCOUNT}/kms/1234-abcd.json"),
        json!({ "Policy": policy(&guest, "kms:Decrypt", "*"), "PolicyName": "default" }).to_string(),
    );
    lab.write(
        "function.json",
        json!({ "Policy": policy(&json!({ "Service": "s3.amazonaws.com" }), "lambda:InvokeFunction", function), "RevisionId": "1" })
            .to_string(),
    );
    lab.write(
        "secret.json",
        json!({ "ARN": secret, "Name": "a", "ResourcePolicy": policy(&anybody, "secretsmanager:GetSecretValue", "*") }).to_string(),
    );
    lab.write("queue.json", json!({ "Attributes": { "QueueArn": queue, "Policy": policy(&guest, "sqs:SendMessage", queue) } }).to_string());
    let report = lab.report(&["."], 0);
    assert_eq!(faults(&report), Vec::<String>::new());
    let expected = [
        [
            "aws-resource-confused-deputy",
            function,
            "s3.amazonaws.com may use or change it on behalf of anybody: nothing names an account or a source",
        ],
        [
            "aws-resource-outside",
            "arn:aws:kms:*:111111111111:key/1234-abcd",
            "account 222222222222, which nobody listed, may use or change it",
        ],
        ["aws-resource-outside", queue, "account 222222222222, which nobody listed, may use or change it"],
        ["aws-resource-public", "arn:aws:s3:::data", "any AWS principal may read it"],
        ["aws-resource-public", secret, "any AWS principal may read it"],
    ];
    let told = told(&report);
    let told: Vec<[&str; 3]> = told.iter().map(|one| [one[0].as_str(), one[1].as_str(), one[2].as_str()]).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_policy_that_does_not_say_of_what_it_is_and_one_that_is_none_are_faults() {
    let lab = Lab::new();
    lab.write("a.json", json!({ "Policy": policy(&json!("*"), "s3:GetObject", "*") }).to_string());
    lab.write("b.json", json!({ "Policy": "{\"Statement\":{\"Effect\":\"allow\",\"Principal\":\"*\",\"Action\":\"s3:*\"}}" }).to_string());
    let report = lab.report(&["."], 3);
    let told = faults(&report);
    assert!(told.len() == 2 && told[0].contains("does not say of which") && told[1].contains("the effect `allow`"), "{told:?}");
}

#[test]
fn a_resource_that_no_target_of_a_run_is_about_is_not_told_again() {
    let lab = Lab::new();
    lab.write("bucket/policy.json", json!({ "Policy": policy(&json!("*"), "s3:GetObject", "arn:aws:s3:::data/*") }).to_string());
    lab.write("other/a.txt", "nothing");
    let public = |target: &str| findings(&lab.report(&[target, "--record", "r.db"], 0), "aws-resource-public").len();
    assert_eq!([public("bucket"), public("other"), public("bucket")], [1, 0, 1]);
}
