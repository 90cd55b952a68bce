//! What an account keeps beside identities: secrets in a manager, configuration, certificates, key pairs of machines.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    aws::scan,
    aws_server::{before, unserved},
    emulator::Emulator,
    support::{Lab, Said, findings, github, password},
};

/// Scans an account through a door that keeps what the emulator cannot do from being a fault; beside it a folder.
fn both(lab: &Lab, emulator: &Emulator, arguments: &[&str]) -> Said {
    let door = before(&emulator.url, |operation, _| unserved(operation));
    scan(lab, &door, &[&["dir:tree"], arguments].concat())
}

fn said(report: &Value, check: &str) -> Vec<String> {
    let all = findings(report, check).into_iter();
    let mut all: Vec<String> =
        all.map(|one| format!("{} {}", one["severity"].as_str().unwrap_or("-"), one["because"].as_str().unwrap_or("-"))).collect();
    all.sort();
    all
}

/// Whether the record holds a text.
fn holds(lab: &Lab, text: &str) -> bool {
    let bytes = std::fs::read(lab.record()).expect("a record");
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_value_that_a_manager_keeps_is_known_again_in_a_file_and_never_told_where_it_belongs() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let (shared, plain, kept, sealed) = (password(1), github(2), password(3), password(4));
    emulator.python(&format!(
        "manager, ssm = client('secretsmanager'), client('ssm')\n\
         manager.create_secret(Name='prod/db', SecretString=json.dumps(dict(user='app', password='{shared}')))\n\
         manager.create_secret(Name='bot', SecretString='{plain}')\n\
         manager.create_secret(Name='alone', SecretString='DB_PASSWORD={kept}')\n\
         ssm.put_parameter(Name='/app/key', Type='SecureString', Value='{sealed}')\n"
    ));
    lab.write(
        "tree/app.env",
        format!("DB_PASSWORD={shared}\nSERVICE_PASSWORD={sealed}\nGITHUB_TOKEN={plain}\nOTHER_PASSWORD={}\n", password(5)),
    );
    let asked = both(&lab, &emulator, &["--read-secret-values", "--save", "saved"]).exits(0).json();
    assert_eq!(
        said(&asked, "secret-also-in-manager"),
        [
            "critical is the present value of the secret /app/key in account 123456789012; lies in 1 place outside of it",
            "critical is the present value of the secret bot in account 123456789012; lies in 1 place outside of it",
            "critical is the present value of the secret prod/db in account 123456789012; lies in 1 place outside of it"
        ]
    );
    // What lies in the manager alone is nobody's finding, is in no record and in no saved answer.
    let places = asked["findings"].to_string();
    assert!(!places.contains("/values"), "{places}");
    for secret in [&shared, &plain, &kept, &sealed] {
        assert!(!holds(&lab, secret) && !asked.to_string().contains(secret.as_str()));
    }
    let saved = lab.shell(&format!("grep -rlF -e {kept} -e {sealed} saved || true")).out;
    assert!(!saved.contains("123456789012"), "{saved}");
}

#[test]
fn without_consent_no_value_is_read() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let shared = password(1);
    emulator.python(&format!("client('secretsmanager').create_secret(Name='db', SecretString='{shared}')\n"));
    lab.write("tree/app.env", format!("DB_PASSWORD={shared}\n"));
    let report = both(&lab, &emulator, &[]).exits(0).json();
    assert_eq!(said(&report, "secret-also-in-manager"), [] as [&str; 0]);
    let exposed = findings(&report, "exposed-credential");
    assert_eq!(exposed.len(), 1, "{exposed:#?}");
    let said = lab.scan(&["tree", "--read-secret-values"]).exits(2);
    assert!(said.err.contains("--read-secret-values says how an AWS account is read"), "{}", said.err);
}

#[test]
fn what_services_are_configured_with_is_read_and_judged_where_it_lies() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let [environment, data, template, parameter] = [1, 2, 3, 4].map(github);
    emulator.python(&format!(
        r##"
import base64, io, zipfile
role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=policy(Effect="Allow", Principal={{"Service": "lambda.amazonaws.com"}}, Action="sts:AssumeRole"))
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as members:
    members.writestr("a.py", "x = 1")
client("lambda").create_function(FunctionName="f", Runtime="python3.11", Role=role["Role"]["Arn"], Handler="a.h",
    Code={{"ZipFile": archive.getvalue()}}, Environment={{"Variables": {{"GITHUB_TOKEN": "{environment}"}}}})
ec2 = client("ec2")
image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, UserData="#!/bin/sh\nexport GITHUB_TOKEN={data}\n")
start = base64.b64encode(b"#!/bin/sh\nexport GITHUB_TOKEN={template}\n").decode()
ec2.create_launch_template(LaunchTemplateName="t", LaunchTemplateData={{"ImageId": image, "UserData": start}})
client("ssm").put_parameter(Name="/app/token", Type="String", Value="{parameter}")
"##
    ));
    lab.write("tree/a.txt", "nothing\n");
    let report = both(&lab, &emulator, &[]).exits(0).json();
    assert_eq!(
        said(&report, "plaintext-in-configuration"),
        [
            "high lies in clear in a parameter that is stored in clear of account 123456789012 in us-east-1",
            "high lies in clear in the environment of a Lambda function of account 123456789012 in us-east-1",
            "high lies in clear in the user data of a launch template of account 123456789012 in us-east-1",
            "high lies in clear in the user data of a machine of account 123456789012 in us-east-1"
        ]
    );
}

