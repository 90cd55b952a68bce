//! Accounts whose identities may not be read at once: the same is read piece by piece, and what is refused of that is not known.

use serde_json::Value;

use crate::{
    aws::scan,
    aws_server::{before, denied, unserved},
    emulator::Emulator,
    support::{Lab, faults},
};

/// Everything that ties policies to identities: inline, attached, by group, in several versions, bounded, in a role with a profile.
const BUILD: &str = r#"
iam = client("iam")
every = policy(Effect="Allow", Action="*", Resource="*")
some = policy(Effect="Allow", Action="s3:GetObject", Resource="*")
bound = iam.create_policy(PolicyName="bound", PolicyDocument=some)["Policy"]["Arn"]
wide = iam.create_policy(PolicyName="wide", PolicyDocument=some)["Policy"]["Arn"]
iam.create_policy_version(PolicyArn=wide, PolicyDocument=every, SetAsDefault=True)
iam.create_user(UserName="inline", Tags=[{"Key": "owner", "Value": "team-a"}])
iam.put_user_policy(UserName="inline", PolicyName="all", PolicyDocument=every)
for name in ("attached", "member", "nobody"):
    iam.create_user(UserName=name)
iam.attach_user_policy(UserName="attached", PolicyArn=wide)
iam.create_group(GroupName="builders")
iam.put_group_policy(GroupName="builders", PolicyName="own", PolicyDocument=policy(Effect="Allow", Action="iam:*", Resource="*"))
iam.add_user_to_group(GroupName="builders", UserName="member")
trust = policy(Effect="Allow", Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trust, Tags=[{"Key": "team", "Value": "b"}])
iam.attach_role_policy(RoleName="machine", PolicyArn=wide)
iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=trust, PermissionsBoundary=bound)
iam.put_role_policy(RoleName="bounded", PolicyName="all", PolicyDocument=every)
iam.create_instance_profile(InstanceProfileName="machine")
iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="machine")
print("{}")
"#;

/// What is said of each identity: name, privilege, owner.
fn told(report: &Value) -> Vec<String> {
    let all = report["identities"].as_array().expect("a list");
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or("-").to_owned();
    let mut all: Vec<String> = all.iter().map(|one| ["name", "privilege", "owner"].map(|key| text(one, key)).join(" ")).collect();
    all.sort();
    all
}

/// Scans through a door that refuses these calls.
fn through(lab: &Lab, emulator: &Emulator, refused: &'static [&'static str]) -> Value {
    let door =
        before(&emulator.url, move |operation, _| unserved(operation).or_else(|| refused.contains(&operation).then(|| denied(operation))));
    let record = format!("{}.db", refused.last().unwrap_or(&"whole"));
    scan(lab, &door, &["--record", &record]).exits(if refused.is_empty() { 0 } else { 3 }).json()
}

fn undecided(report: &Value, check: &str) -> u64 {
    let all = report["undecided"].as_array().expect("a list").iter();
    all.filter(|one| one["check"] == check).filter_map(|one| one["count"].as_u64()).sum()
}

#[test]
fn an_account_in_pieces_is_the_account_at_once() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    emulator.python(BUILD);
    let whole = through(&lab, &emulator, &[]);
    assert_eq!(
        told(&whole),
        [
            "attached admin -",
            "bounded sensitive -",
            "inline admin team-a (tag owner)",
            "machine admin b (tag team)",
            "member escalates -",
            "nobody none -"
        ]
    );
    let pieces = through(&lab, &emulator, &["GetAccountAuthorizationDetails"]);
    let missed = faults(&pieces);
    assert!(missed.len() == 1 && missed[0].contains("iam:GetAccountAuthorizationDetails denied"), "{missed:?}");
    assert_eq!(pieces["identities"], whole["identities"]);
    assert_eq!((undecided(&pieces, "aws-administrator"), undecided(&pieces, "owner-missing")), (0, 0));
}

#[test]
fn what_is_refused_of_the_pieces_is_not_known_and_not_taken_for_nothing() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    emulator.python(BUILD);
    // Each call with those of whom it leaves something unknown: one who is an administrator by the rest is one all the same.
    for (calls, unknown) in [
        (&["GetAccountAuthorizationDetails", "ListUserPolicies"], &["inline", "member", "nobody"][..]),
        (&["GetAccountAuthorizationDetails", "GetUserPolicy"], &["inline"]),
        (&["GetAccountAuthorizationDetails", "ListEntitiesForPolicy"], &["attached", "bounded", "machine", "member", "nobody"]),
        (&["GetAccountAuthorizationDetails", "GetPolicyVersion"], &["attached", "machine"]),
        (&["GetAccountAuthorizationDetails", "GetGroup"], &["member", "nobody"]),
        (&["GetAccountAuthorizationDetails", "ListGroupPolicies"], &["member"]),
        (&["GetAccountAuthorizationDetails", "ListGroups"], &["member", "nobody"]),
    ] {
        let report = through(&lab, &emulator, calls);
        let missed = faults(&report);
        assert!(missed.iter().any(|fault| fault.contains(&format!("iam:{} denied", calls[1]))), "{calls:?}: {missed:?}");
        assert_eq!(undecided(&report, "aws-administrator"), unknown.len() as u64, "{calls:?}: {:?}", told(&report));
    }
    let report = through(&lab, &emulator, &["GetAccountAuthorizationDetails", "GetUser"]);
    assert_eq!(undecided(&report, "owner-missing"), 4, "whose tags are not known may have an owner");
}
