//! Accounts that others labelled by hand, and a document as the AWS CLI prints it for each: what every principal may really do.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::support::{Lab, scanning};

/// What the program says of every identity of an account: kind and name → (privilege, certainty, number of steps).
fn told(account: &str) -> BTreeMap<String, (String, String, usize)> {
    let lab = Lab::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/aws").join(account);
    lab.write("account.json", fs::read(file).expect("the fixture is there"));
    lab.run(&scanning(&["account.json"])).exits(0);
    let all = lab.run(&["identities", "--format", "json"]).exits(0).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let entry = |one: &Value| {
        let name = text(&one["uri"]).rsplit(':').next().expect("a name").to_owned();
        (name, (text(&one["privilege"]), text(&one["certainty"]), one["path"].as_array().map_or(0, Vec::len)))
    };
    all.as_array().expect("a list").iter().map(entry).collect()
}

#[test]
fn who_is_called_administrator_is_one_and_nobody_else_is() {
    let told = told("effective-permissions.json");
    let labelled: Vec<_> = told.iter().filter(|(name, _)| name.contains("dmin-")).collect();
    assert_eq!(labelled.len(), 39);
    let wrong: Vec<_> =
        labelled.into_iter().filter(|(name, (privilege, ..))| name.contains("/isAdmin-") != (privilege == "admin")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_others_miss_is_told_and_what_they_invent_is_not() {
    let told = told("iam-vulnerable.json");
    for (name, (privilege, certainty, _)) in told.iter().filter(|(name, _)| name.contains("/fn") || name.contains("/fp")) {
        let escalates = privilege == "escalates" && certainty == "certain";
        assert_eq!(escalates, name.contains("/fn"), "{name} {privilege} {certainty}");
        assert!(escalates || ["none", "write"].contains(&privilege.as_str()), "{name} {privilege}");
    }
    assert_eq!(told.keys().filter(|name| name.contains("user/fn") || name.contains("user/fp")).count(), 9);
}

/// Users of the account whose way leads nowhere in it, each with the reason.
const NOWHERE: &[(&str, &str)] = &[
    ("user/privesc-AssumeRole-start-user", "no trust names it"),
    ("user/privesc12-PutRolePolicy-user", "it may change roles, and become none"),
    ("user/privesc18-PassExistingRoleToNewGlueDevEndpoint-user", "AWS has retired development endpoints"),
    ("user/privesc19-UpdateExistingGlueDevEndpoint-user", "AWS has retired development endpoints"),
    ("user/privesc2-SetExistingDefaultPolicyVersion-user", "no policy has a second version"),
    ("user/privesc21-PassExistingRoleToNewDataPipeline-user", "AWS has retired pipelines"),
    ("user/privesc9-AttachRolePolicy-user", "it may change roles, and become none"),
];

#[test]
fn every_known_way_is_told_where_what_it_needs_is_there() {
    let told = told("iam-vulnerable.json");
    for (name, (privilege, ..)) in told.iter().filter(|(name, _)| name.starts_with("user/privesc")) {
        let nowhere = NOWHERE.iter().find(|(known, _)| known == name);
        assert_eq!(privilege == "escalates", nowhere.is_none(), "{name} {privilege} {nowhere:?}");
    }
}

#[test]
fn a_chain_of_roles_is_followed_to_its_end() {
    let told = told("iam-vulnerable.json");
    let steps = |name: &str| told[&format!("role/privesc-AssumeRole-{name}-role")].clone();
    assert_eq!(steps("ending"), ("admin".into(), "certain".into(), 0));
    assert_eq!(steps("intermediate"), ("escalates".into(), "certain".into(), 1));
    assert_eq!(steps("starting"), ("escalates".into(), "certain".into(), 2));
}
