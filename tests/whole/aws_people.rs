//! Permission sets of single sign-on: fetched with who has them, judged, shown, and read again from saved answers.

use serde_json::{Value, json};

use crate::{
    aws::scan,
    aws_server::{Told, before, unserved},
    emulator::Emulator,
    support::{Lab, faults, findings},
};

/// Four permission sets: an administrator that three have, one that only makes itself one, one that nobody has, one with a policy of
/// the accounts; and the role that the first one is in this account.
pub const BUILD: &str = r#"
admin, store, iam = client("sso-admin"), client("identitystore"), client("iam")
instance = admin.list_instances()["Instances"][0]
arn, directory = instance["InstanceArn"], instance["IdentityStoreId"]
me = client("sts").get_caller_identity()["Account"]
group = lambda name: store.create_group(IdentityStoreId=directory, DisplayName=name)["GroupId"]
ann = store.create_user(IdentityStoreId=directory, UserName="ann", DisplayName="Ann", Name=dict(GivenName="Ann", FamilyName="A"))["UserId"]
def made(name, **more):
    return admin.create_permission_set(InstanceArn=arn, Name=name, **more)["PermissionSet"]["PermissionSetArn"]
def give(set, sort, who, account):
    admin.create_account_assignment(InstanceArn=arn, TargetId=account, TargetType="AWS_ACCOUNT", PermissionSetArn=set, PrincipalType=sort, PrincipalId=who)
