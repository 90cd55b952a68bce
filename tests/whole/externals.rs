//! Principals of accounts that no inventory is about, and ways over accounts that are all in one.

use serde_json::json;

use crate::{
    account::{Account, allow, listed, told},
    support::Lab,
};

const OWN: &str = "111111111111";
const OTHER: &str = "222222222222";

#[test]
fn who_comes_in_from_elsewhere_is_a_row_with_what_he_may_do_here() {
    let mut own = Account::new(OWN);
    let foreign = |name: &str| json!({ "AWS": format!("arn:aws:iam::{OTHER}:{name}") });
    own.role("boss", &foreign("role/deploy"), &[allow(&["*"], "*")]);
    own.role("reader", &foreign("user/ann"), &[allow(&["s3:ListBucket"], "*")]);
    own.role("datadog", &json!({ "AWS": "464622532012" }), &[allow(&["cloudwatch:GetMetricData"], "*")]);
    let lab = Lab::new();
    let all = told(&lab, &[&own]);
    let deploy = &all["222222222222:role/deploy"];
    assert_eq!((deploy.privilege.as_str(), deploy.certainty.as_str()), ("escalates", "conditional"), "his own account must let him, too");
    assert_eq!(deploy.path, ["role/deploy to role/boss by sts:AssumeRole"]);
    assert_eq!(all["222222222222:user/ann"].privilege, "read");
    let shown = |name: &str| lab.run(&["show", name, "--record", "told.db"]).exits(0).out;
    let ann = shown("arn:aws:iam::222222222222:user/ann");
    assert!(ann.contains("sts:AssumeRole on arn:aws:iam::111111111111:role/reader (trust of reader statement 0)"), "{ann}");
    let vendor = shown("arn:aws:iam::464622532012:root");
    assert!(vendor.contains("of Datadog, by a public list"), "{vendor}");
    let list = lab.run(&["identities", "--format", "json", "--record", "told.db"]).exits(0).json();
    let kinds = |wanted: &str| list.as_array().expect("a list").iter().filter(|one| one["kind"] == wanted).count();
    assert_eq!((kinds("external"), kinds("role")), (3, 3));
}

#[test]
fn whom_ours_may_become_elsewhere_is_a_row_of_which_nothing_more_is_known() {
    let mut own = Account::new(OWN);
    let role = format!("arn:aws:iam::{OTHER}:role/there");
    own.user("ci", &[allow(&["sts:AssumeRole"], &role)]);
    let lab = Lab::new();
    assert_eq!(told(&lab, &[&own])["222222222222:role/there"].privilege, "none");
    let shown = lab.run(&["show", &role, "--record", "told.db"]).exits(0).out;
    for part in ["may do: not known", "arn:aws:iam::111111111111:user/ci may become it, where its account lets it in (own statement 0)"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let mut denied = Account::new(OWN);
    denied.user("ci", &[allow(&["sts:AssumeRole"], &role), crate::account::deny(&["sts:*"], "*")]);
    assert!(!told(&Lab::new(), &[&denied]).contains_key("222222222222:role/there"), "he may not become it");
}

#[test]
fn a_way_goes_over_accounts_that_are_all_known_and_then_nobody_is_external() {
    let mut own = Account::new(OWN);
    own.user("ci", &[allow(&["sts:AssumeRole"], "arn:aws:iam::222222222222:role/there")]);
    let mut other = Account::new(OTHER);
    other.role("there", &json!({ "AWS": format!("arn:aws:iam::{OWN}:root") }), &[allow(&["sts:AssumeRole"], "*")]);
    let mut third = Account::new("333333333333");
    third.role("boss", &json!({ "AWS": format!("arn:aws:iam::{OTHER}:role/there") }), &[allow(&["*"], "*")]);
    let lab = Lab::new();
    let all = told(&lab, &[&own, &other, &third]);
    let ci = &all["111111111111:user/ci"];
    assert_eq!((ci.privilege.as_str(), ci.certainty.as_str()), ("escalates", "certain"), "{ci:?}");
    assert_eq!(ci.path, ["user/ci to role/there by sts:AssumeRole", "role/there to role/boss by sts:AssumeRole"]);
    assert_eq!(ci.witnesses[0], ["sts:AssumeRole on 222222222222:role/there", "sts:AssumeRole on 222222222222:role/there"]);
    assert_eq!(all.len(), 3, "all are members: {:?}", all.keys());
    // One that is not known cuts the way, and stands at its end.
    let all = told(&Lab::new(), &[&own, &third]);
    assert_ne!(all["111111111111:user/ci"].privilege, "escalates");
    assert_eq!(all["222222222222:role/there"].path, ["role/there to role/boss by sts:AssumeRole"]);
    assert_eq!(listed(&lab, "told.db").len(), 3);
}
