//! Documents that say their text in a form of their own, as a user meets them.

use serde_json::{Value, json};

use crate::support::{Lab, faults, findings, github, password};

/// Every sighting of exposed credentials as `rule path:line`, sorted.
fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let each = |finding: &&Value| {
        let rule = text(&finding["credential"]["rule"]);
        let sightings = finding["sightings"].as_array().expect("a list");
        sightings.iter().map(|s| format!("{rule} {}:{}", text(&s["path"]), s["line"])).collect::<Vec<_>>()
    };
    let mut all: Vec<String> = findings(report, "exposed-credential").iter().flat_map(each).collect();
    all.sort();
    all
}

/// A notebook of one cell, the way Jupyter writes it.
fn notebook(source: &Value, printed: &Value) -> String {
    let output = json!({"name": "stdout", "output_type": "stream", "text": printed});
    let cell = json!({"cell_type": "code", "metadata": {}, "outputs": [output], "source": source});
    serde_json::to_string_pretty(&json!({"cells": [cell], "metadata": {}, "nbformat": 4})).expect("JSON")
}

#[test]
fn a_notebook_is_read_as_the_programs_in_it_at_the_lines_of_the_notebook() {
    let lab = Lab::new();
    let lines = [
        format!("password = \"{}\"\n", password(1)),
        "settings = {\"api_key\":\n".to_owned(),
        format!("    \"{}\"}}\n", password(2)),
        format!("print(\"token\", \"{}\")", github(3)),
    ];
    let text = notebook(&json!(lines), &json!([format!("db_password='{}'\n", password(4))]));
    let line = |part: &str| text.lines().position(|l| l.contains(part)).expect("it stands there") + 1;
    lab.write("files/a.ipynb", &text);
    let mut wanted = vec![
        format!("generic.password a.ipynb:{}", line(&password(1))),
        format!("generic.key a.ipynb:{}", line(&password(2))),
        format!("github.personal-access-token a.ipynb:{}", line(&github(3))),
        format!("generic.password a.ipynb:{}", line(&password(4))),
    ];
    wanted.sort();
    let report = lab.report(&["files"], 0);
    assert_eq!((told(&report), faults(&report)), (wanted, Vec::new()));
}

#[test]
fn a_cell_that_is_one_string_is_read_too_and_a_broken_notebook_as_text() {
    let lab = Lab::new();
    let text = notebook(&json!(format!("settings = {{\"api_key\":\n    \"{}\"}}\n\"\\ud83d\\ude00\" \u{1f600}", password(1))), &json!("x"));
    lab.write("files/one.ipynb", &text);
    lab.write("files/cut.ipynb", format!("{{\"cells\": [{{\"source\": [\n\"password = \\\"{}\\\"", password(2)));
    let report = lab.report(&["files"], 0);
    let line = text.lines().position(|l| l.contains(&password(1))).expect("it stands there") + 1;
    assert_eq!(told(&report), ["generic.key one.ipynb:".to_owned() + &line.to_string(), "generic.password cut.ipynb:2".to_owned()]);
    assert_eq!(faults(&report), Vec::<String>::new());
}
