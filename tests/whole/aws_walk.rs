//! Every call that is ever made, denied alone: a fault that names the permission, the rest read, and all that hangs on it undecided.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use unhidden::{analyze::identity::NEEDS, collect::aws::ASKED};

use crate::{
    aws::{scan, scan_at},
    aws_people, aws_resources,
    aws_server::{self, Told, remembering, result},
    aws_services, aws_workloads,
    emulator::Emulator,
    support::{Lab, Said, aws_id, faults},
};

/// What the other accounts of these tests lack: credentials of all kinds, groups, machines, parameters, units of the organization.
const MORE: &str = r##"
import datetime
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "www.acme.dev")])
now = datetime.datetime(2026, 1, 1)
body = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
body = body.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=3000)).sign(key, hashes.SHA256())
body = body.public_bytes(serialization.Encoding.PEM).decode()
private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()).decode()
public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
iam = client("iam")
iam.create_user(UserName="ann")
iam.create_access_key(UserName="ann")
iam.create_login_profile(UserName="ann", Password="Aa1!aaaaaaaaaaaa")
iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=public)
iam.upload_signing_certificate(UserName="ann", CertificateBody=body)
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]["SerialNumber"]
iam.enable_mfa_device(UserName="ann", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
iam.create_group(GroupName="team")
iam.put_group_policy(GroupName="team", PolicyName="own", PolicyDocument=policy(Effect="Allow", Action="s3:List*", Resource="*"))
iam.add_user_to_group(UserName="ann", GroupName="team")
named = iam.create_policy(PolicyName="named", PolicyDocument=policy(Effect="Allow", Action="s3:Get*", Resource="*"))["Policy"]["Arn"]
iam.attach_user_policy(UserName="ann", PolicyArn=named)
iam.create_open_id_connect_provider(Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40])
iam.create_saml_provider(Name="corp", SAMLMetadataDocument="x" * 1024)
iam.upload_server_certificate(ServerCertificateName="www", CertificateBody=body, PrivateKey=private)
iam.create_instance_profile(InstanceProfileName="machine")
iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="worker")
client("acm").import_certificate(Certificate=body.encode(), PrivateKey=private.encode())
ec2 = client("ec2")
image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
ec2.create_key_pair(KeyName="ops")
ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, UserData="#!/bin/sh\necho hello\n", KeyName="ops")
ec2.create_launch_template(LaunchTemplateName="t", LaunchTemplateData={"ImageId": image})
client("ssm").put_parameter(Name="/app/plain", Type="String", Value="fast")
client("glue").create_connection(ConnectionInput=dict(Name="c", ConnectionType="JDBC", ConnectionProperties=dict(JDBC_CONNECTION_URL="jdbc:x")))
org = client("organizations")
unit = org.create_organizational_unit(ParentId=org.list_roots()["Roots"][0]["Id"], Name="prod")["OrganizationalUnit"]["Id"]
scp = org.create_policy(Content=policy(Effect="Deny", Action="s3:*", Resource="*"), Description="d", Name="no-s3", Type="SERVICE_CONTROL_POLICY")
org.attach_policy(PolicyId=scp["Policy"]["PolicySummary"]["Id"], TargetId=unit)
iam.generate_credential_report()
iam.generate_credential_report()
"##;

/// What the emulator lacks, and what would take its time.
fn lacking(operation: &str) -> Option<Told> {
    let told = |body: Value| Some((200, body.to_string()));
    let more = match operation {
        "GenerateCredentialReport" => Some(result(operation, "<State>COMPLETE</State>")),
        "ListServiceSpecificCredentials" => Some(result(operation, "<IsTruncated>false</IsTruncated>")),
        "GenerateServiceLastAccessedDetails" => Some(result(operation, "<JobId>j</JobId>")),
        "GetServiceLastAccessedDetails" => Some(result(operation, "<JobStatus>COMPLETED</JobStatus><IsTruncated>false</IsTruncated>")),
        one if one.starts_with("GET /trustanchors") => told(json!({ "trustAnchors": [] })),
        one if one.starts_with("GET /profiles") => told(json!({ "profiles": [] })),
        one if one.starts_with("GET /crls") => told(json!({ "crls": [] })),
        // As long ago, a list that does not tell where buckets lie.
        one if one.starts_with("GET /?") && one.contains("max-buckets") => {
            Some((200, "<ListAllMyBucketsResult><Buckets><Bucket><Name>data</Name></Bucket></Buckets></ListAllMyBucketsResult>".into()))
        }
        _ => None,
    };
    let theirs = || aws_services::lacking(operation).or_else(|| aws_workloads::lacking(operation));
    let ours = || aws_people::lacking(operation).or_else(|| aws_resources::address(operation)).or_else(|| aws_resources::vault(operation));
    more.or_else(theirs).or_else(ours)
}

