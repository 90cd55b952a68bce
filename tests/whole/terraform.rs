//! Terraform states and plans as inventories: what they manage, and what a plan would make.

use serde_json::{Value, json};

use crate::support::{Lab, Repo, aws_id, aws_secret, findings};

const ACCOUNT: &str = "111111111111";

fn policy(action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }] }).to_string()
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

/// A resource of a state file.
fn managed(kind: &str, name: &str, attributes: &Value) -> Value {
    json!({ "mode": "managed", "type": kind, "name": name, "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{ "schema_version": 0, "attributes": attributes, "sensitive_attributes": [] }] })
}

fn state(resources: &[Value]) -> String {
    json!({ "version": 4, "terraform_version": "1.9.5", "serial": 7, "lineage": "0c6b5e1e-made-up", "outputs": {}, "resources": resources })
        .to_string()
}

fn identities(lab: &Lab) -> Value {
    lab.run(&["identities", "--format", "json"]).exits(0).json()
}

fn one<'r>(list: &'r Value, name: &str) -> &'r Value {
    list.as_array().expect("a list").iter().find(|identity| identity["name"] == name).expect("an identity of that name")
}

#[test]
fn a_state_tells_whose_key_leaked_and_what_he_may_do() {
    let lab = Lab::new();
    let id = aws_id(3);
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("deploy.env", &format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={}\n", aws_secret(4)))]);
    let resources = [
        managed(
            "aws_iam_user",
            "deploy",
            &json!({ "arn": arn("user", "deploy"), "name": "deploy", "path": "/", "unique_id": "AIDADEPLOY", "tags": { "owner": "platform" } }),
        ),
        managed("aws_iam_group", "ops", &json!({ "arn": arn("group", "ops"), "name": "ops", "path": "/" })),
        managed("aws_iam_user_group_membership", "deploy", &json!({ "user": "deploy", "groups": ["ops"] })),
        managed("aws_iam_policy", "all", &json!({ "arn": arn("policy", "all"), "name": "all", "policy": policy("*") })),
        managed("aws_iam_group_policy_attachment", "all", &json!({ "group": "ops", "policy_arn": arn("policy", "all") })),
        managed(
            "aws_iam_access_key",
            "deploy",
            &json!({ "id": id, "user": "deploy", "status": "Active", "create_date": "2024-01-01T00:00:00Z" }),
        ),
    ];
    lab.write("infra/terraform.tfstate", state(&resources));
    let report = lab.report(&["infra", "git:repo"], 0);
    let living = findings(&report, "leak-still-active")[0];
    let because = living["because"].as_str().expect("a text");
    assert!(because.starts_with("is a working credential of the user deploy of account 111111111111; 731 days old"), "{because}");
    assert!(because.contains("an administrator"), "{because}");
    let list = identities(&lab);
    let shown = lab.run(&["show", "deploy"]).exits(0).out;
    assert!(shown.contains("terraform: aws_iam_user.deploy in terraform.tfstate\n"), "{shown}");
    let deploy = one(&list, "deploy");
    assert_eq!((&deploy["privilege"], &deploy["owner"]), (&json!("admin"), &json!("platform (tag owner)")));
}

/// A plan that makes a role for functions, and a user who may pass it on.
fn plan(known: bool) -> String {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let own = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Resource": "*",
        "Action": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"] }] });
    let mut pass = json!({ "name": "pass" });
    if known {
        pass["policy"] = json!(own.to_string());
    }
    let resource = |kind: &str, name: &str, values: Value| json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values });
    let source = |kind: &str, name: &str, expressions: Value| json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "expressions": expressions });
    json!({
        "format_version": "1.2", "terraform_version": "1.9.5",
        "planned_values": { "root_module": {
            "resources": [
                resource("aws_iam_role", "runner", json!({ "name": "runner", "path": "/", "assume_role_policy": trust.to_string(), "managed_policy_arns": null })),
                resource("aws_iam_role_policy_attachment", "runner", json!({ "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess", "role": "runner" })),
                resource("aws_iam_policy", "pass", pass),
            ],
            "child_modules": [{ "address": "module.ci", "resources": [
                { "address": "module.ci.aws_iam_user.deploy[0]", "mode": "managed", "type": "aws_iam_user", "name": "deploy", "index": 0, "values": { "name": "deploy", "path": "/ci/" } },
                { "address": "module.ci.aws_iam_user_policy.own[0]", "mode": "managed", "type": "aws_iam_user_policy", "name": "own", "index": 0,
                  "values": { "name": "own", "policy": own.to_string() } },
            ] }],
        } },
        "prior_state": { "format_version": "1.0", "terraform_version": "1.9.5", "values": { "root_module": { "resources": [
            { "address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me", "values": { "account_id": ACCOUNT } },
        ] } } },
        "configuration": { "root_module": {
            "resources": [source("aws_iam_role_policy_attachment", "runner", json!({ "role": { "references": ["aws_iam_role.runner.name", "aws_iam_role.runner"] } }))],
            "module_calls": { "ci": { "source": "./ci", "module": { "resources": [
                source("aws_iam_user_policy", "own", json!({ "user": { "references": ["aws_iam_user.deploy[0].id", "aws_iam_user.deploy[0]", "aws_iam_user.deploy"] } })),
            ] } } },
        } },
    })
    .to_string()
}

