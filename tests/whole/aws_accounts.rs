//! Several accounts in one scan, by roles that are assumed, and the limits that their organization sets them.

use serde_json::Value;

use crate::{
    aws::scan,
    aws_server::{before, denied, unserved},
    emulator::Emulator,
    support::{Lab, faults},
};

/// A user in each of two accounts who may do everything by his own policies; a control policy leaves those of the second one reading.
/// Prints the number of the second account.
const BUILD: &str = r#"
every = policy(Effect="Allow", Action="*", Resource="*")
org = client("organizations")
org.create_organization(FeatureSet="ALL")
member = org.create_account(Email="a@example.test", AccountName="member")["CreateAccountStatus"]["AccountId"]
root = org.list_roots()["Roots"][0]["Id"]
unit = org.create_organizational_unit(ParentId=root, Name="prod")["OrganizationalUnit"]["Id"]
org.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
denial = policy(Effect="Deny", NotAction=["s3:GetObject"], Resource="*")
scp = org.create_policy(Content=denial, Description="d", Name="reading", Type="SERVICE_CONTROL_POLICY")["Policy"]["PolicySummary"]["Id"]
org.attach_policy(PolicyId=scp, TargetId=unit)
for iam, name in ((client("iam"), "head"), (assumed("iam", f"arn:aws:iam::{member}:role/Audit"), "limb")):
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=every)
print(json.dumps(member))
"#;

/// Which users there are: account, name, privilege.
fn told(report: &Value) -> Vec<String> {
    let all = report["identities"].as_array().expect("a list").iter().filter(|one| one["kind"] == "user");
    let mut all: Vec<String> = all
        .map(|one| {
            let account = one["uri"].as_str().and_then(|uri| uri.split(':').nth(4)).unwrap_or("-");
            format!("{account} {} {}", one["name"].as_str().unwrap_or("-"), one["privilege"].as_str().unwrap_or("-"))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn two_accounts_are_one_report_and_a_control_policy_limits_the_one_below_it() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let member = emulator.python(BUILD).as_str().expect("a number").to_owned();
    let role = format!("arn:aws:iam::{member}:role/Audit");
    let door = before(&emulator.url, |operation, _| unserved(operation));
    let report = scan(&lab, &door, &["--role-arn", &role]).exits(0).json();
    let mut expected = ["123456789012 head admin".to_owned(), format!("{member} limb sensitive")];
    expected.sort();
    assert_eq!(told(&report), expected, "{:?}", faults(&report));
}

#[test]
fn a_role_that_is_refused_is_a_fault_and_the_others_are_read() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let member = emulator.python(BUILD).as_str().expect("a number").to_owned();
    let door = before(&emulator.url, |operation, asked| {
        let refused = operation == "AssumeRole" && asked["RoleArn"].contains("222222222222");
        unserved(operation).or_else(|| refused.then(|| denied(operation)))
    });
    let (role, closed) = (format!("arn:aws:iam::{member}:role/Audit"), "arn:aws:iam::222222222222:role/Audit");
    let report = scan(&lab, &door, &["--role-arn", closed, "--role-arn", &role]).exits(3).json();
    assert_eq!(told(&report).len(), 2, "{:?}", told(&report));
    let all = faults(&report);
    let [fault] = &all[..] else { panic!("{all:?}") };
    assert!(
        fault.starts_with(&format!("permission-denied {closed}: sts:AssumeRole denied for {closed}, its account was not read")),
        "{fault}"
    );
}

#[test]
fn limits_that_are_refused_leave_what_they_may_take_away_in_doubt() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let member = emulator.python(BUILD).as_str().expect("a number").to_owned();
    let refusing = |refused: &'static str| {
        let door = before(&emulator.url, move |operation, _| {
            let hit = operation == format!("AWSOrganizationsV20161128.{refused}");
            let no = || (400, r#"{"__type":"AccessDeniedException","message":"not you"}"#.to_owned());
            unserved(operation).or_else(|| hit.then(no))
        });
        let role = format!("arn:aws:iam::{member}:role/Audit");
        let report = scan(&lab, &door, &["--role-arn", &role, "--record", &format!("{refused}.db")]).exits(3).json();
        assert!(faults(&report).iter().any(|fault| fault.contains(&format!("organizations:{refused} denied"))), "{:?}", faults(&report));
        let users = report["identities"].as_array().expect("a list").iter().filter(|one| one["kind"] == "user");
        let mut all: Vec<String> =
            users.map(|one| format!("{} {} {}", one["name"], one["privilege"], one["certainty"]).replace('"', "")).collect();
        all.sort();
        all
    };
    // Nothing limits the account that manages the organization.
    assert_eq!(refusing("ListPolicies"), ["head admin certain", "limb admin conditional"]);
    assert_eq!(refusing("DescribePolicy"), ["head admin certain", "limb admin conditional"]);
}