top = made("Admin", SessionDuration="PT12H")
admin.attach_managed_policy_to_permission_set(InstanceArn=arn, PermissionSetArn=top, ManagedPolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
ops = group("ops")
give(top, "GROUP", ops, me)
give(top, "GROUP", ops, "222222222222")
give(top, "GROUP", group("dev"), "222222222222")
give(top, "USER", ann, me)
climbs = made("Climber")
said = policy(Effect="Allow", Action="iam:CreateAccessKey", Resource="*")
admin.put_inline_policy_to_permission_set(InstanceArn=arn, PermissionSetArn=climbs, InlinePolicy=said)
give(climbs, "GROUP", ops, me)
made("Nobody")
mine = made("Mine")
admin.attach_customer_managed_policy_reference_to_permission_set(InstanceArn=arn, PermissionSetArn=mine, CustomerManagedPolicyReference=dict(Name="elsewhere", Path="/"))
give(mine, "GROUP", ops, me)
iam.create_user(UserName="victim")
iam.put_user_policy(UserName="victim", PolicyName="all", PolicyDocument=policy(Effect="Allow", Action="*", Resource="*"))
trust = policy(Effect="Allow", Principal={"Federated": f"arn:aws:iam::{me}:saml-provider/AWSSSO"}, Action="sts:AssumeRoleWithSAML")
iam.create_role(RoleName="AWSReservedSSO_Admin_0123456789abcdef", Path="/aws-reserved/sso.amazonaws.com/", AssumeRolePolicyDocument=trust)
iam.put_role_policy(RoleName="AWSReservedSSO_Admin_0123456789abcdef", PolicyName="all", PolicyDocument=policy(Effect="Allow", Action="*", Resource="*"))
print(json.dumps({"instance": arn}))
"#;

/// What the emulator lacks: that a set has no boundary, and in which accounts it is in use.
pub fn lacking(operation: &str) -> Option<Told> {
    match operation.strip_prefix("SWBExternalService.")? {
        "GetPermissionsBoundaryForPermissionSet" => {
            Some((400, json!({ "__type": "ResourceNotFoundException", "message": "none" }).to_string()))
        }
        "ListAccountsForProvisionedPermissionSet" => Some((200, json!({ "AccountIds": ["123456789012", "222222222222"] }).to_string())),
        _ => None,
    }
}

fn people(lab: &Lab, refused: &'static str, arguments: &[&str], code: i32) -> Option<Value> {
    let emulator = Emulator::start(lab)?;
    emulator.python(BUILD);
    let door = before(&emulator.url, move |operation, _| {
        let hit = !refused.is_empty() && operation.ends_with(refused);
        let denied = || (400, json!({ "__type": "AccessDeniedException", "message": "not you" }).to_string());
        hit.then(denied).or_else(|| lacking(operation)).or_else(|| unserved(operation))
    });
    Some(scan(lab, &door, arguments).exits(code).json())
}

fn said(report: &Value, check: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_set = |one: &&&Value| text(&one["identity"]).starts_with("arn:aws:sso:");
    let mut all: Vec<String> =
        findings(report, check).iter().filter(of_set).map(|one| format!("{} {}", text(&one["severity"]), text(&one["because"]))).collect();
    all.sort();
    all
}

fn known(report: &Value) {
    let administrator = "low Admin may do everything in account 123456789012: \
                         * on * (arn:aws:iam::aws:policy/AdministratorAccess statement 0)";
    assert_eq!(said(report, "aws-administrator"), [administrator]);
    assert_eq!(
        said(report, "aws-permission-set-spread"),
        ["high 3 users and groups have the permission set Admin, which makes administrators, in 2 accounts"]
    );
    assert_eq!(said(report, "aws-role-session"), ["low Admin may be assumed for 12 hours at a time"]);
    let climbs = said(report, "aws-privilege-escalation");
    assert!(climbs.len() == 1 && climbs[0].contains("iam:CreateAccessKey"), "{climbs:?}");
    let sets = report["identities"].as_array().expect("a list").iter().filter(|one| one["kind"] == "permission-set");
    let told: Vec<String> = sets.map(|one| format!("{} {} {}", one["name"], one["privilege"], one["certainty"]).replace('"', "")).collect();
    for one in ["Admin admin certain", "Climber escalates certain", "Nobody none certain", "Mine none possible"] {
        assert!(told.contains(&one.to_owned()), "{one}: {told:?}");
    }
}

#[test]
fn permission_sets_are_fetched_with_who_has_them_and_read_again_from_saved_answers() {
    let lab = Lab::new();
    let Some(live) = people(&lab, "", &["--save", "saved"], 0) else { return };
    assert_eq!(faults(&live), Vec::<String>::new());
    known(&live);
    let set = lab.run(&["show", "Admin"]).exits(0).out;
    for line in ["assigned to group dev in 222222222222", "assigned to group ops in 123456789012", "assigned to user ann in 123456789012"] {
        assert!(set.contains(line), "{line}: {set}");
    }
    let role = lab.run(&["show", "AWSReservedSSO_Admin_0123456789abcdef"]).exits(0).out;
    assert!(role.contains("entered by group ops (permission set Admin)") && role.contains("entered by user ann"), "{role}");
    assert!(!role.contains("group dev"), "that one has it in another account: {role}");
    known(&lab.report(&["dir:saved", "--record", "again.db"], 0));
}

#[test]
fn what_is_refused_of_permission_sets_is_a_fault_with_the_permission_and_nothing_is_claimed() {
    let lab = Lab::new();
    let Some(report) = people(&lab, "ListAccountsForProvisionedPermissionSet", &[], 3) else { return };
    assert!(
        faults(&report).iter().any(|fault| fault.contains("sso:ListAccountsForProvisionedPermissionSet denied for")),
        "{:?}",
        faults(&report)
    );
    assert_eq!(said(&report, "aws-permission-set-spread"), [] as [&str; 0]);
    let undecided = report["undecided"].as_array().expect("a list").iter().find(|one| one["check"] == "aws-permission-set-spread");
    assert_eq!(undecided.map(|one| &one["count"]), Some(&json!(2)), "{}", report["undecided"]);
}

#[test]
fn a_policy_of_a_set_that_is_refused_makes_what_is_known_a_lower_bound() {
    let lab = Lab::new();
    let Some(report) = people(&lab, "GetInlinePolicyForPermissionSet", &[], 3) else { return };
    let sets = report["identities"].as_array().expect("a list").iter().filter(|one| one["kind"] == "permission-set");
    let told: Vec<(&str, &str)> = sets.filter_map(|one| Some((one["name"].as_str()?, one["certainty"].as_str()?))).collect();
    assert!(told.contains(&("Climber", "possible")) && told.contains(&("Admin", "certain")), "{told:?}");
}
