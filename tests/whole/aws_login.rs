//! Where credentials for an account come from: each way that AWS's own tools know is one for us, too.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::{
    aws_server::{SIGNED_BY, Server, Told, denied, healthy, result},
    support::{Lab, NOW, Said, aws_id, aws_secret},
};

/// Ends long after the test.
const LATER: &str = "2099-01-01T00:00:00Z";

/// The key that somebody else lends.
const LENT: u64 = 9;

/// Everything that lends credentials, at one address: the token service, single sign-on, a container, a machine.
fn lender(operation: &str) -> Option<Told> {
    let (key, secret) = (aws_id(LENT), aws_secret(LENT));
    let lent = format!(
        "<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>{LATER}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>A:x</AssumedRoleId>\
         <Arn>arn:aws:sts::111122223333:assumed-role/Audit/x</Arn></AssumedRoleUser>"
    );
    let plain = json!({ "AccessKeyId": key, "SecretAccessKey": secret, "Token": "t", "Expiration": LATER, "Code": "Success" });
    let portal = json!({ "roleCredentials": { "accessKeyId": key, "secretAccessKey": secret, "sessionToken": "t", "expiration": 4_070_908_800_000_i64 } });
    match operation {
        "AssumeRole" | "AssumeRoleWithWebIdentity" => Some(result(operation, &lent)),
        "PUT /latest/api/token" => Some((200, "token".into())),
        "GET /latest/meta-data/iam/security-credentials/" => Some((200, "machine".into())),
        one if one == "GET /lent" || one.ends_with("/security-credentials/machine") => Some((200, plain.to_string())),
        one if one.starts_with("GET /federation/credentials") => Some((200, portal.to_string())),
        one if one.starts_with("GET /latest/") => Some((404, String::new())),
        _ => None,
    }
}

/// Scans with what the lab has in its home and these variables; which key signed the first question of the account.
fn signed_by(lab: &Lab, target: &str, variables: &[(&str, &str)]) -> (Option<String>, Said) {
    let signer: Arc<Mutex<Option<String>>> = Arc::default();
    let noted = Arc::clone(&signer);
    let server = Server::start(move |operation, asked, _| {
        if operation == "GetCallerIdentity" {
            *noted.lock().expect("whole") = asked.get(SIGNED_BY).cloned();
            return healthy(operation, asked, "");
        }
        lender(operation).or_else(|| Some(denied(operation)))
    });
    let mut command = lab.command(&["scan", target, "--now", NOW, "--format", "json", "--record", "login.db"]);
    command.env("AWS_ENDPOINT_URL", &server.url).env("AWS_REGION", "us-east-1");
    let with = |text: &str| text.replace("{url}", &server.url).replace("{home}", &lab.path("home").to_string_lossy());
    command.envs(variables.iter().map(|(name, value)| (*name, with(value))));
    let said = Said::of(&command.output().expect("the program starts"));
    let key = signer.lock().expect("whole").clone();
    (key, said)
}

/// A lab whose home has this configuration.
fn configured(config: &str) -> Lab {
    let lab = Lab::new();
    let home = lab.path("home").to_string_lossy().into_owned();
    lab.write("home/.aws/config", config.replace("{home}", &home));
    lab.write("home/.aws/credentials", format!("[base]\naws_access_key_id = {}\naws_secret_access_key = {}\n", aws_id(1), aws_secret(1)));
    lab
}

const NO_MACHINE: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

#[track_caller]
fn comes_from(lab: &Lab, target: &str, variables: &[(&str, &str)], key: u64) {
    let (signed, said) = signed_by(lab, target, variables);
    assert_eq!(signed, Some(aws_id(key)), "{}", said.err);
    assert_eq!(said.code, 3, "the account was read, and refused the rest: {}", said.err);
}

#[test]
fn the_environment_comes_first() {
    let (id, secret) = (aws_id(2), aws_secret(2));
    comes_from(&configured(""), "aws:", &[("AWS_ACCESS_KEY_ID", &id), ("AWS_SECRET_ACCESS_KEY", &secret), NO_MACHINE], 2);
}

#[test]
fn a_profile_has_a_key_of_its_own() {
    comes_from(&configured(""), "aws:base", &[NO_MACHINE], 1);
    comes_from(&configured(""), "aws:", &[("AWS_PROFILE", "base"), NO_MACHINE], 1);
}

#[test]
fn a_profile_takes_on_a_role_with_the_key_of_another() {
    let role = "[profile audit]\nrole_arn = arn:aws:iam::111122223333:role/Audit\nsource_profile = base\n";
    comes_from(&configured(role), "aws:audit", &[NO_MACHINE], LENT);
}

#[test]
fn a_profile_runs_what_gives_it_credentials() {
    let program = "[profile run]\ncredential_process = cat {home}/lent.json\n";
    let lab = configured(program);
    let lent =
        json!({ "Version": 1, "AccessKeyId": aws_id(4), "SecretAccessKey": aws_secret(4), "SessionToken": "t", "Expiration": LATER });
    lab.write("home/lent.json", lent.to_string());
    comes_from(&lab, "aws:run", &[NO_MACHINE], 4);
}

#[test]
fn a_token_of_a_workload_is_given_for_a_role() {
    let lab = configured("");
    lab.write("home/token", "a.b.c");
    let role = ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Audit");
    comes_from(&lab, "aws:", &[("AWS_WEB_IDENTITY_TOKEN_FILE", "{home}/token"), role, NO_MACHINE], LENT);
}

#[test]
fn a_session_of_single_sign_on_gives_a_role() {
    let config = "[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Audit\nregion = us-east-1\n\
                  [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\nsso_registration_scopes = sso:account:access\n";
    let lab = configured(config);
    // The file is named by the SHA-1 of the session's name.
    let sum = lab.shell("printf corp | sha1sum | cut -c1-40").out;
    let token = json!({ "startUrl": "https://corp.awsapps.com/start", "region": "us-east-1", "accessToken": "t", "expiresAt": LATER });
    lab.write(&format!("home/.aws/sso/cache/{}.json", sum.trim()), token.to_string());
    comes_from(&lab, "aws:sso", &[NO_MACHINE], LENT);
}

#[test]
fn a_container_and_a_machine_lend_the_credentials_of_their_role() {
    comes_from(&configured(""), "aws:", &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{url}/lent"), NO_MACHINE], LENT);
    comes_from(&configured(""), "aws:", &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{url}")], LENT);
}

#[test]
fn without_any_of_them_the_scan_is_not_done_and_says_what_to_do() {
    let (_, said) = signed_by(&configured(""), "aws:", &[NO_MACHINE]);
    let said = said.exits(2);
    let why =
        "sts:GetCallerIdentity could not be asked: no credentials were found in the environment, the profile, a container or a machine";
    assert!(said.err.contains(why) && said.err.contains("aws sso login"), "{}", said.err);
}