/// The calls that are made only where the one call that tells everything is refused.
const PIECES: &[&str] = &[
    "iam:GetGroup",
    "iam:GetGroupPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:GetUser",
    "iam:GetUserPolicy",
    "iam:ListEntitiesForPolicy",
    "iam:ListGroupPolicies",
    "iam:ListGroups",
    "iam:ListPolicies",
    "iam:ListPolicyVersions",
    "iam:ListRolePolicies",
    "iam:ListUserPolicies",
    "iam:ListUsers",
];

const WHOLE: &str = "iam:GetAccountAuthorizationDetails";

type Permissions = Arc<Mutex<BTreeSet<String>>>;

/// An account that has something of everything, behind a door that denies what it is told to, and notes what was asked.
struct Rich {
    url: String,
    denied: Permissions,
    asked: Permissions,
    _emulator: Emulator,
}

impl Rich {
    fn build(lab: &Lab) -> Option<Self> {
        let emulator = Emulator::start(lab)?;
        let tokens = aws_workloads::tokens();
        for script in
            [aws_resources::BUILD, aws_people::BUILD, aws_services::BUILD, &format!("TOKENS = {tokens}\n{}", aws_workloads::BUILD), MORE]
        {
            emulator.python(script);
        }
        let (denied, asked) = (Permissions::default(), Permissions::default());
        let (deny, note) = (Arc::clone(&denied), Arc::clone(&asked));
        let url = remembering(&emulator.url, move |permission, operation| {
            note.lock().expect("whole").insert(permission.to_owned());
            let hit = deny.lock().expect("whole").contains(permission);
            let denied = || (403, json!({ "__type": "AccessDeniedException", "message": "not you" }).to_string());
            hit.then(denied).or_else(|| lacking(operation))
        });
        Some(Self { url, denied, asked, _emulator: emulator })
    }

    /// Scans with these permissions denied.
    fn without(&self, lab: &Lab, denied: &[&str], arguments: &[&str]) -> Said {
        *self.denied.lock().expect("whole") = denied.iter().map(|&one| one.to_owned()).collect();
        let record = format!("{}.db", denied.last().map_or("whole".to_owned(), |one| one.replace(':', "-")));
        scan(lab, &self.url, &[&["--record", &record], arguments].concat())
    }
}

/// What must be asked for that a call is made.
fn wish(permission: &str) -> &'static [&'static str] {
    match permission {
        "secretsmanager:GetSecretValue" => &["--read-secret-values"],
        "iam:GenerateServiceLastAccessedDetails" | "iam:GetServiceLastAccessedDetails" => &["--last-accessed"],
        _ => &[],
    }
}

/// What is wrong with a report of which something was denied.
fn wrong(said: &Said, permission: &str) -> Option<String> {
    let report = said.json();
    let missed = faults(&report);
    if said.code != 3 {
        return Some(format!("{permission}: exit code {}: {missed:?}", said.code));
    }
    if !missed.iter().any(|fault| fault.contains(&format!("{permission} denied"))) {
        return Some(format!("{permission}: no fault names it: {missed:?}"));
    }
    let undecided: BTreeSet<&str> =
        report["undecided"].as_array().expect("a list").iter().filter_map(|one| one["check"].as_str()).collect();
    let (_, needed) = NEEDS.iter().find(|(known, _)| *known == permission)?;
    let silent: Vec<_> = needed.iter().filter(|check| !undecided.contains(**check)).collect();
    (!silent.is_empty()).then(|| format!("{permission}: {silent:?} are not undecided"))
}