#[test]
fn a_private_key_in_a_file_is_that_of_a_key_pair_or_a_certificate_of_the_account() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    std::fs::create_dir_all(lab.path("tree")).expect("a folder");
    let openssl = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "tree/tls.key",
        "-out",
        "tls.pem",
        "-subj",
        "/CN=www.acme.dev",
        "-days",
        "9",
    ];
    if !Command::new("openssl").args(openssl).current_dir(lab.path("")).output().is_ok_and(|done| done.status.success()) {
        return crate::support::skipped("openssl is not installed");
    }
    emulator.at("2024-01-01T00:00:00");
    let pair = emulator.python(&format!(
        "body = open('{}').read()\nkey = open('{}').read()\n\
         client('iam').upload_server_certificate(ServerCertificateName='www', CertificateBody=body, PrivateKey=key)\n\
         print(json.dumps(client('ec2').create_key_pair(KeyName='ops')['KeyMaterial']))\n",
        lab.path("tls.pem").display(),
        lab.path("tree/tls.key").display()
    ));
    lab.write("tree/ops.pem", pair.as_str().expect("a key"));
    let report = both(&lab, &emulator, &[]).exits(0).json();
    let living = said(&report, "leak-still-active");
    assert_eq!(living.len(), 2, "{living:#?}");
    assert!(living[0].starts_with("critical is a working credential of the certificate www of account 123456789012"), "{living:#?}");
    assert!(
        living[1].starts_with("critical is a working credential of the key pair ops of account 123456789012; 731 days old"),
        "{living:#?}"
    );
    assert_eq!(
        said(&report, "aws-key-pair"),
        ["low key pair ops is 731 days old", "low no machine was started with the key pair ops, and no launch template names it"]
    );
    // What was said of the account is not said again of a run that is about something else.
    let other = lab.scan(&["tree", "--format", "json"]).exits(0).json();
    assert_eq!(said(&other, "aws-key-pair"), [] as [&str; 0]);
}

#[test]
fn secrets_that_nobody_rotates_or_reads_are_told_by_the_run_that_is_about_them() {
    let lab = Lab::new();
    let arn = |name: &str| format!("arn:aws:secretsmanager:eu-west-1:111111111111:secret:{name}-AbCdEf");
    let list = json!({ "SecretList": [
        { "ARN": arn("db"), "Name": "db", "CreatedDate": "2025-09-01T00:00:00Z" },
        { "ARN": arn("late"), "Name": "late", "CreatedDate": "2025-09-01T00:00:00Z", "RotationEnabled": true,
          "RotationRules": { "AutomaticallyAfterDays": 30 }, "LastRotatedDate": "2025-11-01T00:00:00Z", "LastAccessedDate": "2025-12-31T00:00:00Z" },
        { "ARN": arn("gone"), "Name": "gone", "CreatedDate": "2020-01-01T00:00:00Z", "DeletedDate": "2025-12-31T00:00:00Z" },
    ] });
    lab.write("inventory/111111111111/eu-west-1/secretsmanager/secrets-1.json", list.to_string());
    lab.write("tree/a.txt", "nothing\n");
    let report = lab.scan(&["inventory", "--format", "json"]).exits(0).json();
    assert_eq!(
        said(&report, "aws-secret-rotation"),
        [
            "medium nothing rotates the secret db, and nobody changed it for 122 days",
            "medium the secret late should be rotated every 30 days, and was last changed 61 days ago"
        ]
    );
    assert_eq!(said(&report, "aws-secret-unused"), ["low the secret db was never read in the 122 days that it exists"]);
    let other = lab.scan(&["tree", "--format", "json"]).exits(0).json();
    assert_eq!(said(&other, "aws-secret-rotation"), [] as [&str; 0]);
}

#[test]
fn a_service_that_is_not_used_and_a_role_that_is_assumed_for_long_are_told() {
    let lab = Lab::new();
    let role = "arn:aws:iam::111111111111:role/r";
    let every = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let details = json!({ "UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{
        "Path": "/", "RoleName": "r", "RoleId": "AROAX", "Arn": role, "CreateDate": "2020-01-01T00:00:00Z", "AttachedManagedPolicies": [],
        "RolePolicyList": [{ "PolicyName": "all", "PolicyDocument": every }], "InstanceProfileList": [], "AssumeRolePolicyDocument": every,
    }] });
    // As AWS writes it, with the state of the job first.
    let accessed = format!(
        r#"{{"JobStatus": "COMPLETED", "ServicesLastAccessed": [{{"ServiceNamespace": "s3", "LastAuthenticated": "2025-12-31T00:00:00Z",
          "TrackedActionsLastAccessed": [{{"ActionName": "CreateBucket", "LastAccessedTime": "2025-12-31T00:00:00Z"}}, {{"ActionName": "PutBucketPolicy"}}]}},
        {{"ServiceNamespace": "sqs"}}], "Arn": "{role}"}}"#
    );
    let roles = json!({ "Roles": [{ "RoleName": "r", "Arn": role, "MaxSessionDuration": 43200 }] });
    for (name, document) in
        [("account-authorization-details-1", details.to_string()), ("service-last-accessed-1", accessed), ("roles", roles.to_string())]
    {
        lab.write(&format!("inventory/111111111111/iam/{name}.json"), document);
    }
    let report = lab.scan(&["inventory", "--format", "json"]).exits(0).json();
    assert_eq!(said(&report, "aws-service-unused"), ["medium 1 of the 2 services that it may use were not used in 90 days: sqs"]);
    assert_eq!(
        said(&report, "aws-action-unused"),
        ["medium 1 of the 2 changing actions that it may take in services it uses were not taken in 90 days: s3:PutBucketPolicy"]
    );
    assert_eq!(said(&report, "aws-role-session"), ["low r may be assumed for 12 hours at a time"]);
}
