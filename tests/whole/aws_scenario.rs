//! The whole story, on an emulated account that is built through the API: a key is committed and taken out again, and then replaced.

use serde_json::{Value, json};

use crate::{
    aws_server::{before, unserved},
    emulator::Emulator,
    support::{Lab, NOW, Repo, Said, findings},
};

/// A user who may pass a role that may do everything to a function, the function that runs as it, and a key of the user.
const BUILD: &str = r#"
import io
import zipfile

iam = client("iam")
iam.create_user(UserName="deploy")
iam.put_user_policy(UserName="deploy", PolicyName="ship", PolicyDocument=policy(
    Effect="Allow", Action=["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], Resource="*"))
trust = policy(Effect="Allow", Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
role = iam.create_role(RoleName="runner", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
every = iam.create_policy(PolicyName="everything", PolicyDocument=policy(Effect="Allow", Action="*", Resource="*"))["Policy"]["Arn"]
iam.attach_role_policy(RoleName="runner", PolicyArn=every)
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as members:
    members.writestr("a.py", "x = 1")
client("lambda").create_function(FunctionName="nightly", Runtime="python3.11", Role=role, Handler="a.h", Code={"ZipFile": archive.getvalue()})
key = iam.create_access_key(UserName="deploy")["AccessKey"]
print(json.dumps([key["AccessKeyId"], key["SecretAccessKey"]]))
"#;

fn scan(lab: &Lab, emulator: &Emulator, arguments: &[&str]) -> Said {
    let door = before(&emulator.url, |operation, _| unserved(operation));
    let asked = [&["scan", "aws:", "git:repo", "--endpoint-url", &door, "--record", "r.db", "--now", NOW], arguments].concat();
    let mut command = lab.command(&asked);
    command.env("AWS_ACCESS_KEY_ID", "nobody").env("AWS_SECRET_ACCESS_KEY", "nothing").env("AWS_EC2_METADATA_DISABLED", "true");
    Said::of(&command.env("AWS_REGION", "us-east-1").output().expect("the program starts"))
}

/// An emulated account in which a key of `deploy` was used on the last day of 2025, and lies in two files of a history.
fn leaked(lab: &Lab) -> Option<(Emulator, String)> {
    let emulator = Emulator::start(lab)?;
    emulator.at("2023-10-12T00:00:00");
    let key = emulator.python(BUILD);
    let (id, secret) = (key[0].as_str().expect("an id"), key[1].as_str().expect("a secret"));
    emulator.at("2025-12-31T08:00:00");
    emulator.python(&format!("client('s3', '{id}', '{secret}').list_buckets()\n"));
    let mut repo = Repo::new(lab, "repo");
    let pair = format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={secret}\n");
    repo.commit(&[("deploy.env", &pair)]);
    repo.commit(&[("ci/release.sh", &format!("set -e\n{pair}aws lambda invoke --function-name nightly out.json\n"))]);
    repo.remove("deploy.env");
    repo.remove("ci/release.sh");
    Some((emulator, id.to_owned()))
}

fn said<'r>(report: &'r Value, check: &str) -> Vec<(&'r Value, &'r str)> {
    findings(report, check).into_iter().map(|one| (&one["severity"], one["because"].as_str().unwrap_or_default())).collect()
}

#[test]
fn a_key_that_was_committed_and_taken_out_is_the_live_key_of_one_who_can_become_administrator() {
    let lab = Lab::new();
    let Some((emulator, id)) = leaked(&lab) else { return };
    let report = scan(&lab, &emulator, &["--format", "json"]).exits(0).json();
    assert_eq!(
        said(&report, "leak-still-active"),
        [(
            &json!("critical"),
            "is a working credential of the user deploy of account 123456789012; 812 days old, last used on 2025-12-31 for s3; an \
             administrator after one step (iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction); nobody owns it; lies in 2 places"
        )]
    );
    for check in ["leak-not-rotated", "leaked-key-of-admin", "exposed-credential"] {
        assert!(said(&report, check).iter().any(|(severity, _)| **severity == json!("critical")), "{check}: {report:#}");
    }
    let shown = lab.run(&["show", &id, "--record", "r.db"]).exits(0).out;
    for part in [
        "user deploy (",
        "in account 123456789012, made on 2023-10-12",
        "owner: nobody is named",
        "1. user/deploy → role/runner by iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction",
        "active, 812 days old, last used on 2025-12-31 for s3",
        ": deploy.env:1, since commit",
        ": ci/release.sh:2, since commit",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
}

#[test]
fn the_next_scan_says_that_the_key_was_switched_off_and_then_that_it_is_gone() {
    let lab = Lab::new();
    let Some((emulator, id)) = leaked(&lab) else { return };
    scan(&lab, &emulator, &[]).exits(0);
    emulator.python(&format!(
        "iam = client('iam')\niam.create_access_key(UserName='deploy')\n\
         iam.update_access_key(UserName='deploy', AccessKeyId='{id}', Status='Inactive')\n"
    ));
    let off = scan(&lab, &emulator, &["--format", "json"]).exits(0).json();
    assert_eq!(said(&off, "leak-still-active"), []);
    let exposed: Vec<_> = findings(&off, "exposed-credential").into_iter().filter(|one| one["credential"]["handle"] == id).collect();
    assert_eq!(exposed.len(), 1);
    assert_eq!(exposed[0]["severity"], "low");
    emulator.python(&format!("client('iam').delete_access_key(UserName='deploy', AccessKeyId='{id}')\n"));
    let gone = scan(&lab, &emulator, &["--format", "json"]).exits(0).json();
    assert_eq!(said(&gone, "leak-still-active"), []);
    let exposed: Vec<_> = findings(&gone, "exposed-credential").into_iter().filter(|one| one["credential"]["handle"] == id).collect();
    assert_eq!(exposed[0]["severity"], "info");
}