#[test]
fn a_plan_is_judged_before_it_is_applied() {
    let lab = Lab::new();
    lab.write("plan.json", plan(true));
    let report = lab.report(&["plan.json", "--fail-on", "high"], 1);
    let escalates = findings(&report, "aws-privilege-escalation");
    assert_eq!(escalates.len(), 1);
    assert_eq!(
        escalates[0]["because"],
        "deploy can become administrator in one step: iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction to runner"
    );
    assert_eq!(escalates[0]["identity"], arn("user", "ci/deploy"));
    assert_eq!(findings(&report, "aws-administrator")[0]["identity"], arn("role", "runner"));
}

#[test]
fn a_policy_that_is_not_known_before_the_plan_is_applied_leaves_checks_undecided() {
    let lab = Lab::new();
    let mut plan: Value = serde_json::from_str(&plan(false)).expect("a document");
    let resources = plan["planned_values"]["root_module"]["resources"].as_array_mut().expect("a list");
    resources[1]["values"] = json!({ "role": "runner" });
    plan["configuration"]["root_module"]["resources"][0]["expressions"] =
        json!({ "policy_arn": { "references": ["aws_iam_policy.pass.arn", "aws_iam_policy.pass"] } });
    lab.write("plan.json", plan.to_string());
    let report = lab.report(&["plan.json"], 0);
    assert_eq!(findings(&report, "aws-administrator").len(), 0);
    let list = identities(&lab);
    let runner = one(&list, "runner");
    assert_eq!(runner["certainty"], "possible");
    assert!(runner["because"].to_string().contains(&arn("policy", "pass")), "{runner}");
    let undecided = report["undecided"].to_string();
    assert!(undecided.contains("aws-administrator") && undecided.contains("what one of its policies allows"), "{undecided}");
}

#[test]
fn a_state_that_is_cut_off_is_a_fault_and_one_without_iam_is_none() {
    let lab = Lab::new();
    let whole = state(&[managed("aws_iam_user", "deploy", &json!({ "arn": arn("user", "deploy"), "name": "deploy" }))]);
    lab.write("a/terraform.tfstate", &whole[..whole.len() - 20]);
    let report = lab.report(&["a"], 3);
    assert!(report["faults"].to_string().contains("a Terraform state or plan that ends in the middle"), "{}", report["faults"]);
    lab.write("b/terraform.tfstate", state(&[managed("aws_s3_bucket", "logs", &json!({ "bucket": "logs", "arn": "arn:aws:s3:::logs" }))]));
    assert_eq!(lab.report(&["b"], 0)["identities"], json!([]));
}

