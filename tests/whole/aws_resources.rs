//! What hangs on the resources of an account: fetched, judged, and counted in what identities may do.

use serde_json::{Value, json};

use crate::{
    aws::scan,
    aws_server::{Told, before, unserved},
    emulator::Emulator,
    support::{Lab, faults},
};

/// One user without any policy of his own, whom a resource of each kind lets in; a guest on a key; a function that anybody may call.
pub const BUILD: &str = r#"
import io, zipfile
iam = client("iam")
user = iam.create_user(UserName="reader", Tags=[{"Key": "owner", "Value": "team-a"}])["User"]["Arn"]
iam.create_user(UserName="nobody")
trust = policy(Effect="Allow", Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
role = iam.create_role(RoleName="runs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
me = user.split(":")[4]
s3 = client("s3")
s3.create_bucket(Bucket="data")
s3.put_bucket_policy(Bucket="data", Policy=policy(Effect="Allow", Principal={"AWS": user}, Action="s3:PutObject", Resource="arn:aws:s3:::data/*"))
s3.create_bucket(Bucket="open")
s3.put_bucket_policy(Bucket="open", Policy=policy(Effect="Allow", Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::open/*"))
s3.create_bucket(Bucket="shut")
s3.put_bucket_policy(Bucket="shut", Policy=policy(Effect="Allow", Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::shut/*"))
block = dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True)
s3.put_public_access_block(Bucket="shut", PublicAccessBlockConfiguration=block)
kms = client("kms")
own = policy(Effect="Allow", Principal={"AWS": f"arn:aws:iam::{me}:root"}, Action="kms:*", Resource="*")
key = kms.create_key(Policy=own)["KeyMetadata"]["KeyId"]
kms.create_grant(KeyId=key, GranteePrincipal="arn:aws:iam::222222222222:role/guest", Operations=["Decrypt"])
sqs = client("sqs")
queue = sqs.create_queue(QueueName="q")["QueueUrl"]
arn = f"arn:aws:sqs:us-east-1:{me}:q"
sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy(Effect="Allow", Principal={"AWS": user}, Action="sqs:SendMessage", Resource=arn)})
topic = client("sns").create_topic(Name="t")["TopicArn"]
said = policy(Effect="Allow", Principal={"AWS": user}, Action="sns:Publish", Resource=topic)
client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=said)
secret = client("secretsmanager").create_secret(Name="a/b", SecretString="x")["ARN"]
said = policy(Effect="Allow", Principal={"AWS": user}, Action="secretsmanager:GetSecretValue", Resource="*")
client("secretsmanager").put_resource_policy(SecretId=secret, ResourcePolicy=said)
client("ecr").create_repository(repositoryName="team/app")
said = policy(Effect="Allow", Principal={"AWS": user}, Action="ecr:BatchGetImage")
client("ecr").set_repository_policy(repositoryName="team/app", policyText=said)
disk = client("efs").create_file_system(CreationToken="x")["FileSystemId"]
said = policy(Effect="Allow", Principal={"AWS": user}, Action="elasticfilesystem:ClientWrite")
client("efs").put_file_system_policy(FileSystemId=disk, Policy=said)
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as members:
    members.writestr("a.py", "x = 1\n")
client("lambda").create_function(FunctionName="f", Runtime="python3.11", Role=role, Handler="a.h", Code={"ZipFile": archive.getvalue()})
client("lambda").add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
print(json.dumps({"key": key, "secret": secret, "disk": disk}))
"#;

/// The address of the function, which the emulator does not list.
pub fn address(operation: &str) -> Option<Told> {
    let urls = operation.starts_with("GET /2021-10-31/functions/f/urls");
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let one = json!({ "FunctionUrl": "https://x.lambda-url.us-east-1.on.aws/", "FunctionArn": arn, "AuthType": "NONE" });
    urls.then(|| (200, json!({ "FunctionUrlConfigs": [one] }).to_string()))
}

/// A vault of backups that lets a user and another account in. The emulator has none.
pub fn vault(operation: &str) -> Option<Told> {
    let (name, arn) = ("safe", "arn:aws:backup:us-east-1:123456789012:backup-vault:safe");
    if operation.starts_with("GET /backup-vaults/safe/access-policy") {
        let said = |who: &str, action: &str| json!({ "Effect": "Allow", "Principal": { "AWS": who }, "Action": action, "Resource": "*" });
        let statements = [
            said("arn:aws:iam::123456789012:user/reader", "backup:StartRestoreJob"),
            said("arn:aws:iam::222222222222:root", "backup:CopyIntoBackupVault"),
        ];
        let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        return Some((200, json!({ "BackupVaultName": name, "BackupVaultArn": arn, "Policy": policy }).to_string()));
    }
    let vaults = json!({ "BackupVaultList": [{ "BackupVaultName": name, "BackupVaultArn": arn }] });
    operation.starts_with("GET /backup-vaults/").then(|| (200, vaults.to_string()))
}

fn built() -> Option<(Lab, Emulator, Value)> {
    let lab = Lab::new();
    let emulator = Emulator::start(&lab)?;
    let made = emulator.python(BUILD);
    Some((lab, emulator, made))
}

/// Scans through a door that also refuses these questions.
fn through(lab: &Lab, emulator: &Emulator, refused: &'static [&'static str], arguments: &[&str]) -> Value {
    let door = before(&emulator.url, move |operation, _| {
        let denied = || (400, json!({ "__type": "AccessDeniedException", "message": "not you" }).to_string());
        let hit = refused.iter().any(|one| operation.starts_with(one));
        vault(operation).or_else(|| unserved(operation)).or_else(|| address(operation)).or_else(|| hit.then(denied))
    });
    scan(lab, &door, arguments).exits(if refused.is_empty() { 0 } else { 3 }).json()
}

fn identity<'r>(report: &'r Value, name: &str) -> &'r Value {
    report["identities"].as_array().expect("a list").iter().find(|one| one["name"] == name).expect("the identity")
}

/// What checks on resources say: the check and the last name of the resource.
fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["findings"].as_array().expect("a list").iter();
    let named = |f: &Value| format!("{} {}", text(&f["check"]), text(&f["identity"]).rsplit([':', '/']).next().unwrap_or_default());
    let mut all: Vec<String> = all.filter(|f| text(&f["check"]).starts_with("aws-resource-")).map(named).collect();
    all.sort();
    all
}

#[test]
fn policies_of_all_kinds_of_resources_are_fetched_and_counted_in_what_identities_may_do() {
    let Some((lab, emulator, made)) = built() else { return };
    let live = through(&lab, &emulator, &[], &["--save", "saved"]);
    assert_eq!(faults(&live), Vec::<String>::new());
    let reader = identity(&live, "reader");
    assert_eq!((&reader["privilege"], &reader["certainty"]), (&json!("write"), &json!("certain")), "{reader}");
    assert_eq!(identity(&live, "nobody")["privilege"], "none", "what anybody may do is no privilege of his");
    let shown = lab.run(&["show", "reader"]).exits(0).out;
    for action in [
        "s3:PutObject on arn:aws:s3:::data/*",
        "sqs:SendMessage",
        "sns:Publish",
        "secretsmanager:GetSecretValue",
        "ecr:BatchGetImage",
        "elasticfilesystem:ClientWrite",
        "backup:StartRestoreJob",
    ] {
        assert!(shown.contains(action), "{action}: {shown}");
    }
    let key = made["key"].as_str().expect("an id");
    assert_eq!(told(&live), [format!("aws-resource-outside {key}"), "aws-resource-outside safe".into(), "aws-resource-public open".into()]);
    let again = lab.report(&["dir:saved", "--record", "again.db"], 0);
    assert_eq!((told(&again), identity(&again, "reader")["privilege"].clone()), (told(&live), json!("write")));
}

#[test]
fn what_is_refused_of_resources_is_a_fault_with_the_permission_and_leaves_the_checks_undecided() {
    let Some((lab, emulator, _)) = built() else { return };
    let report = through(&lab, &emulator, &["GET /data?policy", "TrentService.GetKeyPolicy", "GET /2015-03-31/functions/f/policy"], &[]);
    let missed = faults(&report);
    for (permission, what) in [("s3:GetBucketPolicy", "data"), ("kms:GetKeyPolicy", ""), ("lambda:GetPolicy", "f")] {
        assert!(missed.iter().any(|fault| fault.contains(&format!("{permission} denied for {what}"))), "{permission}: {missed:?}");
    }
    let undecided = report["undecided"].as_array().expect("a list").iter().find(|one| one["check"] == "aws-resource-public");
    assert_eq!(undecided.map(|one| &one["count"]), Some(&json!(3)), "{}", report["undecided"]);
}
