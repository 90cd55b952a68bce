//! Identities as a user meets them: account documents as the AWS CLI prints them, a key that leaked, and what comes of both together.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Lab, Repo, ask, aws_id, aws_secret, findings, github};

const ACCOUNT: &str = "111111111111";

/// What a statement is, in a document of its own.
fn policy(effect: &str, action: impl Into<Value>) -> Value {
    let action: Value = action.into();
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": effect, "Action": action, "Resource": "*" }] })
}

fn user(name: &str, statement: impl Into<Value>) -> Value {
    let statement: Value = statement.into();
    json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{}", name.to_uppercase()), "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
        "CreateDate": "2023-01-01T00:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [], "Tags": [],
        "UserPolicyList": [{ "PolicyName": "own", "PolicyDocument": statement }],
    })
}

/// A role that a service may have, and that may do everything.
fn admin_role(name: &str, service: &str) -> Value {
    json!({
        "Path": "/", "RoleName": name, "RoleId": format!("AROA{}", name.to_uppercase()), "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        "CreateDate": "2023-01-01T00:00:00+00:00", "InstanceProfileList": [], "Tags": [],
        "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }] },
        "RolePolicyList": [{ "PolicyName": "all", "PolicyDocument": policy("Allow", json!("*")) }], "AttachedManagedPolicies": [],
    })
}