/// An account of one user with a policy, as AWS prints it; where it was asked itself, also who asked.
fn account(lab: &Lab, live: bool) {
    let user = json!({ "Path": "/", "UserName": "deploy", "UserId": "AIDADEPLOY", "Arn": arn("user", "deploy"), "CreateDate": "2024-09-01T00:00:00+00:00",
        "GroupList": [], "AttachedManagedPolicies": [],
        "UserPolicyList": [{ "PolicyName": "own", "PolicyDocument": { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" }] } }] });
    let details = json!({ "UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": [] });
    lab.write(&format!("inventory/{ACCOUNT}/iam/details.json"), details.to_string());
    if live {
        let caller = json!({ "UserId": "AIDAAUDITOR", "Account": ACCOUNT, "Arn": arn("user", "auditor") });
        lab.write(&format!("inventory/{ACCOUNT}/sts/caller-identity.json"), caller.to_string());
    }
}

/// A state that still has a key of the user and a policy that lets him do everything.
fn stale(id: &str) -> String {
    state(&[
        managed("aws_iam_user", "deploy", &json!({ "arn": arn("user", "deploy"), "name": "deploy", "path": "/" })),
        managed("aws_iam_user_policy", "all", &json!({ "user": "deploy", "name": "all", "policy": policy("*") })),
        managed("aws_iam_access_key", "deploy", &json!({ "id": id, "user": "deploy", "status": "Active" })),
    ])
}

#[test]
fn beside_the_account_a_state_is_not_believed() {
    for (live, worst) in [(false, "critical"), (true, "info")] {
        let lab = Lab::new();
        let id = aws_id(5);
        lab.write("app/deploy.env", format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={}\n", aws_secret(6)));
        lab.write("infra/terraform.tfstate", stale(&id));
        account(&lab, live);
        let report = lab.report(&["inventory", "infra", "app"], 0);
        let of_key: Vec<&Value> =
            report["findings"].as_array().expect("a list").iter().filter(|f| f["credential"]["handle"] == id).collect();
        assert_eq!(of_key[0]["severity"], worst, "{of_key:#?}");
        assert_eq!(of_key[0]["sightings"].as_array().map(Vec::len), Some(1), "the key id in the state is no leak");
        let because = |check: &str| findings(&report, check).first().and_then(|f| f["because"].as_str().map(str::to_owned));
        let living = because("leak-still-active");
        let expected =
            (!live).then_some("may be a working credential of the user deploy of account 111111111111: no inventory says whether it works");
        assert_eq!(living.is_some(), !live);
        assert!(living.iter().all(|living| living.starts_with(expected.unwrap_or_default())), "{living:?}");
        let list = identities(&lab);
        let deploy = one(&list, "deploy");
        assert_eq!(deploy["privilege"], "read", "what the account says counts");
        assert_eq!(deploy["declared"], json!({ "by": "terraform", "as": "aws_iam_user.deploy", "in": "terraform.tfstate" }));
    }
}

#[test]
fn what_only_a_state_knows_of_an_account_that_was_asked_for_everything_is_gone() {
    let lab = Lab::new();
    account(&lab, true);
    let old = managed("aws_iam_user", "old", &json!({ "arn": arn("user", "old"), "name": "old", "path": "/" }));
    lab.write("infra/terraform.tfstate", state(std::slice::from_ref(&old)));
    lab.report(&["inventory", "infra"], 0);
    assert_eq!(identities(&lab).as_array().map(Vec::len), Some(1));
    // A backup of a state is no word at all, and is counted.
    let lab = Lab::new();
    lab.write("infra/terraform.tfstate.backup", state(&[old]));
    let report = lab.report(&["infra"], 0);
    assert_eq!((&report["identities"], &report["skipped"]["backups of Terraform states"]), (&json!([]), &json!(1)));
}

#[test]
fn a_finding_on_a_declared_identity_names_its_file() {
    let lab = Lab::new();
    lab.write("infra/plan.json", plan(true));
    let report = lab.report(&["infra"], 0);
    assert_eq!(findings(&report, "aws-privilege-escalation")[0]["declared_in"], "plan.json");
    let shown = lab.run(&["report"]).exits(0).out;
    assert!(shown.contains("user/ci/deploy (plan.json)  aws-privilege-escalation"), "{shown}");
}