#[test]
fn each_call_that_is_denied_is_a_fault_with_its_permission_and_leaves_undecided_what_hangs_on_it() {
    let lab = Lab::new();
    let Some(account) = Rich::build(&lab) else { return };
    let whole = account.without(&lab, &[], &["--last-accessed", "--read-secret-values"]).exits(0).json();
    assert_eq!(faults(&whole), Vec::<String>::new());
    let mut odd: Vec<String> = Vec::new();
    for permission in ASKED.iter().filter(|one| **one != "sts:GetCallerIdentity") {
        let denied = if PIECES.contains(permission) { &[WHOLE, *permission][..] } else { &[*permission][..] };
        odd.extend(wrong(&account.without(&lab, denied, wish(permission)), permission));
    }
    assert_eq!(odd, Vec::<String>::new());
    // Whoever adds a call sees to it that it is made here.
    let asked = account.asked.lock().expect("whole").clone();
    assert_eq!(asked, ASKED.iter().map(|&one| one.to_owned()).collect());
}

#[test]
fn without_an_account_nothing_is_scanned_and_the_permission_is_named() {
    let server = aws_server::Server::start(|_, _, _| Some(aws_server::denied("GetCallerIdentity")));
    let said = scan(&Lab::new(), &server.url, &[]).exits(2);
    assert!(said.err.contains("sts:GetCallerIdentity denied"), "{}", said.err);
}

#[test]
fn saved_answers_say_what_was_not_answered() {
    let lab = Lab::new();
    let server = aws_server::Server::start(|operation, asked, _| {
        let denied = operation == "ListSAMLProviders";
        denied.then(|| aws_server::denied(operation)).or_else(|| aws_server::healthy(operation, asked, &aws_id(1)))
    });
    let told = |report: &Value| -> Vec<String> {
        let all = report["undecided"].as_array().expect("a list").iter();
        let ours = all.filter(|one| one["why"].as_str().is_some_and(|why| why.contains("ListSAMLProviders")));
        ours.map(|one| format!("{} {}: {}", one["check"], one["count"], one["why"]).replace('"', "")).collect()
    };
    let live = told(&scan(&lab, &server.url, &["--save", "saved"]).exits(3).json());
    let known = [
        "aws-provider-unused 1: iam:ListSAMLProviders was not answered",
        "aws-saml-provider-expired 1: iam:ListSAMLProviders was not answered",
    ];
    assert_eq!(live, known);
    assert_eq!(told(&lab.report(&["dir:saved", "--record", "again.db"], 0)), known);
    // What the account tells later is not unknown any more.
    let server = aws_server::Server::start(|operation, asked, _| aws_server::healthy(operation, asked, &aws_id(1)));
    let later = scan_at(&lab, &server.url, "2026-01-02T00:00:00Z", &[]);
    assert_eq!(told(&later.exits(0).json()), Vec::<String>::new());
}

#[test]
fn every_call_has_a_row_of_what_it_tells_and_stands_in_the_policy_of_the_documentation() {
    let rows: Vec<&str> = NEEDS.iter().map(|(permission, _)| *permission).collect();
    assert_eq!(rows, ASKED);
    let page = include_str!("../../docs/aws.md");
    let policy = page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).expect("a policy");
    let policy: Value = serde_json::from_str(policy).expect("JSON");
    let mut listed: Vec<&str> = policy["Statement"][0]["Action"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    listed.sort_unstable();
    // One needs no permission, the other the consent of whoever starts the scan; both are told in words.
    let said = ["secretsmanager:GetSecretValue", "sts:GetCallerIdentity"];
    assert!(said.iter().all(|one| page.contains(one)));
    assert_eq!(listed, ASKED.iter().copied().filter(|one| !said.contains(one)).collect::<Vec<_>>());
}