fn details(users: &[Value], roles: &[Value]) -> String {
    json!({ "UserDetailList": users, "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] }).to_string()
}

fn keys(user: &str, id: &str, status: &str) -> String {
    json!({ "AccessKeyMetadata": [{
        "UserName": user, "AccessKeyId": id, "Status": status, "CreateDate": "2023-10-12T00:00:00+00:00",
        "AccessKeyLastUsed": { "LastUsedDate": "2025-12-31T08:00:00+00:00", "ServiceName": "lambda", "Region": "eu-west-1" },
    }] })
    .to_string()
}

/// The folder of an account that was asked itself.
fn inventory(lab: &Lab, key: Option<(&str, &str)>) {
    let deployer = policy("Allow", json!(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]));
    let folder = format!("inventory/{ACCOUNT}");
    let all = details(&[user("deploy", deployer)], &[admin_role("runner", "lambda.amazonaws.com")]);
    lab.write(&format!("{folder}/iam/account-authorization-details-1.json"), all);
    let caller = json!({ "UserId": "AIDAX", "Account": ACCOUNT, "Arn": format!("arn:aws:iam::{ACCOUNT}:user/auditor") });
    lab.write(&format!("{folder}/sts/caller-identity.json"), caller.to_string());
    let list = key.map_or_else(|| json!({ "AccessKeyMetadata": [] }).to_string(), |(id, status)| keys("deploy", id, status));
    lab.write(&format!("{folder}/iam/access-keys-1.json"), list);
}

/// A repository in which a key was committed and taken out again.
fn leak(lab: &Lab, id: &str) {
    let mut repo = Repo::new(lab, "repo");
    repo.commit(&[("deploy.env", &format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={}\n", aws_secret(9)))]);
    repo.remove("deploy.env");
}

fn all(report: &Value) -> &Vec<Value> {
    report["findings"].as_array().expect("a list")
}

/// What is said of the credentials of a rule.
fn checks(report: &Value, rule: &str) -> Vec<String> {
    let mut all: Vec<String> = all(report)
        .iter()
        .filter(|f| f["credential"]["rule"] == rule)
        .map(|f| format!("{} {}", f["severity"].as_str().unwrap_or_default(), f["check"].as_str().unwrap_or_default()))
        .collect();
    all.sort();
    all
}

#[test]
fn a_leaked_key_is_the_live_key_of_a_user_who_can_become_administrator() {
    let lab = Lab::new();
    let id = aws_id(1);
    inventory(&lab, Some((&id, "Active")));
    leak(&lab, &id);
    let report = lab.scan(&["inventory", "git:repo", "--format", "json", "--record", "r.db"]).exits(0).json();
    assert_eq!(
        checks(&report, "aws.access-key"),
        [
            "critical exposed-credential",
            "critical leak-not-rotated",
            "critical leak-still-active",
            "critical leaked-key-of-admin",
            "high long-exposed-credential"
        ]
    );
    let living = findings(&report, "leak-still-active")[0];
    assert_eq!(
        living["because"],
        "is a working credential of the user deploy of account 111111111111; 812 days old, last used on 2025-12-31 for lambda; an \
         administrator after one step (iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction); nobody owns it"
    );
    // The key lies in the history, not in the inventory, which names it because that is what it is for.
    assert_eq!(living["sightings"].as_array().map(Vec::len), Some(1));
    let list = lab.run(&["identities", "--format", "json", "--record", "r.db"]).exits(0).json();
    let deploy = &list[0];
    assert_eq!((&deploy["name"], &deploy["privilege"], &deploy["certainty"]), (&json!("deploy"), &json!("escalates"), &json!("certain")));
    assert_eq!(deploy["path"][0]["to"], format!("arn:aws:iam::{ACCOUNT}:role/runner"));
    assert_eq!(deploy["path"][0]["witnesses"][0]["action"], "iam:PassRole");
    assert_eq!(deploy["risk"]["low"], 90);
    assert_eq!(deploy["credentials"][0]["handle"], id);
}

#[test]
fn one_identity_is_shown_with_all_that_is_known_of_it() {
    let lab = Lab::new();
    let id = aws_id(1);
    inventory(&lab, Some((&id, "Active")));
    leak(&lab, &id);
    lab.scan(&["inventory", "git:repo", "--record", "r.db"]).exits(0);
    let shown = |name: &str| lab.run(&["show", name, "--record", "r.db"]).exits(0).out;
    let all = shown("deploy");
    let place = format!("git:{}: deploy.env:1, since commit", lab.path("repo").display());
    for part in [
        "risk 90",
        "user/deploy → role/runner by iam:PassRole",
        "90 → ",
        "active, 812 days old, last used on 2025-12-31 for lambda",
        &place,
    ] {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
    assert_eq!(shown(&id), all, "a key names its user");
    assert_eq!(shown(&format!("arn:aws:iam::{ACCOUNT}:user/deploy")), all);
    let said = lab.run(&["show", "deplo", "--record", "r.db"]).exits(2);
    assert!(said.err.contains("did you mean `deploy`?"), "{}", said.err);
}

#[test]
fn a_leak_closes_itself_when_the_key_is_switched_off_or_gone() {
    let lab = Lab::new();
    let id = aws_id(1);
    leak(&lab, &id);
    let scan = |targets: &[&str]| lab.scan(&[targets, &["--format", "json", "--record", "r.db"]].concat()).exits(0).json();
    inventory(&lab, Some((&id, "Active")));
    scan(&["inventory", "git:repo"]);
    inventory(&lab, Some((&id, "Inactive")));
    let off = scan(&["inventory", "git:repo"]);
    assert_eq!(checks(&off, "aws.access-key"), ["low exposed-credential", "low long-exposed-credential"]);
    inventory(&lab, None);
    let gone = scan(&["inventory", "git:repo"]);
    assert_eq!(checks(&gone, "aws.access-key"), ["info exposed-credential"]);
    assert_eq!(checks(&gone, "aws.secret-access-key"), ["info exposed-credential"], "its secret half opens nothing either");
    let because = all(&gone).iter().map(|f| f["because"].as_str().unwrap_or_default()).collect::<String>();
    assert!(because.contains("account 111111111111 no longer lists it"), "{because}");
    // The repository alone is judged by what earlier runs know of the account.
    assert_eq!(checks(&scan(&["git:repo"]), "aws.access-key"), ["info exposed-credential"]);
}

#[test]
fn an_account_document_in_a_history_tells_how_it_was_not_how_it_is() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    let admin = policy("Allow", json!("*"));
    repo.commit(&[("account.json", &details(&[user("old", admin.clone())], &[]))]);
    repo.commit(&[("account.json", &details(&[user("new", admin)], &[]))]);
    lab.scan(&["git:repo", "--record", "r.db"]).exits(0);
    let list = lab.run(&["identities", "--format", "json", "--record", "r.db"]).exits(0).json();
    let names: Vec<&Value> = list.as_array().expect("a list").iter().map(|i| &i["name"]).collect();
    assert_eq!(names, ["new"]);
}

#[test]
fn what_an_account_document_cannot_tell_is_a_fault_that_names_it_and_the_rest_is_read() {
    let lab = Lab::new();
    let good = user("good", policy("Allow", json!("*")));
    let odd = json!({ "UserName": "odd", "Arn": 7 });
    lab.write("odd/account.json", details(&[odd, good.clone()], &[]));
    lab.write("effect/account.json", details(&[user("typo", policy("Alow", json!("*"))), good.clone()], &[]));
    lab.write("cut/account.json", &details(&[good], &[])[..300]);
    for (tree, parts, known) in [
        ("odd", &["the user `odd` cannot be read"][..], 1),
        ("effect", &["`own` of arn:aws:iam::111111111111:user/typo cannot be understood", "the effect `Alow`"], 2),
        ("cut", &["an AWS account document that ends in the middle"], 0),
    ] {
        let report = lab.scan(&[tree, "--format", "json", "--record", &format!("{tree}.db")]).exits(3).json();
        let faults = report["faults"].to_string();
        assert!(parts.iter().all(|part| faults.contains(part)), "{faults}");
        assert_eq!(report["identities"].as_array().map(Vec::len), Some(known), "{tree}");
    }
}

#[test]
fn a_credential_report_tells_of_keys_passwords_and_the_root_user() {
    let lab = Lab::new();
    let head = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,\
                access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service";
    let rows = [
        format!(
            "<root_account>,arn:aws:iam::{ACCOUNT}:root,2020-01-01T00:00:00+00:00,not_supported,2025-12-30T00:00:00+00:00,not_supported,not_supported,false,true,2021-01-01T00:00:00+00:00,N/A,N/A,N/A"
        ),
        format!(
            "ci,arn:aws:iam::{ACCOUNT}:user/ci,2020-01-01T00:00:00+00:00,true,no_information,2020-01-01T00:00:00+00:00,N/A,false,true,2025-12-01T00:00:00+00:00,2025-12-31T00:00:00+00:00,us-east-1,s3"
        ),
    ];
    lab.write("tree/report.csv", format!("{head}\n{}\n", rows.join("\n")));
    let report = lab.scan(&["tree", "--format", "json"]).exits(0).json();
    let mut said: Vec<String> = all(&report)
        .iter()
        .map(|f| {
            format!(
                "{} {} {}",
                f["identity"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default(),
                f["severity"].as_str().unwrap_or_default(),
                f["check"].as_str().unwrap_or_default()
            )
        })
        .collect();
    said.sort();
    assert_eq!(
        said,
        [
            "root critical aws-key-age",
            "root critical aws-root-user",
            "root critical aws-root-user",
            "root medium aws-key-unused",
            "root medium aws-root-user",
            "user/ci high human-console-on-service-user",
            "user/ci medium owner-missing"
        ]
    );
    // A report that is cut in a row is a fault.
    lab.write("cut/report.csv", format!("{head}\n{}\n{}", rows[0], &rows[1][..60]));
    let cut = lab.scan(&["cut", "--format", "json", "--record", "cut.db"]).exits(3).json();
    assert!(cut["faults"].to_string().contains("broken row"), "{}", cut["faults"]);
}

#[test]
fn a_secret_in_a_tag_does_not_reach_the_record() {
    let lab = Lab::new();
    let token = github(3);
    let mut tagged = user("ci", policy("Allow", json!("s3:GetObject")));
    tagged["Tags"] = json!([{ "Key": "token", "Value": token }, { "Key": "team", "Value": "platform" }]);
    lab.write("tree/account.json", details(&[tagged], &[]));
    let report = lab.scan(&["tree", "--format", "json", "--record", "r.db"]).exits(0);
    assert!(!report.out.contains(&token));
    assert_eq!(report.json()["identities"][0]["owner"], "platform (tag team)");
    let record = fs::read(lab.path("r.db")).expect("a record");
    assert!(!record.windows(token.len()).any(|w| w == token.as_bytes()));
    // It is found, of course.
    assert_eq!(checks(&report.json(), "github.personal-access-token"), ["critical exposed-credential"]);
}

#[test]
fn a_run_that_is_about_no_identity_leaves_them_as_they_were() {
    let lab = Lab::new();
    inventory(&lab, None);
    lab.write("elsewhere/a.txt", "nothing\n");
    lab.scan(&["inventory", "--record", "r.db"]).exits(0);
    lab.scan(&["elsewhere", "--record", "r.db"]).exits(0);
    let listed = |more: &[&str]| lab.run(&[&["identities", "--format", "json", "--record", "r.db"], more].concat()).exits(0);
    let last = listed(&[]);
    assert_eq!(last.json().as_array().map(Vec::len), Some(2), "as they were judged last");
    assert!(last.err.contains("run 2 was about none of them"), "{}", last.err);
    assert_eq!(listed(&["--all"]).json().as_array().map(Vec::len), Some(2));
    assert_eq!(listed(&["--run", "2"]).json().as_array().map(Vec::len), Some(0), "of what that run was about");
    assert_eq!(ask::<i64>(&lab.path("r.db"), "SELECT count(*) FROM report_identity"), 2, "one row each, not one a run");
    lab.run(&["show", "deploy", "--record", "r.db"]).exits(0);
}

/// Writes what is in a record as version 3 would have had it.
fn of_version_3(lab: &Lab, record: &str, older: &str) {
    let old = Connection::open(lab.path(older)).expect("a database");
    old.execute_batch("PRAGMA foreign_keys = OFF").expect("SQL");
    for schema in [
        include_str!("../../src/store/schema/v1.sql"),
        include_str!("../../src/store/schema/v2.sql"),
        include_str!("../../src/store/schema/v3.sql"),
    ] {
        old.execute_batch(schema).expect("a schema");
    }
    old.execute("ATTACH ?1 AS new", [lab.path(record).to_string_lossy()]).expect("a record");
    let sql = "SELECT m.name, group_concat('\"' || c.name || '\"') FROM main.sqlite_master m, pragma_table_info(m.name, 'main') c
               WHERE m.type = 'table' GROUP BY m.name";
    let tables: Vec<(String, String)> = {
        let mut statement = old.prepare(sql).expect("SQL");
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows").map(|row| row.expect("a row")).collect()
    };
    for (table, columns) in tables {
        let those = if table == "entity" { "WHERE basis = 'account'" } else { "" };
        old.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table} {those}")).expect("rows");
    }
    let ours = u32::from_be_bytes(*b"unhd");
    old.execute_batch(&format!("DETACH new; PRAGMA application_id = {ours}; PRAGMA user_version = 3")).expect("SQL");
}

#[test]
fn the_inventory_in_a_record_of_version_3_still_says_whose_key_leaked() {
    let lab = Lab::new();
    let id = aws_id(1);
    leak(&lab, &id);
    inventory(&lab, Some((&id, "Active")));
    lab.scan(&["inventory", "--record", "r.db"]).exits(0);
    of_version_3(&lab, "r.db", "old.db");
    let found = |record: &str| checks(&lab.scan(&["git:repo", "--format", "json", "--record", record]).exits(0).json(), "aws.access-key");
    let (now, then) = (found("r.db"), found("old.db"));
    assert!(now.contains(&"critical leak-still-active".to_owned()), "{now:?}");
    assert_eq!(then, now);
    assert_eq!(ask::<i64>(&lab.path("old.db"), "PRAGMA user_version"), 4);
    assert_eq!(ask::<String>(&lab.path("old.db"), "PRAGMA integrity_check"), "ok");
    let listed = |record: &str| lab.run(&["identities", "--all", "--format", "json", "--record", record]).exits(0).out;
    assert_eq!(listed("old.db"), listed("r.db"));
}
