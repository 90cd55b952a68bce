//! What checks say of themselves, and which public frameworks a finding speaks to.

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Lab, github};

fn quoted(control: &Value) -> String {
    ["framework", "version", "id"].map(|key| control[key].as_str().expect("a text")).join(" ")
}

#[test]
fn a_finding_carries_the_risks_and_controls_of_frameworks_with_their_version() {
    let lab = Lab::new();
    lab.write("tree/.env", format!("GITHUB_TOKEN={}\n", github(7)));
    let report = lab.report(&["tree"], 0);
    let frameworks = &report["findings"][0]["frameworks"];
    let ids: Vec<String> = frameworks.as_array().expect("a list").iter().map(quoted).collect();
    let own = ["NIST CSF 2.0 PR.AA-01", "PCI DSS 4.0.1 8.6.2", "MITRE ATT&CK 17 T1552.001"];
    assert_eq!(ids, [&["OWASP NHI Top 10 2025 NHI2:2025"], own.as_slice()].concat());
    // As the record kept it, not as the program of today would say.
    let record = Connection::open(lab.record()).expect("a record");
    record.execute("UPDATE about SET see = '[\"OWASP NHI2:2025 Secret Leakage\"]'", []).expect("a table");
    let again = lab.run(&["report", "--format", "json"]).exits(0).json();
    assert_eq!(again["findings"][0]["frameworks"], Value::Array(Vec::new()));
}

#[test]
fn checks_are_listed_with_what_they_speak_to() {
    let lab = Lab::new();
    let table = lab.run(&["checks"]).exits(0);
    assert!(table.out.lines().any(|line| line.starts_with("leak-still-active ") && line.contains("NHI2 NHI7")), "{}", table.out);
    let list: Value = serde_json::from_str(&lab.run(&["checks", "--format", "json"]).out).expect("a document");
    let of = |id: &str| list.as_array().and_then(|all| all.iter().find(|check| check["id"] == id)).cloned().expect("a check");
    assert_eq!(of("aws-key-age")["frameworks"][1]["framework"], "NIST CSF");
    let page = lab.run(&["explain", "aws-key-age"]).out;
    assert!(page.contains("OWASP NHI Top 10 2025 NHI7:2025 Long-Lived Secrets"), "{page}");
}
